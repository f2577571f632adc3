"""Escalera's own events start executions, whose histories no erasure reaches: so they carry nothing that one removes."""

import dataclasses
import json
import types
from datetime import UTC, datetime
from typing import Annotated, Any, Literal, Union, get_args, get_origin, get_type_hints

from hypothesis import given
from pydantic import AwareDatetime

from escalera.contracts.envelope import Amount
from escalera.contracts.registry import ESCALERA_EVENTS
from escalera.domain.customer import Contact, Customer
from escalera.domain.erasure import fact_without_person
from escalera.use_cases.announcements import announcements
from tests.fakes.anything import customers, facts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
PUBLISHED_ON_PURPOSE = {"code"}
"""A reward's code: the shop has to accept it (decision 021)."""

TEXTS = {
    # Ids and digests.
    "event_id", "customer_id", "complaint_id", "answer_id", "order_id", "refund_id", "promise_id", "task_id", "reward_id",
    "entry_id", "message_key", "about",
    # Names of the programme, and reasons and causes by their names.
    "cause", "kind", "team", "group", "journey", "message", "step", "reward", "from_rung", "to_rung", "reason",
    "unwanted_subjects",
    # Sums in words, and what the shop has to accept.
    "figures", "code",
    # In older events only; the test of records above shows that they are not published.
    "subject", "comment",
}  # fmt: skip
"""The fields of own events that may hold any text. Before you add one: can a customer, or somebody about them, write it?"""


def _marked(record: Any) -> Any:
    """The record with a word in each of its plain texts by which it is found again."""
    texts = [name for name, hint in get_type_hints(type(record)).items() if hint is str]
    return dataclasses.replace(record, **{name: f"zebra-{name}" for name in texts})


@given(facts)
def test_what_an_erasure_removes_of_a_record_is_in_none_of_its_events(fact):
    marked = _marked(fact)
    left = json.dumps(dataclasses.asdict(fact_without_person(marked, NOW)), default=str)
    removed = {
        name
        for name, value in dataclasses.asdict(marked).items()
        if isinstance(value, str) and value.startswith("zebra-") and value not in left
    }
    told = json.dumps([one.detail for one in announcements(None, marked, NOW)], default=str)

    assert {name for name in removed if f"zebra-{name}" in told} <= PUBLISHED_ON_PURPOSE


@given(customers)
def test_no_event_of_a_customer_names_them_or_where_they_are_reached(customer):
    contact = Contact("zebra", "zebra", "zebra@example.com", "+447700900123", as_of=NOW)
    before = dataclasses.replace(customer, contact=Contact(as_of=NOW), corrected_at=None)
    after = dataclasses.replace(customer, contact=contact, corrected_at=NOW)
    for old in (None, Customer(customer.id), before):
        told = json.dumps([one.detail for one in announcements(old, after, NOW)], default=str)
        assert "zebra" not in told
        assert "7700900123" not in told


def _may_hold_any_text(hint: Any) -> bool:
    if get_origin(hint) is Annotated:
        return hint is not AwareDatetime and _may_hold_any_text(get_args(hint)[0])
    if get_origin(hint) in {Union, types.UnionType, tuple}:
        return any(_may_hold_any_text(one) for one in get_args(hint))
    return get_origin(hint) is not Literal and hint not in {
        datetime,
        int,
        bool,
        Amount,
        AwareDatetime,
        type(None),
        ...,
    }


def test_every_field_of_an_own_event_that_may_hold_any_text_is_known():
    found = {
        field
        for model in ESCALERA_EVENTS.values()
        for field, hint in get_type_hints(model, include_extras=True).items()
        if field in model.model_fields and _may_hold_any_text(hint)
    }

    assert found == TEXTS
