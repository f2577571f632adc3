from datetime import UTC, datetime
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from escalera.adapters.eventbridge import EventBridgePublisher
from escalera.domain.errors import RetryableError
from escalera.ports.events import OutgoingEvent
from tests.fakes.table import CountedCalls

AT = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def event(number: int, **detail: Any) -> OutgoingEvent:
    return OutgoingEvent("PurchaseRecorded", {"event_id": f"e-{number}", "subject": "año", **detail}, AT)


def answer(entries: int, *failed: int) -> dict[str, Any]:
    results = [
        {"ErrorCode": "ThrottlingException"} if n in failed else {"EventId": "x"} for n in range(entries)
    ]
    return {"Entries": results, "FailedEntryCount": len(failed)}


def test_events_reach_the_bus_as_escaleras_in_tens(aws):
    boto3.client("events", region_name="eu-west-1").create_event_bus(Name="escalera")
    calls = CountedCalls()
    publisher = EventBridgePublisher("escalera", calls.connect)
    assert publisher.publish([event(number) for number in range(23)]) == []
    assert [len(asked["Entries"]) for _, asked in calls.asked] == [10, 10, 3]
    assert calls.asked[0][1]["Entries"][0] == {
        "EventBusName": "escalera",
        "Source": "escalera",
        "DetailType": "PurchaseRecorded",
        "Time": AT,
        "Detail": '{"event_id":"e-0","subject":"año"}',
    }


def test_nothing_to_tell_is_no_call(answering):
    assert EventBridgePublisher("escalera", answering().connect).publish([]) == []


def test_large_events_go_in_calls_of_their_own(answering):
    bus = answering(answer(2), answer(1))
    sized = [event(number, text="ñ" * 60_000) for number in range(3)]  # 120 KB each, once encoded
    assert EventBridgePublisher("escalera", bus.connect).publish(sized) == []
    assert [len(asked["Entries"]) for asked in bus.asked] == [2, 1]


def test_refused_entries_are_named_by_their_place_among_all(answering):
    bus = answering(answer(10, 3), answer(2, 0, 1))
    assert EventBridgePublisher("escalera", bus.connect).publish([event(n) for n in range(12)]) == [3, 10, 11]


def test_call_that_fails_after_one_that_did_not_leaves_its_own_entries_to_be_put(answering):
    bus = answering(answer(10), ClientError({"Error": {"Code": "InternalException"}}, "PutEvents"))
    assert EventBridgePublisher("escalera", bus.connect).publish([event(n) for n in range(12)]) == [10, 11]


def test_bus_that_takes_nothing_is_an_error_that_may_pass(answering):
    bus = answering(*[EndpointConnectionError(endpoint_url="https://events")] * 2)
    with pytest.raises(RetryableError, match="all 12"):
        EventBridgePublisher("escalera", bus.connect).publish([event(n) for n in range(12)])
