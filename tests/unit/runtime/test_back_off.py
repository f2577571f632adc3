from typing import Any

import pytest

from escalera.domain.errors import PermanentError, StoreBusyError
from escalera.runtime import back_off, dead_letters
from escalera.runtime.inbox import Verdict, take_in
from tests.support.lambda_events import Context, batch

BESIDE = "https://sqs.eu-west-1.amazonaws.com/123456789012/dead-letters"


class Queues:
    """Keeps what it is asked to hide."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error
        self.asked: list[dict[str, Any]] = []

    def change_message_visibility_batch(self, **asked: Any) -> dict[str, Any]:
        if self.error:
            raise self.error
        self.asked.append(asked)
        return {}

    def send_message(self, **_: Any) -> None:
        return


@pytest.fixture
def queues(monkeypatch: pytest.MonkeyPatch) -> Queues:
    found = Queues()
    monkeypatch.setattr(back_off, "_queues", lambda: found)
    return found


def hidden(queues: Queues) -> dict[str, int]:
    return {
        one["ReceiptHandle"]: one["VisibilityTimeout"] for asked in queues.asked for one in asked["Entries"]
    }


def received(event: dict[str, Any], times: int) -> dict[str, Any]:
    for record in event["Records"]:
        record["attributes"]["ApproximateReceiveCount"] = str(times)
    return event


def take(event: dict[str, Any], *errors: Exception | None) -> Any:
    return take_in(
        event,
        Context(),
        read=str,
        use=lambda _: [Verdict(error) for error in errors],
        dead_letters=BESIDE,
    )


def test_pauses_double_up_to_the_longest_and_no_two_are_surely_alike():
    for receives in range(1, 1001):
        longest = min(back_off.FIRST_SECONDS * 2 ** (receives - 1), back_off.LONGEST_SECONDS)
        assert longest / 2 - 1 <= back_off.delay_seconds(receives) <= longest
    assert len({back_off.delay_seconds(500) for _ in range(50)}) > 1


def test_only_what_may_succeed_later_is_hidden_from_the_queue_it_came_from(queues, monkeypatch):
    monkeypatch.setattr(dead_letters, "_queues", lambda: queues)
    take(received(batch("a", "b", "c", "d"), 500), None, StoreBusyError(), PermanentError("no"), ValueError())
    assert list(hidden(queues)) == ["r1"]
    assert hidden(queues)["r1"] >= back_off.LONGEST_SECONDS / 2
    assert queues.asked[0]["QueueUrl"] == "https://sqs.eu-west-1.amazonaws.com/123456789012/inbox"


def test_a_large_batch_is_hidden_ten_at_a_time(queues):
    take(batch(*"abcdefghijklmnopqrstuvwxyz"), *[StoreBusyError()] * 26)
    assert [len(asked["Entries"]) for asked in queues.asked] == [10, 10, 6]
    assert len(hidden(queues)) == 26


def test_batch_that_was_handled_asks_the_queue_for_nothing(queues):
    take(batch("a", "b"), None, None)
    assert queues.asked == []


def test_queue_that_cannot_be_asked_keeps_the_record_all_the_same(queues):
    queues.error = OSError()
    answer = take(batch("a"), StoreBusyError())
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m0"}]}


def test_record_without_a_receipt_is_left_alone(queues):
    event = batch("a")
    del event["Records"][0]["receiptHandle"]
    take(event, StoreBusyError())
    assert queues.asked == []
