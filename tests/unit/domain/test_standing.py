"""On which rung, in rhythm or quiet, and for which reason (doctrine R1-R5, S1)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from escalera.domain.customer import ConsentState, Customer
from escalera.domain.rhythm import Prior, quiet_from
from escalera.domain.standing import StandingRules, notice_silence, rung_of, settle
from escalera.domain.vocabulary import CustomerId, MessageChannel, Purpose, Rung

DAY = timedelta(days=1)
START = datetime(2026, 1, 1, tzinfo=UTC)
RULES = StandingRules(Prior(60 * DAY, 2.0, 0.05), frequent_from_orders=3)
NOBODY = Customer(CustomerId("ana"))


def bought(orders: int, returned: int = 0, **fields: Any) -> Customer:
    """One who buys every ten days from the start."""
    last = START + 10 * DAY * (orders - 1)
    fields = {"first_order_at": START, "last_order_at": last} | fields
    return replace(NOBODY, orders=orders, orders_returned=returned, **fields)


def due(customer: Customer) -> datetime:
    at = quiet_from(customer, RULES.prior)
    assert at is not None
    return at


def said(purpose: Purpose, *, given: bool) -> Customer:
    return replace(NOBODY, consents={(purpose, MessageChannel.EMAIL): ConsentState(given, START)})


@pytest.mark.parametrize(
    ("customer", "rung", "reason"),
    [
        (NOBODY, Rung.SUSPECT, "known"),
        (said(Purpose.SERVICE, given=True), Rung.SUSPECT, "known"),
        (said(Purpose.PROMOTION, given=False), Rung.SUSPECT, "known"),
        (said(Purpose.PROMOTION, given=True), Rung.PROSPECT, "asked_to_hear_from_us"),
        (said(Purpose.RELATIONSHIP, given=True), Rung.PROSPECT, "asked_to_hear_from_us"),
        (replace(NOBODY, registered_at=START), Rung.PROSPECT, "registered"),
        (bought(1, returned=1), Rung.PROSPECT, "orders_returned"),
        (bought(1), Rung.BUYER, "first_purchase"),
        (bought(2), Rung.CUSTOMER, "bought_again"),
        (bought(3), Rung.FREQUENT, "buys_in_rhythm"),
        (bought(9), Rung.FREQUENT, "buys_in_rhythm"),
        # One who steps up after a return steps up by what was bought.
        (bought(2, returned=1, rung=Rung.PROSPECT), Rung.BUYER, "bought_again"),
        (bought(3, returned=1, rung=Rung.BUYER), Rung.CUSTOMER, "bought_again"),
        (bought(4, returned=1, rung=Rung.CUSTOMER), Rung.FREQUENT, "buys_in_rhythm"),
        # And down by what was returned, or not bought.
        (bought(2, returned=1, rung=Rung.CUSTOMER), Rung.BUYER, "orders_returned"),
        (bought(3, returned=1, rung=Rung.FREQUENT), Rung.CUSTOMER, "orders_returned"),
        (bought(3, returned=3, rung=Rung.FREQUENT), Rung.PROSPECT, "orders_returned"),
        (bought(3, quiet_since=START, rung=Rung.FREQUENT), Rung.CUSTOMER, "went_quiet"),
        (bought(3, quiet_since=START, rung=Rung.BUYER), Rung.CUSTOMER, "bought_again"),
    ],
)
def test_each_rung_has_its_fact(customer, rung, reason):
    assert rung_of(customer, RULES) == (rung, reason)


def test_the_reason_stays_until_the_rung_changes():
    first = settle(bought(1), RULES, START)
    assert (first.rung, first.rung_reason) == (Rung.BUYER, "first_purchase")
    told = replace(first, rung_reason="kept as told")
    assert settle(told, RULES, START).rung_reason == "kept as told"


def test_settling_plans_when_the_silence_becomes_unusual():
    customer = bought(2)
    assert settle(customer, RULES, START).quiet_due_at == due(customer)
    assert settle(NOBODY, RULES, START).quiet_due_at is None


def test_settling_makes_nobody_quiet_however_late_it_is():
    settled = settle(bought(3), RULES, START + 3000 * DAY)
    assert settled.quiet_since is None
    assert settled.rung is Rung.FREQUENT


def test_settling_twice_is_settling_once():
    once = settle(bought(3), RULES, START)
    assert settle(once, RULES, START) == once


def test_a_silence_is_noticed_on_its_second_and_not_before():
    customer = settle(bought(3), RULES, START)
    assert notice_silence(customer, RULES, due(customer) - timedelta(seconds=1)) == customer
    quiet = notice_silence(customer, RULES, due(customer))
    assert quiet.quiet_since == due(customer)
    assert quiet.quiet_due_at is None
    assert (quiet.rung, quiet.rung_reason) == (Rung.CUSTOMER, "went_quiet")


def test_a_silence_noticed_late_began_when_it_became_unusual():
    customer = settle(bought(1), RULES, START)
    quiet = notice_silence(customer, RULES, due(customer) + 30 * DAY)
    assert quiet.quiet_since == due(customer)
    assert quiet.rung is Rung.BUYER


def test_a_silence_is_noticed_once():
    customer = settle(bought(1), RULES, START)
    quiet = notice_silence(customer, RULES, due(customer))
    assert notice_silence(quiet, RULES, due(customer) + DAY) is quiet


@pytest.mark.parametrize("nobody", [NOBODY, bought(1, erased_at=START)])
def test_silence_of_one_who_never_bought_or_was_erased_is_nothing_to_notice(nobody):
    assert notice_silence(nobody, RULES, START + 3000 * DAY) is nobody


def test_a_rhythm_that_has_changed_is_planned_anew_when_looked_at():
    stale = replace(bought(2), quiet_due_at=START)
    assert notice_silence(stale, RULES, START + DAY).quiet_due_at == due(stale)


def test_one_who_was_quiet_returns_with_a_purchase_and_is_frequent_again():
    customer = settle(bought(3), RULES, START)
    quiet = notice_silence(customer, RULES, due(customer))
    now = due(customer) + 5 * DAY
    back = settle(replace(quiet, orders=4, last_order_at=now), RULES, now)
    assert back.quiet_since is None
    assert back.quiet_due_at == due(back)
    assert (back.rung, back.rung_reason) == (Rung.FREQUENT, "buys_in_rhythm")


def test_an_old_purchase_heard_of_late_does_not_break_the_silence():
    customer = settle(bought(1), RULES, START)
    now = due(customer) + 200 * DAY
    quiet = notice_silence(customer, RULES, now)
    heard = settle(replace(quiet, orders=2, last_order_at=START + DAY), RULES, now)
    assert heard.quiet_since == quiet.quiet_since
    assert heard.quiet_due_at is None
    assert heard.rung is Rung.CUSTOMER
