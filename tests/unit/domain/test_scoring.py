"""From every customer's history to cut points, and from these to each customer's class, fifths and score."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from escalera.domain.classes import ClassRules
from escalera.domain.customer import ClassSpell, Customer
from escalera.domain.history import CustomerHistory
from escalera.domain.score import GroupMembership, Outlook, Rfm
from escalera.domain.scoring import (
    BaseSummary,
    ScoringRules,
    materially_differs,
    score_customer,
    shop_score,
    summarise,
)
from escalera.domain.vocabulary import AbcClass, CustomerId, GroupName
from tests.fakes.lives import AS_OF, DAY, a_life
from tests.fakes.scores import EURO, a_customer_score

RULES = ScoringRules(EURO, ClassRules(365 * DAY))


def the_night(*base: CustomerHistory, rules: ScoringRules = RULES, outlook: Outlook | None = None):
    """The shop's score, and each customer after the night."""
    shop = shop_score(summarise(base, rules, AS_OF), rules, AS_OF)
    return shop, {one.customer.id: score_customer(one, shop, outlook, rules, AS_OF) for one in base}


def classes_of(*base: CustomerHistory):
    return {who: one.abc_class and one.abc_class.value for who, one in the_night(*base)[1].items()}


def test_few_who_bring_most_are_a():
    base = a_life("ana", (10, 8000)), a_life("luis", (10, 1500)), a_life("eva", (10, 500))
    assert classes_of(*base) == {"ana": "A", "luis": "B", "eva": "C"}


def test_only_customer_there_is_brings_everything():
    assert classes_of(a_life("ana", (10, 100))) == {"ana": "A"}


def test_base_of_nobody_has_no_cut_points_and_no_fifths():
    shop, _ = the_night()
    assert (shop.customers, shop.class_cuts.a, shop.class_cuts.b) == (0, None, None)
    assert shop.rfm_cuts.days_since == shop.rfm_cuts.orders == shop.rfm_cuts.revenue == ()


def test_prospect_has_no_class_no_fifths_and_is_not_written():
    prospect = a_life("ana")
    shop, after = the_night(prospect, a_life("luis", (1, 100)))
    assert after[CustomerId("ana")] is prospect.customer
    assert shop.customers == 1


def test_erased_customer_is_neither_counted_nor_written():
    gone = a_life("ana", (1, 100), erased_at=AS_OF)
    shop, after = the_night(gone)
    assert shop.customers == 0
    assert after[CustomerId("ana")] is gone.customer


def test_equals_share_a_class_though_only_one_of_them_crosses_the_line():
    base = [a_life(f"c{n}", (10, 1000)) for n in range(10)]
    assert set(classes_of(*base).values()) == {"A"}


def test_revenue_is_net_of_refunds():
    base = a_life("ana", (10, 8000), refunds={0: (5, 7990)}), a_life("luis", (10, 1500))
    assert classes_of(*base) == {"ana": "C", "luis": "A"}


def test_refunds_larger_than_purchases_are_revenue_below_nothing_and_take_nothing_from_others():
    owing = a_life("ana", (10, 1000), refunds={0: (5, 4000)})
    shop, after = the_night(owing, a_life("luis", (10, 100)), a_life("eva", (10, 1)))
    assert after[CustomerId("ana")].score.revenue == -3000
    assert {who: one.abc_class.value for who, one in after.items()} == {"ana": "C", "luis": "A", "eva": "C"}
    assert shop.class_cuts.a == 100


def test_where_nobody_brought_anything_all_are_c():
    base = a_life("ana", (10, 0)), a_life("luis", (10, 50), refunds={0: (5, 50)})
    assert classes_of(*base) == {"ana": "C", "luis": "C"}


def test_refund_of_an_order_never_heard_of_counts_against_its_customer():
    base = a_life("ana", (10, 1000), refunds={7: (5, 400)}), a_life("luis", (10, 100))
    assert the_night(*base)[1][CustomerId("ana")].score.revenue == 600


def test_only_the_window_counts_and_what_was_before_is_kept_apart():
    old = a_life("ana", (365, 9000), (364.9, 100), (5, 200))
    score = the_night(old)[1][CustomerId("ana")].score
    assert (score.revenue, score.before_window) == (300, 9000)


def test_orders_told_in_any_order_score_alike():
    told = a_life("ana", (300, 100), (20, 700), (90, 50))
    other = a_life("ana", (20, 700), (90, 50), (300, 100))
    one, two = (the_night(life)[1][CustomerId("ana")] for life in (told, other))
    assert (one.abc_class, one.score) == (two.abc_class, two.score)


def test_two_currencies_are_counted_in_the_shops_own():
    base = a_life("ana", (10, 1000, "GBP"), (10, 1000)), a_life("luis", (10, 1100))
    assert the_night(*base)[1][CustomerId("ana")].score.revenue == 2150


def test_money_without_a_rate_is_left_out_and_said_aloud():
    base = a_life("ana", (10, 9999, "USD"), (9, 5, "USD")), a_life("luis", (10, 1100), (1, 1, "JPY"))
    shop, after = the_night(*base)
    assert after[CustomerId("ana")].score.revenue == 0
    assert after[CustomerId("luis")].abc_class is AbcClass.A
    assert shop.notes == (
        "1 orders or refunds in JPY are not counted: programme.yaml has no rate for it (shop.exchange_rates)",
        "2 orders or refunds in USD are not counted: programme.yaml has no rate for it (shop.exchange_rates)",
    )


