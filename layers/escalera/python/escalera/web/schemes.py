"""A page as it looks in the light or in the dark, whichever its reader's screen prefers."""

import re

_ASKED = re.compile(r"@media\s*\(\s*prefers-color-scheme:\s*(light|dark)\s*\)")


def in_scheme(html: str, scheme: str) -> str:
    """The page with its questions after the colour scheme answered: `light` or `dark`. For what is shown, not sent."""
    return _ASKED.sub(lambda asked: "@media all" if asked[1] == scheme else "@media not all", html)
