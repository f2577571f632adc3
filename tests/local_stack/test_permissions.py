"""AUTH=true: a role stripped of one grant is refused just that."""

import uuid
from collections.abc import Callable, Iterator
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
}


def test_transaction_batch_and_index_are_open_to_the_full_role(probe: Probe) -> None:
    assert ATTEMPTS["step"](probe) == {"batch": 1, "index": 1}


@pytest.mark.parametrize(
    "grant", ["step", "check", "batch", "mail", "text", "token", "stop", "event", "bury"]
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
