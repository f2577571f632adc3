"""What every `WorkLists` promises, asked of each."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from escalera.domain.customer import Customer
from escalera.domain.errors import NoSuchCursorError
from escalera.domain.facts import EntryStatus, Fact, MessageStatus, PromiseStatus, Silence, Task, Waiting
from escalera.domain.vocabulary import NOBODY, CustomerId, JourneyName, OrderId
from escalera.domain.work import (
    audit_of,
    broken_promises,
    came_back,
    closed_complaints,
    ended_in,
    messages_of,
    open_complaints,
    open_promises,
    open_tasks,
    orders_of_id,
    waiting_at,
    went_quiet,
)
from escalera.ports.customers import Change, SaveOutcome, When, Write
from escalera.ports.work import Counted, Glance, Span
from tests.fakes.facts import (
    ANA,
    LUIS,
    NOON,
    a_complaint,
    a_message,
    a_promise,
    a_task,
    an_audit,
    an_entry,
    an_order,
)

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TODAY = NOON.date()
WIN_BACK = JourneyName("win-back")


def put(kept, *facts: Fact) -> None:
    """Each fact as it is now, whatever was there."""
    for fact in facts:
        known = kept.customers.load([fact.key.customer_id])[fact.key.customer_id]
        (saved,) = kept.customers.save([Change(known, known, (Write(fact, When.ALWAYS),))])
        assert saved.outcome is SaveOutcome.SAVED


def listed(kept, work, **asked) -> list[Fact]:
    page = kept.work.page(work, **asked)
    assert page.cursor == ""
    return list(page.facts)


def test_list_of_nothing_is_an_empty_page(kept):
    assert listed(kept, open_tasks()) == []


def test_tasks_of_all_teams_come_by_due_time_and_those_without_one_last(kept):
    late, soon = a_task(task="late", team="service"), a_task(LUIS, "soon", due_at=NOON, team="")
    some_day = a_task(due_at=None)
    put(kept, some_day, late, soon)
    assert listed(kept, open_tasks()) == [soon, late, some_day]
    assert listed(kept, open_tasks(), latest_first=True) == [some_day, late, soon]


def test_task_that_is_done_leaves_the_list(kept):
    task = a_task()
    put(kept, task)
    put(kept, replace(task, done_at=NOON, done_by="Marta", note="Called"))
    assert listed(kept, open_tasks()) == []
    assert kept.customers.facts_of(ANA) == [replace(task, done_at=NOON, done_by="Marta", note="Called")]


def test_changes_of_a_day_come_in_order_also_those_of_the_shop_itself(kept):
    late, early = an_audit(at=NOON + HOUR), an_audit(at=NOON, audit="a-2", what="journey paused")
    put(kept, late, replace(early, customer_id=NOBODY), an_audit(at=NOON + DAY))
    assert listed(kept, audit_of(TODAY)) == [replace(early, customer_id=NOBODY), late]


def test_open_complaints_that_were_answered_come_after_those_that_wait(kept):
    answered = a_complaint(ANA, "1", answered_at=NOON)
    waits = a_complaint(ANA, "2", raised_at=NOON + timedelta(hours=1))
    put(kept, answered, waits)
    assert listed(kept, open_complaints()) == [waits, answered]


def test_open_complaints_come_by_the_hour_promised_and_leave_when_solved(kept):
    unpromised = a_complaint(complaint="1", raised_at=NOON + 2 * HOUR)
    late = a_complaint(complaint="2", promised_at=NOON + 3 * HOUR)
    soon = a_complaint(LUIS, "3", promised_at=NOON + HOUR)
    put(kept, unpromised, late, soon)
    assert listed(kept, open_complaints()) == [soon, unpromised, late]
    solved = replace(soon, resolved_at=NOON + 90 * DAY)
    put(kept, solved)
    assert listed(kept, open_complaints()) == [unpromised, late]
    assert listed(kept, closed_complaints(date(2026, 3, 31))) == [solved]
    assert listed(kept, closed_complaints(date(2026, 5, 31))) == []


def test_complaint_heard_of_by_its_end_alone_stands_in_no_list(kept):
    put(kept, a_complaint(raised_at=None, resolved_at=NOON))
    assert listed(kept, open_complaints()) == []
    assert listed(kept, closed_complaints(TODAY)) == []


def test_promise_stands_among_the_open_then_among_the_broken_of_its_day(kept):
    later, sooner = a_promise(), a_promise(LUIS, due_at=NOON + HOUR)
    put(kept, later, sooner)
    assert listed(kept, open_promises()) == [sooner, later]
    broken = replace(sooner, status=PromiseStatus.BROKEN, settled_at=NOON + HOUR)
    put(kept, broken, replace(later, status=PromiseStatus.KEPT, settled_at=NOON))
    assert listed(kept, open_promises()) == []
    assert listed(kept, broken_promises(TODAY)) == [broken]
    assert listed(kept, broken_promises(TODAY + DAY)) == []


def test_message_stays_on_the_day_it_was_claimed_whatever_its_provider_says_later(kept):
    claimed = a_message(status=MessageStatus.CLAIMED, claimed_at=NOON)
    withheld = a_message(LUIS, status=MessageStatus.WITHHELD, decided_at=NOON + HOUR, reason="no_consent")
    put(kept, claimed)
    assert kept.ledger.note(withheld)
    for status, at in ((MessageStatus.SENT, NOON + HOUR), (MessageStatus.DELIVERED, NOON + DAY)):
        assert kept.ledger.move(claimed.key, status, only_from=frozenset(MessageStatus), at=at)
    now = replace(claimed, status=MessageStatus.DELIVERED, decided_at=NOON + DAY)
    assert listed(kept, messages_of(TODAY)) == [now, withheld]
    assert listed(kept, messages_of(TODAY + DAY)) == []


def test_held_message_moves_to_the_day_it_is_claimed(kept):
    kept.ledger.note(a_message(status=MessageStatus.HELD, reason="quiet_hours"))
    assert len(listed(kept, messages_of(TODAY))) == 1
    claimed = a_message(status=MessageStatus.CLAIMED, claimed_at=NOON + DAY, decided_at=NOON + DAY)
    put(kept, claimed)
    assert listed(kept, messages_of(TODAY)) == []
    assert listed(kept, messages_of(TODAY + DAY)) == [claimed]


def test_message_refused_before_it_could_be_claimed_is_listed_on_that_day(kept):
    refused = a_message(status=MessageStatus.REFUSED, reason="refused: no address")
    assert kept.ledger.note(refused)
    assert listed(kept, messages_of(TODAY)) == [refused]


def test_customer_who_goes_quiet_and_comes_back_is_found_on_both_days(kept):
    known = Customer(ANA, last_order_at=NOON - 40 * DAY)
    quiet = replace(known, quiet_since=NOON)
    kept.customers.save([Change(known, quiet)])
    assert listed(kept, went_quiet(TODAY)) == [Silence(ANA, NOON, NOON - 40 * DAY)]
    before = kept.customers.load([ANA])[ANA]
    back = replace(before, quiet_since=None, last_order_at=NOON + 2 * DAY)
    kept.customers.save([Change(before, back)])
    over = Silence(ANA, NOON, NOON - 40 * DAY, NOON + 2 * DAY)
    assert listed(kept, went_quiet(TODAY)) == []
    assert listed(kept, came_back(TODAY + 2 * DAY)) == [over]
    assert kept.customers.facts_of(ANA) == [over]


def test_order_is_found_by_its_id_alone_also_where_two_customers_have_one_of_it(kept):
    put(kept, an_order(), an_order(LUIS, placed_at=NOON + HOUR), an_order(order="o-12"))
    assert listed(kept, orders_of_id(OrderId("o-1"))) == [an_order(), an_order(LUIS, placed_at=NOON + HOUR)]
    assert listed(kept, orders_of_id(OrderId("o"))) == []


def test_who_waits_at_a_step_comes_by_when_the_wait_is_over_and_ends_among_those_who_are_through(kept):
    first = an_entry(waiting=Waiting("2-wait-5d", NOON, NOON + DAY))
    later = an_entry(LUIS, waiting=Waiting("2-wait-5d", NOON, NOON + 2 * DAY))
    put(kept, later, first, an_entry(CustomerId("eva"), waiting=Waiting("4-wait-16d", NOON, NOON + DAY)))
    assert listed(kept, waiting_at(WIN_BACK, "2-wait-5d")) == [first, later]
    over = replace(
        first, status=EntryStatus.LEFT, ended_at=NOON + HOUR, reason="PurchaseRecorded", waiting=None
    )
    put(kept, over)
    assert listed(kept, waiting_at(WIN_BACK, "2-wait-5d")) == [later]
    assert listed(kept, ended_in(WIN_BACK, TODAY)) == [over]
    assert listed(kept, ended_in(JourneyName("thank-you"), TODAY)) == []


@pytest.mark.parametrize(
    ("span", "found"),
    [
        (Span(), [0, 1, 2, 3]),
        (Span(since=NOON + HOUR), [1, 2, 3]),
        (Span(until=NOON + 2 * HOUR), [0, 1]),
        (Span(NOON + HOUR, NOON + 3 * HOUR), [1, 2]),
        (Span(NOON + 9 * HOUR, NOON + 10 * HOUR), []),
    ],
)
def test_part_of_a_list_is_read_and_counted_from_an_instant_on_and_before_another(kept, span, found):
    tasks = [a_task(CustomerId(f"c-{n}"), due_at=NOON + n * HOUR) for n in range(4)]
    put(kept, *tasks)
    assert listed(kept, open_tasks(), span=span) == [tasks[n] for n in found]
    assert kept.work.count(open_tasks(), span=span) == Counted(len(found))


def test_counting_stops_when_there_are_enough_and_says_so(kept):
    put(kept, *(a_task(CustomerId(f"c-{n}")) for n in range(4)))
    assert kept.work.count(open_tasks(), enough=4) == Counted(4)
    assert kept.work.count(open_tasks(), enough=3) == Counted(3, whole=False)


def test_a_glance_tells_some_fields_of_each_as_text(kept):
    entry = an_entry(holdout=True, waiting=Waiting("2-wait-5d", NOON, NOON + DAY, "quiet_hours"))
    other = an_entry(LUIS, waiting=Waiting("2-wait-5d", NOON, NOON + 2 * DAY))
    put(kept, entry, other)
    fields = ("holdout", "waiting.until", "waiting.reason", "converted_at", "status", "entered_at")
    found = kept.work.glance(waiting_at(WIN_BACK, "2-wait-5d"), fields)
    assert found.whole
    assert [(one[0], one[2:]) for one in found.rows] == [
        ("true", ("quiet_hours", "", "active", "2026-03-02T12:00:00Z")),
        ("false", ("", "", "active", "2026-03-02T12:00:00Z")),
    ]
    assert [datetime.fromisoformat(one[1]) for one in found.rows] == [NOON + DAY, NOON + 2 * DAY]


def test_a_glance_looks_at_as_many_as_are_enough_and_says_so(kept):
    put(kept, *(a_task(CustomerId(f"c-{n}"), due_at=NOON + n * HOUR, kind=f"call-{n}") for n in range(4)))
    first = kept.work.glance(open_tasks(), ["kind"], enough=2)
    assert first == Glance((("call-0",), ("call-1",)), whole=False)
    last = kept.work.glance(open_tasks(), ["kind"], enough=2, latest_first=True)
    assert last.rows == (("call-3",), ("call-2",))
    span = Span(NOON + HOUR, NOON + 3 * HOUR)
    assert kept.work.glance(open_tasks(), ["kind"], span=span, enough=2).whole


def test_part_of_a_list_comes_in_pages_too(kept):
    tasks = [a_task(CustomerId(f"c-{n}"), due_at=NOON + n * HOUR) for n in range(5)]
    put(kept, *tasks)
    span = Span(NOON + HOUR, NOON + 4 * HOUR)
    page = kept.work.page(open_tasks(), span=span, limit=2)
    assert list(page.facts) == tasks[1:3]
    assert listed(kept, open_tasks(), span=span, cursor=page.cursor) == tasks[3:4]


@pytest.mark.parametrize("latest_first", [False, True])
def test_pages_hand_out_every_fact_once_in_order_and_end(kept, latest_first):
    tasks = [a_task(CustomerId(f"c-{n}"), due_at=NOON + (n // 2) * HOUR) for n in range(7)]
    put(kept, *tasks)
    found: list[Task] = []
    cursor = ""
    for size in (3, 3, 1):
        page = kept.work.page(open_tasks(), cursor=cursor, limit=3, latest_first=latest_first)
        assert len(page.facts) == size
        found, cursor = [*found, *page.facts], page.cursor
    assert cursor == ""
    assert set(found) == set(tasks)
    due = [task.due_at for task in found if task.due_at]
    assert due == sorted(due, reverse=latest_first)


def test_page_goes_on_where_it_left_off_though_what_was_handed_out_is_gone(kept):
    tasks = [a_task(CustomerId(f"c-{n}"), due_at=NOON + n * HOUR) for n in range(4)]
    put(kept, *tasks)
    page = kept.work.page(open_tasks(), limit=2)
    put(kept, *(replace(task, team="service") for task in page.facts))
    assert listed(kept, open_tasks(), cursor=page.cursor) == tasks[2:]


@pytest.mark.parametrize("cursor", ["x", "%%%", "W10=", "bnVsbA=="])
def test_cursor_that_nobody_gave_is_refused(kept, cursor):
    with pytest.raises(NoSuchCursorError, match="from its beginning"):
        kept.work.page(open_tasks(), cursor=cursor)


def test_cursor_of_one_list_opens_no_other(kept):
    put(kept, *(a_task(CustomerId(f"c-{n}")) for n in range(3)), an_order())
    page = kept.work.page(open_tasks(), limit=1)
    found = kept.work.page(orders_of_id(OrderId("o-1")), cursor=page.cursor).facts
    assert all(fact == an_order() for fact in found)
