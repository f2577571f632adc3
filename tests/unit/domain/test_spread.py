"""Where a share of the customers, or of what they bring, begins."""

import pytest

from escalera.domain.spread import Spread


def test_parts_add_up_in_any_order():
    one, other = Spread.of([5, 5, -1]), Spread.of([5, 7])
    assert one + other == other + one == Spread.of([5, 7, 5, -1, 5])
    assert (one + Spread()).customers == 3


def test_spread_comes_back_from_json_as_it_was():
    spread = Spread.of([7, -3, 7, 0])
    assert spread.to_json() == [[-3, 1], [0, 1], [7, 2]]
    assert Spread.from_json(spread.to_json()) == spread


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        (range(1, 11), (2, 4, 6, 8)),
        (range(1, 6), (1, 2, 3, 4)),
        ([4], (4, 4, 4, 4)),
        ([], ()),
        ([1] * 8 + [2, 3], (1, 1, 1, 1)),
        ([1] * 7 + [2, 3, 4], (1, 1, 1, 2)),
    ],
)
def test_fifths_are_reached_at_the_least_value_that_holds_them(values, cuts):
    assert Spread.of(values).fifths() == cuts


@pytest.mark.parametrize(
    ("values", "share", "edge"),
    [
        (range(1, 101), 0.1, 91),
        (range(1, 101), 0.105, 90),  # eleven of a hundred: a started customer counts
        ([4], 0.1, 4),
        ([], 0.1, None),
        ([9, 9, 9, 1], 0.25, None),  # three are equal on top: nobody stands out
        ([9, 8, 8, 8], 0.5, 9),  # the next three would be more than half
    ],
)
def test_top_is_never_more_than_the_share(values, share, edge):
    assert Spread.of(values).top(share) == edge


@pytest.mark.parametrize(
    ("values", "share", "edge"),
    [
        (range(1, 101), 0.1, 10),
        ([4], 0.15, None),  # one customer alone is not the worst
        ([], 0.1, None),
        ([-5, -5, 1, 2], 0.25, None),
        ([-5, 0, 0, 0, 0, 0, 0, 0, 0, 0], 0.2, -5),
    ],
)
def test_lowest_is_never_more_than_the_share(values, share, edge):
    assert Spread.of(values).lowest(share) == edge


@pytest.mark.parametrize(
    ("values", "cuts"),
    [
        ([80, 15, 5], [80, 15]),
        ([100], [100, None]),
        ([50, 50], [50, None]),  # equals stay together
        ([90, 10], [90, 10]),
        ([0, -40], [None, None]),
        ([], [None, None]),
        ([1000, -900, 10], [1000, None]),  # who cost money takes nothing from what the others bring
    ],
)
def test_whoever_crosses_the_line_leads(values, cuts):
    assert Spread.of(values).leading(0.8, 0.95) == cuts


def test_shares_are_the_numbers_people_wrote_and_not_their_neighbours_in_floats():
    """0.8 + 0.15 is 0.9500000000000001: the customer at exactly 95 % would be B by a rounding error."""
    assert Spread.of([80, 15, 5]).leading(0.8, 0.8 + 0.15)[1] == 15
