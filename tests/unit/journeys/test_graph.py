from pathlib import Path

import pytest

from escalera.journeys.conditions import keys_of
from escalera.journeys.file_model import Condition
from escalera.journeys.graph import Edge, JourneyGraph, Way, graphs_from_json, graphs_to_json
from escalera.journeys.graph_words import condition_words, edge_words, event_words, node_words, span_words
from escalera.journeys.occasions import OCCASIONS
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source

DEFAULT = Path(__file__).parents[3] / "programme"
JOURNEYS = {name: one.journey for name, one in read_source(DEFAULT).journeys.items()}


def graph(name: str) -> JourneyGraph:
    return graph_of(JOURNEYS[name])


def said(name: str) -> list[str]:
    return [str(node_words(node)) for node in graph(name).nodes]


def test_a_marketer_reads_what_happens_to_whoever_is_silent():
    assert said("win-back") == [
        "Starts when: the customer is silent for unusually long",
        "Message: We miss you",
        "Wait: 5 days",
        "Which way?",
        "Task for sales: Personal call (within 2 days)",
        "Reward: Comeback",
        "Message: Comeback offer",
        "Wait: 16 days",
        "Message: Why did you leave",
        "End",
    ]


def test_the_ways_of_a_branch_say_who_goes_them():
    win_back = graph("win-back")
    branch = win_back.node("3-branch")
    assert branch is not None
    ways = [(edge_words(edge, branch), edge.target) for edge in win_back.onward(branch.id)]
    assert ways == [
        ("class A", "3.1.1-task-personal-call"),
        ("said yes to promotion", "3.2.1-reward-comeback"),
        ("otherwise", "4-wait-16d"),
    ]


def test_the_entrance_says_which_group_one_joins():
    assert said("volume-down")[0] == "Starts when: the customer joins the group volume-down"


def test_waiting_in_vain_leads_out_only_where_the_file_says_so():
    recovery = graph("complaint-recovery")
    left = [edge for edge in recovery.edges if edge.target == "left"]
    assert left == [Edge("7-wait-for-ComplaintClosed", "left", Way.IN_VAIN)]
    assert "left" not in {node.id for node in graph("thank-you").nodes}


def test_the_wait_behind_a_wait_is_known_for_nobody_tells_of_it():
    thanks = graph("thank-you")
    assert [node.id for node in thanks.silent_chain("2-wait-for-DeliveryRecorded")] == ["3-wait-4d"]
    assert list(thanks.silent_chain("3-wait-4d")) == []


def test_the_wait_behind_a_message_is_noted_when_it_begins():
    assert list(graph("win-back").silent_chain("1-send-we-miss-you")) == []


def test_graphs_are_read_as_they_were_written():
    graphs = {name: graph(name) for name in JOURNEYS}
    assert graphs_from_json(graphs_to_json(graphs.values())) == graphs


def test_graphs_of_another_release_are_refused():
    with pytest.raises(ValueError, match="build both again"):
        graphs_from_json({"version": 99, "journeys": []})


def test_a_node_of_an_earlier_version_is_nowhere():
    assert graph("win-back").node("9-send-gone") is None


@pytest.mark.parametrize("event", OCCASIONS)
def test_every_occasion_has_words(event):
    assert event_words(event) != event


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        ({"class": ["A", "B"]}, "class A or B"),
        ({"group": ["best"]}, "in the group best"),
        ({"rung": ["buyer"]}, "stands as buyer"),
        ({"language": ["es", "pt"]}, "reads Spanish or Portuguese"),
        ({"orders": {"at_most": 1}}, "at most 1 order"),
        ({"orders": {"at_least": 2}}, "at least 2 orders"),
        ({"orders": {"at_least": 2, "at_most": 5}}, "2 to 5 orders"),
        ({"orders": {"at_least": 3, "at_most": 3}}, "exactly 3 orders"),
        ({"quiet": True}, "silent for unusually long"),
        (
            {"has_open_complaint": False, "complaint_answered": True},
            "has no open complaint and the complaint was answered",
        ),
        ({"consents": {"purpose": "promotion", "channel": "sms"}}, "said yes to promotion by text message"),
        ({"order_delivered": True, "order_returned": False}, "the order arrived and the order was kept"),
        ({"not": {"class": ["C"]}}, "not (class C)"),
        ({"any": [{"class": ["A"]}, {"quiet": False}]}, "(class A or not silent)"),
    ],
)
def test_conditions_in_words(condition, words):
    assert condition_words(condition) == words


def test_no_key_of_a_condition_stands_there_as_it_is_written_in_the_file():
    """Whoever adds a condition gives it words too."""
    sample = {
        "class": ["A"],
        "group": ["g"],
        "rung": ["buyer"],
        "language": ["es"],
        "orders": {"at_most": 1},
        "consents": {"purpose": "promotion"},
        "not": {"quiet": True},
        "any": [{"quiet": True}],
    }
    keys = {field.alias or name for name, field in Condition.model_fields.items()}
    for key in keys:
        condition = {key: sample.get(key, True)}
        assert keys_of([condition]) >= {key}
        assert condition_words(condition) != key


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (5 * 86_400, "5 days"),
        (604_800, "1 week"),
        (14 * 86_400, "14 days"),
        (72_000, "20 hours"),
        (60, "1 minute"),
        (61, "61 seconds"),
    ],
)
def test_spans_in_words(seconds, words):
    assert span_words(seconds) == words
