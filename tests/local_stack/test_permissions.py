"""AUTH=true: a role stripped of one grant is refused just that."""

import time
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from tests.local_stack.probe import ROLES, Probe, wait_until
from tests.local_stack.test_messages import request
from tests.local_stack.test_stepfunctions import token_of


@contextmanager
def without(probe: Probe, grant: str) -> Iterator[None]:
    role = probe.outputs[ROLES.get(grant, "StepRole")]
    probe.client("iam").delete_role_policy(RoleName=role, PolicyName=grant)
    time.sleep(0.6)  # the services trust a verdict for half a second
    try:
        yield
    finally:
        probe.grant(grant)
        time.sleep(0.6)


def give_a_token_back(probe: Probe) -> object:
    run = uuid.uuid4().hex
    probe.run(run=run)
    return probe.call("give_back", token=token_of(probe, run))


ATTEMPTS: dict[str, Callable[[Probe], object]] = {
    "step": lambda probe: probe.call("transact", key=uuid.uuid4().hex),
    "check": lambda probe: probe.call("transact", key=uuid.uuid4().hex),
    "batch": lambda probe: probe.call("transact", key=uuid.uuid4().hex),
    "mail": lambda probe: probe.call("send_email", request=request("ana@example.com", raw=True)),
    "text": lambda probe: probe.call("send_text", phone="+34600000002", message="Hola"),
    "token": give_a_token_back,
    "stop": lambda probe: probe.call("stop", execution=probe.run(seconds=86400)),
    "event": lambda probe: probe.call("put_event"),
    "bury": lambda probe: probe.call("bury", key="no event"),
    "keys": lambda probe: probe.call("read_keys"),
}


def test_transaction_batch_and_index_are_open_to_the_full_role(probe: Probe) -> None:
    assert ATTEMPTS["step"](probe) == {"batch": 1, "index": 1}


@pytest.mark.parametrize(
    "grant", ["step", "check", "batch", "mail", "text", "token", "stop", "event", "bury", "keys"]
)
def test_role_stripped_of_one_grant_is_refused_that_one(probe: Probe, grant: str) -> None:
    granted = ATTEMPTS[grant](probe)
    assert not (isinstance(granted, dict) and "errorType" in granted), granted
    if grant == "token":  # leaving the token needs the other grants, giving it back this one
        run = uuid.uuid4().hex
        probe.run(run=run)
        token = token_of(probe, run)
        with without(probe, grant):
            refused = probe.call("give_back", token=token)
    else:
        with without(probe, grant):
            refused = ATTEMPTS[grant](probe)
    assert isinstance(refused, dict)
    assert refused["errorType"] in {"AccessDeniedException", "AuthorizationErrorException", "ClientError"}
    assert "not authorized to perform" in refused["errorMessage"]


def test_queue_is_not_read_for_a_function_that_may_not_read_it(probe: Probe) -> None:
    key = uuid.uuid4().hex
    with without(probe, "receive"):
        probe.put_events({"key": key})
        time.sleep(0.5)
        assert not probe.kept(key)
    wait_until(lambda: probe.kept(key), "the arrival once it is allowed")


def test_stream_is_not_read_for_a_function_that_may_not_read_it(probe: Probe) -> None:
    key = f"stream-{uuid.uuid4().hex}"
    with without(probe, "publish"):
        probe.client("dynamodb").put_item(
            TableName=probe.outputs["Table"], Item={"pk": {"S": key}, "sk": {"S": "1"}}
        )
        time.sleep(0.5)
        assert not probe.kept(f"published-{key}")
    wait_until(lambda: probe.kept(f"published-{key}"), "the arrival once it is allowed")


def test_state_machine_whose_role_may_not_call_fails(probe: Probe) -> None:
    with without(probe, "run"):
        ended = probe.ended(probe.run())
    assert ended["error"] == "Lambda.AWSLambdaException"
    assert "lambda:InvokeFunction" in ended["cause"]


def test_event_whose_rule_may_not_start_the_machine_ends_in_the_dead_letter_queue(probe: Probe) -> None:
    run = uuid.uuid4().hex
    detail = {"seconds": 0, "do": "environment", "await": "token", "run": run}
    probe.put_events(detail, name="Start")
    token_of(probe, run)
    late = {**detail, "run": uuid.uuid4().hex}
    with without(probe, "start"):
        probe.put_events(late, name="Start")
        dead = wait_until(lambda: probe.receive("Dead"), "the event's end")
    assert late in [event.get("detail") for event in dead]
