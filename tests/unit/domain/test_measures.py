"""The measures (doctrine E9), each against a shop small enough to count by hand."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from escalera.domain.customer import ConsentState, Contact
from escalera.domain.exchange import Exchange
from escalera.domain.history import CustomerHistory
from escalera.domain.measures import MeasureRules, Measures, MeasuresSummary, measures
from escalera.domain.measures.arithmetic import growth
from escalera.domain.measures.concentration import Bracket, bucket_of, customers_bringing
from escalera.domain.measures.figures import Average, Rate
from escalera.domain.measures.result import Flow, LeftOut
from escalera.domain.score import CustomerScore
from escalera.domain.vocabulary import AbcClass, MessageChannel, Purpose, Rung
from tests.fakes.lives import AS_OF, DAY, FRAME, RULES, STANDING, a_life


def measured(*lives: CustomerHistory, rules: MeasureRules = RULES, **targets: float) -> Measures:
    return measures(MeasuresSummary.over(lives, rules), targets)


# Four buyers: ana and luis bought in the year before (366 to 730 days ago), and ana again.
ANA = a_life("ana", (400, 10_00), (20, 20_00), (10, 30_00), member=True)
LUIS = a_life("luis", (500, 40_00))
EVA = a_life("eva", (30, 5_00))
PIA = a_life("pia", (900, 70_00), (40, 80_00))
SHOP = (ANA, LUIS, EVA, PIA)


def test_of_the_year_before_s_customers_half_were_kept_and_half_lost():
    shop = measured(*SHOP).everybody
    assert (shop.retention, shop.churn) == (Rate(1, 2), Rate(1, 2))
    three = measured(*SHOP, a_life("leo", (600, 1_00))).everybody
    assert (three.retention, three.churn) == (Rate(1, 3), Rate(2, 3))


def test_repeat_frequency_and_average_order_are_of_those_who_bought_in_the_year():
    shop = measured(*SHOP).everybody
    assert shop.repeat_rate == Rate(2, 3)  # ana and pia, of ana, eva, pia
    assert shop.frequency == Average(4, 3)
    assert shop.average_order == Average(20_00 + 30_00 + 5_00 + 80_00, 4)
    assert shop.revenue_per_customer == Average(135_00, 3)


def test_lifetime_revenue_is_of_all_who_ever_bought():
    assert measured(*SHOP).everybody.lifetime_revenue == Average(60_00 + 40_00 + 5_00 + 150_00, 4)


def test_one_who_was_quiet_when_the_year_began_and_bought_is_reactivated():
    """Pia's one order left her quiet after 85 days; luis bought 135 days before the year began, and stayed away."""
    assert measured(*SHOP).everybody.reactivation == Rate(1, 2)


def test_members_are_told_from_the_others():
    shop = measured(*SHOP)
    assert (shop.members.active, shop.others.active) == (1, 2)
    assert shop.members.frequency == Average(2, 1)
    assert shop.members.share_of_revenue == Rate(50_00, 135_00)


@pytest.mark.parametrize(
    ("purpose", "given", "stopped", "member"),
    [
        (Purpose.RELATIONSHIP, True, False, True),
        (Purpose.PROMOTION, True, False, True),
        (Purpose.SERVICE, True, False, False),
        (Purpose.PROMOTION, False, False, False),
        (Purpose.PROMOTION, True, True, False),
    ],
)
def test_a_member_said_yes_to_relationship_or_promotion_and_has_not_stopped_it(
    purpose, given, stopped, member
):
    said = {(purpose, MessageChannel.EMAIL): ConsentState(given, AS_OF)}
    life = a_life("ana", consents=said, unsubscribed={MessageChannel.EMAIL: AS_OF} if stopped else {})
    assert measured(life).members.known == int(member)


def test_revenue_is_shared_by_class():
    classed = [
        replace(life, customer=replace(life.customer, abc_class=abc))
        for life, abc in zip(SHOP, (AbcClass.A, None, AbcClass.C, AbcClass.A), strict=True)
    ]
    found = measured(*classed).classes
    assert found["A"].share_of_revenue == Rate(130_00, 135_00)
    assert found["C"].share_of_revenue == Rate(5_00, 135_00)
    assert (found["B"].known, found["none"].known) == (0, 1)


def test_expected_value_is_of_those_whose_value_is_estimated():
    scored = [
        a_life(str(value), (5, 100), score=CustomerScore(AS_OF, expected_value=value)) for value in (10, 30)
    ]
    assert measured(*scored, EVA).everybody.expected_value == Average(40, 2)


