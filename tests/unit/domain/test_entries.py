"""Entering a journey, being displaced, waiting and leaving."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalera.domain.customer import ActiveEntry, Customer
from escalera.domain.entries import (
    Asked,
    EntryRules,
    NotEntered,
    end,
    enter,
    leave_by,
    running,
    wait,
    why_not,
)
from escalera.domain.facts import EntryStatus
from escalera.domain.vocabulary import AbcClass, CustomerId, EntryId, JourneyName, Purpose

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
DAY = timedelta(days=1)
SECOND = timedelta(seconds=1)
ANA = Customer(CustomerId("ana"))
WIN_BACK = EntryRules(
    journey=JourneyName("win-back"),
    kind=Purpose.PROMOTION,
    priority=20,
    once_per=180 * DAY,
    fresh=7 * DAY,
    classes=(AbcClass.A, AbcClass.B),
    leaves_on=("PurchaseRecorded", "ComplaintOpened"),
    longest=30 * DAY,
)
ASKED = Asked(EntryId("e-1"), "run:1", "CustomerWentQuiet-1", NOON, "", holdout=False)


def rival(key: str = "e-0", **fields: Any) -> Customer:
    """Ana in another journey already."""
    given: dict[str, Any] = {
        "journey": JourneyName("spring-sale"),
        "kind": Purpose.PROMOTION,
        "priority": 10,
        "execution": "run:0",
        "entered_at": NOON - DAY,
        "until": NOON + DAY,
    }
    return replace(ANA, active_entries={EntryId(key): ActiveEntry(**(given | fields))})


@pytest.mark.parametrize(
    ("customer", "rules", "now", "expected"),
    [
        (ANA, WIN_BACK, NOON, None),
        (replace(ANA, erased_at=NOON), WIN_BACK, NOON, NotEntered.ERASED),
        (ANA, WIN_BACK, NOON + 7 * DAY, None),
        (ANA, WIN_BACK, NOON + 7 * DAY + SECOND, NotEntered.TOO_LATE),
        (ANA, replace(WIN_BACK, fresh=None), NOON + 700 * DAY, None),
        (replace(ANA, abc_class=AbcClass.B), WIN_BACK, NOON, None),
        (replace(ANA, abc_class=AbcClass.C), WIN_BACK, NOON, NotEntered.OTHER_CLASS),
        (replace(ANA, abc_class=AbcClass.C), replace(WIN_BACK, classes=None), NOON, None),
        (replace(ANA, last_entered={WIN_BACK.journey: NOON - 180 * DAY}), WIN_BACK, NOON, None),
        (
            replace(ANA, last_entered={WIN_BACK.journey: NOON - 180 * DAY + SECOND}),
            WIN_BACK,
            NOON,
            NotEntered.ENTERED_BEFORE,
        ),
        (replace(ANA, last_entered={JourneyName("spring-sale"): NOON}), WIN_BACK, NOON, None),
        (replace(ANA, last_entered={WIN_BACK.journey: NOON}), replace(WIN_BACK, once_per=None), NOON, None),
        (rival(priority=19), WIN_BACK, NOON, None),
        (rival(priority=20), WIN_BACK, NOON, NotEntered.BUSY),
        (rival(priority=21), WIN_BACK, NOON, NotEntered.BUSY),
        # Neither a journey that serves nor one that must be over keeps anybody busy; service is never too busy.
        (rival(priority=99, kind=Purpose.SERVICE), WIN_BACK, NOON, None),
        (rival(priority=99, until=NOON), WIN_BACK, NOON, None),
        (rival(priority=99), replace(WIN_BACK, kind=Purpose.SERVICE), NOON, None),
    ],
)
def test_who_may_enter(customer, rules, now, expected):
    assert why_not(customer, rules, ASKED, now) is expected


def test_the_first_reason_against_is_told():
    late = NOON + 8 * DAY
    everything = replace(
        rival(priority=99, until=late + DAY),
        erased_at=NOON,
        abc_class=AbcClass.C,
        last_entered={WIN_BACK.journey: NOON},
    )
    alive = replace(everything, erased_at=None)
    whenever = replace(WIN_BACK, fresh=None)
    anybody = replace(whenever, classes=None)
    again = replace(anybody, once_per=None)
    first = replace(again, priority=100)
    assert [
        why_not(everything, WIN_BACK, ASKED, late),
        *(why_not(alive, rules, ASKED, late) for rules in (WIN_BACK, whenever, anybody, again, first)),
    ] == [
        NotEntered.ERASED,
        NotEntered.TOO_LATE,
        NotEntered.OTHER_CLASS,
        NotEntered.ENTERED_BEFORE,
        NotEntered.BUSY,
        None,
    ]


def test_entering_is_remembered_on_the_customer_and_in_an_entry():
    asked = replace(ASKED, subject="o-1", holdout=True)
    customer, entry, displaced = enter(ANA, WIN_BACK, asked, NOON)
    active = customer.active_entries[EntryId("e-1")]
    assert customer.last_entered == {JourneyName("win-back"): NOON}
    assert (active.until, active.leaves_on, active.subject) == (NOON + 30 * DAY, WIN_BACK.leaves_on, "o-1")
    assert (active.holdout, active.leaving, active.cause) == (True, "", "CustomerWentQuiet-1")
    assert (entry.entry_id, entry.status, entry.entered_at) == (EntryId("e-1"), EntryStatus.ACTIVE, NOON)
    assert (entry.holdout, entry.cause, entry.execution) == (True, "CustomerWentQuiet-1", "run:1")
    assert displaced == ()


def test_a_promotional_journey_displaces_the_promotional_one_before_it():
    customer, _, displaced = enter(rival(), WIN_BACK, ASKED, NOON)
    assert set(customer.active_entries) == {EntryId("e-1")}
    (left,) = displaced
    assert (left.entry_id, left.status, left.ended_at) == (EntryId("e-0"), EntryStatus.LEFT, NOON)
    assert left.reason == "displaced_by_win-back"


@pytest.mark.parametrize(
    ("theirs", "ours"),
    [
        (Purpose.SERVICE, Purpose.PROMOTION),
        (Purpose.PROMOTION, Purpose.SERVICE),
        (Purpose.RELATIONSHIP, Purpose.PROMOTION),
        (Purpose.PROMOTION, Purpose.RELATIONSHIP),
    ],
)
def test_only_promotion_displaces_and_only_promotion_is_displaced(theirs, ours):
    customer, _, displaced = enter(rival(kind=theirs), replace(WIN_BACK, kind=ours), ASKED, NOON)
    assert set(customer.active_entries) == {EntryId("e-0"), EntryId("e-1")}
    assert displaced == ()


def test_an_entry_that_must_be_over_is_closed_with_the_next():
    over = rival(until=NOON)
    assert running(over, NOON) == {}
    assert set(running(over, NOON - SECOND)) == {EntryId("e-0")}
    customer, _, closed = enter(over, WIN_BACK, ASKED, NOON)
    assert set(customer.active_entries) == {EntryId("e-1")}
    assert [(entry.entry_id, entry.status, entry.reason) for entry in closed] == [
        (EntryId("e-0"), EntryStatus.LEFT, "out_of_time")
    ]


def test_who_entered_under_an_earlier_name_has_entered_it():
    renamed = replace(WIN_BACK, journey=JourneyName("come-back"), earlier_names=(JourneyName("win-back"),))
    entered = replace(ANA, last_entered={JourneyName("win-back"): NOON - DAY})
    assert why_not(entered, renamed, ASKED, NOON) is NotEntered.ENTERED_BEFORE
    assert why_not(entered, replace(renamed, earlier_names=()), ASKED, NOON) is None


def test_nobody_is_kept_out_for_being_in_a_journey_that_everybody_leaves():
    busy = rival(priority=100)
    assert why_not(busy, WIN_BACK, ASKED, NOON) is NotEntered.BUSY
    left = frozenset(entry.journey for entry in busy.active_entries.values())
    assert why_not(busy, replace(WIN_BACK, leaving_journeys=left), ASKED, NOON) is None


def test_ending_closes_the_entry_with_its_reason_and_is_done_once():
    customer, entry, _ = enter(ANA, WIN_BACK, ASKED, NOON)
    customer, closed = end(customer, entry.entry_id, EntryStatus.FINISHED, NOON + DAY, reason="")
    assert customer.active_entries == {}
    assert closed == replace(entry, status=EntryStatus.FINISHED, ended_at=NOON + DAY)
    assert end(customer, entry.entry_id, EntryStatus.LEFT, NOON + DAY) == (customer, None)
    assert customer.last_entered == {JourneyName("win-back"): NOON}


def test_what_ends_a_journey_marks_its_entries_and_no_others():
    customer, _, _ = enter(rival(kind=Purpose.SERVICE), WIN_BACK, ASKED, NOON)
    marked = leave_by(customer, "PurchaseRecorded")
    assert {key: entry.leaving for key, entry in marked.active_entries.items()} == {
        "e-0": "",
        "e-1": "PurchaseRecorded",
    }
    assert leave_by(customer, "DeliveryRecorded") is customer


def test_the_first_event_that_ends_an_entry_is_its_reason():
    customer, _, _ = enter(ANA, WIN_BACK, ASKED, NOON)
    marked = leave_by(leave_by(customer, "ComplaintOpened"), "PurchaseRecorded")
    assert marked.active_entries[EntryId("e-1")].leaving == "ComplaintOpened"
    assert leave_by(marked, "ComplaintOpened") is marked


def test_an_entry_waits_with_its_token_until_it_does_not():
    customer, _, _ = enter(ANA, WIN_BACK, ASKED, NOON)
    waiting = wait(customer, EntryId("e-1"), "DeliveryRecorded", "token")
    active = waiting.active_entries[EntryId("e-1")]
    assert (active.waiting_for, active.task_token) == ("DeliveryRecorded", "token")
    assert wait(waiting, EntryId("e-1"), None, None) == customer
