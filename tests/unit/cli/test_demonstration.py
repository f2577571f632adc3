"""What the demo hears, and what it tells a shop owner of it."""

import io
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from rich.console import Console

from escalera.contracts.registry import ESCALERA_EVENTS
from escalera.domain.once import entry_id
from escalera_cli.commands import demo
from escalera_cli.connection import Connection
from escalera_cli.demonstration import words
from escalera_cli.demonstration.days import split
from escalera_cli.demonstration.diary import Diary
from escalera_cli.demonstration.display import Clock, shown
from escalera_cli.demonstration.listener import Listener
from escalera_cli.demonstration.summary import print_summary, summarize
from escalera_cli.local_shop import WebPorts
from tests.unit.cli.conftest import ROOT

OPENS = datetime(2026, 3, 1, tzinfo=UTC)


def told(name: str, day: float, customer: str = "ana", **fields: Any) -> dict[str, Any]:
    """One of Escalera's events, as its contract has it."""
    at = (OPENS + timedelta(days=day)).isoformat()
    detail = ESCALERA_EVENTS[name].EXAMPLE | {"occurred_at": at, "customer_id": customer} | fields
    if name == "PurchaseRecorded":
        detail["placed_at"] = at
    return {"detail-type": name, "detail": {**detail, "event_id": f"{name}-{customer}-{day}"}}


@pytest.fixture
def diary():
    return Diary(OPENS, {"ana": "Ana", "luis": "Luis"})


def of(diary, **fields):
    return summarize(diary, customers=2, start=OPENS, end=OPENS + timedelta(days=30)) | fields


def in_words(summary):
    """The summary as it is printed, each space one."""
    out = io.StringIO()
    print_summary(summary, Console(file=out, width=200))
    return " ".join(out.getvalue().split())


def test_each_of_escaleras_events_can_be_heard(diary):
    for name in ESCALERA_EVENTS:
        diary.hear(told(name, 1))
    assert diary.told() == len(ESCALERA_EVENTS)
    assert sum(diary.heard.values()) == len(ESCALERA_EVENTS)


def test_what_was_before_counts_only_as_known(diary):
    diary.hear(told("PurchaseRecorded", -1))
    diary.hear(told("MessageSent", -1))
    diary.hear(told("PurchaseRecorded", 1))
    summary = of(diary)
    assert (summary["orders_before"], summary["orders"], summary["emails_sent"]) == (1, 1, 0)


def test_figures_add_up(diary):
    for day in range(3):
        diary.hear(told("PurchaseRecorded", day))
    diary.hear(told("MessageSent", 1, message="order-thanks", journey="thank-you"))
    diary.hear(told("MessageSent", 1.1, message="order-thanks", journey="thank-you", for_channel="sms"))
    diary.hear(told("MessageWithheld", 2, reason="no_consent"))
    diary.hear(told("PromiseKept", 3))
    summary = of(diary)
    assert summary["orders"] == 3
    assert summary["bought"] == {"EUR": 3 * 4590}
    assert (summary["thanks_sent"], summary["emails_sent"], summary["texts_sent"]) == (2, 1, 1)
    assert summary["withheld"] == {"no_consent": 1}
    assert (summary["promises_kept"], summary["promises_broken"]) == (1, 0)


def caused(event, journey):
    """The entry that an event makes."""
    return entry_id(journey, event["detail"]["customer_id"], event["detail"]["event_id"])


def test_thanks_for_an_order_of_before_are_not_counted_among_the_orders_that_came_in(diary):
    old, new, unthanked = (told("PurchaseRecorded", day) for day in (-0.5, 1, 2))
    for event in (old, new, unthanked):
        diary.hear(event)
    for day, order in ((0.1, old), (1.1, new)):
        thanks = {"message": "order-thanks", "journey": "thank-you"}
        diary.hear(told("MessageSent", day, **thanks, entry_id=caused(order, "thank-you")))
    summary = of(diary)
    assert (summary["orders"], summary["orders_thanked"], summary["thanks_sent"]) == (2, 1, 2)
    assert "1 was thanked for" in in_words(summary)


