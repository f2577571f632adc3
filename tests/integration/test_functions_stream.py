"""The table's stream: one change that cannot be read or handled holds up nobody, and is kept."""

import json
from datetime import UTC, datetime, timedelta

import pytest

from escalera.domain.errors import StoreBusyError
from escalera.runtime.stream import HANDLED_FOR, REDRIVEN, process_stream

NOW = datetime(2026, 11, 3, 12, 0, tzinfo=UTC)


def a_change(number: int, *, of: str = "innocent", age: timedelta = timedelta(0)):
    written_at = (NOW - age).timestamp()
    change = {
        "SequenceNumber": str(number),
        "ApproximateCreationDateTime": written_at,
        "NewImage": {"of": of},
    }
    return {"eventName": "MODIFY", "dynamodb": change}


class Follower:
    """Reads what is no `unreadable`, breaks over a `guilty` one with this error, and notes what it was handed."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error or OverflowError("ana@example.com")
        self.handled: list[str] = []
        self.calls = 0

    def read(self, image):
        return image["NewImage"]["of"] if image["NewImage"]["of"] != "unreadable" else image["missing"]

    def handle(self, changes):
        self.calls += 1
        if "guilty" in changes:
            raise self.error
        self.handled += changes
        return len(changes)


@pytest.fixture
def follow(cloud):
    def run(follower: Follower, *records) -> list[str]:
        answer = process_stream(
            records, read=follower.read, handle=follower.handle, dead_letters=cloud.dead_letters_url, now=NOW
        )
        return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]

    return run


def test_unreadable_change_is_put_aside_at_once_and_the_others_are_handled(cloud, follow):
    follower = Follower()
    records = [a_change(1), a_change(2, of="unreadable"), a_change(3)]
    assert follow(follower, *records) == []
    assert follower.handled == ["innocent", "innocent"]
    ((body, reason),) = cloud.dead_letters()
    assert json.loads(body) == {"Records": [records[1]]}
    assert reason.startswith("unexpected KeyError at test_functions_stream.py:")


def test_change_that_breaks_its_batch_is_tried_for_a_while_and_then_put_aside(cloud, follow):
    follower = Follower()
    changes = [a_change(n, of=f"innocent {n}") for n in range(1, 40)]
    changes[20] = a_change(21, of="guilty")
    assert follow(follower, *changes) == [str(n) for n in range(21, 40)]
    assert follower.handled == [f"innocent {n}" for n in range(1, 21)]
    assert cloud.dead_letters() == []
    changes[20] = a_change(21, of="guilty", age=HANDLED_FOR)
    follower = Follower()
    assert follow(follower, *changes) == []
    assert follower.handled == [f"innocent {n}" for n in range(1, 40) if n != 21]
    assert follower.calls <= 2 * 6 + 1  # halves of halves, not one by one
    ((_, reason),) = cloud.dead_letters()
    assert "OverflowError" in reason
    assert "ana" not in reason


def test_store_that_is_down_leaves_all_to_the_stream_however_old_they_are(cloud, follow):
    follower = Follower(StoreBusyError("slow down"))
    old = timedelta(hours=5)
    assert follow(follower, a_change(1, age=old), a_change(2, of="guilty", age=old)) == ["1", "2"]
    assert follower.calls == 1
    assert cloud.dead_letters() == []


def test_unreadable_change_behind_one_that_comes_again_is_put_aside_only_once(cloud, follow):
    changes = [a_change(1, of="guilty"), a_change(2, of="unreadable")]
    assert follow(Follower(), *changes) == ["1", "2"]
    assert cloud.dead_letters() == []


def test_change_that_cannot_be_put_aside_stays_with_the_stream_and_all_behind_it(cloud, follow):
    cloud.sqs.delete_queue(QueueUrl=cloud.dead_letters_url)
    assert follow(Follower(), a_change(1), a_change(2, of="unreadable"), a_change(3)) == ["2", "3"]


def test_release_that_cannot_be_loaded_puts_no_change_aside(cloud, follow):
    class Broken(Follower):
        def read(self, image):
            raise ModuleNotFoundError("escalera")

    with pytest.raises(ModuleNotFoundError):
        follow(Broken(), a_change(1))
    assert cloud.dead_letters() == []


def test_change_that_fails_again_when_it_is_put_back_is_answered_and_kept_once(cloud, follow):
    for wrong in ("unreadable", "guilty"):
        change = {**a_change(1, of=wrong, age=HANDLED_FOR), REDRIVEN: True}
        assert follow(Follower(), change) == ["1"]
    assert cloud.dead_letters() == []


def test_images_too_large_for_a_queue_leave_the_change_by_its_key(cloud, follow):
    large = a_change(1, of="unreadable")
    large["dynamodb"]["OldImage"] = {"text": "x" * 300_000}
    assert follow(Follower(), large) == []
    ((body, reason),) = cloud.dead_letters()
    assert set(json.loads(body)["Records"][0]["dynamodb"]) == {
        "SequenceNumber",
        "ApproximateCreationDateTime",
    }
    assert "24 hours" in reason
