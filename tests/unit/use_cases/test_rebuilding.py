"""What a rebuild writes: what was lost, as it was; beside what was written since, without undoing anybody's no."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from escalera.adapters.dynamodb.record_reader import DynamoDBRecordReader
from escalera.adapters.dynamodb.records import customer_record, fact_record
from escalera.adapters.dynamodb.stream_records import content, place_of
from escalera.domain.customer import ConsentState, Contact, Customer
from escalera.domain.facts import MessageStatus
from escalera.domain.record_history import RecordHistory
from escalera.domain.vocabulary import CustomerId, MessageChannel, Purpose
from escalera.use_cases.rebuild_table import Plan, plan_rebuild
from tests.fakes.facts import NOON, a_message, a_task, an_order

READER = DynamoDBRecordReader()
EVE = CustomerId("eve")
LOST_AT = NOON
LATER = NOON + timedelta(hours=1)
KNOWN = Customer(
    EVE,
    version=7,
    contact=Contact("Eve", "Ejemplo", email="eve@example.com"),
    orders=1,
    consents={(Purpose.PROMOTION, MessageChannel.EMAIL): ConsentState(given=True, at=NOON)},
)
BEGUN_ANEW = Customer(EVE, version=1, orders=1)


def record(subject: Any, **more: Any):
    item = customer_record(subject) if isinstance(subject, Customer) else fact_record(subject)
    item |= more
    return place_of(item), content(item)


def lost(subject: Any, since: Any = None):
    place, image = record(subject)
    current = None if since is None else record(since)[1]
    return place, RecordHistory(current, image, LOST_AT, began_at=LATER if since is not None else None)


def planned(histories, present=(), **options: Any) -> Plan:
    there = dict(map(record, present))
    return plan_rebuild(dict(histories), there, reader=READER, now=LATER, **options)


def written(plan: Plan):
    return [READER.record(one.image) for one in plan.restores if READER.owner(one.place)]


def restored_eve(plan: Plan) -> Customer:
    [found] = [
        one for one in map(READER.record, (r.image for r in plan.restores)) if isinstance(one, Customer)
    ]
    return found


def test_lost_records_and_the_names_that_follow_from_them_are_written():
    plan = planned([lost(KNOWN), lost(an_order(EVE))])
    assert {one.place[0] for one in plan.restores} == {"CUSTOMER#eve", "NAME#ev", "NAME#ej"}
    assert restored_eve(plan) == KNOWN


def test_record_that_would_have_expired_by_now_stays_away():
    place, image = record(a_task(EVE), expires_at={"N": str(int(NOON.timestamp()))})
    plan = planned([(place, RecordHistory(None, image, LOST_AT))])
    assert (plan.restores, plan.expired) == ([], 1)


def test_what_was_written_since_and_never_lost_stays():
    now_there = replace(KNOWN, orders=2, version=8)
    place, image = record(KNOWN)
    plan = planned([(place, RecordHistory(image))], [now_there])
    assert plan.kept == 1
    assert [one for one in plan.restores if READER.owner(one.place)] == []


def test_customer_begun_anew_is_restored_with_every_refusal_since():
    since = replace(
        BEGUN_ANEW,
        unsubscribed={MessageChannel.SMS: LATER},
        consents={(Purpose.PROMOTION, MessageChannel.EMAIL): ConsentState(given=False, at=LATER)},
    )
    eve = restored_eve(planned([lost(KNOWN, since)], [since]))
    assert eve.contact == KNOWN.contact
    assert eve.unsubscribed == since.unsubscribed
    assert eve.consents == since.consents
    assert eve.version > max(KNOWN.version, since.version), "whoever read either of them reads again"


def test_order_recorded_since_is_set_aside_to_be_counted_again_and_its_message_stays():
    order, message = an_order(EVE, "since"), a_message(EVE, "since")
    place, image = record(order)
    histories = [
        lost(KNOWN, BEGUN_ANEW),
        lost(an_order(EVE, "before")),
        (place, RecordHistory(image, began_at=LATER)),
        (record(message)[0], RecordHistory(record(message)[1], began_at=LATER)),
    ]
    plan = planned(histories, [BEGUN_ANEW, order, message])
    assert plan.aside == [(place, image)]
    assert an_order(EVE, "before") in written(plan)
    assert message not in written(plan)


def test_order_of_before_that_was_not_lost_is_not_set_aside():
    order = an_order(EVE, "before")
    place, image = record(order)
    plan = planned([lost(KNOWN, BEGUN_ANEW), (place, RecordHistory(image))], [BEGUN_ANEW, order])
    assert plan.aside == []


def test_who_was_erased_since_is_restored_without_the_person():
    since = replace(BEGUN_ANEW, erased_at=LATER)
    plan = planned([lost(KNOWN, since), lost(a_task(EVE, note="Wants it in red"))], [since])
    eve = restored_eve(plan)
    assert (eve.erased_at, eve.contact) == (LATER, Contact())
    assert a_task(EVE, note="", done_at=LATER) in written(plan)
    assert not [one for one in plan.restores if one.place[0].startswith("NAME#")]


def test_taken_back_to_a_moment_no_message_returns_to_a_state_in_which_it_was_not_sent():
    claimed, sent = (a_message(EVE, status=one) for one in (MessageStatus.CLAIMED, MessageStatus.SENT))
    damaged = replace(KNOWN, orders=0, version=9)
    histories = [
        (record(KNOWN)[0], RecordHistory(record(KNOWN)[1])),
        (record(claimed)[0], RecordHistory(record(claimed)[1])),
    ]
    plan = planned(histories, [damaged, sent], exact=True)
    assert restored_eve(plan).orders == 1
    assert claimed not in written(plan)
