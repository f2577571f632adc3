from dataclasses import replace
from datetime import timedelta

import pytest

from escalera.domain.facts import EntryStatus, MessageStatus, Silence
from escalera.domain.staff import Role
from escalera.domain.vocabulary import CustomerId, MessageKey
from escalera.ports.customers import Change, When, Write
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.facts import a_message, a_promise, an_entry


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)


def put(store, *facts) -> None:
    for fact in facts:
        known = store.load([fact.key.customer_id])[fact.key.customer_id]
        store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


@pytest.mark.parametrize("role", Role)
def test_everybody_sees_what_is_due_and_what_is_late(signed_in, role):
    page = signed_in(role).get("/")
    assert page.status == 200
    assert "2 open complaints · 1 late" in page.text
    assert "2 tasks · 1 late" in page.text
    assert page.text.index("late, was due") < page.text.index("The lamp flickers")


def test_lines_lead_to_the_complaint_and_the_customer_whatever_their_ids(signed_in):
    page = signed_in(Role.SERVICE).get("/").body
    assert 'href="/complaint?customer=eve/%23%3F%26&amp;id=c/1"' in page
    assert 'href="/customer?id=eve/%23%3F%26"' in page


def test_who_went_quiet_who_came_back_and_what_was_promised_is_told(signed_in, store, clock):
    now = clock.now()
    ana = CustomerId("ana")
    put(
        store,
        Silence(EVE, now - timedelta(hours=1), now - timedelta(days=70)),
        Silence(ana, now - timedelta(days=9), now - timedelta(days=79), returned_at=now - timedelta(hours=2)),
        a_promise(EVE, about="c/2", made_at=now - timedelta(hours=1), due_at=now + timedelta(hours=23)),
    )
    text = signed_in(Role.VIEWER).get("/").text
    assert "1 went quiet since yesterday" in text
    assert "bought last 10 weeks ago" in text
    assert "1 came back since yesterday" in text
    assert "after 11 weeks" in text
    assert "1 promise to keep" in text


def test_journeys_that_stopped_are_shown_with_the_way_on_for_as_long_as_there_is_one(signed_in, store, clock):
    stopped = clock.now() - timedelta(hours=3)
    failed = an_entry(EVE, status=EntryStatus.FAILED, reason="step_failed", ended_at=stopped)
    too_old = an_entry(
        CustomerId("ana"), "e-2", status=EntryStatus.FAILED, ended_at=stopped - timedelta(days=14)
    )
    put(store, failed, too_old)
    text = signed_in(Role.SERVICE).get("/").text
    assert "Journeys that stopped 1 " in text
    assert "escalera redrive journeys --all" in text
    assert "win back 3 hours ago" in text


def test_messages_are_counted_and_the_rule_is_told_in_words(signed_in, store, clock):
    now = clock.now()
    sent = a_message(EVE, "1", status=MessageStatus.SENT, claimed_at=now, decided_at=now)
    held_back = a_message(EVE, "2", status=MessageStatus.WITHHELD, reason="no_consent", decided_at=now)
    put(store, sent, held_back, replace(held_back, message_key=MessageKey("3"), reason="holdout"))
    text = signed_in(Role.SERVICE).get("/").text
    assert "1 message sent today" in text
    assert "Withheld 1 the customer had not said yes to it" in text
    assert "Withheld 1 left alone on purpose, to measure what messages bring" in text


def test_what_a_customer_wrote_is_shown_and_never_run(signed_in):
    page = signed_in(Role.OWNER).get("/").body
    assert XSS not in page
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "49" not in page.partition("<main")[2].partition("alert")[2][:60]


def test_quiet_day_says_so(signed_in, store):
    store.store.facts.clear()
    text = signed_in(Role.SERVICE).get("/").text
    for said in ("No complaint is open.", "Nothing is to be done.", "Nothing is promised that is not done."):
        assert said in text


def test_nobody_who_is_not_signed_in_sees_the_day(anybody):
    answer = anybody.get("/")
    assert (answer.status, "Complaints by the clock" in answer.body) == (303, False)
