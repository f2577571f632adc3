"""Who belongs to a group, since when and why."""

from dataclasses import replace

import pytest

from escalera.domain.classes import ClassRules
from escalera.domain.criteria import (
    Complained,
    KnownPeople,
    LowestMargin,
    OfClass,
    OneCategory,
    OnRung,
    Reachable,
    RevenueFell,
    Silent,
    TopRevenue,
    criterion_of,
)
from escalera.domain.customer import Contact, Person
from escalera.domain.facts import Complaint, Promise, PromiseStatus
from escalera.domain.groups import GroupDefinition
from escalera.domain.history import CustomerHistory
from escalera.domain.scoring import ScoringRules, score_customer, shop_score, summarise
from escalera.domain.vocabulary import (
    AbcClass,
    ComplaintId,
    CustomerId,
    GroupName,
    MessageChannel,
    PromiseId,
    Rung,
)
from tests.fakes.lives import AS_OF, DAY, a_life
from tests.fakes.scores import EURO

YEAR = 365 * DAY


def found(*base: CustomerHistory, who):
    """The membership of everybody in a group of these criteria, by customer."""
    criteria = who if isinstance(who, tuple) else (who,)
    rules = ScoringRules(EURO, ClassRules(YEAR), (GroupDefinition(GroupName("group"), criteria),))
    shop = shop_score(summarise(base, rules, AS_OF), rules, AS_OF)
    after = [score_customer(one, shop, None, rules, AS_OF) for one in base]
    return {one.id: membership for one in after if one.score for membership in one.score.groups}


def complained(life: CustomerHistory, *days_ago: float, promises: tuple[str, ...] = ()) -> CustomerHistory:
    who = life.customer.id
    return replace(
        life,
        complaints=tuple(
            Complaint(who, ComplaintId(f"c-{n}"), raised_at=AS_OF - days * DAY)
            for n, days in enumerate(days_ago)
        ),
        promises=tuple(
            Promise(
                who, PromiseId(f"p-{n}"), "answer-complaint", f"c-{n}", AS_OF, AS_OF, PromiseStatus(status)
            )
            for n, status in enumerate(promises)
        ),
    )


def with_orders(life: CustomerHistory, **fields) -> CustomerHistory:
    return replace(life, orders=tuple(replace(order, **fields) for order in life.orders))


class TestMostValuable:
    base = tuple(a_life(f"c{n}", (10, 100 * n)) for n in range(1, 11))

    def test_top_share_is_in_with_its_reason(self):
        members = found(*self.base, who=TopRevenue(0.2, YEAR))
        assert set(members) == {"c9", "c10"}
        assert members["c9"].reason == "among the 20 % who bring most in 365 days"
        assert members["c10"].figures == "10.00 EUR; they begin at 9.00 EUR"

    def test_only_customer_is_among_them(self):
        assert set(found(a_life("ana", (1, 5)), who=TopRevenue(0.1, YEAR))) == {"ana"}

    def test_who_brought_nothing_is_not_however_few_there_are(self):
        owing = a_life("ana", (10, 5), refunds={0: (1, 9)})
        assert found(owing, a_life("luis", (1, 0)), who=TopRevenue(0.5, YEAR)) == {}

    def test_window_may_be_another_than_that_of_the_classes(self):
        base = a_life("ana", (500, 900)), a_life("luis", (10, 800))
        assert set(found(*base, who=TopRevenue(0.5, 3 * YEAR))) == {"ana"}
        assert set(found(*base, who=TopRevenue(0.5, YEAR))) == {"luis"}


