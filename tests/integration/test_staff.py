"""The staff in a user pool: whom the tool invites, the console lets in."""

import http.server
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest

from escalera.adapters.cognito import CognitoSignIn
from escalera.adapters.dynamodb.colleagues import DynamoDBColleagues
from escalera.adapters.dynamodb.open_sessions import DynamoDBOpenSessions
from escalera.domain.errors import RetryableError
from escalera.domain.staff import Role, StaffMember
from escalera.ports.sign_in import SignInRefusedError
from escalera_cli.connection import Connection
from escalera_cli.endings import CommandError
from escalera_cli.staff import StaffAccounts
from tests.fakes.facts import NOON
from tests.fakes.table import TABLE, connect, make_table

SITE = "https://console.example.com"


@pytest.fixture
def pool(aws) -> str:
    make_table()
    client = boto3.client("cognito-idp", region_name="eu-west-1")
    pool = client.create_user_pool(PoolName="staff", UsernameAttributes=["email"])["UserPool"]["Id"]
    for role in Role:
        client.create_group(UserPoolId=pool, GroupName=role.value)
    return pool


@pytest.fixture
def accounts(pool) -> StaffAccounts:
    parts = {"UserPool": pool, "TableName": TABLE}
    return StaffAccounts(Connection("dev", parts, lambda service: connect(service, {})))


def _sign_in(pool: str, pages: str = "https://pages.example.com") -> CognitoSignIn:
    return CognitoSignIn(pool, "client", pages=pages, site=SITE, connect=connect)


def _member(pool: str, role: Role = Role.OWNER) -> StaffMember:
    client = boto3.client("cognito-idp", region_name="eu-west-1")
    [user] = client.list_users(UserPoolId=pool)["Users"]
    return StaffMember(user["Username"], "old name", "ana@example.com", role)


def test_who_is_invited_has_their_role_and_no_other(accounts):
    accounts.invite("ana@example.com", name="Ana", role=Role.VIEWER, password="Long-Enough-1!")
    accounts.give_role("ana@example.com", Role.SERVICE)
    [ana] = accounts.everybody()
    assert (ana.email, ana.name, ana.role) == ("ana@example.com", "Ana", Role.SERVICE)


def test_nobody_is_invited_twice_nor_given_a_role_without_an_account(accounts):
    accounts.invite("ana@example.com", name="", role=Role.VIEWER)
    with pytest.raises(CommandError, match="one of the staff already"):
        accounts.invite("ana@example.com", name="", role=Role.OWNER)
    with pytest.raises(CommandError, match="none of the staff"):
        accounts.give_role("eva@example.com", Role.OWNER)
    with pytest.raises(CommandError, match="none of the staff"):
        accounts.remove("eva@example.com")


def test_the_console_sees_somebody_as_they_are_now(accounts, pool):
    accounts.invite("ana@example.com", name="Ana", role=Role.SERVICE)
    found = _sign_in(pool).look_up(_member(pool))
    assert found is not None
    assert (found.name, found.role) == ("Ana", Role.SERVICE)


def test_who_was_removed_disabled_or_left_without_a_role_is_nobody_any_more(accounts, pool):
    client = boto3.client("cognito-idp", region_name="eu-west-1")
    accounts.invite("ana@example.com", name="Ana", role=Role.SERVICE)
    member, sign_in = _member(pool), _sign_in(pool)
    client.admin_disable_user(UserPoolId=pool, Username=member.id)
    assert sign_in.look_up(member) is None
    client.admin_enable_user(UserPoolId=pool, Username=member.id)
    client.admin_remove_user_from_group(UserPoolId=pool, Username=member.id, GroupName="service")
    assert sign_in.look_up(member) is None
    accounts.remove("ana@example.com")
    assert sign_in.look_up(member) is None


def _signed_in(pool: str, *sessions: str) -> tuple[DynamoDBOpenSessions, StaffMember]:
    """The one member of the staff, with these open sessions."""
    found, member = DynamoDBOpenSessions(TABLE, connect), _member(pool)
    for session in sessions:
        found.open(member.id, session, until=NOON + timedelta(hours=10))
    return found, member


def test_another_role_ends_every_session_at_once(accounts, pool):
    accounts.invite("ana@example.com", name="Ana", role=Role.OWNER)
    sessions, ana = _signed_in(pool, "laptop", "phone")
    accounts.give_role("ana@example.com", Role.VIEWER)
    assert not any(sessions.is_open(ana.id, one) for one in ("laptop", "phone"))


