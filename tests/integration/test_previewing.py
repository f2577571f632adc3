"""Messages of the default programme as their readers would see them, and a test of one sent to oneself."""

import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from escalera.adapters.memory import InMemoryAuditTrail
from escalera.adapters.programme import load_graphs, load_programme
from escalera.adapters.templates import ProgrammeRenderer
from escalera.domain.errors import MessageRefusedError, NotAllowedError, NotThereError, TooOftenError
from escalera.domain.facts import Audit, Message
from escalera.domain.staff import Role
from escalera.domain.vocabulary import CustomerId, Language
from escalera.use_cases.desk import send_test as sending
from escalera.use_cases.desk.send_test import SendTestPorts, send_test
from escalera.use_cases.look.preview import Preview, PreviewPorts, preview_message
from programme_compiler.compile import compile_programme
from tests.fakes.failing import Failing, Failure
from tests.fakes.house import ANA, BERTA, House

PACKAGE = "escalera_programme_to_preview"
EN, ES, PT = Language.ENGLISH, Language.SPANISH, Language.PORTUGUESE


@pytest.fixture(scope="module", autouse=True)
def package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    root = tmp_path_factory.mktemp("layer")
    compile_programme(Path(__file__).parents[2] / "programme", root / PACKAGE)
    sys.path.insert(0, str(root))
    yield
    sys.path.remove(str(root))


@pytest.fixture
def house() -> House:
    return House()


def ports(house: House) -> PreviewPorts:
    programme = load_programme(PACKAGE)
    return PreviewPorts(
        programme=programme,
        graphs=load_graphs(PACKAGE),
        customers=house.store,
        renderer=ProgrammeRenderer(programme, PACKAGE),
        clock=house.clock,
    )


def shown(house: House, name: str, *whom: Any) -> Preview:
    return preview_message(name, *whom, ports=ports(house))


def every_text(found: Preview) -> str:
    email, text = found.email, found.text
    return "\n".join([email.subject, email.text, email.html] if email else []) + (text.text if text else "")


@pytest.mark.parametrize("language", Language)
def test_every_message_can_be_looked_at_in_every_language_before_there_is_a_customer(house, language):
    for name, terms in load_programme(PACKAGE).messages.items():
        found = shown(house, name, language)
        assert (found.email is not None, found.text is not None) == (
            "email" in terms.channels,
            "sms" in terms.channels,
        )
        assert "{{" not in every_text(found)


def test_a_customers_own_facts_are_shown_and_only_what_is_missing_is_made_up(house):
    house.ana_registers()
    house.clock.go_on(minutes=1)
    house.tell("CustomerRegistered", "again", given_name="Ana", language="en")
    house.tell("PurchaseCompleted", "p-1", order_id="2026-77", total={"amount": 12990, "currency": "EUR"})
    found = shown(house, "order-thanks", None, ANA)
    assert found.language is EN
    assert found.email is not None
    assert "Ana" in found.email.text
    assert "2026-77" in every_text(found)
    assert "€129.90" in every_text(found)
    assert found.sampled == frozenset()


def test_what_the_customer_has_none_of_is_named_as_made_up(house):
    house.ana_registers()
    assert shown(house, "order-thanks", EN, ANA).sampled == {"order"}
    assert {"customer", "order"} <= shown(house, "order-thanks", EN).sampled


def test_the_answer_to_a_complaint_is_the_one_that_was_written(house):
    house.tell("ComplaintRaised", complaint_id="31", subject="A torn box")
    house.answer("31", "A new box leaves today.")
    found = shown(house, "complaint-answered", EN, ANA)
    assert found.email is not None
    assert "A new box leaves today." in found.email.text
    assert "complaint" not in found.sampled


def test_no_link_of_a_preview_opens_anything_whosever_facts_it_shows(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-1", order_id="o-1")
    for name in load_programme(PACKAGE).messages:
        for language in Language:
            texts = every_text(shown(house, name, language, ANA))
            assert not re.search(r"/(preferences|unsubscribe|opinion|complain|data)/", texts)


def test_a_text_message_tells_its_segments(house):
    found = next(found for name in load_programme(PACKAGE).messages if (found := shown(house, name, EN)).size)
    assert found.text is not None
    assert found.size is not None
    assert found.size.segments == 1
    assert found.size.units == len(found.text.text)


def test_looking_sends_and_claims_nothing(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-1", order_id="o-1")
    written = len(house.store.stream)
    shown(house, "order-thanks", ES, ANA)
    assert len(house.store.stream) == written
    assert house.sent == []


@pytest.mark.parametrize(
    ("name", "whom", "said"),
    [("gone", None, "no message is called `gone`"), ("order-thanks", "nobody", "no customer is known")],
)
def test_what_is_not_there_is_said_by_name(house, name, whom, said):
    with pytest.raises(NotThereError, match=said):
        shown(house, name, EN, CustomerId(whom) if whom else None)


@pytest.fixture
def trying(house: House) -> SendTestPorts:
    return SendTestPorts(ports(house), house.email, InMemoryAuditTrail(house.store), house.work)


def test_a_test_goes_to_whoever_asks_marked_as_a_test_and_leaves_a_row(house, trying):
    house.ana_registers()
    assert send_test("order-thanks", PT, ANA, by=BERTA, form="form-1", ports=trying)
    (sent,) = house.email.sent
    assert sent.to == "berta@casa.example.com"
    assert sent.content.subject.startswith("[Test] ")
    assert "customer" not in sent.tags
    assert house.facts(Message) == []
    (audit,) = [fact for fact in house.store.store.facts.values() if isinstance(fact, Audit)]
    assert (audit.by, audit.what, audit.about, audit.detail) == ("Berta", "test sent", "order-thanks", "pt")


def test_a_second_click_sends_nothing_more(house, trying):
    assert send_test("order-thanks", PT, by=BERTA, form="form-1", ports=trying)
    assert not send_test("order-thanks", PT, by=BERTA, form="form-1", ports=trying)
    assert send_test("order-thanks", PT, by=BERTA, form="form-2", ports=trying)
    assert len(house.email.sent) == 2


def test_tests_have_a_limit_that_an_hour_lifts(house, trying, monkeypatch):
    monkeypatch.setattr(sending, "TESTS_AN_HOUR", 2)
    for form in ("1", "2"):
        send_test("order-thanks", PT, by=BERTA, form=form, ports=trying)
        house.clock.go_on(seconds=1)
    with pytest.raises(TooOftenError):
        send_test("order-thanks", PT, by=BERTA, form="3", ports=trying)
    send_test("order-thanks", PT, by=replace(BERTA, id="another"), form="3", ports=trying)
    house.clock.at += timedelta(hours=1, seconds=1)
    assert send_test("order-thanks", PT, by=BERTA, form="4", ports=trying)


@pytest.mark.parametrize("role", [Role.SERVICE, Role.VIEWER])
def test_only_who_steers_sends_tests(house, trying, role):
    with pytest.raises(NotAllowedError):
        send_test("order-thanks", PT, by=replace(BERTA, role=role), form="1", ports=trying)
    assert house.email.sent == []


def test_what_the_provider_refuses_is_told(house, trying):
    house.email.provider = Failing(house.email.provider, [Failure("take", error=MessageRefusedError)])
    with pytest.raises(MessageRefusedError):
        send_test("order-thanks", PT, by=BERTA, form="1", ports=trying)
