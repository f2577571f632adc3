"""The last step: the day's measures, kept as a fact, and the night told in a few numbers."""

from typing import Any

from escalera.domain.measures import measures
from escalera.domain.score import ShopScore
from escalera.ports.measures import DailyMeasures
from escalera.ports.night import NightFiles
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.results import PartResult, combined
from escalera.use_cases.score.rules import NightRules


def record_measures(
    night: Night, *, files: NightFiles, daily: DailyMeasures, rules: NightRules
) -> dict[str, Any]:
    """Put the parts together and keep the measures of the day, unless it has some: then those stay as they are.

    The answer is plain JSON: what whoever asks for a night wants to read of it.
    """
    shop = ShopScore.from_json(files.read(night.score))
    parts = (PartResult.from_json(files.read(name)) for name in files.names(night.results))
    whole = combined(parts, rules.measure_rules(night.as_of))
    found = measures(whole.measures, rules.targets, no_value=shop.no_value_because, notes=shop.notes)
    kept = daily.record(found)
    return {
        "as_of": night.as_of.isoformat(),
        "day": found.day.isoformat(),
        "measures_kept": kept,
        **whole.numbers(),
        "customers": shop.customers,
        "currency": shop.exchange.currency,
        "value_model": shop.value_model,
        "no_value_because": shop.no_value_because,
        "class_cuts": {"A": shop.class_cuts.a, "B": shop.class_cuts.b},
        "notes": list(shop.notes),
    }
