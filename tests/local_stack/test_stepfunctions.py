"""State machines: all time is scaled, errors are caught by name, a stop is a stop."""

import json
import time
import uuid
from typing import Any

from tests.local_stack.probe import Probe, wait_until

DAY = 86400


def token_of(probe: Probe, run: str) -> str:
    return wait_until(lambda: probe.kept(f"token-{run}"), "the token's arrival")[0]["token"]


def answer(probe: Probe, run: str) -> None:
    probe.client("stepfunctions").send_task_success(taskToken=token_of(probe, run), output='{"came": "back"}')


def test_wait_of_a_day_lasts_a_second(probe: Probe) -> None:
    run, began = uuid.uuid4().hex, time.monotonic()
    execution = probe.run(seconds=DAY, run=run)
    answer(probe, run)
    assert probe.ended(execution)["status"] == "SUCCEEDED"
    assert 1.0 <= time.monotonic() - began < 10.0


def test_retry_matches_an_error_by_its_name(probe: Probe) -> None:
    run = uuid.uuid4().hex
    execution = probe.run(do="fail_twice", run=run)
    answer(probe, run)
    output = json.loads(probe.ended(execution)["output"])
    assert output["done"]["Payload"] == {"attempts": 3}


def test_token_brings_its_answer_back(probe: Probe) -> None:
    run = uuid.uuid4().hex
    execution = probe.run(run=run)
    probe.call("give_back", token=token_of(probe, run))
    assert json.loads(probe.ended(execution)["output"])["answer"] == {"came": "back"}


def test_token_that_nobody_answers_times_out_in_scaled_time(probe: Probe) -> None:
    began = time.monotonic()
    ended = probe.ended(probe.run())
    assert json.loads(ended["output"])["late"]["Error"] == "States.Timeout"
    assert 2.0 <= time.monotonic() - began < 10.0


def test_function_that_fails_fails_the_wait_for_its_token(probe: Probe) -> None:
    ended = probe.ended(probe.run(**{"await": "refuse"}))
    assert json.loads(ended["output"])["refused"]["Error"] == "ShopClosedError"


def history(probe: Probe, execution: str) -> list[Any]:
    found: list[Any] = probe.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    return found


def test_stopped_execution_does_nothing_more(probe: Probe) -> None:
    execution = probe.run(seconds=DAY)
    time.sleep(0.2)
    probe.call("stop", execution=execution)
    time.sleep(1.5)  # past the end of its wait
    assert probe.ended(execution)["status"] == "ABORTED"
    assert history(probe, execution)[-1]["type"] == "ExecutionAborted"


def test_execution_stopped_while_it_waits_for_a_token_stays_stopped(probe: Probe) -> None:
    run = uuid.uuid4().hex
    execution = probe.run(run=run)
    token = token_of(probe, run)
    probe.call("stop", execution=execution)
    late = wait_until(lambda: probe.call("give_back", token=token), "the refusal of the token")
    assert late["errorType"] == "TaskDoesNotExist"
    assert probe.ended(execution)["status"] == "ABORTED"