def test_who_is_removed_is_signed_out_at_once(accounts, pool):
    accounts.invite("ana@example.com", name="Ana", role=Role.OWNER)
    sessions, ana = _signed_in(pool, "laptop")
    accounts.remove("ana@example.com")
    assert not sessions.is_open(ana.id, "laptop")


def test_somebody_can_be_signed_out_everywhere_also_when_their_account_is_gone(accounts, pool):
    accounts.invite("ana@example.com", name="Ana", role=Role.OWNER)
    sessions, ana = _signed_in(pool, "laptop", "phone")
    assert accounts.sign_out("ana@example.com") == 2
    sessions.open(ana.id, "tablet", until=NOON)
    DynamoDBColleagues(TABLE, connect).note(replace(ana, email="Ana@example.com"), datetime.now(UTC))
    boto3.client("cognito-idp", region_name="eu-west-1").admin_delete_user(UserPoolId=pool, Username=ana.id)
    assert accounts.sign_out("ana@example.com") == 1
    assert not sessions.is_open(ana.id, "tablet")
    with pytest.raises(CommandError, match="none of the staff"):
        accounts.sign_out("nobody@example.com")


def test_people_are_sent_to_the_pages_of_the_pool_and_back_to_the_console(pool):
    address = urlsplit(_sign_in(pool).address(state="s", challenge="c"))
    asked = {name: values[0] for name, values in parse_qs(address.query).items()}
    assert (
        f"{address.scheme}://{address.netloc}{address.path}" == "https://pages.example.com/oauth2/authorize"
    )
    assert asked["redirect_uri"] == f"{SITE}/signed-in"
    assert (asked["state"], asked["code_challenge"], asked["code_challenge_method"]) == ("s", "c", "S256")


@contextmanager
def _token_endpoint(status: int, answer: object) -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Cognito's, on this machine; with what it was asked."""
    asked: list[dict[str, str]] = []

    class Handler(http.server.BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            asked.append({name: values[0] for name, values in form.items()})
            self.send_response(status)
            self.end_headers()
            self.wfile.write(json.dumps(answer).encode())

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}", asked
        server.shutdown()


def _identity(**claims: object) -> dict[str, str]:
    told = {
        "aud": "client",
        "token_use": "id",
        "cognito:username": "u1",
        "email": "ana@example.com",
        **claims,
    }
    payload = urlsafe_b64encode(json.dumps(told).encode()).decode().rstrip("=")
    return {"id_token": f"header.{payload}.signature"}


def test_a_code_is_redeemed_for_a_person_and_the_higher_of_their_roles(pool):
    identity = _identity(name="Ana", **{"cognito:groups": ["viewer", "owner"]})
    with _token_endpoint(200, identity) as (pages, asked):
        member = _sign_in(pool, pages).redeem("the-code", verifier="the-verifier")
    assert member == StaffMember("u1", "Ana", "ana@example.com", Role.OWNER)
    [form] = asked
    assert (form["code"], form["code_verifier"]) == ("the-code", "the-verifier")


@pytest.mark.parametrize(
    ("answer", "why"),
    [
        (_identity(), "no role here"),
        (_identity(aud="another", **{"cognito:groups": ["owner"]}), "somebody else"),
        (_identity(token_use="access", **{"cognito:groups": ["owner"]}), "somebody else"),
        ({"id_token": "nonsense"}, "no identity"),
        ({}, "no identity"),
    ],
)
def test_an_answer_that_is_not_about_one_of_the_staff_lets_nobody_in(pool, answer, why):
    with _token_endpoint(200, answer) as (pages, _), pytest.raises(SignInRefusedError, match=why):
        _sign_in(pool, pages).redeem("code", verifier="verifier")


def test_a_code_that_was_used_or_stolen_is_refused(pool):
    with (
        _token_endpoint(400, {"error": "invalid_grant"}) as (pages, _),
        pytest.raises(SignInRefusedError, match="no longer takes this code"),
    ):
        _sign_in(pool, pages).redeem("code", verifier="verifier")


def test_an_outage_of_the_sign_in_is_not_a_refusal(pool):
    with _token_endpoint(503, {}) as (pages, _), pytest.raises(RetryableError):
        _sign_in(pool, pages).redeem("code", verifier="verifier")
    with pytest.raises(RetryableError):
        _sign_in(pool, pages).redeem("code", verifier="verifier")
