"""Events put on the bus by hand."""

import json
from pathlib import Path

import pytest

from escalera.contracts.registry import SHOP_EVENTS
from escalera_cli.endings import CommandError
from escalera_cli.event_files import put_events, read_events

ROOT = Path(__file__).parents[3]


@pytest.mark.parametrize("name", sorted(SHOP_EVENTS))
def test_every_published_example_is_right(escalera, name):
    example = ROOT / f"events/{name}/v1.example.json"
    assert escalera("send-event", example, "--as", name, "--dry-run").exit_code == 0


def test_event_reaches_the_bus_whole(escalera, bus_hears, purchase, tmp_path):
    file = tmp_path / "events.jsonl"
    file.write_text(json.dumps(purchase) + "\n")
    result = escalera("send-event", file, "--stage", "dev")
    assert result.exit_code == 0, result.output
    [heard] = bus_hears()
    assert (heard["source"], heard["detail-type"], heard["detail"]) == (
        "shop",
        "PurchaseCompleted",
        purchase["detail"],
    )


def test_what_is_wrong_is_told_field_by_field(escalera, purchase):
    purchase["detail"]["total"]["amount"] = "much"
    del purchase["detail"]["channel"]
    result = escalera("send-event", "-", "--dry-run", input=json.dumps(purchase))
    assert result.exit_code == 1
    head = "event 1 (PurchaseCompleted order-5001-paid) refused: "
    assert (
        head + "total.amount: is a text of 4 characters; write a whole number of minor units" in result.output
    )
    assert head + "channel: is missing; add it" in result.output
    assert "1 of 1 refused; nothing was sent." in result.output


def test_scripts_read_what_was_sent(escalera, bus_hears, purchase):
    dry = escalera("send-event", "-", "--dry-run", "--json", input=json.dumps(purchase))
    title = "PurchaseCompleted order-5001-paid"
    accepted = {"event": 1, "title": title, "verdict": "accepted", "problems": [], "warnings": []}
    assert json.loads(dry.stdout) == {"checked": 1, "refused": 0, "sent": 0, "events": [accepted]}
    result = escalera("send-event", "-", "--stage", "dev", "--json", input=json.dumps([purchase] * 11))
    found = json.loads(result.stdout)
    assert (found["checked"], found["refused"], found["sent"]) == (11, 0, 11)


def test_scripts_read_what_is_wrong(escalera, purchase):
    del purchase["detail"]["channel"]
    result = escalera("send-event", "-", "--json", input=json.dumps([purchase]))
    assert result.exit_code == 1
    found = json.loads(result.stdout)
    assert (found["checked"], found["refused"], found["sent"]) == (1, 1, 0)
    assert found["events"] == [
        {
            "event": 1,
            "title": "PurchaseCompleted order-5001-paid",
            "verdict": "refused",
            "problems": [{"field": "channel", "found": "is missing", "remedy": "add it"}],
            "warnings": [],
        }
    ]


def test_bar_grows_on_a_terminal_and_stays_out_of_what_scripts_read(
    escalera, bus_hears, purchase, monkeypatch
):
    words, given = ("send-event", "-", "--stage", "dev", "--json"), json.dumps([purchase] * 25)
    assert escalera(*words, input=given).stderr == ""
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = escalera(*words, input=given)
    assert "25/25" in result.stderr
    assert json.loads(result.stdout)["sent"] == 25


def test_blemish_is_warned_of_with_what_is_left_out_and_the_event_is_accepted(escalera, bus_hears, purchase):
    purchase["detail"]["contact"]["language"] = "fr"
    dry = escalera("send-event", "-", "--dry-run", input=json.dumps(purchase))
    assert dry.exit_code == 0
    said = "accepted with warnings: contact.language: is left out: it has a value that cannot be used; write 'es', "
    assert said in dry.output
    assert "1 accepted, 1 of them with warnings; nothing was sent." in dry.output
    told = escalera("send-event", "-", "--dry-run", "--json", input=json.dumps(purchase))
    [event] = json.loads(told.stdout)["events"]
    assert (event["verdict"], event["warnings"][0]["field"]) == ("accepted with warnings", "contact.language")
    assert escalera("send-event", "-", "--stage", "dev", input=json.dumps(purchase)).exit_code == 0
    assert len(bus_hears()) == 1


def test_one_wrong_event_keeps_all_from_the_bus(escalera, bus_hears, purchase):
    wrong = {**purchase, "detail": {**purchase["detail"], "occurred_at": "yesterday"}}
    result = escalera(
        "send-event", "-", "--stage", "dev", input=f"{json.dumps(purchase)}\n{json.dumps(wrong)}\n"
    )
    assert result.exit_code == 1
    assert "event 2" in result.output
    assert bus_hears() == []


def test_dry_run_sends_nothing(escalera, bus_hears, purchase):
    assert (
        escalera("send-event", "-", "--stage", "dev", "--dry-run", input=json.dumps(purchase)).exit_code == 0
    )
    assert bus_hears() == []


def test_stack_that_is_not_there_is_named_with_its_remedy(escalera, purchase, stack):
    result = escalera("send-event", "-", "--stage", "prod", input=json.dumps(purchase))
    assert result.exit_code == 3
    assert "There is no stack escalera-prod" in result.output
    assert "cdk deploy" in result.output


def test_line_that_is_no_json_is_named():
    with pytest.raises(CommandError, match=r"history.jsonl:2: this is not JSON"):
        read_events('{"a": 1}\n{"a": \n', "history.jsonl")


class Bus:
    """Takes no event more often than every second call."""

    def __init__(self, refusals: int) -> None:
        self.refusals = refusals
        self.taken: list[str] = []

    def put_events(self, Entries):  # noqa: N803
        if self.refusals:
            self.refusals -= 1
            self.taken += [entry["Detail"] for entry in Entries[:-1]]
            throttled = {"ErrorCode": "ThrottlingException", "ErrorMessage": "Rate exceeded"}
            return {"Entries": [{"EventId": "1"}] * (len(Entries) - 1) + [throttled]}
        self.taken += [entry["Detail"] for entry in Entries]
        return {"Entries": [{"EventId": "1"}] * len(Entries)}


def test_refused_events_are_put_again_and_no_other(purchase):
    bus, events = Bus(refusals=3), [{**purchase, "detail": {"number": number}} for number in range(25)]
    assert sum(put_events(bus, "b", events, sleep=lambda _: None)) == 25
    assert sorted(json.loads(one)["number"] for one in bus.taken) == list(range(25))


def test_bus_that_refuses_for_good_is_told(purchase):
    with pytest.raises(CommandError, match="ThrottlingException Rate exceeded"):
        list(put_events(Bus(refusals=99), "b", [purchase], sleep=lambda _: None))
