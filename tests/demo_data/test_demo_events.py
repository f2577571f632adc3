"""The history as events: what a shop would have put on the bus, in order, the same each time."""

import json
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from datetime import date, datetime

import pytest

from demo import Event, load_history, window
from demo.draws import instant
from demo.events import Row

ENVELOPE = {"event_id", "version", "occurred_at", "channel", "customer_id"}
FIELDS = {
    "CustomerRegistered": ({"given_name", "family_name", "language", "time_zone"}, {"email", "phone"}),
    "PurchaseCompleted": ({"order_id", "total", "lines"}, {"contact"}),
    "PurchaseRefunded": ({"order_id", "refund_id", "amount", "reason"}, set()),
    "DeliveryCompleted": ({"order_id"}, set()),
    "ComplaintRaised": ({"complaint_id", "order_id", "subject", "text"}, set()),
    "ComplaintAnswered": ({"complaint_id", "answer"}, set()),
    "ComplaintResolved": ({"complaint_id", "cause"}, set()),
    "ConsentGiven": ({"purpose", "for_channel"}, set()),
    "ConsentWithdrawn": ({"purpose", "for_channel"}, set()),
}


@pytest.fixture(scope="module")
def events() -> list[Event]:
    """What the demo replays when nothing else is asked."""
    return load_history()


def test_every_event_has_the_fields_of_its_contract_and_no_other(events: list[Event]) -> None:
    for event in events:
        needed, optional = FIELDS[event["detail-type"]]
        assert event["source"] == "shop"
        assert needed | ENVELOPE <= event["detail"].keys() <= needed | ENVELOPE | optional
        assert event["detail"]["channel"] in {"web", "counter", "catalogue", "phone"}
        assert None not in event["detail"].values()
        assert "" not in event["detail"].values()
    assert {event["detail-type"] for event in events} == FIELDS.keys()


def test_money_is_whole_pence_and_an_event_fits_the_bus(events: list[Event]) -> None:
    for event in events:
        money = [event["detail"][key] for key in ("total", "amount") if key in event["detail"]]
        money += [line["unit_price"] for line in event["detail"].get("lines", ())]
        for each in money:
            assert type(each["amount"]) is int
            assert each["amount"] > 0
            assert each["currency"] == "GBP"
        assert len(event["detail"].get("lines", ())) <= 5
        assert len(json.dumps(event["detail"])) < 10_000


def test_events_come_in_order_of_time_each_once(events: list[Event]) -> None:
    times = [event["detail"]["occurred_at"] for event in events]
    assert times == sorted(times)
    assert all(at == instant(datetime.fromisoformat(at)) for at in times)
    assert len({event["detail"]["event_id"] for event in events}) == len(events)


def test_registration_then_consent_come_before_all_else_of_a_customer(events: list[Event]) -> None:
    lives: dict[str, list[str]] = defaultdict(list)
    for event in events:
        lives[event["detail"]["customer_id"]].append(event["detail-type"])
    for life in lives.values():
        given = life.count("ConsentGiven")
        assert life[0] == "CustomerRegistered"
        assert life[1 : 1 + given] == ["ConsentGiven"] * given
        assert life.count("CustomerRegistered") == 1


def test_refunds_and_deliveries_follow_their_purchase_and_answers_their_complaint(
    events: list[Event],
) -> None:
    bought: set[str] = set()
    raised: set[str] = set()
    for event in events:
        detail = event["detail"]
        match event["detail-type"]:
            case "PurchaseCompleted":
                bought.add(detail["order_id"])
            case "ComplaintRaised":
                raised.add(detail["complaint_id"])
            case "PurchaseRefunded":
                assert detail["order_id"] in bought
            case "DeliveryCompleted":
                assert detail["order_id"] in bought
            case "ComplaintAnswered" | "ComplaintResolved":
                assert detail["complaint_id"] in raised


def test_the_same_call_gives_the_same_events_and_other_customers_other_events(events: list[Event]) -> None:
    assert load_history(customers=60, days=120) == events
    few = load_history(customers=12, days=120)
    assert len(few) < len(events)
    assert len({event["detail"]["customer_id"] for event in few}) == 12


def test_what_a_caller_does_to_its_events_is_not_seen_by_the_next(events: list[Event]) -> None:
    for event in load_history():
        event["detail"].clear()
    assert load_history() == events


def test_sixty_customers_keep_the_mix_of_those_who_can_be_watched(
    events: list[Event], tables: Mapping[str, Sequence[Row]]
) -> None:
    kind = {row["customer_id"]: row["segment"] for row in tables["customers"]}
    chosen = Counter(kind[who] for who in {event["detail"]["customer_id"] for event in events})
    assert sum(chosen.values()) == 60
    assert min(chosen[each] for each in ("one-time", "repeat", "frequent", "lapsed")) >= 4
    languages = {row["customer_id"]: row["language"] for row in tables["customers"]}
    spoken = Counter(languages[who] for who in {event["detail"]["customer_id"] for event in events})
    assert min(spoken[language] for language in ("es", "pt", "en")) >= 8


def test_the_window_shows_purchases_returns_complaints_and_silences(events: list[Event]) -> None:
    opens = instant(window().start)
    inside = Counter(event["detail-type"] for event in events if event["detail"]["occurred_at"] >= opens)
    assert inside["PurchaseCompleted"] >= 60
    assert inside["PurchaseRefunded"] >= 10
    assert inside["ComplaintRaised"] >= 5
    last = {
        event["detail"]["customer_id"]: event["detail"]["occurred_at"]
        for event in events
        if event["detail-type"] == "PurchaseCompleted"
    }
    silent_for_90_days = [who for who, at in last.items() if at < "2010-09-10"]
    assert len(silent_for_90_days) >= 10


def test_the_prologue_leaves_out_what_was_over_before_the_window(events: list[Event]) -> None:
    opens = instant(window().start)
    before = [event for event in events if event["detail"]["occurred_at"] < opens]
    assert {"CustomerRegistered", "ConsentGiven", "PurchaseCompleted", "PurchaseRefunded"} <= {
        event["detail-type"] for event in before
    }
    assert [event for event in before if event["detail-type"] == "DeliveryCompleted"] == []
    resolved = {
        event["detail"]["complaint_id"]: event["detail"]["occurred_at"]
        for event in events
        if event["detail-type"] == "ComplaintResolved"
    }
    still_open = [
        event["detail"]["complaint_id"] for event in before if event["detail-type"] == "ComplaintRaised"
    ]
    assert all(resolved.get(complaint, "never") >= opens for complaint in still_open)


def test_a_start_moves_the_window_and_nothing_after_its_end_is_told() -> None:
    span = window(days=30, start=date(2010, 3, 1))
    assert (instant(span.start), instant(span.end)) == ("2010-03-01T00:00:00Z", "2010-03-31T00:00:00Z")
    told = load_history(customers=40, days=30, start=date(2010, 3, 1))
    assert "2010-03-01" < max(event["detail"]["occurred_at"] for event in told) < "2010-03-31"
    assert min(event["detail"]["occurred_at"] for event in told) < "2010-03-01"


def test_what_the_history_does_not_hold_is_refused_with_what_it_holds() -> None:
    with pytest.raises(ValueError, match=r"2009-12-01 to 2010-12-10 \(374 days\)"):
        load_history(days=400)
    with pytest.raises(ValueError, match=r"only [0-9]+ to choose from"):
        load_history(customers=301)
