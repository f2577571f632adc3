"""Clients are told once who calls, and keep what each adapter wants."""

from typing import Any

import botocore
import pytest
from botocore.awsrequest import AWSResponse, HTTPHeaders

from escalera.runtime import clients


class Nothing:
    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [b"{}"]


@pytest.fixture
def sent(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The requests that clients made from now on would have sent."""
    monkeypatch.setenv("AWS_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "testing")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "testing")
    clients._session.cache_clear()
    requests: list[Any] = []

    def answer(request: Any, **_: Any) -> AWSResponse:
        requests.append(request)
        return AWSResponse(request.url, 200, HTTPHeaders(), Nothing())

    session: Any = clients._session()
    session.register("before-send", answer)
    yield requests
    clients._session.cache_clear()


def test_every_call_says_who_calls_in_one_header_made_beforehand(sent):
    client = clients.connect("dynamodb", {})
    for _ in range(2):
        client.get_item(TableName="customers", Key={"pk": {"S": "a"}})
    ours = f"escalera Botocore/{botocore.__version__}"
    said = [request.headers["User-Agent"] for request in sent]
    # Powertools, where it is loaded, adds its own name behind ours.
    assert [agent.split(b" PT/")[0].decode() for agent in said] == [ours, ours]
    assert all("Authorization" in request.headers for request in sent)


def test_client_has_the_settings_of_its_adapter(sent):
    client = clients.connect("dynamodb", {"read_timeout": 7, "parameter_validation": False})
    assert client.meta.config.read_timeout == 7
    client.get_item(TableName="customers")
    assert len(sent) == 1, "a call that lacks its key is not looked at before it leaves"
