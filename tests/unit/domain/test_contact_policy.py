"""May this message go? Each rule by itself, then their order, then who is spared which."""

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest

from escalera.domain.contact_policy import (
    COMPLAINT_LOOK,
    ContactRules,
    Hold,
    Proposal,
    Rule,
    Send,
    Verdict,
    Withhold,
    in_holdout,
    judge,
)
from escalera.domain.customer import ConsentState, Contact, Customer, RecentContact, SubjectWish, Suppression
from escalera.domain.once import share_of
from escalera.domain.vocabulary import (
    ComplaintId,
    CustomerId,
    MessageChannel,
    Purpose,
    SubjectName,
    SuppressionReason,
)

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
SERVICE, RELATIONSHIP, PROMOTION = Purpose.SERVICE, Purpose.RELATIONSHIP, Purpose.PROMOTION
NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
MIDNIGHT = datetime(2026, 3, 2, 23, tzinfo=UTC)  # in Madrid
DAY = timedelta(days=1)
IDEAS = SubjectName("ideas")

RULES = ContactRules(
    must_ask=frozenset({RELATIONSHIP, PROMOTION}),
    quiet_from=time(22),
    quiet_to=time(9),
    cap=2,
    cap_window=7 * DAY,
    holdout_share=0.0,
    holdout_salt="spring",
    default_time_zone="Europe/Madrid",
)
ANA = Customer(
    CustomerId("ana"),
    contact=Contact(email="ana@example.com", phone="+447700900123"),
    consents={
        (purpose, channel): ConsentState(given=True, at=NOON - DAY)
        for purpose in Purpose
        for channel in MessageChannel
    },
)


@dataclass(frozen=True)
class Case:
    """A message on its way to Ana, and everything that may stand against it."""

    customer: Customer = ANA
    purpose: Purpose = PROMOTION
    sells: bool = False
    hold: bool = False
    subject: SubjectName | None = IDEAS
    channel: MessageChannel = EMAIL
    now: datetime = NOON
    lasts: timedelta = 60 * DAY
    rules: ContactRules = field(default=RULES)

    def but(self, **changed: Any) -> "Case":
        return replace(self, **changed)

    def who(self, **changed: Any) -> "Case":
        return replace(self, customer=replace(self.customer, **changed))

    def judge(self) -> Verdict:
        proposal = Proposal(self.purpose, self.sells, self.now + self.lasts, self.hold, self.subject)
        return judge(self.customer, proposal, self.channel, self.now, self.rules)


PLAIN = Case()


def contacts(*ago: timedelta, purpose: Purpose = PROMOTION) -> tuple[RecentContact, ...]:
    return tuple(RecentContact(NOON - each, purpose) for each in ago)


def erased(case: Case) -> Case:
    return case.who(erased_at=NOON)


def without_address(case: Case) -> Case:
    return case.who(contact=Contact())


def suppressed(case: Case) -> Case:
    return case.who(suppressed={EMAIL: Suppression(SuppressionReason.SPAM_COMPLAINT, NOON)})


def without_consent(case: Case) -> Case:
    return case.who(consents={})


def unsubscribed(case: Case) -> Case:
    return case.who(unsubscribed={EMAIL: NOON})


def not_of_ideas(case: Case) -> Case:
    return case.who(subjects={IDEAS: SubjectWish(wanted=False, at=NOON)})


def complaining(case: Case) -> Case:
    return case.who(open_complaints={ComplaintId("31"): NOON})


def left_alone(case: Case) -> Case:
    return case.but(rules=replace(case.rules, holdout_share=1.0))


def expired(case: Case) -> Case:
    return case.but(lasts=timedelta(0))


def at_night(case: Case) -> Case:
    return case.but(now=MIDNIGHT)


def paused(case: Case) -> Case:
    return case.who(paused_until=NOON + 10 * DAY)


def written_to_often(case: Case) -> Case:
    return case.who(recent_contacts=contacts(DAY, 2 * DAY))


IN_ORDER = {
    Rule.ERASED: erased,
    Rule.NO_ADDRESS: without_address,
    Rule.SUPPRESSED: suppressed,
    Rule.NO_CONSENT: without_consent,
    Rule.UNSUBSCRIBED: unsubscribed,
    Rule.UNWANTED_SUBJECT: not_of_ideas,
    Rule.OPEN_COMPLAINT: complaining,
    Rule.HOLDOUT: left_alone,
    Rule.EXPIRED: expired,
    Rule.QUIET_HOURS: at_night,
    Rule.PAUSED: paused,
    Rule.FREQUENCY_CAP: written_to_often,
}


def test_a_message_nothing_stands_against_goes():
    assert PLAIN.judge() == Send()


def test_every_rule_is_tried_here():
    assert list(IN_ORDER) == list(Rule)


@pytest.mark.parametrize("rule", Rule)
def test_each_rule_alone_stands_against_a_message(rule):
    verdict = IN_ORDER[rule](PLAIN).judge()
    assert isinstance(verdict, Hold | Withhold)
    assert verdict.rule is rule


