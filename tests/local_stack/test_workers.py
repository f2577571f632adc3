"""Handlers run as in the cloud, bounded, and know the simulated clock."""

import json
import time
import uuid
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from functools import partial

from tests.local_stack.probe import Probe, wait_until


def test_handler_sees_its_layers_and_only_what_a_lambda_sees(probe: Probe) -> None:
    answer = probe.call("environment")
    seen = answer["environment"]
    assert answer["word"] == "from the layer"
    assert answer["zone"] == "UTC"
    assert seen["AWS_LAMBDA_FUNCTION_NAME"] == probe.outputs["Step"]
    assert seen["AWS_ENDPOINT_URL"] == probe.stack.endpoint
    assert seen["AWS_ACCESS_KEY_ID"].startswith("ASIA"), "the role's own credentials, not the administrator's"
    assert not {"GATEWAY_PORT", "SFN_WAIT_SCALE", "AUTH", "ESCALERA_CLOCK_ORIGIN"} & set(seen)


def test_error_keeps_the_name_of_its_class(probe: Probe) -> None:
    assert probe.call("refuse")["errorType"] == "ShopClosedError"


def test_no_invocation_waits_for_the_network_on_one_machine(probe: Probe) -> None:
    payload = b'{"do": "sleep", "seconds": 0}'
    invoke = partial(probe.client("lambda").invoke, FunctionName=probe.outputs["Step"], Payload=payload)
    invoke()
    taken = []
    for _ in range(20):
        began = time.perf_counter()
        invoke()
        taken.append(time.perf_counter() - began)
    # A delayed acknowledgement costs each invocation 40 ms, and upstream waits 50 ms for silent handlers' output.
    assert min(taken) < 0.035


def test_handler_that_cannot_be_imported_says_so_by_name(probe: Probe) -> None:
    answer = probe.client("lambda").invoke(FunctionName=probe.outputs["Broken"], Payload=b"{}")
    error = json.loads(answer["Payload"].read())
    assert error["errorType"] == "Runtime.ImportModuleError"
    assert "nowhere" in error["errorMessage"]


def test_error_is_logged_where_and_how_the_function_is_told_to(probe: Probe) -> None:
    probe.call("refuse")
    logs = probe.client("logs")
    found = logs.filter_log_events(logGroupName=probe.outputs["StepLog"], filterPattern="ShopClosedError")
    assert json.loads(found["events"][-1]["message"])["errorType"] == "ShopClosedError"


def test_items_expire_by_the_simulated_clock_and_the_stream_hears_of_it(probe: Probe) -> None:
    origin = datetime(2010, 12, 1, tzinfo=UTC)
    key, table = f"lifetime-{uuid.uuid4().hex}", probe.outputs["Table"]
    end = int((origin + timedelta(days=6)).timestamp())
    probe.stack.set_clock(origin, 86400)
    try:
        item = {"pk": {"S": key}, "sk": {"S": "1"}, "expires_at": {"N": str(end)}}
        probe.client("dynamodb").put_item(TableName=table, Item=item)
        time.sleep(2.5)  # the look every 2 s comes at least once before the item's time
        assert (
            probe.client("dynamodb")
            .get_item(TableName=table, Key={"pk": item["pk"], "sk": item["sk"]})
            .get("Item")
        )
        removed = wait_until(lambda: probe.kept(f"removed-{key}"), "the record of its removal")
        assert removed[0]["by"] == "dynamodb.amazonaws.com"
    finally:
        probe.stack.change(clock=None)


def test_function_handles_no_more_than_two_events_at_a_time(probe: Probe) -> None:
    with ThreadPoolExecutor(6) as callers:
        workers = set(callers.map(lambda _: probe.call("sleep", seconds=0.2), range(6)))
    assert len(workers) == 2


def test_clock_set_live_reaches_warm_workers_and_the_outbox(probe: Probe) -> None:
    probe.call("environment")
    origin = datetime(2030, 1, 1, tzinfo=UTC)
    probe.stack.set_clock(origin, 86400)
    try:
        seen = probe.call("environment")["environment"]
        real, _, simulated = seen["ESCALERA_CLOCK_ORIGIN"].partition("=")
        assert datetime.fromisoformat(simulated) == origin
        assert abs(datetime.now(UTC) - datetime.fromisoformat(real)) < timedelta(minutes=1)
        assert float(seen["ESCALERA_CLOCK_SCALE"]) == 86400
        probe.call("send_text", phone="+34600000001", message="Hola")
        assert probe.stack.texts()[-1].at > origin
    finally:
        probe.stack.change(clock=None)
    assert "ESCALERA_CLOCK_ORIGIN" not in probe.call("environment")["environment"]
