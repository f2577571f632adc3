"""Sample facts to render messages with: the longest a shop will plausibly see, and the shortest."""

from collections.abc import Iterable, Mapping
from typing import Any

from escalera.domain.vocabulary import Language
from escalera.journeys.texts import FACTS
from programme_compiler.models import ProgrammeFile

_LONG_DAY = {
    Language.SPANISH: "30 de septiembre de 2026",
    Language.PORTUGUESE: "30 de setembro de 2026",
    Language.ENGLISH: "30 September 2026",
}
_LONG_MOMENT = {
    Language.SPANISH: "30 de septiembre a las 23:59",
    Language.PORTUGUESE: "30 de setembro às 23:59",
    Language.ENGLISH: "30 September at 23:59",
}
_LONG_NAME = "Maria Magdalena"
"""The given name is what messages use, and the longest of the common ones has 15 letters."""
_CODE_TAIL = "-ABC234"
"""What is drawn for each customer and put behind the reward's own prefix."""
_PORTAL = "https://d111111abcdef8.cloudfront.net"
_LONG_TOKEN = f"1.{'a' * 90}.{'a' * 32}"
"""Of a customer and an order whose ids are as long as a UUID and 2026-0001234."""


def shop_facts(programme: ProgrammeFile) -> dict[str, str]:
    """What messages may say of the shop."""
    return {
        "name": programme.shop.name,
        "url": programme.shop.url,
        "support_email": programme.shop.support_email,
        "support_phone": programme.shop.support_phone,
        "postal_address": programme.shop.postal_address,
    }


def longest(
    programme: ProgrammeFile, language: Language, rewards: Iterable[str]
) -> dict[str, Mapping[str, Any]]:
    """Long values for every fact; of the rewards, the one with most to say."""
    granted = [programme.rewards[name] for name in rewards if name in programme.rewards] or list(
        programme.rewards.values()
    )
    return {
        "shop": shop_facts(programme),
        "customer": {"name": _LONG_NAME, "orders": 1000},
        "order": {"number": "2026-0001234", "total": "12.345,67 €", "placed_on": _LONG_DAY[language]},
        "links": {page: f"{_PORTAL}/{page}/{_LONG_TOKEN}" for page in FACTS["links"]},
        "silence": {"days": 1000},
        "complaint": {
            "reference": "R-2026-0001234",
            "subject": "The parcel came open and two of the cups in it were broken",
            "answer_by": _LONG_MOMENT[language],
        },
        "answer": {
            "text": "\n\n".join(["A new one is on its way to you, and nothing is to be paid for it."] * 12)
        },
        "reward": {
            "code": max((reward.code for reward in granted), key=len, default="CODE") + _CODE_TAIL,
            "valid_until": _LONG_DAY[language],
            "text": max(
                (getattr(reward.text, language.value) for reward in granted), key=len, default="10 %"
            ),
        },
    }


def shortest(
    programme: ProgrammeFile, language: Language, rewards: Iterable[str]
) -> dict[str, Mapping[str, Any]]:
    """Short values for every fact: a customer without a name, a first order, one day."""
    facts = longest(programme, language, rewards)
    return {
        **facts,
        "customer": {"name": "", "orders": 0},
        "order": {"number": "1", "total": "1 €", "placed_on": "1/1"},
        "silence": {"days": 1},
        "complaint": {"reference": "1", "subject": "", "answer_by": "1/1"},
        "answer": {"text": "."},
    }
