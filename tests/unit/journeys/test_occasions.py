"""What journeys can start on and wait for is what Escalera really tells."""

import pytest

from escalera.contracts.registry import ESCALERA_EVENTS, SHOP_EVENTS
from escalera.journeys.occasions import MADE_FROM, OCCASIONS
from escalera.journeys.texts import FACTS

IDENTITY = {
    "customer": "customer_id",
    "order": "order_id",
    "complaint": "complaint_id",
    "promise": "promise_id",
}


@pytest.mark.parametrize("occasion", OCCASIONS.values(), ids=lambda occasion: occasion.name)
def test_every_occasion_is_an_event_that_names_what_it_is_about(occasion):
    model = ESCALERA_EVENTS[occasion.name]
    assert model.model_fields[IDENTITY[occasion.subject]].is_required()


def test_what_a_shop_sends_is_known_by_what_becomes_of_it():
    assert MADE_FROM.keys() <= SHOP_EVENTS.keys()
    assert set(MADE_FROM.values()) <= OCCASIONS.keys()
    assert not MADE_FROM.keys() & OCCASIONS.keys()


def test_an_occasion_lends_messages_only_facts_there_are():
    assert {fact for occasion in OCCASIONS.values() for fact in occasion.lends} <= FACTS.keys()
