"""AUTH=true: a role stripped of one grant is refused just that."""

import uuid
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from tests.local_stack.probe import Probe
from tests.local_stack.test_messages import request
from tests.local_stack.test_stepfunctions import token_of


@contextmanager
def without(probe: Probe, grant: str) -> Iterator[None]:
    probe.client("iam").delete_role_policy(RoleName=probe.outputs["StepRole"], PolicyName=grant)
    try:
        yield
    finally:
        probe.grant(grant)


def attempt(probe: Probe, grant: str) -> object:
    match grant:
        case "check" | "batch" | "step":
            return probe.call("transact", key=uuid.uuid4().hex)
        case "mail":
            return probe.call("send_email", request=request("ana@example.com", raw=True))
        case "text":
            return probe.call("send_text", phone="+34600000002", message="Hola")
        case "stop":
            return probe.call("stop", execution=probe.run(seconds=86400))
        case "event":
            return probe.call("put_event")
        case _:
            run = uuid.uuid4().hex
            probe.run(run=run)
            token = token_of(probe, run)
            return probe.call("give_back", token=token)


def test_transaction_batch_and_index_are_open_to_the_full_role(probe: Probe) -> None:
    assert attempt(probe, "step") == {"batch": 1, "index": 1}


@pytest.mark.parametrize("grant", ["step", "check", "batch", "mail", "text", "token", "stop", "event"])
def test_role_stripped_of_one_grant_is_refused_that_one(probe: Probe, grant: str) -> None:
    granted = attempt(probe, grant)
    assert not (isinstance(granted, dict) and "errorType" in granted), granted
    if grant == "token":
        run = uuid.uuid4().hex
        probe.run(run=run)
        token = token_of(probe, run)
        with without(probe, grant):
            refused = probe.call("give_back", token=token)
    else:
        with without(probe, grant):
            refused = attempt(probe, grant)
    assert isinstance(refused, dict)
    assert refused["errorType"] in {"AccessDeniedException", "AuthorizationErrorException", "ClientError"}
    assert "not authorized to perform" in refused["errorMessage"]
