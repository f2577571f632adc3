"""Equal customers are counted together, and parts of a base add up to the whole, to the last bit."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as some

from escalera.domain.value.counts import PurchaseCounts, SpendCounts

ages = some.integers(0, 40)
histories = some.tuples(
    some.integers(0, 4), ages, ages, some.sampled_from([-5.0, 0.0, 9.99, 10.0, 30.5])
).map(lambda one: (one[0], min(one[1:3]) if one[0] else 0, max(one[1:3]), one[3]))
bases = some.lists(histories, max_size=60)


def purchases(base):
    return PurchaseCounts.of(*columns(base)[:3])


def spending(base):
    return SpendCounts.of(columns(base)[0], columns(base)[3])


def columns(base):
    return [[one[place] for one in base] for place in range(4)]


def plain(counts):
    return {name: np.asarray(getattr(counts, name)).tolist() for name in counts.__slots__}


@given(bases, some.data())
@pytest.mark.parametrize("count", [purchases, spending])
def test_a_base_may_be_counted_in_any_parts_and_any_order(count, base, data):
    whole = count(base)
    shuffled = data.draw(some.permutations(base))
    cuts = sorted(data.draw(some.lists(some.integers(0, len(base)), max_size=4)))
    edges = [0, *cuts, len(base)]
    parts = [count(shuffled[start:end]) for start, end in pairwise(edges)]
    assert plain(type(whole).combined(parts)) == plain(whole)
    one_by_one = parts[0]
    for part in parts[1:]:
        one_by_one = one_by_one + part
    assert plain(one_by_one) == plain(whole)


@given(bases)
@pytest.mark.parametrize("count", [purchases, spending])
def test_counts_come_back_from_their_bytes(count, base):
    counted = count(base)
    assert plain(type(counted).from_bytes(counted.to_bytes())) == plain(counted)


@given(bases)
def test_nobody_is_lost_and_equal_rows_are_one(base):
    counted = purchases(base)
    rows = set(zip(*columns(base)[:3], strict=True))
    assert counted.total == len(base)
    assert counted.repeat_buyers == sum(x > 0 for x, *_ in base)
    assert set(zip(*(plain(counted)[name] for name in ("frequency", "recency", "age")), strict=True)) == rows
    assert len(counted.age) == len(rows)


def test_no_parts_are_a_base_of_nobody():
    assert (PurchaseCounts.combined([]).total, SpendCounts.combined([]).total) == (0, 0)


def test_who_bought_once_or_brought_nothing_teaches_nothing_about_spending():
    counted = SpendCounts.of([0, 1, 2, 3, 1], [50.0, 20.0, 0.0, -3.0, 20.0])
    assert plain(counted) == {"frequency": [1], "mean": [20.0], "customers": [2], "left_out": 2}


def test_the_mean_of_purchases_weighs_each_purchase():
    assert SpendCounts.of([1, 3], [10.0, 30.0]).mean_of_purchases == pytest.approx(25.0)
    assert SpendCounts.of([], []).mean_of_purchases == 0


@pytest.mark.parametrize(
    ("columns", "what"),
    [
        (([1, 1], [3, 8], [5, 5]), r"customer 1 .*after the end"),
        (([0], [3], [5]), "recency is 0"),
        (([-1], [0], [5]), "frequency is below 0"),
        (([1], [0.5], [5]), "recency is not a whole number"),
        (([1], [0], [5_000_000]), "age is below 0, or beyond"),
        (([1, 2], [0], [5]), "differ in length"),
    ],
)
def test_impossible_histories_are_refused_with_their_place(columns, what):
    with pytest.raises(ValueError, match=what):
        PurchaseCounts.of(*columns)


@pytest.mark.parametrize(
    ("columns", "what"),
    [(([1], [float("nan")]), "not a number"), (([1, 2], [3.0]), "differ in length")],
)
def test_impossible_amounts_are_refused(columns, what):
    with pytest.raises(ValueError, match=what):
        SpendCounts.of(*columns)
