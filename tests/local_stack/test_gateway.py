"""A site of the local stack under an address of its own."""

import base64
import http.client
import json
import socket

import pytest

from escalera_cli.local_stack.gateway import Gateway
from escalera_cli.local_stack.launch import free_port
from escalera_cli.local_stack.local_site import PortTakenError
from tests.local_stack.probe import Probe


def _ask(port: int, method: str, path: str, body: str | None = None, **headers: str):
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    connection.request(method, path, body=body, headers=headers)
    answer = connection.getresponse()
    content = answer.read()
    connection.close()
    return answer, content


def test_a_request_arrives_whole_and_its_answer_comes_back_whole(probe: Probe) -> None:
    with Gateway(endpoint=probe.stack.endpoint, api=probe.outputs["Site"], port=free_port()) as gateway:
        form = {"Content-Type": "application/x-www-form-urlencoded", "Cookie": "a=1; b=2"}
        answer, content = _ask(gateway.port, "POST", "/some/page?who=Ana%20B&x=1", "text=hola", **form)
    assert answer.status == 207
    assert answer.getheader("X-Own") == "kept"
    assert answer.headers.get_all("Set-Cookie") == ["one=1; Path=/", "two=2; Path=/"]
    asked = json.loads(content)
    # As API Gateway hands over a form: in base64.
    assert (asked["rawPath"], base64.b64decode(asked["body"])) == ("/some/page", b"text=hola")
    assert asked["rawQueryString"] in {"who=Ana%20B&x=1", "who=Ana+B&x=1"}


def test_the_cookies_of_a_request_come_as_a_list_and_not_as_a_header(probe: Probe) -> None:
    with Gateway(endpoint=probe.stack.endpoint, api=probe.outputs["Site"], port=free_port()) as gateway:
        _, content = _ask(gateway.port, "GET", "/", Cookie="a=1; b=2")
        _, without = _ask(gateway.port, "GET", "/")
    assert json.loads(content)["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in json.loads(content)["headers"]
    assert json.loads(without)["cookies"] is None


def test_a_header_that_cloudfront_adds_goes_over_the_visitors_own(probe: Probe) -> None:
    endpoint, api = probe.stack.endpoint, probe.outputs["Site"]
    with Gateway(endpoint=endpoint, api=api, port=free_port(), adds={"x-own": "ours"}) as gateway:
        _, content = _ask(gateway.port, "GET", "/", **{"X-Own": "a visitor's"})
    assert json.loads(content)["headers"]["x-own"] == "ours"


def test_a_port_that_is_taken_is_named_with_the_way_out(probe: Probe) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        gateway = Gateway(endpoint=probe.stack.endpoint, api=probe.outputs["Site"], port=port)
        with pytest.raises(PortTakenError, match=rf"Port {port} .*--web-port"), gateway:
            pass


def test_a_site_whose_stack_is_gone_says_so(probe: Probe) -> None:
    nowhere = f"http://127.0.0.1:{free_port()}"
    with Gateway(endpoint=nowhere, api=probe.outputs["Site"], port=free_port()) as gateway:
        answer, content = _ask(gateway.port, "GET", "/")
    assert answer.status == 502
    assert b"does not answer" in content


def test_a_name_that_was_made_to_lead_here_reads_nothing(probe: Probe) -> None:
    with Gateway(endpoint=probe.stack.endpoint, api=probe.outputs["Site"], port=free_port()) as gateway:
        answer, content = _ask(gateway.port, "GET", "/", Host="evil.example")
        by_name, _ = _ask(gateway.port, "GET", "/", Host=f"localhost:{gateway.port}")
    assert (answer.status, by_name.status) == (421, 207)
    assert b"nothing else" in content


@pytest.mark.parametrize("length", ["-1", "many", str(10**9)])
def test_a_length_that_no_form_has_is_refused_and_hangs_nobody(probe: Probe, length: str) -> None:
    with Gateway(endpoint=probe.stack.endpoint, api=probe.outputs["Site"], port=free_port()) as gateway:
        answer, _ = _ask(gateway.port, "POST", "/", **{"Content-Length": length})
    assert answer.status == 413
