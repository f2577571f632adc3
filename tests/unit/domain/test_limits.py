"""The limits of the customers' pages."""

from datetime import timedelta

import pytest

from escalera.domain.limits import DAY, HOUR, PER_ADDRESS, PER_CUSTOMER, PER_LINK, Limit
from tests.fakes.facts import NOON


def test_whoever_abuses_one_link_leaves_the_customer_others():
    assert PER_LINK.keys() == PER_CUSTOMER.keys()
    assert all(PER_LINK[action].most <= PER_CUSTOMER[action].most for action in PER_LINK)
    assert PER_ADDRESS.keys().isdisjoint(PER_LINK)


@pytest.mark.parametrize("within", [HOUR, DAY])
def test_windows_follow_each_other_without_a_gap(within):
    limit = Limit(1, within)
    start, until = limit.window(NOON)
    assert start <= NOON < until
    assert until - start == within
    assert limit.window(until - timedelta(microseconds=1)) == (start, until)
    assert limit.window(until) == (until, until + within)
