from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from escalera.domain.customer import ConsentState, Person, Spending
from escalera.domain.facts import Entry, FactKind, MessageStatus, Reward
from escalera.domain.score import GroupMembership
from escalera.domain.staff import Role
from escalera.domain.vocabulary import (
    CustomerId,
    EntryId,
    GroupName,
    JourneyName,
    MessageChannel,
    MessageName,
    Purpose,
    RewardId,
)
from escalera.ports.customers import Change, When, Write
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.facts import a_message
from tests.fakes.scores import a_customer_score

CARD = f"/customer?id={quote(EVE, safe='')}"


@pytest.fixture(autouse=True)
def stocked(store, clock):
    """Eve, with a text that would like to be run in every field a shop or a customer can fill."""
    stock(store, clock)
    now = clock.now()
    known = store.load([EVE])[EVE]
    score = replace(
        a_customer_score(), groups=(GroupMembership(GroupName(XSS), now - timedelta(days=3), XSS, XSS),)
    )
    after = replace(
        known,
        people=(Person(XSS, XSS, XSS, XSS),),
        rung_reason=XSS,
        last_order_at=now - timedelta(days=9),
        spending={"EUR": Spending(123_450, 1000)},
        score=score,
        consents={(Purpose.RELATIONSHIP, MessageChannel.EMAIL): ConsentState(given=True, at=now)},
    )
    entry = Entry(EVE, JourneyName(XSS), EntryId("e-1"), "arn", "CustomerWentQuiet-1", now, holdout=False)
    facts = (
        entry,
        a_message(EVE, "1", message=MessageName(XSS), status=MessageStatus.SENT, channel=MessageChannel.EMAIL,
                  claimed_at=now, decided_at=now),
        a_message(EVE, "2", status=MessageStatus.WITHHELD, reason="no_consent", decided_at=now),
        a_message(EVE, "3", status=MessageStatus.REFUSED, reason=f"refused: {XSS}", claimed_at=now),
        Reward(EVE, RewardId("r"), XSS, XSS, now, now + timedelta(days=9), EntryId("e-1")),
    )  # fmt: skip
    store.save([Change(known, after, tuple(Write(one, When.ALWAYS) for one in facts))])


@pytest.mark.parametrize("role", Role)
def test_card_is_read_by_everybody(signed_in, role):
    page = signed_in(role).get(CARD)
    assert page.status == 200
    for said in ("class A", "customer", "complaint open", "What to say next", "€1,224.50 in 1 order"):
        assert said in page.text


def test_what_to_say_next_comes_before_everything_else_and_serves_first(signed_in):
    text = signed_in(Role.SERVICE).get(CARD).text
    assert text.index("Apologise for the late answer, and give it now") < text.index("Sell nothing now")
    assert text.index("Sell nothing now") < text.index("At a glance") < text.index("Last orders")


def test_card_says_what_went_out_what_did_not_and_why(signed_in):
    text = signed_in(Role.VIEWER).get(CARD).text
    assert "withheld the customer had not said yes to it" in text
    assert "an unusual silence" in text
    assert "Offers no: has not said yes to it" in text
    assert "A kind word no: a complaint is open" in text


def test_task_can_be_done_from_the_card_and_leads_back_to_it(signed_in, store):
    service = signed_in(Role.SERVICE)
    fields = service.get(CARD).fields()
    assert fields["back"] == f"/customer?id={quote(EVE)}"
    done = {**fields, "task": "t/1", "note": "Called her."}
    assert service.post("/tasks/done", done).location == f"/customer?id={quote(EVE)}&said=done"
    [task] = [one for one in store.facts_of(EVE, FactKind.TASK) if one.task_id == "t/1"]
    assert task.note == "Called her."
    text = service.get(CARD).text
    assert "Service Person did it: answer complaint" in text


def test_viewer_is_shown_no_form_that_changes_anything(signed_in):
    page = signed_in(Role.VIEWER).get(CARD)
    assert "/tasks/done" not in page.body
    assert "It is done" not in page.text


def test_nothing_that_anybody_wrote_is_run(signed_in):
    page = signed_in(Role.OWNER).get(CARD).body
    assert "<script>alert" not in page
    assert XSS not in page
    assert page.count("&lt;script&gt;alert(1)") >= 12
    assert 'href="javascript' not in page


def test_addresses_can_be_clicked_as_they_are(signed_in):
    page = signed_in(Role.SERVICE).get(CARD).body
    assert 'href="mailto:eve@example.com"' in page
    assert 'href="tel:+442079460018"' in page


def test_nobody_of_that_id_is_a_page_that_says_so(signed_in):
    for address in ("/customer?id=nobody", "/customer", "/customer?id="):
        page = signed_in(Role.SERVICE).get(address)
        assert page.status == 404


def test_life_that_has_only_begun_has_a_card_too(signed_in, store):
    new = CustomerId("new")
    known = store.load([new])[new]
    store.save([Change(known, known)])
    page = signed_in(Role.SERVICE).get("/customer?id=new")
    assert page.status == 200
    for said in (
        "Nothing was bought yet.",
        "no address",
        "Brought nothing yet",
        "Ask for their name, if it fits",
    ):
        assert said in page.text


def test_erased_customer_is_shown_as_one_and_nothing_is_to_be_said(signed_in, store, clock):
    known = store.load([EVE])[EVE]
    store.save([Change(known, replace(known, erased_at=clock.now()))])
    text = signed_in(Role.SERVICE).get(CARD).text
    assert "erased" in text
    assert "Nothing in particular" in text


def test_long_life_is_folded_and_not_left_out(signed_in, store, clock):
    known = store.load([EVE])[EVE]
    many = [
        a_message(EVE, f"m-{n}", status=MessageStatus.SENT, claimed_at=clock.now() - timedelta(days=n))
        for n in range(60)
    ]
    store.save([Change(known, known, tuple(Write(one) for one in many[:50]))])
    page = signed_in(Role.SERVICE).get(CARD)
    assert page.body.count("order-thanks: sent") == 50


def test_nobody_who_is_not_signed_in_sees_a_card(anybody):
    answer = anybody.get(CARD)
    assert (answer.status, "At a glance" in answer.body) == (303, False)
