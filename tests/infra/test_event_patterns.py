"""The matcher that the tests of rules rely on gives the verdicts that AWS gave."""

import json

import pytest

from tests.support.event_patterns import InvalidPatternError, matches


def _verdict(case) -> str:
    try:
        return "match" if matches(case["pattern"], case["event"]) else "no-match"
    except InvalidPatternError:
        return "invalid"


def test_matcher_agrees_with_every_recorded_verdict(shared_data):
    cases = json.loads((shared_data / "eventbridge_patterns" / "cases.json").read_text(encoding="utf-8"))

    disagreements = {c["name"]: _verdict(c) for c in cases if _verdict(c) != c["expected"]}

    assert len(cases) == 78
    assert disagreements == {}


@pytest.mark.parametrize(
    ("event", "expected"),
    [
        ({"lines": [{"sku": "A", "gift": True}, {"sku": "B", "gift": False}]}, True),
        ({"lines": [{"sku": "A", "gift": False}, {"sku": "B", "gift": True}]}, False),
        ({"lines": [{"sku": "A"}, {"gift": True}]}, False),
        ({"lines": [{"sku": "A", "gift": 1}]}, False),
    ],
)
def test_fields_of_one_array_match_within_one_element(event, expected):
    assert matches({"lines": {"sku": ["A"], "gift": [True]}}, event) is expected
