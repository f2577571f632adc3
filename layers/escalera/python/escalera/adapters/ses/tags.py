"""SES tags hold letters, digits, `_` and `-`; our identities may hold anything.

What is not allowed is written as `_` and the hexadecimal UTF-8 bytes, closed by another `_`; `_` itself likewise.
"""

import re

LONGEST = 256
_OTHER = re.compile(r"[^A-Za-z0-9-]+")
_WRITTEN = re.compile(r"_([0-9a-f]+)_")


def tag_value(text: str) -> str:
    """The text as a tag may hold it: `order#1` becomes `order_23_1`. ValueError when it is too long for a tag."""
    written = _OTHER.sub(lambda found: f"_{found[0].encode().hex()}_", text)
    if len(written) > LONGEST:
        message = (
            f"a tag holds {LONGEST} signs, and {text[:20]}... takes {len(written)}: use a shorter identity"
        )
        raise ValueError(message)
    return written


def readable_tag(value: str) -> str:
    """What `tag_value` was given."""
    return _WRITTEN.sub(lambda found: bytes.fromhex(found[1]).decode(), value)
