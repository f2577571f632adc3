"""Names: what looks like one, whom a message may greet, and how people look for one."""

import re
import unicodedata

from escalera.domain.customer import Customer

SHORTEST = 2
"""So many letters a search needs at least."""
_LONGEST = 100


def folded(text: str) -> str:
    """`Núñez-Ortega, JOSÉ` as `nunez ortega jose`: letters and digits in small, with single blanks between words."""
    small = unicodedata.normalize("NFKD", unicodedata.normalize("NFKD", text).casefold())
    bare = "".join(sign for sign in small if not unicodedata.combining(sign))
    joined = "".join(sign for sign in bare if sign not in _INSIDE)
    words = "".join(sign if sign.isalnum() else " " for sign in joined).split()
    return " ".join(words)[:_LONGEST].rstrip()


_INSIDE = frozenset("'’ʼ`´")
"""O'Neill is one word."""


def looked_for_as(customer: Customer) -> frozenset[str]:
    """The names a customer is found by, folded: given name first, and family name first."""
    if customer.erased_at is not None:
        return frozenset()
    given, family = customer.contact.given_name, customer.contact.family_name
    names = (folded(f"{given} {family}"), folded(f"{family} {given}"))
    return frozenset(name for name in names if len(name) >= SHORTEST)


LONGEST_GREETED = 40
"""In signs: a longer given name is greeted without."""
LONGEST_FAMILY_NAME = 100
_INNER_SIGNS = frozenset("'’ʼ-‐‑")
_ADDRESS = re.compile(r"://|www\.|@", re.IGNORECASE)
_DOT_INSIDE = re.compile(r"\w\w\.\w")
"""A dot ends an abbreviation or stands between initials (`J.R.`); anywhere else it makes a domain of a word."""


def looks_like_name(text: str, *, most: int = LONGEST_GREETED) -> bool:
    """Whether a text can be the name of a person: letters, their marks, blanks, apostrophe, hyphen and dot, and few of them.

    Whatever a mail program would make a link of is none. An empty text is none.
    """
    name = unicodedata.normalize("NFC", text)
    if not 0 < len(name) <= most or _ADDRESS.search(name) or _DOT_INSIDE.search(name):
        return False
    return any(sign.isalpha() for sign in name) and all(map(_is_of_a_name, name))


def greeting_name(customer: Customer) -> str:
    """By which name a message greets the customer; empty where what we were told is no name: then it greets without."""
    given = customer.contact.given_name.strip()
    return given if looks_like_name(given) else ""


def quotable(words: str) -> str:
    """A customer's words as a message may quote them; empty where a mail program would make a link of some of them.

    Who has a customer's link can have us mail to that customer: it must not carry a link of theirs.
    """
    return "" if _ADDRESS.search(words) or _DOT_INSIDE.search(words) else words


def _is_of_a_name(sign: str) -> bool:
    return sign in " ." or sign in _INNER_SIGNS or unicodedata.category(sign)[0] in "LM"