@pytest.mark.parametrize(
    ("first", "then"), [(one, other) for one in Rule for other in list(Rule)[list(Rule).index(one) + 1 :]]
)
def test_of_two_rules_the_one_that_matters_more_is_told(first, then):
    verdict = IN_ORDER[first](IN_ORDER[then](PLAIN)).judge()
    assert isinstance(verdict, Hold | Withhold)
    assert verdict.rule is first


@pytest.mark.parametrize(
    ("rule", "holds"),
    [(rule, rule in {Rule.QUIET_HOURS, Rule.PAUSED, Rule.FREQUENCY_CAP}) for rule in Rule],
)
def test_hour_pause_and_cap_hold_a_message_and_all_else_ends_it(rule, holds):
    assert isinstance(IN_ORDER[rule](PLAIN).judge(), Hold) == holds


SPARED = {
    Rule.UNWANTED_SUBJECT,
    Rule.OPEN_COMPLAINT,
    Rule.HOLDOUT,
    Rule.PAUSED,
    Rule.FREQUENCY_CAP,
    Rule.NO_CONSENT,
}


@pytest.mark.parametrize("rule", Rule)
def test_service_mail_is_spared_courtesies_but_never_suppression_or_stop(rule):
    verdict = IN_ORDER[rule](PLAIN.but(purpose=SERVICE)).judge()
    if rule in SPARED | {Rule.QUIET_HOURS}:
        assert verdict == Send()
    else:
        assert verdict == Withhold(rule)


def test_a_service_text_waits_for_the_morning_for_it_rings():
    held = at_night(PLAIN.but(purpose=SERVICE, channel=SMS)).judge()
    assert held == Hold(datetime(2026, 3, 3, 8, tzinfo=UTC), Rule.QUIET_HOURS)


@pytest.mark.parametrize("purpose", [RELATIONSHIP, PROMOTION])
def test_whoever_writes_for_the_shops_sake_is_bound_by_every_rule(purpose):
    for rule, stand_against in IN_ORDER.items():
        verdict = stand_against(PLAIN.but(purpose=purpose)).judge()
        assert isinstance(verdict, Hold | Withhold)
        assert verdict.rule is rule


def test_a_no_counts_even_where_the_shop_need_not_ask():
    no = {(SERVICE, EMAIL): ConsentState(given=False, at=NOON)}
    assert PLAIN.but(purpose=SERVICE).who(consents=no).judge() == Withhold(Rule.NO_CONSENT)


def test_whatever_sells_needs_the_yes_to_offers():
    friendly = {(RELATIONSHIP, EMAIL): ConsentState(given=True, at=NOON)}
    case = PLAIN.but(purpose=RELATIONSHIP).who(consents=friendly)
    assert case.judge() == Send()
    assert case.but(sells=True).judge() == Withhold(Rule.NO_CONSENT)
    assert case.but(sells=True, purpose=SERVICE).judge() == Withhold(Rule.NO_CONSENT)


def test_a_channel_closed_or_stopped_leaves_the_other_open():
    case = PLAIN.who(
        unsubscribed={SMS: NOON}, suppressed={SMS: Suppression(SuppressionReason.HARD_BOUNCE, NOON)}
    )
    assert case.judge() == Send()
    assert case.but(channel=SMS).judge() == Withhold(Rule.SUPPRESSED)


def test_only_a_subject_that_the_customer_spoke_against_is_kept_back():
    unwanted = not_of_ideas(PLAIN)
    assert unwanted.but(subject=SubjectName("recipes")).judge() == Send()
    assert unwanted.but(subject=None).judge() == Send()
    assert PLAIN.who(subjects={IDEAS: SubjectWish(wanted=True, at=NOON)}).judge() == Send()


def test_to_one_who_complains_nothing_is_sold_in_a_service_message_either():
    assert complaining(PLAIN.but(purpose=SERVICE, sells=True)).judge() == Withhold(Rule.OPEN_COMPLAINT)


def test_a_message_may_wait_for_the_end_of_a_complaint_and_looks_again():
    assert complaining(PLAIN.but(hold=True)).judge() == Hold(NOON + COMPLAINT_LOOK, Rule.OPEN_COMPLAINT)


def test_waiting_for_the_end_of_a_complaint_ends_with_the_message():
    waiting = complaining(PLAIN.but(hold=True, lasts=timedelta(hours=1)))
    assert waiting.judge() == Hold(NOON + timedelta(hours=1), Rule.OPEN_COMPLAINT)
    assert expired(waiting).judge() == Withhold(Rule.OPEN_COMPLAINT)


@pytest.mark.parametrize(
    ("case", "rule"),
    [
        (at_night(PLAIN), Rule.QUIET_HOURS),
        (paused(PLAIN), Rule.PAUSED),
        (written_to_often(PLAIN), Rule.FREQUENCY_CAP),
    ],
)
def test_what_could_only_go_after_its_expiry_is_withheld_at_once(case, rule):
    held = case.judge()
    assert isinstance(held, Hold)
    wait = held.until - case.now
    assert case.but(lasts=wait).judge() == Withhold(rule)
    assert case.but(lasts=wait + timedelta(seconds=1)).judge() == held


