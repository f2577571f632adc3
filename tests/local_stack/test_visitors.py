"""The emulator answers programs on this machine, and no web page of another site."""

import http.client
import json
from typing import Any

import boto3
import pytest

from escalera_cli.local_stack import LocalStack
from tests.local_stack.probe import Probe

SETTINGS = "/_escalera/settings"


def _ask(probe: Probe, path: str, method: str = "GET", **headers: str) -> tuple[int, str, str]:
    """Status, text and the CORS header of the answer."""
    connection = http.client.HTTPConnection("127.0.0.1", probe.stack.port, timeout=20)
    connection.request(method, path, headers={name.replace("_", "-"): is_ for name, is_ in headers.items()})
    answer = connection.getresponse()
    content = answer.read().decode()
    connection.close()
    return answer.status, content, answer.getheader("Access-Control-Allow-Origin") or ""


@pytest.mark.parametrize(
    "host", ["shop.example", "shop.example:{port}", "127.0.0.1", "127.0.0.1:1", "localhost.example:{port}"]
)
@pytest.mark.parametrize(
    "path", [SETTINGS, "/", "/_ministack/ses/messages", "/_aws/execute-api/any/$default/"]
)
def test_another_host_name_is_refused_with_the_remedy(probe: Probe, host: str, path: str) -> None:
    status, said, shared_with = _ask(probe, path, Host=host.format(port=probe.stack.port))
    assert (status, shared_with) == (403, "")
    assert f"AWS_ENDPOINT_URL) to http://127.0.0.1:{probe.stack.port}." in said


@pytest.mark.parametrize("name", ["127.0.0.1", "localhost", "LOCALHOST", "bucket.s3.localhost"])
def test_names_of_this_machine_are_answered(probe: Probe, name: str) -> None:
    status, said, _ = _ask(probe, SETTINGS, Host=f"{name}:{probe.stack.port}")
    assert (status, "wait_scale" in said) == (200, True)


@pytest.mark.parametrize(
    "mark", [{"Origin": "https://shop.example"}, {"Origin": "null"}, {"Sec_Fetch_Site": "cross-site"}]
)
@pytest.mark.parametrize("method", ["GET", "POST", "OPTIONS"])
def test_page_of_another_site_is_refused(probe: Probe, mark: dict[str, str], method: str) -> None:
    status, said, shared_with = _ask(probe, SETTINGS, method, **mark)
    assert (status, shared_with) == (403, "")
    assert "a web page sent this request" in said


LED_BY_ANOTHER_PAGE = {
    "Sec_Fetch_Site": "same-site",
    "Sec_Fetch_Mode": "navigate",
    "Sec_Fetch_Dest": "document",
}


def test_staff_are_led_to_the_sign_in_and_send_its_form(probe: Probe) -> None:
    refused = "a web page sent this request"
    assert refused not in _ask(probe, "/oauth2/authorize", **LED_BY_ANOTHER_PAGE)[1]
    assert refused not in _ask(probe, "/logout", **LED_BY_ANOTHER_PAGE)[1]
    own = f"http://127.0.0.1:{probe.stack.port}"
    assert refused not in _ask(probe, "/login", "POST", Origin=own, Sec_Fetch_Site="same-origin")[1]


@pytest.mark.parametrize(
    ("path", "mark"),
    [
        (SETTINGS, LED_BY_ANOTHER_PAGE),
        ("/oauth2/authorize", {**LED_BY_ANOTHER_PAGE, "Sec_Fetch_Dest": "iframe"}),
        ("/oauth2/authorize", {"Sec_Fetch_Site": "same-site", "Sec_Fetch_Dest": "empty"}),
        ("/login", {**LED_BY_ANOTHER_PAGE, "Origin": "http://127.0.0.1:1"}),
    ],
)
def test_page_of_another_site_reads_no_sign_in_and_sends_none(
    probe: Probe, path: str, mark: dict[str, str]
) -> None:
    method = "POST" if "Origin" in mark else "GET"
    assert _ask(probe, path, method, **mark)[0] == 403


def test_an_address_typed_into_a_browser_is_answered(probe: Probe) -> None:
    assert _ask(probe, SETTINGS, Sec_Fetch_Site="none")[0] == 200


def test_http_api_judges_for_itself_who_asks(probe: Probe) -> None:
    path = f"/_aws/execute-api/{probe.outputs['Site']}/$default/page"
    status, said, _ = _ask(probe, path, Origin="https://shop.example")
    assert status == 207
    assert json.loads(said)["headers"]["origin"] == "https://shop.example"


FOREIGN = {
    "of a user": {"aws_access_key_id": "AKIAIOSFODNN7EXAMPLE"},
    "of a session": {"aws_access_key_id": "ASIAIOSFODNN7EXAMPLE", "aws_session_token": "token"},
    "of another account": {"aws_access_key_id": "123456789012"},
}


@pytest.mark.parametrize("whose", FOREIGN)
def test_any_credentials_are_the_administrator_s(probe: Probe, whose: str) -> None:
    options = {**probe.stack.client_options(), "aws_secret_access_key": "any", **FOREIGN[whose]}

    def client(service: str) -> Any:
        return boto3.client(service, **options)  # type: ignore[call-overload]

    assert client("sts").get_caller_identity()["Account"] == probe.stack.account
    assert client("s3").head_object(Bucket="code", Key="code.zip")["ContentLength"] > 0
    item = {"pk": {"S": whose}, "sk": {"S": "1"}}
    client("dynamodb").put_item(TableName=probe.outputs["Table"], Item=item)
    assert probe.kept(whose) == [{"pk": whose, "sk": "1"}]


@pytest.mark.parametrize(
    "environment",
    [
        {"AWS_PROFILE": "there-is-none"},
        {"AWS_CONFIG_FILE": "/there/is/none", "AWS_SHARED_CREDENTIALS_FILE": "/there/is/none"},
        {"AWS_ACCESS_KEY_ID": "AKIAIOSFODNN7EXAMPLE", "AWS_SESSION_TOKEN": "token"},
        {
            "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
            "AWS_REGION": "xx-none-1",
            "AWS_USE_FIPS_ENDPOINT": "true",
        },
        {"AWS_CA_BUNDLE": "/there/is/none"},
    ],
    ids=lambda environment: next(iter(environment)),
)
def test_what_the_shell_is_signed_in_to_has_no_say(
    probe: Probe, monkeypatch: pytest.MonkeyPatch, environment: dict[str, str]
) -> None:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    there = LocalStack.attach(probe.stack.state)
    assert there.client("sts").get_caller_identity()["Account"] == there.account
    assert there.client("s3").head_object(Bucket="code", Key="code.zip")["ContentLength"] > 0
