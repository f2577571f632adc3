"""`escalera score`: a night is started or joined, followed, and told in a few lines or as JSON."""

import json
from typing import Any

import pytest

from escalera_cli import nights
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.nights import Night

TOLD: dict[str, Any] = {
    "day": "2026-03-01",
    "as_of": "2026-03-02T02:30:00+00:00",
    "known": 1200,
    "customers": 1000,
    "scored": 1000,
    "written": 12,
    "left": 1,
    "measures_kept": True,
    "currency": "EUR",
    "value_model": None,
    "no_value_because": "too few customers bought again",
    "classes": {"A": 100, "B": 300, "C": 600},
    "class_cuts": {"A": 120_000, "B": 30_000},
    "groups": {"most-valuable": 100},
    "notes": ["3 orders in JPY are left out: add its rate"],
}


class Machine:
    """Stands for the deployed machine."""

    def __init__(self) -> None:
        self.ours, self.fails = True, False

    def start(self, _connection: object) -> tuple[str, bool]:
        return "arn:night", self.ours

    def follow(self, _connection: object, execution: str, report: Any) -> Night:
        report("Exporting the table", None)
        if self.fails:
            raise CommandError("The night did not end well", code=PROBLEMS)
        return Night(execution, TOLD)


@pytest.fixture
def machine(stack: object, monkeypatch: pytest.MonkeyPatch) -> Machine:
    machine = Machine()
    monkeypatch.setattr(nights, "start", machine.start)
    monkeypatch.setattr(nights, "follow", machine.follow)
    return machine


def test_the_night_is_told_in_words(escalera, machine):
    result = escalera("score", "--stage", "dev")
    assert result.exit_code == 0, result.output
    for said in (
        "The night of 2026-03-01",
        "1,200 known, 1,000 have bought, 1,000 scored",
        "12 whose score changed; 1 left to the next night",
        "none: too few customers bought again",
        "A: 100 (from 1,200.00 EUR)",
        "most-valuable: 100",
        "3 orders in JPY are left out",
    ):
        assert said in " ".join(result.stdout.split()), said


def test_json_is_the_night_and_nothing_else(escalera, machine):
    result = escalera("score", "--stage", "dev", "--json")
    told = json.loads(result.stdout)
    assert {name: told[name] for name in TOLD} == TOLD
    assert told["execution"] == "arn:night"


def test_a_night_that_runs_already_is_joined_and_said(escalera, machine):
    machine.ours = False
    assert "A night is running already" in escalera("score", "--stage", "dev").stderr


def test_a_night_that_failed_is_an_exit_code_of_its_own(escalera, machine):
    machine.fails = True
    result = escalera("score", "--stage", "dev")
    assert result.exit_code == PROBLEMS
    assert "did not end well" in result.stderr
