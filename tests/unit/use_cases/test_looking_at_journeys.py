"""How many people stand where, and what came of a journey."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from escalera.domain.facts import Entry, EntryStatus, Fact, MessageStatus, Waiting
from escalera.domain.switches import ALWAYS_ON, JourneySwitch
from escalera.domain.vocabulary import CustomerId, JourneyName, MessageName
from escalera.ports.customers import Change, When, Write
from escalera.ports.work import Counted, Span
from escalera.use_cases.look import journey_results as results
from escalera.use_cases.look.journey_results import Arm, JourneyResults, journey_results
from escalera.use_cases.look.people_in_journeys import people_at, people_in, people_on_earlier_versions
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source
from tests.fakes.facts import a_message, an_entry
from tests.fakes.house import House

DEFAULT = Path(__file__).parents[3] / "programme"
GRAPHS = {name: graph_of(one.journey) for name, one in read_source(DEFAULT).journeys.items()}
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@pytest.fixture
def house() -> House:
    return House()


def put(house: House, *facts: Fact) -> None:
    for fact in facts:
        known = house.ana(fact.key.customer_id)
        house.store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


def waiting(n: int, journey: str, step: str, until: datetime, **fields: Any) -> Entry:
    return an_entry(
        CustomerId(f"c-{n}"), journey=JourneyName(journey), waiting=Waiting(step, until, until), **fields
    )


def over(n: int, house: House, ended: float, **fields: Any) -> Entry:
    """An entry of win-back that began ten and ended so many days ago."""
    now = house.clock.at
    given: dict[str, Any] = {
        "status": EntryStatus.FINISHED,
        "entered_at": now - 10 * DAY,
        "ended_at": now - ended * DAY,
    }
    return an_entry(CustomerId(f"c-{n}"), **(given | fields))


def people(house: House, journey: str, switch: JourneySwitch = ALWAYS_ON) -> dict[str, int]:
    found = people_in(GRAPHS[journey], switch, work=house.work, now=house.clock.at)
    return {step: one.count for step, one in found.items()}


def test_people_are_counted_at_the_step_where_they_stand(house):
    soon = house.clock.at + DAY
    put(house, *(waiting(n, "win-back", "2-wait-5d", soon) for n in range(3)))
    put(house, waiting(9, "win-back", "4-wait-16d", soon), waiting(8, "thank-you", "5-wait-25d", soon))
    assert people(house, "win-back") == {"2-wait-5d": 3, "4-wait-16d": 1}


def test_who_went_over_to_the_next_wait_is_counted_there(house):
    """Nobody notes when somebody comes from a wait into a wait: it follows from when the first was over."""
    now, step = house.clock.at, "2-wait-for-DeliveryRecorded"
    put(
        house,
        waiting(1, "thank-you", step, now + HOUR),
        waiting(2, "thank-you", step, now - HOUR),
        waiting(3, "thank-you", step, now - 3 * DAY),
        waiting(4, "thank-you", step, now - 5 * DAY),
    )
    assert people(house, "thank-you") == {step: 1, "3-wait-4d": 3}


def test_who_is_held_before_a_message_is_counted_there(house):
    put(house, waiting(1, "win-back", "1-send-we-miss-you", house.clock.at + HOUR))
    assert people(house, "win-back") == {"1-send-we-miss-you": 1}
    house.clock.go_on(hours=2)
    assert people(house, "win-back") == {"1-send-we-miss-you": 1}


def test_who_is_frozen_before_a_branch_is_counted_there_once_a_journey_was_paused(house):
    put(house, waiting(1, "win-back", "3-branch", house.clock.at + HOUR))
    paused = ALWAYS_ON.paused(house.clock.at)
    assert people(house, "win-back", paused) == {"3-branch": 1}
    assert people(house, "win-back", paused.resumed(house.clock.at)) == {"3-branch": 1}


def test_the_people_at_a_step_are_listed_by_whose_time_comes_first(house):
    now = house.clock.at
    entries = [waiting(n, "win-back", "2-wait-5d", now + n * DAY) for n in (3, 1, 2)]
    put(house, *entries)
    first = people_at("win-back", "2-wait-5d", work=house.work, limit=2)
    rest = people_at("win-back", "2-wait-5d", work=house.work, cursor=first.cursor)
    assert [one.customer_id for one in (*first.facts, *rest.facts)] == ["c-1", "c-2", "c-3"]


def test_people_at_steps_that_a_release_took_away_are_found_by_the_id_they_had(house):
    known = {"win-back": frozenset({"2-wait-5d", "2-wait-9d", "3-wait-1d"}), "gone": frozenset({"1-wait-1d"})}
    put(
        house,
        waiting(1, "win-back", "2-wait-9d", house.clock.at + DAY),
        waiting(2, "win-back", "2-wait-5d", house.clock.at + DAY),
        waiting(3, "gone", "1-wait-1d", house.clock.at + DAY),
    )
    found = people_on_earlier_versions("win-back", GRAPHS["win-back"], known, work=house.work)
    assert found == {"2-wait-9d": Counted(1)}
    assert people_on_earlier_versions("gone", None, known, work=house.work) == {"1-wait-1d": Counted(1)}


def test_counting_that_was_stopped_says_so(house, monkeypatch):
    monkeypatch.setattr("escalera.use_cases.look.people_in_journeys.ENOUGH", 2)
    put(house, *(waiting(n, "win-back", "2-wait-5d", house.clock.at + DAY) for n in range(3)))
    found = people_in(GRAPHS["win-back"], ALWAYS_ON, work=house.work, now=house.clock.at)
    assert found == {"2-wait-5d": Counted(2, whole=False)}


def of_last_days(house: House, days: int) -> JourneyResults:
    now = house.clock.at
    return journey_results(GRAPHS["win-back"], ALWAYS_ON, Span(now - days * DAY), work=house.work, now=now)


def test_who_entered_is_counted_whether_they_are_over_or_not(house):
    now = house.clock.at
    put(
        house,
        over(1, house, 1, entered_at=now - 2 * DAY),
        over(2, house, 1, entered_at=now - 9 * DAY),
        waiting(3, "win-back", "2-wait-5d", now + DAY, entered_at=now - 3 * DAY),
        waiting(4, "win-back", "2-wait-5d", now + DAY, entered_at=now - 30 * DAY),
        waiting(5, "win-back", "1-send-we-miss-you", now + DAY, entered_at=now - DAY),
    )
    assert of_last_days(house, 7).entered == 3


def test_how_entries_ended_is_counted_by_what_ended_them(house):
    left = {"status": EntryStatus.LEFT, "reason": "PurchaseRecorded"}
    put(
        house,
        over(1, house, 1),
        over(2, house, 2, **left),
        over(3, house, 3, **left),
        over(4, house, 3, status=EntryStatus.LEFT, reason="ComplaintOpened"),
        over(5, house, 1, status=EntryStatus.FAILED, reason="step_failed"),
        over(6, house, 8),
    )
    found = of_last_days(house, 7)
    assert (found.finished, found.failed) == (1, 1)
    assert list(found.left.items()) == [("PurchaseRecorded", 2), ("ComplaintOpened", 1)]


def test_who_reached_the_goal_is_counted_of_those_who_ended_and_the_holdout_apart(house):
    now = house.clock.at
    put(
        house,
        over(1, house, 1, converted_at=now),
        over(2, house, 1),
        over(3, house, 1, holdout=True),
        over(4, house, 1, holdout=True, converted_at=now),
        over(5, house, 1, holdout=True),
    )
    found = of_last_days(house, 7)
    assert (found.treated, found.held_out) == (Arm(2, 1), Arm(3, 1))
    assert found.treated.share == 0.5
    assert Arm().share is None


def test_messages_are_counted_by_name_and_withheld_ones_by_reason(house):
    now = house.clock.at

    def message(n: int, status: MessageStatus, days: float, **fields: Any) -> Fact:
        at = now - timedelta(days=days)
        given = {"journey": "win-back", "message": MessageName("we-miss-you"), "decided_at": at}
        claimed = {} if status in (MessageStatus.HELD, MessageStatus.WITHHELD) else {"claimed_at": at}
        return a_message(CustomerId(f"c-{n}"), f"m-{n}", status=status, **(given | claimed | fields))

    put(
        house,
        message(1, MessageStatus.SENT, 1),
        message(2, MessageStatus.DELIVERED, 2),
        message(3, MessageStatus.WITHHELD, 2, reason="no_consent"),
        message(4, MessageStatus.WITHHELD, 3, reason="frequency_cap"),
        message(5, MessageStatus.WITHHELD, 3, reason="no_consent"),
        message(6, MessageStatus.HELD, 1, reason="quiet_hours"),
        message(7, MessageStatus.SENT, 1, journey="thank-you"),
        message(8, MessageStatus.SENT, 9),
    )
    found = of_last_days(house, 7)
    assert found.sent == {"we-miss-you": 2}
    assert list(found.withheld.items()) == [("no_consent", 2), ("frequency_cap", 1)]
    assert found.whole


def test_a_span_over_the_end_of_a_month_reads_both(house):
    put(house, over(1, house, 3), over(2, house, 40))
    assert of_last_days(house, 60).finished == 2


def test_figures_that_are_not_whole_say_so(house, monkeypatch):
    monkeypatch.setattr(results, "ENOUGH", 2)
    put(house, *(over(n, house, 1) for n in range(3)))
    found = of_last_days(house, 7)
    assert (found.finished, found.whole) == (2, False)
