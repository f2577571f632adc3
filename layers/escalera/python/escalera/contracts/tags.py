"""What an e-mail carries of ours, and what comes back with every event about it: tags, as SES allows them.

Apart from `feedback`, whose models a function that only sends need not load.
"""

import re

KEY_TAG = "escalera"
"""The SES tag that brings the message's key back with every event about it."""
CUSTOMER_TAG = "customer"
"""The tag that says whose message it is."""
LONGEST_TAG = 256
_OTHER = re.compile(r"[^A-Za-z0-9-]+")
_WRITTEN = re.compile(r"_([0-9a-f]+)_")


def tag_value(text: str) -> str:
    """The text as a SES tag may hold it (letters, digits, `_`, `-`): `order#1` becomes `order_23_1`.

    What is not allowed is written as `_` and the hexadecimal UTF-8 bytes, closed by another `_`; `_` itself likewise.
    ValueError when it is too long for a tag.
    """
    written = _OTHER.sub(lambda found: f"_{found[0].encode().hex()}_", text)
    if len(written) > LONGEST_TAG:
        message = f"a tag holds {LONGEST_TAG} signs, and {text[:20]}... takes {len(written)}: use a shorter identity"
        raise ValueError(message)
    return written


def readable_tag(value: str) -> str:
    """What `tag_value` was given."""
    return _WRITTEN.sub(lambda found: bytes.fromhex(found[1]).decode(), value)
