"""Whatever a customer's life was like: nobody is sold anything over an open complaint, and nothing is left untold."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.brief import BriefTerms, Manner, brief_of, timeline
from escalera.domain.contact_policy import ContactRules
from escalera.domain.facts import Audit, Complaint
from escalera.domain.vocabulary import ComplaintId, Purpose
from tests.fakes.anything import customers, facts, instants

TERMS = BriefTerms(
    ContactRules(
        must_ask=frozenset({Purpose.PROMOTION, Purpose.RELATIONSHIP}),
        quiet_from=None,
        quiet_to=None,
        cap=3,
        cap_window=timedelta(days=7),
        holdout_share=0.05,
        holdout_salt="salt",
        default_time_zone="Europe/Madrid",
    ),
    timedelta(days=1),
    "EUR",
)
lives = st.lists(facts, max_size=8)


@given(customers, lives, instants)
def test_advice_serves_before_it_thanks_talks_and_sells_and_each_piece_names_its_fact(customer, life, now):
    customer = replace(customer, contact=replace(customer.contact, time_zone=None))
    advice = brief_of(customer, life, TERMS, now).advice
    assert [one.manner for one in advice] == sorted(one.manner for one in advice)
    assert all(one.because for one in advice)


@given(customers, lives, instants)
def test_nobody_is_sold_anything_while_a_complaint_is_open(customer, life, now):
    complaint = Complaint(customer.id, ComplaintId("open"), raised_at=datetime(2026, 3, 2, tzinfo=UTC))
    customer = replace(
        customer,
        erased_at=None,
        open_complaints={
            **customer.open_complaints,
            complaint.complaint_id: datetime(2026, 3, 2, tzinfo=UTC),
        },
        contact=replace(customer.contact, time_zone=None),
    )
    advice = brief_of(customer, [*life, complaint], TERMS, now).advice
    assert Manner.SELL not in {one.manner for one in advice}
    assert any("Sell nothing" in one.say for one in advice)
    assert advice[0].manner is Manner.SERVE


@given(customers, lives)
def test_timeline_runs_backwards_and_leaves_no_kind_of_fact_out(customer, life):
    moments = timeline(customer, life)
    assert [one.at for one in moments] == sorted((one.at for one in moments), reverse=True)
    for fact in life:
        told = timeline(replace(customer, id=fact.key.customer_id), [fact])
        silent = isinstance(fact, Complaint) and not (fact.raised_at or fact.answered_at or fact.resolved_at)
        if not silent and not isinstance(fact, Audit):
            assert len(told) > len(timeline(replace(customer, id=fact.key.customer_id), []))