def test_fifths_are_of_recency_orders_kept_and_revenue():
    base = [a_life(f"c{n}", *[(10 * n + k, 100 * (6 - n)) for k in range(6 - n)]) for n in range(1, 6)]
    after = the_night(*base)[1]
    assert {who: one.score.rfm.cell for who, one in after.items()} == {
        "c1": "555", "c2": "444", "c3": "333", "c4": "222", "c5": "111",
    }  # fmt: skip


def test_orders_given_back_in_full_do_not_count_as_often():
    base = [a_life(f"c{n}", *[(10, 100)] * n) for n in range(1, 5)]
    back = a_life("ana", *[(10, 100)] * 4, refunds={0: (5, 100), 1: (5, 100), 2: (5, 100)})
    after = the_night(*base, back)[1]
    assert after[CustomerId("ana")].score.rfm.frequency == after[CustomerId("c1")].score.rfm.frequency
    assert after[CustomerId("c4")].score.rfm.frequency == 5


def test_parts_of_the_base_add_up_to_the_whole_over_json():
    base = [a_life(f"c{n}", (n, 10 * n), (n + 3, 7, "USD")) for n in range(1, 40)]
    parts = [summarise(base[start : start + 10], RULES, AS_OF) for start in range(0, 40, 10)]
    kept = [BaseSummary.from_json(json.loads(json.dumps(part.to_json()))) for part in reversed(parts)]
    whole = sum(kept, BaseSummary())
    assert shop_score(whole, RULES, AS_OF) == the_night(*base)[0]


def test_outlook_is_kept_rounded_and_without_a_model_there_is_none():
    outlook = Outlook(0.123456, 1.234567, 999, AS_OF + 9 * DAY)
    score = the_night(a_life("ana", (1, 100)), outlook=outlook)[1][CustomerId("ana")].score
    assert (score.alive, score.expected_purchases, score.expected_value) == (0.1235, 1.2346, 999)
    assert score.next_purchase_at == AS_OF + 9 * DAY
    bare = the_night(a_life("ana", (1, 100)))[1][CustomerId("ana")].score
    assert (bare.alive, bare.expected_value) == (None, None)


def test_class_history_grows_with_changes_alone_and_is_bounded():
    life = a_life("ana", (1, 100))
    first = the_night(life)[1][CustomerId("ana")]
    assert first.class_history == (ClassSpell(AbcClass.A, AS_OF),)
    again = the_night(replace(life, customer=first))[1][CustomerId("ana")]
    assert again.class_history == first.class_history
    spells = tuple(ClassSpell(AbcClass.B, AS_OF - n * DAY) for n in range(30, 18, -1))
    long = replace(life, customer=replace(first, abc_class=AbcClass.B, class_history=spells))
    kept = the_night(long)[1][CustomerId("ana")].class_history
    assert kept == (*spells[1:], ClassSpell(AbcClass.A, AS_OF))


class TestWhatIsWorthAWrite:
    before = Customer(CustomerId("ana"), abc_class=AbcClass.B, score=a_customer_score())

    def differs(self, **fields):
        fields.setdefault("as_of", AS_OF + timedelta(days=1))
        return materially_differs(self.before, replace(self.before, score=a_customer_score(**fields)), "EUR")

    def test_a_day_alone_is_not(self):
        assert not self.differs()

    @pytest.mark.parametrize(
        "fields",
        [
            {"revenue": 1},
            {"alive": 0.8813},
            {"expected_value": 44_100 + 2205},
            {"expected_purchases": 9.0},
            {"next_purchase_at": AS_OF},
            {"groups": (GroupMembership(GroupName("most-valuable"), AS_OF, "among the top 10 %", "1 EUR"),)},
        ],
    )
    def test_drift_is_not(self, fields):
        assert not self.differs(**fields)

    @pytest.mark.parametrize(
        "fields",
        [
            {"rfm": Rfm(4, 4, 5)},
            {"before_window": 4001},
            {"alive": 0.88},
            {"alive": None},
            {"expected_value": 44_100 + 2206},
            {"expected_value": None},
            {"groups": ()},
            {"groups": (GroupMembership(GroupName("most-valuable"), AS_OF, "another reason"),)},
        ],
    )
    def test_what_people_would_notice_is(self, fields):
        assert self.differs(**fields)

    def test_cents_are_not_however_great_their_share(self):
        poor = replace(self.before, score=a_customer_score(expected_value=20))
        assert not materially_differs(poor, replace(poor, score=a_customer_score(expected_value=120)), "EUR")
        assert materially_differs(poor, replace(poor, score=a_customer_score(expected_value=121)), "EUR")
        assert materially_differs(poor, replace(poor, score=a_customer_score(expected_value=120)), "JPY")

    def test_first_score_and_another_class_are(self):
        assert materially_differs(replace(self.before, score=None), self.before, "EUR")
        assert materially_differs(self.before, replace(self.before, abc_class=AbcClass.A), "EUR")
        assert not materially_differs(Customer(CustomerId("x")), Customer(CustomerId("x")), "EUR")