def test_the_fewest_customers_who_bring_four_fifths_are_counted():
    """100, 50, 30, 10, 5, 5 bring 200 in all: 160 of it is reached with the third."""
    lives = [a_life(str(n), (9, 100 * amount)) for n, amount in enumerate((5, 50, 10, 30, 5, 100))]
    assert measured(*lives).bring_most == Rate(3, 6)


def test_of_equal_customers_four_fifths_bring_four_fifths():
    assert measured(*(a_life(str(n), (9, 777)) for n in range(10))).bring_most == Rate(8, 10)


def test_brackets_span_one_percent():
    assert bucket_of(1) == 0
    assert bucket_of(100_000) == bucket_of(100_400)
    assert bucket_of(100_000) + 1 == bucket_of(101_200)


@pytest.mark.parametrize(("share", "customers"), [(0.0, 0), (0.5, 3), (1.0, 12)])
def test_customers_of_one_bracket_count_as_equal(share, customers):
    brackets = [(1, Bracket(10, 100)), (7, Bracket(2, 80))]
    assert customers_bringing(share, brackets) == customers


def test_who_cost_more_than_they_brought_bring_nothing_to_the_four_fifths():
    returned = a_life("ana", (400, 10_00), (20, 20_00), refunds={0: (10, 10_00), 1: (5, 20_00)})
    assert measured(returned, EVA).bring_most == Rate(1, 1)
    assert measured(returned).bring_most == Rate(0, 0)


def test_cohorts_follow_each_month_s_newcomers():
    """As of March: ana's cohort began in January of the year before, 14 months ago."""
    cohorts = {one.month: one for one in measured(*SHOP).cohorts}
    assert list(cohorts) == ["2024-10", "2025-01", "2026-01"]
    ana = cohorts["2025-01"]
    assert ana.customers == (1, *[0] * 12, 1, 0)
    assert ana.value == (10_00, *[0] * 12, 50_00, 0)
    assert cohorts["2026-01"].customers == (1, 0, 0)


def test_months_belong_to_the_shop_s_own_clock():
    """Half past eleven at night, UTC, on 31 January is February in Madrid."""
    late = a_life("ana", ((AS_OF - datetime(2026, 1, 31, 23, 30, tzinfo=UTC)) / DAY, 500))
    assert [one.month for one in measured(late).months] == ["2026-02", "2026-03"]
    in_london = replace(RULES, frame=replace(FRAME, zone="Europe/London"))
    assert [one.month for one in measured(late, rules=in_london).months] == ["2026-01", "2026-02", "2026-03"]


def test_a_month_tells_orders_from_money():
    """Bought in January for 50, of which 20 were given back in February."""
    january, february, march = measured(a_life("ana", (40, 50_00), refunds={0: (10, 20_00)})).months
    assert (january.orders, january.new, january.value, january.revenue) == (1, 1, 30_00, 50_00)
    assert (february.orders, february.value, february.revenue) == (0, 0, -20_00)
    assert (march.orders, march.revenue) == (0, 0)


def test_ladder_counts_and_flow_tell_who_moved_in_thirty_days():
    """Ana came from her first order to her third; the others stayed where they were."""
    shop = measured(*SHOP)
    assert {rung: count for rung, count in shop.ladder.items() if count} == {
        "buyer": 2,
        "customer": 1,
        "frequent": 1,
    }
    assert shop.flow == (
        Flow("buyer", "buyer", 2),
        Flow("buyer", "frequent", 1),
        Flow("customer", "customer", 1),
    )


def test_who_was_not_known_flows_from_new():
    fresh = a_life("eva", (3, 5_00), registered_at=AS_OF - 4 * DAY)
    assert measured(fresh).flow == (Flow("new", "buyer", 1),)


def test_prospect_who_buys_flows_up_and_frequent_who_falls_quiet_flows_down():
    prospect = a_life("eva", (3, 5_00), registered_at=AS_OF - 100 * DAY)
    weekly = a_life("ana", *((3 + 7 * week, 500) for week in range(40, 0, -1)))
    assert weekly.customer.quiet_since is None
    quiet = replace(weekly.customer, rung=Rung.CUSTOMER, quiet_since=AS_OF - DAY)
    weekly = replace(weekly, customer=quiet)
    assert set(measured(prospect, weekly).flow) == {
        Flow("prospect", "buyer", 1),
        Flow("frequent", "customer", 1),
    }


