"""What needs a look today: read from the lists of work, each up to a bound."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalera.adapters.memory import InMemoryWorkLists
from escalera.domain.complaints import Clock
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, MessageStatus, PromiseStatus
from escalera.domain.vocabulary import CustomerId
from escalera.journeys.programme import TeamTerms
from escalera.ports.customers import Change, When, Write
from escalera.use_cases.desk.show_today import LINES, MESSAGES, Today, show_today
from tests.fakes.facts import ANA, LUIS, a_complaint, a_message, a_promise, a_task
from tests.fakes.house import DAY, House, Run

HOUR = timedelta(hours=1)


@pytest.fixture
def house() -> House:
    house = House()
    house.programme = replace(house.programme, teams={"sales": TeamTerms("sales", "s@casa.example.com")})
    return house


def put(house: House, *facts: Fact) -> None:
    for fact in facts:
        known = house.store.load([fact.key.customer_id])[fact.key.customer_id]
        house.store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


def ports(house: House) -> dict[str, Any]:
    return {
        "work": InMemoryWorkLists(house.store),
        "customers": house.customers,
        "programme": house.programme,
        "clock": house.clock,
    }


def today(house: House) -> Today:
    return show_today(**ports(house))


def complains(house: House, complaint: str, **fields: Any) -> Run:
    """A complaint, and the promise of an answer within the day."""
    house.tell("ComplaintRaised", f"raised-{complaint}", complaint_id=complaint, **fields)
    run = house.run_of("complaint-recovery", "ComplaintOpened", f"run-{complaint}")
    run.enter()
    run.step("promise", kind="answer-complaint", due=DAY)
    return run


def test_quiet_day_has_nothing_in_it(house):
    day = today(house)
    assert (day.tasks, day.complaints, day.promises, day.customers) == ((), (), (), {})
    assert (day.messages.sent, day.messages.withheld, day.messages.whole) == (0, {}, True)


def test_tasks_of_all_teams_stand_by_due_time_with_their_clocks(house):
    now = house.clock.now()
    put(
        house,
        a_task(task="some-day", due_at=None, created_at=now),
        a_task(LUIS, "late", due_at=now - HOUR, created_at=now - 9 * HOUR),
        a_task(task="near", team="", due_at=now + HOUR, created_at=now - 9 * HOUR),
        a_task(task="gone", team="a-team-of-old", due_at=now + 48 * HOUR, created_at=now),
        a_task(task="done", done_at=now),
    )
    day = today(house)
    assert [(one.task.task_id, one.clock) for one in day.tasks] == [
        ("late", Clock.LATE),
        ("near", Clock.NEAR),
        ("gone", Clock.RUNNING),
        ("some-day", Clock.RUNNING),
    ]
    assert set(day.customers) == {ANA, LUIS}
    assert not day.more_tasks


def test_more_than_a_page_of_work_is_cut_and_said_to_be(house):
    put(house, *(a_task(CustomerId(f"c-{n}")) for n in range(LINES + 1)))
    put(house, *(a_complaint(CustomerId(f"c-{n}")) for n in range(LINES + 1)))
    put(house, *(a_promise(CustomerId(f"c-{n}"), about="-") for n in range(LINES + 1)))
    day = today(house)
    assert (len(day.tasks), len(day.complaints), len(day.promises)) == (LINES, LINES, LINES)
    assert day.more_tasks
    assert day.more_complaints
    assert day.more_promises


def test_complaints_that_were_answered_hide_none_that_waits(house):
    others = [CustomerId(f"c-{n}") for n in range(LINES + 1)]
    put(house, *(a_complaint(one, answered_at=house.clock.now()) for one in others))
    put(house, a_complaint(LUIS, raised_at=house.clock.now() + HOUR))
    assert today(house).complaints[0].complaint.customer_id == LUIS


def test_promises_kept_already_hide_none_that_are_not(house):
    kept = [CustomerId(f"c-{n}") for n in range(LINES + 1)]
    put(house, *(a_complaint(one, answered_at=house.clock.now()) for one in kept))
    put(house, *(a_promise(one, about="31") for one in kept))
    soon = a_promise(LUIS, about="-")
    put(house, replace(soon, due_at=soon.due_at + HOUR))
    day = today(house)
    assert [one.promise.customer_id for one in day.promises] == [LUIS]
    assert not day.more_promises


def test_complaint_turns_red_as_its_hour_nears_and_stands_last_once_answered(house):
    complains(house, "first")
    house.clock.go_on(hours=19)
    complains(house, "second")
    assert [(one.complaint.complaint_id, one.clock) for one in today(house).complaints] == [
        ("first", Clock.NEAR),
        ("second", Clock.RUNNING),
    ]
    house.tell("ComplaintAnswered", complaint_id="first")
    assert [(one.complaint.complaint_id, one.clock) for one in today(house).complaints] == [
        ("second", Clock.RUNNING),
        ("first", Clock.STOPPED),
    ]


def test_promise_is_on_the_list_until_it_is_kept_and_on_another_once_it_is_broken(house):
    complains(house, "first")
    complains(house, "second")
    assert len(today(house).promises) == 2
    house.tell("ComplaintAnswered", complaint_id="first")
    assert [one.promise.about for one in today(house).promises] == ["second"]
    house.clock.go_on(hours=25)
    house.look_at_promises()
    day = today(house)
    assert day.promises == ()
    assert [(one.about, one.status) for one in day.broken.facts] == [("second", PromiseStatus.BROKEN)]
    house.clock.go_on(days=2)
    assert today(house).broken.facts == ()


def test_who_went_quiet_and_who_came_back_since_yesterday(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-1", order_id="1")
    house.until_quiet()
    (silence,) = today(house).quiet.facts
    assert silence.customer_id == ANA
    house.tell("PurchaseCompleted", "p-2", order_id="2")
    day = today(house)
    assert day.quiet.facts == ()
    assert [one.returned_at for one in day.back.facts] == [house.clock.now()]
    house.clock.go_on(days=2)
    assert today(house).back.facts == ()


def test_messages_of_the_shops_own_day_are_counted_by_what_became_of_them(house):
    house.clock.at = datetime(2026, 3, 2, 23, 30, tzinfo=UTC)  # past midnight in Madrid: the 3rd
    at = {"decided_at": house.clock.now(), "claimed_at": house.clock.now()}
    held = {"decided_at": house.clock.now()}
    yesterday = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    put(
        house,
        a_message(key="1", status=MessageStatus.SENT, **at),
        a_message(key="2", status=MessageStatus.DELIVERED, **at),
        a_message(key="3", status=MessageStatus.BOUNCED, **at),
        a_message(key="4", status=MessageStatus.WITHHELD, reason="no_consent", **held),
        a_message(key="5", status=MessageStatus.WITHHELD, reason="holdout", **held),
        a_message(key="6", status=MessageStatus.WITHHELD, reason="holdout", **held),
        a_message(key="7", status=MessageStatus.HELD, reason="quiet_hours", **held),
        a_message(key="8", status=MessageStatus.SENT, decided_at=yesterday, claimed_at=yesterday),
    )
    tally = today(house).messages
    assert (tally.sent, tally.failed) == (2, 1)
    assert list(tally.withheld.items()) == [("holdout", 2), ("no_consent", 1)]
    assert tally.held == {"quiet_hours": 1}
    assert tally.whole


def test_messages_beyond_the_bound_are_not_read_and_that_is_said(house, monkeypatch):
    monkeypatch.setattr("escalera.use_cases.desk.show_today.MESSAGES", 2)
    now = house.clock.now()
    for n in range(3):
        put(house, a_message(key=f"{n}", status=MessageStatus.SENT, decided_at=now, claimed_at=now))
    assert MESSAGES > 2
    tally = today(house).messages
    assert (tally.sent, tally.whole) == (2, False)


def test_customer_of_a_line_is_read_in_one_go(house):
    put(house, a_task(), a_complaint(LUIS))
    assert {one: type(known) for one, known in today(house).customers.items()} == {
        ANA: Customer,
        LUIS: Customer,
    }
