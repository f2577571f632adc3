from datetime import timedelta

import pytest

from escalera.domain.customer import Customer
from escalera.domain.goals import Goal, Reaching
from escalera.domain.vocabulary import JourneyName
from tests.fakes.facts import ANA, NOON, an_entry

DAY = timedelta(days=1)
GOAL = Goal("PurchaseRecorded", within=30 * DAY, longest=20 * DAY)


def test_what_started_the_journey_is_not_what_it_led_to():
    """A thank-you hopes for another purchase than the one it thanks for."""
    news = Reaching("PurchaseRecorded", "quiet-1", NOON + DAY)
    assert not news.counts_for(an_entry(), GOAL)
    assert Reaching("PurchaseRecorded", "another", NOON + DAY).counts_for(an_entry(), GOAL)


def test_another_event_does_not_count():
    assert not Reaching("RefundRecorded", "r", NOON + DAY).counts_for(an_entry(), GOAL)


@pytest.mark.parametrize(("days", "may"), [(-1, True), (0, True), (50, True), (51, False)])
def test_entries_are_only_read_of_those_who_were_in_the_journey_lately(days, may):
    customer = Customer(ANA, last_entered={JourneyName("win-back"): NOON})
    assert GOAL.may_be_reached_by(customer, "win-back", NOON + days * DAY) is may
    assert not GOAL.may_be_reached_by(customer, "thank-you", NOON + days * DAY)