def test_no_step_onto_the_rungs_that_nothing_dates_is_claimed():
    advocate = a_life("ana", *((100 + 7 * week, 500) for week in range(5)))
    advocate = replace(advocate, customer=replace(advocate.customer, rung=Rung.ADVOCATE))
    assert measured(advocate).flow == (Flow("advocate", "advocate", 1),)


def test_attrition_is_of_those_awake_when_the_month_began():
    """Eva bought 100 days ago and fell quiet 15 days ago: awake on 1 February, lost in it. Ana stays awake."""
    shop = measured(a_life("eva", (100, 5_00)), a_life("ana", (95, 5_00), (15, 5_00)))
    lost = {one.month: one.lost["all"] for one in shop.attrition}
    assert lost == {
        "2025-12": Rate(0, 2),
        "2026-01": Rate(0, 2),
        "2026-02": Rate(1, 2),
        "2026-03": Rate(0, 1),
    }


def test_attrition_is_told_by_class():
    eva = a_life("eva", (100, 5_00), abc_class=AbcClass.A)
    february = measured(eva, a_life("ana", (100, 5_00))).attrition[-2]
    assert (february.lost["A"], february.lost["none"]) == (Rate(1, 1), Rate(1, 1))


def test_silences_that_are_over_are_counted_in_the_month_they_ended():
    """300 days of silence after a first order are unusual from day 85 on."""
    months = {one.month: one for one in measured(a_life("ana", (330, 5_00), (30, 5_00))).attrition}
    assert [name for name, one in months.items() if one.lost["all"].part] == ["2025-06"]
    assert [name for name, one in months.items() if one.returned] == ["2026-01"]
    assert months["2025-08"].lost["all"] == Rate(0, 0)


def test_completeness_counts_each_field_of_all_who_are_known():
    known = a_life("ana", contact=Contact(given_name="Ana", email="ana@example.com"), member=True)
    found = measured(known, a_life("luis")).completeness
    assert found["email"] == found["given_name"] == found["consent"] == Rate(1, 2)
    assert found["phone"] == Rate(0, 2)


def test_who_was_erased_is_in_no_figure():
    assert measured(replace(ANA, customer=replace(ANA.customer, erased_at=AS_OF))) == measured()


def test_targets_show_how_far_the_shop_is():
    found = {
        one.measure: one for one in measured(*SHOP, retention=0.8, frequency=1.2, average_order=45).targets
    }
    assert found["retention"].progress == pytest.approx(0.5 / 0.8)
    assert not found["retention"].is_reached
    assert found["frequency"].is_reached
    assert found["average_order"].value == 33.75


@pytest.mark.parametrize("wrong", [{"churn": 0.1}, {"happiness": 0.9}, {"retention": 0}])
def test_target_that_cannot_be_is_refused(wrong):
    with pytest.raises(ValueError, match=r"no target of .* retention"):
        measured(**wrong)


def test_target_without_a_figure_yet_has_no_progress():
    [target] = measured(retention=0.8).targets
    assert (target.value, target.progress, target.is_reached) == (None, None, False)


def test_twenty_new_a_year_double_a_shop_that_keeps_ninety_and_not_one_that_keeps_eighty():
    """Doctrine S16, R8."""
    assert growth(0.9, 0.2, 7) == pytest.approx(1.95, abs=0.005)
    assert growth(0.8, 0.2, 7) == pytest.approx(1.00)


def test_arithmetic_of_the_shop_s_own_numbers():
    """Of two, one was kept, one came new: 0.5 + 0.5 stands still. Five points more kept: 5 % of 2 times 50.00."""
    own = measured(*SHOP).arithmetic
    assert (own.kept, own.gained) == (Rate(1, 2), Rate(1, 2))
    assert own.as_it_is == (1.0,) * 8
    assert own.with_more[-1] == pytest.approx(1.05**7)
    assert own.existing == Rate(130_00, 135_00)
    assert own.yearly == Average(50_00, 1)
    assert own.worth_of_more == round(0.05 * 2 * 50_00)


def test_nobody_can_keep_more_than_all():
    own = measured(ANA).arithmetic
    assert (own.more, own.worth_of_more) == (0, 0)
    assert own.with_more == own.as_it_is


# --- what goes wrong in real shops


def test_shop_without_anybody_has_measures_without_values():
    nothing = measured()
    assert nothing.everybody.retention.value is None
    assert nothing.everybody.average_order.value is None
    assert (nothing.cohorts, nothing.months, nothing.attrition, nothing.flow) == ((), (), (), ())
    assert (nothing.arithmetic.as_it_is, nothing.arithmetic.worth_of_more) == ((), None)
    assert nothing.bring_most.value is None


