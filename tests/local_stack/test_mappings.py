"""Queues and streams reach their functions fast, in whole batches, and poison blocks nobody."""

import time
import uuid
from functools import partial

from tests.local_stack.probe import Probe, wait_until


def arrived(probe: Probe, key: str, count: int = 1) -> list[dict[str, str]]:
    """Give what was kept under a key once all of it is there."""
    found = probe.kept(key)
    return found if len(found) == count else []


def warm(probe: Probe) -> None:
    key = f"warm-{uuid.uuid4().hex}"
    probe.put_events({"key": key})
    wait_until(lambda: probe.kept(key), "the first event's arrival", 20)


def test_event_passes_bus_rule_queue_and_function_within_a_moment(probe: Probe) -> None:
    warm(probe)
    key = uuid.uuid4().hex
    for _ in range(5):
        probe.put_events({"key": key, "put_at": time.time()})
        time.sleep(0.1)
    found = wait_until(lambda: arrived(probe, key, 5), "five arrivals")
    waits = sorted(float(item["seen_at"]) - float(item["put_at"]) for item in found)
    print(f"bus to function: {[round(1000 * wait) for wait in waits]} ms")  # noqa: T201 (shown by pytest -s)
    assert waits[2] < 0.5


def test_burst_comes_in_batches_larger_than_ten(probe: Probe) -> None:
    warm(probe)
    key = uuid.uuid4().hex
    probe.stack.set_wait_scale(0.1)  # the batching window of 5 s then lasts half a second
    try:
        probe.put_events(*[{"key": key}] * 60)
        found = wait_until(lambda: arrived(probe, key, 60), "sixty arrivals")
    finally:
        probe.stack.set_wait_scale(1 / 86400)
    assert max(int(item["size"]) for item in found) > 10


def test_poison_event_ends_in_the_dead_letter_queue_and_holds_up_nobody(probe: Probe) -> None:
    warm(probe)
    key = uuid.uuid4().hex
    probe.put_events({"key": key}, {"poison": key}, {"key": key})
    wait_until(lambda: len(probe.kept(key)) == 2, "the arrival of the two good ones")
    dead = wait_until(lambda: probe.receive("Dead"), "the poison event's end")
    assert [event["detail"] for event in dead if "detail" in event] == [{"poison": key}]
    assert len(probe.kept(key)) == 2


def test_stream_reaches_its_function_within_a_moment(probe: Probe) -> None:
    waits = []
    for _ in range(6):
        key = f"stream-{uuid.uuid4().hex}"
        item = {"pk": {"S": key}, "sk": {"S": "1"}}
        written = time.time()
        probe.client("dynamodb").put_item(TableName=probe.outputs["Table"], Item=item)
        found = wait_until(partial(arrived, probe, f"published-{key}"), "the record's arrival", 20)
        waits.append(float(found[0]["seen_at"]) - written)
    print(f"stream to function: {[round(1000 * wait) for wait in waits]} ms")  # noqa: T201 (shown by pytest -s)
    assert sorted(waits)[2] < 0.5


def test_poison_record_of_a_stream_is_set_aside_and_the_rest_goes_on(probe: Probe) -> None:
    run = uuid.uuid4().hex
    table = probe.outputs["Table"]
    keys = [f"stream-a-{run}", f"poison-{run}", f"stream-b-{run}", f"stream-c-{run}"]
    requests = [{"PutRequest": {"Item": {"pk": {"S": key}, "sk": {"S": "1"}}}} for key in keys]
    probe.client("dynamodb").batch_write_item(RequestItems={table: requests})
    for key in (keys[0], keys[2], keys[3]):
        wait_until(partial(arrived, probe, f"published-{key}"), f"the arrival of {key}")
    for key in (keys[2], keys[3]):
        assert len(probe.kept(f"published-{key}")) == 1
    aside = wait_until(lambda: probe.receive("StreamDead"), "the poison record's end")
    assert aside[0]["requestContext"]["condition"] == "RetryAttemptsExhausted"
    assert aside[0]["DDBStreamBatchInfo"]["batchSize"] == 1
