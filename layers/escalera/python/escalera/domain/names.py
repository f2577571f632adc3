"""Names as people look for them: without accents, capitals and punctuation, from either end."""

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