def test_shop_of_one_customer():
    one = measured(EVA)
    assert one.everybody.frequency == Average(1, 1)
    assert one.bring_most == Rate(1, 1)
    assert one.everybody.retention.value is None
    assert one.everybody.share_of_revenue == Rate(5_00, 5_00)


def test_refund_larger_than_its_order_costs_money_and_the_order_is_none():
    life = a_life("ana", (20, 10_00), refunds={0: (10, 25_00)})
    shop = measured(life).everybody
    assert (shop.revenue, shop.active, shop.buyers) == (-15_00, 0, 0)
    assert shop.average_order.value is None


def test_refund_of_an_order_never_heard_of_is_money_given_back():
    assert measured(a_life("ana", (20, 10_00), refunds={7: (10, 4_00)})).everybody.revenue == 6_00


def test_partial_refund_lowers_the_order_and_keeps_it():
    shop = measured(a_life("ana", (20, 10_00), refunds={0: (10, 4_00)})).everybody
    assert (shop.average_order, shop.revenue) == (Average(6_00, 1), 6_00)


def test_refund_in_the_year_of_an_order_before_it_lowers_the_year():
    shop = measured(a_life("ana", (400, 10_00), (20, 1_00), refunds={0: (10, 4_00)})).everybody
    assert (shop.revenue, shop.lifetime_revenue.total) == (-3_00, 7_00)


def test_order_of_nothing_counts_as_bought():
    shop = measured(a_life("ana", (20, 0))).everybody
    assert (shop.active, shop.average_order, shop.revenue) == (1, Average(0, 1), 0)


def test_order_returned_in_full_does_not_count_as_bought():
    shop = measured(a_life("ana", (400, 10_00), (20, 10_00), refunds={1: (10, 10_00)})).everybody
    assert (shop.retention, shop.active, shop.revenue) == (Rate(0, 1), 0, 0)


def test_two_currencies_are_counted_in_the_shop_s():
    """A pound is 1.15 euros in this programme."""
    shop = measured(a_life("ana", (20, 10_00), (10, 10_00, "GBP")))
    assert shop.everybody.revenue == 10_00 + 11_50
    assert shop.left_out == ()


def test_currency_without_a_rate_is_left_out_of_sums_and_said():
    life = a_life("ana", (20, 10_00), (10, 500, "JPY"), refunds={1: (5, 100)})
    shop = measured(life)
    assert shop.left_out == (LeftOut("JPY", 1, 500, 1, 100),)
    assert (shop.everybody.revenue, shop.everybody.average_order) == (10_00, Average(10_00, 1))
    assert shop.everybody.frequency == Average(2, 1)


def test_rates_must_lead_to_the_currency_counted_in():
    with pytest.raises(ValueError, match="GBP"):
        MeasureRules(FRAME, STANDING, Exchange("GBP"))


def test_orders_told_for_tomorrow_are_not_counted_today():
    shop = measured(a_life("ana", (-1, 10_00), (20, 1_00)))
    assert (shop.everybody.frequency, shop.everybody.revenue) == (Average(1, 1), 1_00)


def test_summaries_of_two_nights_are_not_added():
    later = replace(FRAME, as_of=AS_OF + DAY)
    with pytest.raises(ValueError, match="different frames"):
        MeasuresSummary(FRAME) + MeasuresSummary(later)


def test_summary_of_another_release_is_refused():
    with pytest.raises(ValueError, match="version 0"):
        MeasuresSummary.from_json({"version": 0})


def test_day_is_the_shop_s_day():
    night = replace(FRAME, as_of=datetime(2026, 3, 1, 23, 30, tzinfo=UTC))
    assert (night.day, replace(night, zone="UTC").day) == (date(2026, 3, 2), date(2026, 3, 1))


def test_order_placed_just_when_the_year_begins_belongs_to_the_year_before():
    shop = measured(a_life("ana", (365, 10_00)), a_life("eva", (364.99, 5_00), (730, 5_00))).everybody
    assert (shop.active, shop.retention, shop.revenue) == (1, Rate(0, 1), 5_00)


def test_years_are_as_long_as_the_frame_says():
    short = replace(RULES, frame=replace(FRAME, window_days=25))
    assert measured(*SHOP, rules=short).everybody.retention == Rate(0, 2)
    assert (FRAME.as_of - FRAME.year_start, FRAME.year_start - FRAME.year_before_start) == (
        timedelta(365),
    ) * 2
