"""Whoever the customer, whatever the message: what the contact policy may never do."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from escalera.domain.consent import allows, is_suppressed
from escalera.domain.contact_policy import ContactRules, Hold, Proposal, Rule, Send, judge
from escalera.domain.customer import ConsentState, Contact, Customer, RecentContact, SubjectWish, Suppression
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import (
    ComplaintId,
    CustomerId,
    MessageChannel,
    Purpose,
    SubjectName,
    SuppressionReason,
)

START = datetime(2026, 3, 20, tzinfo=UTC)
ADDRESSES = {MessageChannel.EMAIL: "ana@example.com", MessageChannel.SMS: "+447700900123"}

purposes = st.sampled_from(Purpose)
channels = st.sampled_from(MessageChannel)
subjects = st.sampled_from([SubjectName("ideas"), SubjectName("opinions")])
spans = st.timedeltas(timedelta(0), timedelta(days=20)).map(
    lambda span: timedelta(seconds=int(span.total_seconds()))
)
instants = spans.map(lambda span: START + span)
suppressions = st.builds(
    Suppression,
    st.sampled_from(SuppressionReason),
    instants,
    st.none() | st.sampled_from([*ADDRESSES.values(), "old@example.com"]).map(address_digest),
)
customers = st.builds(
    Customer,
    st.sampled_from([CustomerId(f"c-{number}") for number in range(8)]),
    contact=st.builds(
        Contact,
        email=st.just(ADDRESSES[MessageChannel.EMAIL]),
        phone=st.none() | st.just(ADDRESSES[MessageChannel.SMS]),
        time_zone=st.sampled_from([None, "Europe/Madrid", "Australia/Lord_Howe", "America/Mexico_City"]),
    ),
    consents=st.dictionaries(
        st.tuples(purposes, channels),
        st.builds(ConsentState, st.sampled_from([True, True, True, False]), instants),
    ),
    unsubscribed=st.just({}) | st.dictionaries(channels, instants),
    suppressed=st.just({}) | st.dictionaries(channels, suppressions),
    open_complaints=st.just({}) | st.dictionaries(st.just(ComplaintId("31")), instants),
    paused_until=st.none() | instants,
    subjects=st.dictionaries(subjects, st.builds(SubjectWish, st.booleans(), instants)),
    wished_cap=st.none() | st.integers(0, 4),
    wished_within=st.none() | st.sampled_from([timedelta(days=1), timedelta(days=15)]),
    recent_contacts=st.lists(st.builds(RecentContact, instants, purposes), max_size=6).map(tuple),
)
rules = st.builds(
    ContactRules,
    must_ask=st.just(frozenset()) | st.frozensets(purposes),
    quiet_from=st.sampled_from([None, time(0), time(2, 30), time(21), time(22)]),
    quiet_to=st.sampled_from([None, time(0), time(2, 30), time(8), time(9)]),
    cap=st.integers(0, 4),
    cap_window=st.sampled_from([timedelta(days=1), timedelta(days=7)]),
    holdout_share=st.sampled_from([0.0, 0.0, 0.5]),
    holdout_salt=st.just("spring"),
    default_time_zone=st.sampled_from(["Europe/Madrid", "America/Sao_Paulo"]),
)
proposals = st.builds(
    Proposal,
    purposes,
    st.booleans(),
    instants.map(lambda at: at + timedelta(days=10)),
    st.booleans(),
    st.none() | subjects,
)

# Those whom only courtesy keeps waiting: most of what they are sent is held at first.
willing = customers.map(
    lambda customer: replace(
        customer, consents={}, unsubscribed={}, suppressed={}, open_complaints={}, wished_cap=1
    )
)
ungated = rules.map(lambda shop: replace(shop, must_ask=frozenset(), holdout_share=0.0))
by_mail = st.just(MessageChannel.EMAIL)


@given(customers, proposals, channels, instants, rules)
def test_a_hold_ends_later_and_never_after_the_message_expires(customer, proposal, channel, now, shop):
    verdict = judge(customer, proposal, channel, now, shop)
    if isinstance(verdict, Hold):
        assert now < verdict.until <= proposal.expires_at
        assert verdict.until < proposal.expires_at or verdict.rule is Rule.OPEN_COMPLAINT


@settings(max_examples=4 * settings().max_examples)  # one in three or four is held at first
@given(willing, proposals, by_mail, instants, ungated)
def test_judged_again_when_a_hold_ends_the_same_rule_does_not_hold_again(
    customer, proposal, channel, now, shop
):
    first = judge(customer, proposal, channel, now, shop)
    if isinstance(first, Hold):
        again = judge(customer, proposal, channel, first.until, shop)
        assert not (isinstance(again, Hold) and again.rule is first.rule)


@given(customers, proposals, channels, instants, rules)
def test_asking_again_whenever_told_comes_to_an_end(customer, proposal, channel, now, shop):
    verdict = judge(customer, proposal, channel, now, shop)
    for _ in range(400):  # a complaint that stays open is looked at every six hours
        if not isinstance(verdict, Hold):
            break
        verdict = judge(customer, proposal, channel, verdict.until, shop)
    assert not isinstance(verdict, Hold)


@given(customers, proposals, channels, instants, rules)
def test_nothing_goes_against_the_law_or_the_customers_word(customer, proposal, channel, now, shop):
    must_ask = proposal.purpose in shop.must_ask
    forbidden = (
        not customer.contact.address(channel)
        or is_suppressed(customer, channel)
        or channel in customer.unsubscribed
        or not allows(customer, proposal.purpose, channel, must_ask=must_ask)
        or (proposal.sells and customer.has_open_complaint)
        or now >= proposal.expires_at
    )
    if forbidden:
        assert judge(customer, proposal, channel, now, shop) != Send()


@given(customers, proposals, channels, instants, rules)
def test_a_subject_spoken_against_is_never_written_about_but_in_service(
    customer, proposal, channel, now, shop
):
    subject = SubjectName("ideas")
    proposal = replace(proposal, subject=subject)
    against = replace(customer, subjects={subject: SubjectWish(wanted=False, at=now)})
    indifferent = replace(customer, subjects={})
    if proposal.purpose is Purpose.SERVICE:
        assert judge(against, proposal, channel, now, shop) == judge(
            indifferent, proposal, channel, now, shop
        )
    else:
        assert judge(against, proposal, channel, now, shop) != Send()


@given(willing, proposals, by_mail, instants, ungated)
def test_no_window_ever_holds_more_messages_than_the_cap(customer, proposal, channel, now, shop):
    proposal = replace(proposal, purpose=Purpose.PROMOTION)
    customer = replace(customer, recent_contacts=(), subjects={}, wished_cap=2)
    sent: list[datetime] = []
    for hour in range(0, 24 * 10, 5):
        at = now + timedelta(hours=hour)
        if judge(customer, proposal, channel, at, shop) == Send():
            sent.append(at)
            contact = RecentContact(at, proposal.purpose)
            customer = replace(customer, recent_contacts=(*customer.recent_contacts, contact))
    for first in sent:
        assert sum(first <= at < first + shop.cap_window for at in sent) <= shop.cap
        wished = customer.wished_within or shop.cap_window
        assert sum(first <= at < first + wished for at in sent) <= 2


@given(customers, proposals, channels, instants, rules)
def test_erasure_stop_spam_complaint_and_no_address_each_keep_anything_back(
    customer, proposal, channel, now, shop
):
    for worse in (
        replace(customer, erased_at=now),
        replace(customer, unsubscribed={**customer.unsubscribed, channel: now}),
        replace(customer, suppressed={channel: Suppression(SuppressionReason.SPAM_COMPLAINT, now)}),
        replace(customer, contact=Contact()),
    ):
        assert judge(worse, proposal, channel, now, shop) != Send()


@given(customers, proposals, channels, instants, rules)
def test_whatever_keeps_a_service_message_back_keeps_any_other_back(customer, proposal, channel, now, shop):
    customer, shop = replace(customer, consents={}), replace(shop, must_ask=frozenset())
    service, other = (replace(proposal, purpose=purpose) for purpose in (Purpose.SERVICE, Purpose.PROMOTION))
    if judge(customer, service, channel, now, shop) != Send():
        assert judge(customer, other, channel, now, shop) != Send()
