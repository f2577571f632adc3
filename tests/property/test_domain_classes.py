"""Cut points keep their shares, parts of the base add up, and a purchase classes as the night would."""

from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.classes import ClassRules, heard_late, net_revenue
from escalera.domain.facts import Refund
from escalera.domain.history import CustomerHistory
from escalera.domain.money import Money
from escalera.domain.purchases import Purchase, record_purchase, record_refund
from escalera.domain.scoring import ScoringRules, score_customer, shop_score, summarise
from escalera.domain.spread import Spread
from escalera.domain.standing import settle
from escalera.domain.vocabulary import AbcClass, OrderId, RefundId, SalesChannel
from tests.fakes.lives import AS_OF, DAY, STANDING, a_life
from tests.fakes.scores import EURO

RULES = ScoringRules(EURO, ClassRules(365 * DAY))
# Twenties, so that the rate of 1.15 gives whole cents: sums are rounded by currency, and a cent may cross a line.
amounts = st.integers(0, 10**6).map(lambda number: 20 * number)
ages = st.floats(0, 900)
currencies = st.sampled_from(["EUR", "EUR", "GBP", "USD"])
orders = st.lists(st.tuples(ages, amounts, currencies), max_size=6)
bases = st.lists(orders, max_size=25).map(
    lambda lives: [a_life(f"c{n}", *told) for n, told in enumerate(lives)]
)


def night(base):
    return shop_score(summarise(base, RULES, AS_OF), RULES, AS_OF)


@given(st.lists(st.integers(-1000, 10**6), max_size=60), st.floats(0.01, 1), st.floats(0.01, 1))
def test_leaders_bring_their_share_and_without_the_least_of_them_they_would_not(values, a, b):
    cut, _ = Spread.of(values).leading(a, a + b)
    total = sum(value for value in values if value > 0)
    if cut is None:
        assert total == 0
        return
    assert sum(value for value in values if value >= cut) >= a * total * (1 - 1e-12)
    assert sum(value for value in values if value > cut) < a * total * (1 + 1e-12)


@given(bases)
def test_a_brings_80_percent_and_a_with_b_95(base):
    shop = night(base)
    revenue = {one.customer.id: net_revenue(one, EURO, after=AS_OF - 365 * DAY) for one in base}
    after = [score_customer(one, shop, None, RULES, AS_OF) for one in base]
    total = sum(max(amount, 0) for amount in revenue.values())

    def brought(*classes: AbcClass) -> int:
        return sum(revenue[one.id] for one in after if one.abc_class in classes)

    if total:
        assert 100 * brought(AbcClass.A) >= 80 * total
        assert 100 * brought(AbcClass.A, AbcClass.B) >= 95 * total
    for one in after:
        assert (one.abc_class is None) == (one.orders == 0)


@given(bases)
def test_who_brings_more_is_never_of_a_lower_class(base):
    shop = night(base)
    scored = [
        one for one in (score_customer(h, shop, None, RULES, AS_OF) for h in base) if one.score and one.orders
    ]
    scored.sort(key=lambda one: one.score.revenue if one.score else 0)
    classes = [str(one.abc_class) for one in scored]
    assert classes == sorted(classes, reverse=True)


@given(bases, st.integers(0, 25))
def test_parts_add_up_to_the_whole(base, at):
    parts = summarise(base[:at], RULES, AS_OF) + summarise(base[at:], RULES, AS_OF)
    assert shop_score(parts, RULES, AS_OF) == night(base)


@given(st.lists(st.integers(-50, 50), max_size=40), st.floats(0.01, 1))
def test_top_and_lowest_never_take_more_than_their_share(values, share):
    spread = Spread.of(values)
    top, lowest = spread.top(share), spread.lowest(share)
    if top is not None:
        assert sum(value >= top for value in values) < share * len(values) + 1
    if lowest is not None:
        assert sum(value <= lowest for value in values) <= share * len(values) * (1 + 1e-12)


@given(st.lists(st.integers(-50, 50), min_size=1, max_size=40))
def test_fifths_hold_at_least_their_part_and_no_value_too_many(values):
    for fifths, cut in enumerate(Spread.of(values).fifths(), start=1):
        assert 5 * sum(value <= cut for value in values) >= fifths * len(values)
        assert 5 * sum(value < cut for value in values) < fifths * len(values)


@given(bases, orders, st.tuples(ages, amounts, currencies), st.booleans(), st.booleans())
def test_purchase_or_refund_between_nights_classes_as_the_night_would_by_the_same_cuts(
    base, told, news, seen, is_refund
):
    """Also one heard of late, out of order, larger than all purchases, or in a currency without a rate."""
    age, amount, currency = news
    ana = a_life("ana", *told)
    shop = night([*base, ana])
    customer = score_customer(ana, shop, None, RULES, AS_OF) if seen else ana.customer
    rules = replace(STANDING, score=shop)
    at = AS_OF - timedelta(days=age)
    money = Money(amount, currency)
    if is_refund:
        refund = Refund(customer.id, OrderId("never-heard-of"), RefundId("r"), money, at)
        customer, _ = record_refund(customer, None, refund)
        customer = heard_late(customer, Money(-amount, currency), at, shop)
        history = replace(ana, refunds=(*ana.refunds, refund))
    else:
        purchase = Purchase(OrderId("new"), money, at, SalesChannel.WEB)
        customer, order = record_purchase(customer, purchase)
        customer = heard_late(customer, money, at, shop)
        history = CustomerHistory.of(customer, [*ana.orders, order])
    after = settle(customer, rules, AS_OF + timedelta(hours=3))
    if customer.score is None and (after.abc_class is None or age >= 365):
        return  # a past no night has scored reaches beyond the window: the next night classes them
    nightly = score_customer(replace(history, customer=customer), shop, None, RULES, AS_OF)
    assert after.abc_class is nightly.abc_class