def test_complaint_is_acknowledged_by_the_message_about_it_alone(diary):
    about = {"message": "complaint-heard", "journey": "complaint-recovery"}
    first, second = (told("ComplaintOpened", day) for day in (1, 2))
    for event in (first, second):
        diary.hear(event)
    diary.hear(told("MessageSent", 1.5, **about, entry_id=caused(first, "complaint-recovery")))
    diary.hear(told("MessageSent", 3, **about, entry_id="of-before"))
    summary = of(diary)
    assert summary["complaints_acknowledged"] == 1
    assert "2 complaints; 1 acknowledged by a message" in in_words(summary)


def test_journey_that_failed_is_told_whenever_it_did(diary):
    assert "failed" not in in_words(of(diary))
    for day in (-1, 1):
        diary.hear(told("JourneyFailed", day))
    assert "2 journeys failed" in in_words(of(diary))
    [line] = diary.since(0)
    assert line.text == "Ana fell out of win-back: PermanentError"


def test_task_is_told_in_a_sentence(diary):
    diary.hear(told("TaskCreated", 1))
    assert diary.since(0)[0].text == "Ana needs a person: a task for the sales team (personal call)"


@pytest.mark.parametrize(("failed", "code"), [(0, 0), (2, 1)])
def test_demo_whose_journeys_failed_ends_in_one(escalera, diary, monkeypatch, failed, code):
    for day in range(failed):
        diary.hear(told("JourneyFailed", day))
    monkeypatch.setattr(demo, "running_shop", lambda *_, **__: nullcontext((None, None)))
    monkeypatch.setattr(WebPorts, "free", lambda: None)
    monkeypatch.setattr(demo, "_show", lambda **_: of(diary))
    result = escalera("demo")
    assert "Where to look next" in result.output
    assert result.exit_code == code


def test_only_a_return_after_our_message_is_called_one(diary):
    for customer in ("ana", "luis"):
        diary.hear(told("CustomerWentQuiet", 1, customer))
    diary.hear(told("MessageSent", 2, "ana"))
    for customer in ("ana", "luis"):
        diary.hear(told("CustomerReturned", 3, customer))
    summary = of(diary)
    assert (summary["returned"], summary["returned_after_win_back"]) == (2, 1)


def test_thanks_of_another_purchase_make_no_story(diary):
    diary.hear(told("PurchaseRecorded", 1))
    diary.hear(told("MessageSent", 20, message="order-thanks", journey="thank-you"))
    assert of(diary)["examples"] == []
    diary.hear(told("PurchaseRecorded", 19.5))
    [example] = of(diary)["examples"]
    assert example["story"][0].startswith("20 March: Ana bought")


def test_summary_is_told_in_words_and_by_name(diary):
    diary.hear(told("CustomerWentQuiet", 1))
    diary.hear(told("MessageWithheld", 2, reason="open_complaint"))
    words = in_words(of(diary))
    assert "1 customer went quiet" in words
    assert "1 a complaint was still open" in words
    assert "Ana was not sent a kind word" in words


def test_every_message_of_the_programme_has_words():
    assert set(words.MESSAGES) == {folder.name for folder in (ROOT / "programme/messages").iterdir()}


def test_without_a_terminal_each_happening_is_a_line(diary):
    out = io.StringIO()
    with shown(diary, Clock(OPENS, OPENS + timedelta(days=2)), Console(file=out, width=100)):
        diary.hear(told("PurchaseRecorded", 1))
    assert out.getvalue().strip() == "02 Mar 00:00  Ana bought for the first time: 45.90 EUR"


def test_on_a_terminal_there_is_a_board(diary):
    out = io.StringIO()
    clock = Clock(OPENS, OPENS + timedelta(days=30))
    diary.hear(told("PurchaseRecorded", 1))
    clock.now += timedelta(days=4)
    with shown(diary, clock, Console(file=out, width=100, force_terminal=True)):
        pass
    assert "Day 5 of 30" in out.getvalue()
    assert "Ana bought" in out.getvalue()


def test_event_delivered_twice_is_heard_once(diary):
    class Bus(Connection):
        def __init__(self):
            pass

        def output(self, name):
            return name

        def client(self, service, **_options):
            return None

    listener = Listener(Bus(), diary.hear)
    for _ in range(2):
        listener._take(told("PurchaseRecorded", 1))
    assert diary.heard["PurchaseRecorded"] == 1


def test_past_is_split_where_the_days_begin():
    events = [
        {"detail": {"occurred_at": (OPENS + timedelta(days=day)).isoformat()}} for day in (-2, -1, 0, 1)
    ]
    before, during = split(events, OPENS)
    assert (before, during) == (events[:2], events[2:])