class TestThoseWhoCostMoney:
    lowest = LowestMargin(0.25, YEAR, goods=0.5, per_refund=600, per_complaint=400)

    def others(self):
        return [a_life(f"c{n}", (10, 10_000)) for n in range(3)]

    def test_returns_cost_what_was_given_back_and_the_handling(self):
        costly = a_life("ana", (10, 10_000), refunds={0: (5, 10_000)})
        (member,) = found(costly, *self.others(), who=self.lowest).values()
        assert member.reason == (
            "among the 25 % who leave least of what they buy in 365 days, most of all by returns"
        )
        assert member.figures == "leaves -6.00 EUR: price 100.00 EUR, returns -106.00 EUR"

    def test_service_costs_by_complaint(self):
        costly = complained(a_life("ana", (10, 10_000)), 3, 4, 400)
        (member,) = found(costly, *self.others(), who=self.lowest).values()
        assert "most of all by service" in member.reason
        assert member.figures == "leaves 42.00 EUR: price 100.00 EUR, service -8.00 EUR, goods -50.00 EUR"

    def test_discounts_cost_what_goods_cost_all_the_same(self):
        cheap = with_orders(a_life("ana", (10, 6000)), discount=4000)
        (member,) = found(cheap, *self.others(), who=self.lowest).values()
        assert "most of all by discounts" in member.reason
        assert member.figures == "leaves 10.00 EUR: price 100.00 EUR, discounts -40.00 EUR, goods -50.00 EUR"

    def test_unit_costs_that_were_told_count_instead_of_the_shops_guess(self):
        dear = with_orders(a_life("ana", (10, 10_000)), cost=9500)
        (member,) = found(dear, *self.others(), who=self.lowest).values()
        assert "most of all by goods" in member.reason
        assert member.figures == "leaves 5.00 EUR: price 100.00 EUR, goods -95.00 EUR"

    def test_goods_that_came_back_are_not_paid_twice(self):
        half = a_life("ana", (10, 10_000), refunds={0: (5, 5000)})
        (member,) = found(half, *self.others(), who=self.lowest).values()
        assert member.figures == "leaves 19.00 EUR: price 100.00 EUR, returns -56.00 EUR, goods -25.00 EUR"

    def test_who_buys_little_is_not_taken_for_a_loss(self):
        assert found(a_life("ana", (10, 10)), *self.others(), who=self.lowest) == {}

    def test_few_customers_have_no_worst(self):
        assert found(a_life("ana", (10, 10), refunds={0: (5, 99)}), who=self.lowest) == {}

    def test_order_without_a_price_and_money_without_a_rate_are_not_compared(self):
        base = [a_life("ana", (10, 0)), a_life("luis", (10, 5, "USD")), *self.others()]
        assert found(*base, who=self.lowest) == {}

    def test_refunds_larger_than_purchases_are_a_loss(self):
        owing = a_life("ana", (10, 1000), refunds={0: (5, 4000)})
        (member,) = found(owing, *self.others(), who=self.lowest).values()
        assert member.figures == "leaves -36.00 EUR: price 10.00 EUR, returns -46.00 EUR"


class TestVolumeDown:
    fell = RevenueFell(0.5, YEAR, of_the_top=0.5)

    def test_half_of_the_year_before_is_flagged_with_both_sums(self):
        base = a_life("ana", (400, 102_000), (10, 51_000)), a_life("luis", (400, 9000), (10, 1))
        (who, member), *none = found(*base, who=self.fell).items()
        assert (who, none) == ("ana", [])
        assert member.reason == "brings at least 50 % less than in the 365 days before"
        assert member.figures == "510.00 EUR after 1,020.00 EUR"

    def test_a_cent_more_than_half_is_not(self):
        assert found(a_life("ana", (400, 102_000), (10, 51_001)), who=self.fell) == {}

    def test_newcomer_has_no_year_before(self):
        assert found(a_life("ana", (10, 5)), who=self.fell) == {}

    def test_each_order_belongs_to_one_year(self):
        assert set(found(a_life("ana", (365, 100)), who=self.fell)) == {"ana"}
        assert found(a_life("ana", (364.99, 100)), who=self.fell) == {}
        assert found(a_life("ana", (730, 100)), who=self.fell) == {}


class TestSmallShare:
    one = OneCategory(0.9, orders=2, within=YEAR)

    def life(self, *categories):
        life = a_life("ana", *((10 * n, 1000) for n in range(1, len(categories) + 1)))
        orders = tuple(
            replace(o, categories=c) for o, c in zip(reversed(life.orders), categories, strict=True)
        )
        return replace(life, orders=orders)

    def test_nine_tenths_in_one_category_is_a_small_share_of_the_customer(self):
        (member,) = found(self.life({"lamps": 600}, {"lamps": 300, "rugs": 100}), who=self.one).values()
        assert member.reason == "buys at least 90 % in one category: lamps"
        assert member.figures == "9.00 EUR of 10.00 EUR in 2 orders"

    @pytest.mark.parametrize(
        "categories",
        [
            ({"lamps": 599}, {"lamps": 300, "rugs": 101}),
            ({"lamps": 600},),
            ({"lamps": 600}, {}),  # an order of which nobody knows
            ({}, {}),
            ({"lamps": 0}, {"lamps": 0}),
        ],
    )
    def test_less_or_unknown_is_not(self, categories):
        assert found(self.life(*categories), who=self.one) == {}


class TestLost:
    lost = Silent(YEAR, 3 * YEAR)

    @pytest.mark.parametrize(("days", "there"), [(364, 0), (365, 1), (1095, 1), (1096, 0)])
    def test_silent_for_so_long_and_not_longer(self, days, there):
        members = found(a_life("ana", (days, 100)), who=self.lost)
        assert len(members) == there

    def test_valuable_and_silent_together_give_both_reasons(self):
        base = a_life("ana", (500, 900)), a_life("luis", (500, 100)), a_life("eva", (5, 800))
        (member,) = found(*base, who=(self.lost, TopRevenue(0.34, 3 * YEAR))).values()
        assert member.reason == "has not bought for 365 days; among the 34 % who bring most in 1095 days"
        assert member.figures.startswith("bought last on 2024-10-18; 9.00 EUR")

    def test_who_never_bought_was_never_lost(self):
        assert found(a_life("ana"), who=self.lost) == {}


