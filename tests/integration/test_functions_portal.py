"""The portal's function, as Lambda calls it: its environment, the table, the secret, and the programme's layer."""

import json
from typing import Any

import pytest

from escalera import bootstrap
from escalera.adapters.memory import InMemorySealKeys
from escalera.contracts.origin import ORIGIN_HEADER
from escalera.domain.facts import Complaint, Opinion
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.seals import KeyRing
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.use_cases.links import PortalLinks
from escalera.use_cases.record_purchases import record_purchases
from escalera.use_cases.record_registrations import record_registrations
from tests.fakes.house import House
from tests.support.functions import KEYS, Cloud, load_handler
from tests.support.portal import SHOP
from tests.support.visitor import Visitor

ANA = CustomerId("ana")


@pytest.fixture
def portal(cloud: Cloud, monkeypatch: pytest.MonkeyPatch, tmp_path: Any) -> Visitor:
    """A visitor of the deployed portal; Ana bought once."""
    monkeypatch.setattr(bootstrap, "programme", lambda: SHOP)
    monkeypatch.setattr(bootstrap, "brand_of_pages", lambda: tmp_path)
    (tmp_path / "brand.css").write_text("", encoding="utf-8")
    house = House()
    told = {"customers": cloud.customers, "rules": house.rules, "clock": house.clock}
    record_registrations([house.event("CustomerRegistered", language="en")], **told)  # type: ignore[arg-type]
    record_purchases([house.event("PurchaseCompleted", order_id="5001")], **told)  # type: ignore[arg-type]
    return Visitor(load_handler("portal").handler, headers={ORIGIN_HEADER: KEYS["1"]})


def link(purpose: LinkPurpose, subject: str = "", *, sent_to: str = "ana@example.com") -> str:
    links = PortalLinks("", InMemorySealKeys(KeyRing.from_json(KEYS)))
    mark = address_mark(MessageChannel.EMAIL, sent_to)
    return links.to(purpose, ANA, bootstrap.clock().now(), subject, mark)


def test_a_request_that_did_not_come_by_cloudfront_is_refused_and_changes_nothing(portal, cloud):
    past = Visitor(portal.handler)
    page = link(LinkPurpose.UNSUBSCRIBE, "email")
    assert past.get(page).status == 403
    assert past.post(page, {"List-Unsubscribe": "One-Click"}).status == 403
    assert not cloud.customers.load([ANA])[ANA].unsubscribed


def test_preferences_are_kept_in_the_table(portal, cloud):
    page = link(LinkPurpose.PREFERENCES)
    assert portal.get(page).status == 200
    assert (
        portal.post(page, {"email-promotion": "yes", "frequency": "1-30", "subject-ideas": "yes"}).status
        == 303
    )

    ana = cloud.customers.load([ANA])[ANA]
    assert ana.wished_cap == 1
    assert {name: wish.wanted for name, wish in ana.subjects.items()} == {"opinions": False}


def test_an_opinion_and_its_complaint_are_kept_together(portal, cloud):
    portal.post(link(LinkPurpose.OPINION, "5001"), {"score": "1", "comment": "Broken\nin two"})
    facts = cloud.customers.facts_of(ANA)

    assert [fact.score for fact in facts if isinstance(fact, Opinion)] == [1]
    assert [fact.text for fact in facts if isinstance(fact, Complaint)] == ["Broken\nin two"]


def test_the_data_is_read_and_erased_in_the_table(portal, cloud):
    portal.post(link(LinkPurpose.OPINION, "5001"), {"score": "1", "comment": "Broken"})
    page = link(LinkPurpose.DATA)
    found = json.loads(portal.get(f"{page}/file").body)
    assert found["opinions"][0]["comment"] == "Broken"
    assert portal.post(f"{page}/erase", {"sure": "yes"}).status == 303

    everything = repr((cloud.customers.load([ANA]), cloud.customers.facts_of(ANA)))
    assert "Broken" not in everything
    assert "ana@example.com" not in everything
    assert portal.get(page).status == 200


def test_the_way_out_asks_for_nothing_but_the_link(portal, cloud):
    assert (
        portal.post(link(LinkPurpose.UNSUBSCRIBE, "email"), {"List-Unsubscribe": "One-Click"}).status == 200
    )
    assert {state.given for state in cloud.customers.load([ANA])[ANA].consents.values()} == {False}


def test_a_new_address_waits_in_the_table_and_is_confirmed_and_taken_back_from_there(portal, cloud):
    new = "new@example.org"
    sent = portal.post(link(LinkPurpose.DATA), {"given_name": "Ana", "email": new, "language": "en"})
    assert sent.location.endswith("?said=asked")
    waiting = cloud.customers.load([ANA])[ANA]
    assert (waiting.contact.email, waiting.pending_addresses[MessageChannel.EMAIL].address) == (
        "ana@example.com",
        new,
    )
    assert portal.post(link(LinkPurpose.CONFIRM, "email", sent_to=new)).status == 303
    assert cloud.customers.load([ANA])[ANA].contact.email == new
    assert portal.get(link(LinkPurpose.DATA)).status == 410
    assert portal.post(link(LinkPurpose.TAKE_BACK, "email")).status == 303
    assert cloud.customers.load([ANA])[ANA].contact.email == "ana@example.com"


def test_complaints_are_counted_in_the_table(portal, cloud):
    page = link(LinkPurpose.COMPLAIN, "5001")
    answers = [portal.post(page, {"form": f"f-{n}", "words": "Broken"}).status for n in range(6)]
    assert answers == [303] * 5 + [429]
    assert len([fact for fact in cloud.customers.facts_of(ANA) if isinstance(fact, Complaint)]) == 5
