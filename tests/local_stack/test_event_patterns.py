"""The emulator decides by patterns as AWS does: the end-to-end tests rely on it."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from escalera.contracts.registry import SHOP_EVENTS
from tests.local_stack.probe import Probe

SNAPSHOT = Path(__file__).parents[1] / "infra" / "snapshot" / "escalera-prod.json"


OTHERWISE = {
    "content_wildcard_complex_EXC": "match",  # AWS refuses so many wildcards in one pattern
    "dot_joining_event": "no-match",  # AWS takes a field called `a.b` for b in a
    "nested_json_NEG": "match",  # AWS does not look into a detail that is a text
}
"""What the emulator says of the cases in which it is not AWS's opinion."""


def properties(kind: str) -> dict[str, Any]:
    """The properties of all resources of a kind in the template of production."""
    resources = json.loads(SNAPSHOT.read_text(encoding="utf-8"))["Resources"]
    return {name: one["Properties"] for name, one in resources.items() if one["Type"] == kind}


def fields_of(pattern: Any) -> Iterator[str]:
    """The names of all fields that a pattern looks at."""
    if isinstance(pattern, dict):
        for name, inner in pattern.items():
            yield name
            yield from fields_of(inner)


def verdict(probe: Probe, pattern: Any, event: Any) -> str:
    """What the emulator says of an event and a pattern, in the words of the recorded cases."""
    try:
        answer = probe.client("events").test_event_pattern(
            EventPattern=json.dumps(pattern), Event=json.dumps(event)
        )
    except ClientError as error:
        if error.response["Error"]["Code"] != "InvalidEventPatternException":
            raise
        return "invalid"
    return "match" if answer["Result"] else "no-match"


def test_emulator_gives_every_recorded_verdict_but_those_we_never_need(
    probe: Probe, shared_data: Path
) -> None:
    cases = json.loads((shared_data / "eventbridge_patterns" / "cases.json").read_text(encoding="utf-8"))

    found = {case["name"]: verdict(probe, case["pattern"], case["event"]) for case in cases}

    expected = {case["name"]: case["expected"] for case in cases}
    assert len(cases) == 78
    assert {name: said for name, said in found.items() if said != expected[name]} == OTHERWISE


def test_no_rule_of_ours_needs_what_the_emulator_decides_otherwise() -> None:
    """Neither many wildcards, nor fields with a dot in their name; and what is put on the bus is never a text."""
    patterns = [one["EventPattern"] for one in properties("AWS::Events::Rule").values()]

    assert len(patterns) > 10
    wildcards = re.findall(r'"wildcard": (\[[^]]*\]|"[^"]*")', json.dumps(patterns))
    assert wildcards
    assert all(text.count("*") <= 3 for one in wildcards for text in re.findall(r'"[^"]*"', one))
    assert not [name for pattern in patterns for name in fields_of(pattern) if "." in name]


@pytest.mark.parametrize(
    ("source", "name", "expected"),
    [
        ("shop", "PurchaseComplete", "match"),
        ("shop.till-3", "OrderPlaced", "match"),
        ("shopping", "OrderPlaced", "match"),
        ("myshop", "PurchaseCompleted", "match"),
        ("escalera", "PurchaseRecorded", "match"),
        ("aws.events", "Scheduled Event", "no-match"),
        *(("shop", name, "no-match") for name in SHOP_EVENTS),
    ],
)
def test_emulator_knows_which_events_of_a_shop_nobody_knows(
    probe: Probe, source: str, name: str, expected: str
) -> None:
    rules = properties("AWS::Events::Rule")
    patterns = [rule["EventPattern"] for key, rule in rules.items() if key.startswith("UnknownEvents")]
    rest = {"id": "1", "account": "1", "time": "2026-11-03T17:12:45Z", "region": "eu-west-1", "resources": []}
    event = {**rest, "source": source, "detail-type": name, "detail": {}}

    assert len(patterns) == 2
    kept = [one for one in patterns if verdict(probe, one, event) == "match"]
    assert ("match" if kept else "no-match") == expected
