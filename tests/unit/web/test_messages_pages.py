"""The messages on the console: previewed for anybody in any language, and sent to oneself as a test."""

from urllib.parse import quote

import pytest

from escalera.domain.errors import ChannelThrottledError, MessageRefusedError
from escalera.domain.facts import Audit
from escalera.domain.staff import Role
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.failing import Failing, Failure
from tests.fakes.house import PROGRAMME

ASKS = "/message?name=how-was-it&language=en"
TO_EVE = f"{ASKS}&customer={quote(EVE, safe='')}"


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)


def audits(store) -> list[Audit]:
    return [fact for fact in store.store.facts.values() if isinstance(fact, Audit)]


def form_of(visitor, address: str = TO_EVE) -> dict[str, str]:
    fields: dict[str, str] = visitor.get(address).fields()
    return fields


def test_every_message_is_listed_and_leads_to_its_preview(signed_in):
    page = signed_in(Role.VIEWER).get("/messages")
    for name in PROGRAMME.messages:
        assert f"/message?name={name}" in page.body
    assert "sells" in page.text


def test_a_message_is_shown_with_a_customers_own_facts(signed_in):
    page = signed_in(Role.VIEWER).get(TO_EVE)
    assert "order o/1" in page.text
    assert "made up" not in page.text
    assert "About how-was-it" in page.text


def test_without_a_customer_the_facts_are_made_up_and_the_language_is_the_one_asked_for(signed_in):
    viewer = signed_in(Role.VIEWER)
    assert "thanks in pt to Beatriz" in viewer.get("/message?name=thanks&language=pt").text
    assert "thanks in es to Lucía" in viewer.get("/message?name=thanks").text
    assert "thanks in es" in viewer.get("/message?name=thanks&language=xx").text


def test_the_mail_itself_may_look_as_it_looks_and_do_nothing(signed_in):
    viewer = signed_in(Role.VIEWER)
    mail = viewer.get(TO_EVE.replace("/message?", "/message/mail?"))
    assert mail.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert "<script>" not in mail.body
    assert "how-was-it in en to ," in mail.body, "what is no name is not greeted by"
    assert "sandbox" in viewer.get(TO_EVE).body


@pytest.mark.parametrize(("scheme", "query"), [("dark", "@media all{"), ("light", "@media not all{")])
def test_the_mail_looks_as_in_the_scheme_asked_for_whatever_ones_own_screen_prefers(signed_in, scheme, query):
    viewer = signed_in(Role.VIEWER)
    page = viewer.get(f"{ASKS}&scheme={scheme}")
    assert f"&amp;scheme={scheme}" in page.body
    mail = viewer.get(f"{ASKS.replace('/message?', '/message/mail?')}&scheme={scheme}")
    assert query in mail.body.replace(" {", "{")


def test_widths_and_schemes_are_those_offered_and_no_others(signed_in):
    viewer = signed_in(Role.VIEWER)
    assert 'class="mail phone dark"' in viewer.get(f"{ASKS}&width=phone&scheme=dark").body
    assert 'class="mail desktop light"' in viewer.get(f'{ASKS}&width="><b>&scheme=x').body


def test_a_text_message_tells_what_it_takes(signed_in):
    text = signed_in(Role.VIEWER).get(ASKS).text
    assert "of 160 signs that fit into one segment" in text
    assert "1 segment to pay for" in text


def test_nothing_a_customer_wrote_runs_in_a_preview(signed_in):
    page = signed_in(Role.VIEWER).get(TO_EVE)
    assert XSS not in page.body
    assert "<script>alert" not in page.body


@pytest.mark.parametrize("customer", ["nobody", XSS])
def test_who_is_not_known_is_said_at_the_field_and_what_was_typed_stays(signed_in, customer):
    page = signed_in(Role.VIEWER).get(f"{ASKS}&customer={quote(customer)}")
    assert page.status == 422
    assert 'aria-describedby="unknown"' in page.body
    assert "Nobody is known by that id" in page.text
    assert "<script>alert" not in page.body


@pytest.mark.parametrize("address", ["/message?name=gone", "/message", "/message/mail?name=gone"])
def test_a_message_that_there_is_not_is_not_there(signed_in, address):
    assert signed_in(Role.VIEWER).get(address).status == 404


def test_an_owner_sends_themselves_a_test(signed_in, email, store):
    owner = signed_in(Role.OWNER)
    answer = owner.post("/message/test", form_of(owner))
    assert answer.status == 303
    assert "The test is on its way to you." in owner.get(answer.location).text
    (sent,) = email.sent
    assert sent.content.subject == "[Test] About how-was-it"
    assert "order o/1" in sent.content.text
    assert sent.to == "owner@example.com"
    assert [(one.what, one.about) for one in audits(store)] == [("test sent", "how-was-it")]


def test_a_second_click_sends_no_second_test(signed_in, email):
    owner = signed_in(Role.OWNER)
    form = form_of(owner)
    assert [owner.post("/message/test", form).status for _ in range(2)] == [303, 303]
    assert len(email.sent) == 1
    owner.post("/message/test", form_of(owner))
    assert len(email.sent) == 2


def test_too_many_tests_are_refused_on_the_same_page(signed_in, email, clock, monkeypatch):
    monkeypatch.setattr("escalera.use_cases.desk.send_test.TESTS_AN_HOUR", 1)
    owner = signed_in(Role.OWNER)
    owner.post("/message/test", form_of(owner))
    clock.go_on(seconds=1)
    again = owner.post("/message/test", form_of(owner))
    assert again.status == 422
    assert "Wait a little" in again.text
    assert "order o/1" in again.text
    assert len(email.sent) == 1


@pytest.mark.parametrize(("error", "status"), [(MessageRefusedError, 422), (ChannelThrottledError, 503)])
def test_what_the_mail_service_says_is_passed_on(signed_in, email, error, status):
    email.provider = Failing(email.provider, [Failure("take", error=error)])
    owner = signed_in(Role.OWNER)
    assert owner.post("/message/test", form_of(owner)).status == status


@pytest.mark.parametrize("role", [Role.SERVICE, Role.VIEWER])
def test_who_may_not_steer_sees_no_button_and_sends_nothing(signed_in, email, role):
    visitor = signed_in(role)
    assert "/message/test" not in visitor.get(ASKS).body
    owners = form_of(signed_in(Role.OWNER))
    for form in (owners, {**owners, "proof": ""}):
        assert visitor.post("/message/test", form).status == 403
    assert email.sent == []
