"""Plausible facts, to show a message before there is anybody to send it to."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from escalera.domain.money import Money
from escalera.domain.vocabulary import Language
from escalera.journeys.programme import Programme, RewardTerms
from escalera.journeys.wording import day_text, moment_text, money_text

_NAMES = {Language.SPANISH: "Lucía", Language.PORTUGUESE: "Beatriz", Language.ENGLISH: "Alice"}
_SUBJECTS = {
    Language.SPANISH: "La lámpara llegó rota",
    Language.PORTUGUESE: "O candeeiro chegou partido",
    Language.ENGLISH: "The lamp arrived broken",
}
_ANSWERS = {
    Language.SPANISH: "Sentimos lo ocurrido.\n\nHoy mismo sale otra lámpara hacia su casa, sin coste alguno.",
    Language.PORTUGUESE: "Lamentamos o sucedido.\n\nHoje mesmo segue outro candeeiro, sem qualquer custo.",
    Language.ENGLISH: "We are sorry that this happened.\n\nAnother lamp leaves for you today, at no cost.",
}


def sample_facts(
    programme: Programme, language: Language, now: datetime, reward: RewardTerms | None = None
) -> dict[str, Mapping[str, Any]]:
    """Of every group of facts but `shop` and `links`, as somebody who buys now and then would have them."""
    zone = ZoneInfo(programme.shop.default_time_zone)
    today = now.astimezone(zone).date()
    facts: dict[str, Mapping[str, Any]] = {
        "customer": {"name": _NAMES[language], "orders": 3},
        "order": {
            "number": "10482",
            "total": money_text(Money(4590, programme.shop.currency), language),
            "placed_on": day_text(today - timedelta(days=3), language),
        },
        "silence": {"days": 71},
        "complaint": {
            "reference": "R-207",
            "subject": _SUBJECTS[language],
            "answer_by": moment_text(now + timedelta(days=1), zone, language),
        },
        "answer": {"text": _ANSWERS[language]},
    }
    if reward is not None:
        last_day = today + timedelta(seconds=reward.valid)
        facts["reward"] = {
            "code": f"{reward.code_prefix}-7KQ2M4",
            "valid_until": day_text(last_day, language),
            "text": reward.text[language],
        }
    return facts
