"""The verdict before an event is sent is the one that the stack comes to."""

import copy
import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.errors import ContractError
from escalera.runtime.inbox import event_reader
from escalera_cli.local_stack import LocalStackError
from escalera_cli.verdicts import Verdict, clock_of, judge_all, problems_with
from tests.fakes.house import RECORDERS, House

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
WORDS_OF_PYDANTIC = ("Input should", "valid", "instance", "Value error", "Field required", "validation")
VALUES: tuple[Any, ...] = (
    *(None, True, 7, 10**40, -1, 1.5, "", "secreto", "s" * 500, "2026-03-02T10:00:00", [], ["secreto"], {}),
    *({"secreto": "secreto"}, "secreto@example.com", "+34600111222", (NOW + timedelta(days=400)).isoformat()),
)


@pytest.fixture(autouse=True)
def _named(monkeypatch: pytest.MonkeyPatch) -> None:
    """What Powertools reads by itself."""
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "functions")
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Escalera")


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [place, *(one for key, part in inner for one in _places(part, (*place, key)))]


def _with(detail: Any, place: tuple[Any, ...], value: Any) -> Any:
    if not place:
        return value
    changed = copy.deepcopy(detail)
    at = changed
    for key in place[:-1]:
        at = at[key]
    at[place[-1]] = value
    return changed


def _events(name: str) -> list[dict[str, Any]]:
    example = SHOP_EVENTS[name].EXAMPLE
    details = [_with(example, place, value) for place in _places(example) for value in VALUES]
    return [{"source": "shop", "detail-type": name, "detail": detail} for detail in details]


def _refused_by_the_reader(event: dict[str, Any]) -> str:
    try:
        event_reader(*SHOP_EVENTS.values())(json.dumps({**event, "id": "1"}))
    except ContractError as error:
        return str(error)
    return ""


@pytest.mark.parametrize("name", sorted(SHOP_EVENTS))
def test_every_wrong_value_is_refused_as_the_functions_do_with_field_and_remedy(name):
    refused = 0
    for event in _events(name):
        problems = problems_with(event, NOW)
        here = [one for one in problems if "is more than a day after now" not in one.found]
        assert "; ".join(map(str, here)) in _refused_by_the_reader(event)
        assert bool(here) == bool(_refused_by_the_reader(event))
        refused += bool(here)
        for one in problems:
            said = str(one).replace(one.field, "")
            assert one.remedy, said
            assert not [words for words in WORDS_OF_PYDANTIC if words in said], said
            assert "secreto" not in said, said
            assert "600111222" not in said, said
    assert refused > 30


@pytest.mark.parametrize("name", sorted(SHOP_EVENTS))
@pytest.mark.parametrize(
    ("hours", "verdict"), [(23, Verdict.ACCEPTED), (25, Verdict.REFUSED), (9000, Verdict.REFUSED)]
)
def test_time_to_come_is_judged_by_the_rule_of_the_functions(name, hours, verdict):
    house = House()
    detail = {
        **SHOP_EVENTS[name].EXAMPLE,
        "occurred_at": (house.clock.now() + timedelta(hours=hours)).isoformat(),
    }
    [judged] = judge_all([{"source": "shop", "detail-type": name, "detail": detail}], house.clock)
    read = SHOP_EVENTS[name].model_validate(detail)
    [outcome] = RECORDERS[name]([read], customers=house.store, rules=house.rules, clock=house.clock)
    assert judged.verdict is verdict
    assert "; ".join(map(str, judged.problems)) == str(outcome.error or "")


def test_source_and_name_are_judged_too(purchase):
    def fields(event: Any) -> list[str]:
        return [one.field for one in problems_with(event, NOW)]

    assert fields({**purchase, "source": "myshop"}) == ["source"]
    assert fields({**purchase, "source": "shop.till"}) == []
    assert fields({**purchase, "detail-type": "PurchaseDone", "source": 1}) == ["source", "detail-type"]
    assert fields({**purchase, "detail": None}) == ["the whole"]
    assert fields(7) == ["the whole"]


def test_name_that_is_near_is_proposed(purchase):
    [problem] = problems_with({**purchase, "detail-type": "PurchaseComplete"}, NOW)
    assert problem.remedy.startswith("write PurchaseCompleted, which is near")


class SetStack:
    """A local stack whose time is set."""

    def settings(self) -> dict[str, Any]:
        start = f"{datetime.now(UTC).isoformat()}=2031-01-01T00:00:00+00:00"
        return {"clock": {"ESCALERA_CLOCK_ORIGIN": start, "ESCALERA_CLOCK_SCALE": "1.0"}}


def test_local_stack_judges_by_its_own_clock(monkeypatch, tmp_path):
    monkeypatch.setattr("escalera_cli.verdicts.LocalStack.attach", lambda _: SetStack())
    assert clock_of("local", tmp_path).now().year == 2031
    assert clock_of("prod", tmp_path).now().year == datetime.now(UTC).year


def test_events_are_judged_before_any_stack_runs(monkeypatch, tmp_path):
    def none_runs(_: Any) -> None:
        raise LocalStackError("No local stack runs")

    monkeypatch.setattr("escalera_cli.verdicts.LocalStack.attach", none_runs)
    assert abs(clock_of("local", tmp_path).now() - datetime.now(UTC)) < timedelta(minutes=1)