def test_quiet_hours_go_by_the_customers_own_clock_when_it_is_known():
    in_mexico = Contact(email="ana@example.com", time_zone="America/Mexico_City")
    assert at_night(PLAIN).who(contact=in_mexico).judge() == Send()
    night_there = datetime(2026, 3, 2, 7, tzinfo=UTC)
    held = PLAIN.who(contact=in_mexico).but(now=night_there).judge()
    assert held == Hold(datetime(2026, 3, 2, 15, tzinfo=UTC), Rule.QUIET_HOURS)


@pytest.mark.parametrize("off", [{"quiet_from": None}, {"quiet_to": None}])
def test_a_shop_without_quiet_hours_writes_at_night(off):
    assert at_night(PLAIN.but(rules=replace(RULES, **off))).judge() == Send()


def test_quiet_hours_from_midnight_count():
    rules = replace(RULES, quiet_from=time(0), quiet_to=time(7))
    assert at_night(PLAIN.but(rules=rules)).judge() == Hold(
        datetime(2026, 3, 3, 6, tzinfo=UTC), Rule.QUIET_HOURS
    )


def test_a_pause_ends_when_it_ends():
    assert PLAIN.who(paused_until=NOON + DAY).judge() == Hold(NOON + DAY, Rule.PAUSED)
    assert PLAIN.who(paused_until=NOON).judge() == Send()


@pytest.mark.parametrize(
    ("ago", "expected"),
    [
        ((), None),
        ((DAY,), None),
        ((DAY, 2 * DAY), NOON + 5 * DAY),
        ((2 * DAY, DAY), NOON + 5 * DAY),
        ((DAY, 2 * DAY, 3 * DAY), NOON + 5 * DAY),
        ((DAY, 7 * DAY), None),
        ((DAY, 7 * DAY - timedelta(seconds=1)), NOON + timedelta(seconds=1)),
    ],
)
def test_the_cap_slides_there_is_room_again_when_the_oldest_that_fills_it_is_a_window_old(ago, expected):
    verdict = PLAIN.who(recent_contacts=contacts(*ago)).judge()
    assert verdict == (Send() if expected is None else Hold(expected, Rule.FREQUENCY_CAP))


def test_service_messages_do_not_fill_the_cap():
    served = contacts(DAY, DAY, DAY, purpose=SERVICE)
    assert PLAIN.who(recent_contacts=served).judge() == Send()
    assert PLAIN.who(recent_contacts=(*served, *contacts(DAY, 2 * DAY))).judge() != Send()


def test_the_customers_wish_lowers_the_cap_and_never_raises_it():
    once = PLAIN.who(recent_contacts=contacts(DAY), wished_cap=1)
    assert once.judge() == Hold(NOON + 6 * DAY, Rule.FREQUENCY_CAP)
    often = PLAIN.who(recent_contacts=contacts(DAY, 2 * DAY), wished_cap=50)
    assert often.judge() == Hold(NOON + 5 * DAY, Rule.FREQUENCY_CAP)


def test_the_wish_may_have_a_window_of_its_own_and_the_shops_cap_still_counts():
    monthly = PLAIN.who(wished_cap=1, wished_within=30 * DAY)
    assert monthly.who(recent_contacts=contacts(8 * DAY)).judge() == Hold(NOON + 22 * DAY, Rule.FREQUENCY_CAP)
    assert monthly.who(recent_contacts=contacts(30 * DAY)).judge() == Send()
    daily = PLAIN.who(wished_cap=1, wished_within=DAY)
    full = daily.who(recent_contacts=contacts(DAY, 2 * DAY))
    assert full.judge() == Hold(NOON + 5 * DAY, Rule.FREQUENCY_CAP)


def test_one_who_wishes_no_messages_gets_none_and_none_waits_for_them():
    assert PLAIN.who(wished_cap=0).judge() == Withhold(Rule.FREQUENCY_CAP)
    assert PLAIN.who(wished_cap=0).but(purpose=SERVICE).judge() == Send()


def test_the_holdout_is_drawn_by_customer_and_salt_and_is_the_share_it_says():
    many = [Customer(CustomerId(f"c-{number}")) for number in range(4000)]
    tenth = replace(RULES, holdout_share=0.1)
    drawn = [customer for customer in many if in_holdout(customer, tenth)]
    assert 320 <= len(drawn) <= 480
    assert drawn == [customer for customer in many if in_holdout(customer, tenth)]
    other = [customer for customer in many if in_holdout(customer, replace(tenth, holdout_salt="autumn"))]
    assert drawn != other
    assert not any(in_holdout(customer, RULES) for customer in many)


def test_the_share_itself_is_not_below_the_share():
    share = share_of(ANA.id, RULES.holdout_salt)
    assert not in_holdout(ANA, replace(RULES, holdout_share=share))
    assert in_holdout(ANA, replace(RULES, holdout_share=share + 1e-9))