class TestComplained:
    who = (OfClass((AbcClass.A,)), Complained(30 * DAY))

    @pytest.mark.parametrize(
        ("promises", "words"),
        [
            ((), "nothing was promised"),
            (("kept",), "the promise was kept"),
            (("kept", "open"), "the promise is still open"),
            (("open", "broken"), "the promise was broken"),
        ],
    )
    def test_reason_says_whether_the_promise_was_kept(self, promises, words):
        life = complained(a_life("ana", (10, 100)), 3, 2, promises=promises)
        (member,) = found(life, who=self.who).values()
        assert member.reason == f"class A; complained; {words}"
        assert member.figures == "2 complaints, the last on 2026-02-28"

    def test_old_complaint_and_one_only_answered_do_not_count(self):
        assert found(complained(a_life("ana", (10, 100)), 30), who=self.who) == {}
        unheard = replace(
            a_life("ana", (10, 100)), complaints=(Complaint(CustomerId("ana"), ComplaintId("c")),)
        )
        assert found(unheard, who=self.who) == {}

    def test_other_classes_are_not_in_it(self):
        base = complained(a_life("ana", (10, 1)), 3), a_life("luis", (10, 9999))
        assert found(*base, who=self.who) == {}


class TestProspects:
    who = (OnRung((Rung.SUSPECT, Rung.PROSPECT)), Reachable((MessageChannel.EMAIL, MessageChannel.SMS)))

    def test_prospect_with_an_address_is_found_though_nothing_was_bought(self):
        reached = a_life("ana", contact=Contact(phone="+34600000001"))
        (member,) = found(reached, a_life("luis"), who=self.who).values()
        assert (member.reason, member.figures) == ("rung suspect; an address is known", "by sms")

    def test_buyer_is_no_prospect(self):
        assert found(a_life("ana", (3, 10), contact=Contact(email="a@example.com")), who=self.who) == {}

    def test_company_with_people_to_talk_to_is_found_by_how_many_they_are(self):
        people = (Person("Luis", "purchasing"), Person("Eva"), Person("Rui"))
        base = a_life("acme", people=people), a_life("small", people=people[:2])
        members = found(*base, who=(OnRung((Rung.SUSPECT,)), KnownPeople(3)))
        assert set(members) == {"acme"}
        assert members["acme"].reason == "rung suspect; at least 3 people to talk to are known"


class TestBelonging:
    rules = ScoringRules(
        EURO, ClassRules(YEAR), (GroupDefinition(GroupName("lost"), (Silent(YEAR, 3 * YEAR),)),)
    )

    def night(self, life: CustomerHistory, as_of=AS_OF):
        shop = shop_score(summarise([life], self.rules, as_of), self.rules, as_of)
        return replace(life, customer=score_customer(life, shop, None, self.rules, as_of))

    def test_who_stays_keeps_the_day_of_joining(self):
        joined = self.night(a_life("ana", (400, 100)))
        later = self.night(joined, AS_OF + 30 * DAY)
        assert later.customer.score.groups == joined.customer.score.groups
        assert later.customer.score.as_of == AS_OF + 30 * DAY

    def test_who_left_and_comes_back_joins_anew(self):
        life = self.night(a_life("ana", (400, 100)))
        away = self.night(replace(life, customer=replace(life.customer, last_order_at=AS_OF)))
        assert away.customer.score.groups == ()
        back = self.night(
            replace(away, customer=replace(away.customer, last_order_at=AS_OF - 400 * DAY)), AS_OF + 9 * DAY
        )
        assert back.customer.score.groups[0].since == AS_OF + 9 * DAY


@pytest.mark.parametrize(
    ("kind", "told", "criterion"),
    [
        ("top_revenue", {"share": 0.1, "within": 86_400}, TopRevenue(0.1, DAY)),
        (
            "lowest_margin",
            {"share": 0.1, "within": 86_400, "goods": 0.5, "per_refund": 6, "per_complaint": 4},
            LowestMargin(0.1, DAY, 0.5, 6, 4),
        ),
        ("revenue_fell", {"by": 0.5, "within": 86_400, "of_the_top": 0.2}, RevenueFell(0.5, DAY, 0.2)),
        ("one_category", {"share": 0.9, "orders": 3, "within": 86_400}, OneCategory(0.9, 3, DAY)),
        ("silent", {"at_least": 86_400, "at_most": 172_800}, Silent(DAY, 2 * DAY)),
        ("complained", {"within": 86_400}, Complained(DAY)),
        ("class", ["A", "B"], OfClass((AbcClass.A, AbcClass.B))),
        ("rung", ["prospect"], OnRung((Rung.PROSPECT,))),
        ("people", {"at_least": 3}, KnownPeople(3)),
        ("reachable", ["sms"], Reachable((MessageChannel.SMS,))),
    ],
)
def test_criteria_are_read_as_the_programme_compiles_them(kind, told, criterion):
    assert criterion_of(kind, told) == criterion
