"""What is left of a customer who asked to be forgotten."""

import dataclasses
import json
from datetime import UTC, datetime, timedelta
from typing import get_args

import pytest
from hypothesis import given

from escalera.adapters.dynamodb.customers import write_customer
from escalera.adapters.dynamodb.facts import write_fact
from escalera.domain.customer import Contact, Customer, Suppression
from escalera.domain.erasure import ERASED, fact_without_person, without_person
from escalera.domain.facts import Complaint, Fact, Order, Refund, Reward, Task
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import CustomerId, MessageChannel, SuppressionReason
from tests.fakes.anything import customers, facts

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
KEPT = {
    "id", "version", "registered_at", "erased_at", "orders", "orders_returned", "first_order_at", "last_order_at",
    "spending", "refunds_awaiting_order", "deliveries_awaiting_order", "rung", "rung_reason", "abc_class",
    "class_history", "quiet_since", "suppressed", "last_entered", "active_entries",
}  # fmt: skip
"""The fields of a customer that tell nothing of a person. A new field is erased, unless somebody puts it here."""


@given(customers)
def test_of_the_customer_stays_the_account_and_nothing_of_the_person(customer):
    erased, nobody = without_person(customer, NOW), Customer(customer.id)

    assert erased.erased_at == (customer.erased_at or NOW)
    for field in dataclasses.fields(Customer):
        if field.name not in KEPT:
            assert getattr(erased, field.name) == getattr(nobody, field.name), field.name
    for sum_or_date in ("orders", "spending", "first_order_at", "last_order_at", "rung"):
        assert getattr(erased, sum_or_date) == getattr(customer, sum_or_date)


@given(customers)
def test_erased_twice_is_erased_once(customer):
    once = without_person(customer, NOW)
    assert without_person(once, NOW + timedelta(days=9)) == once


@given(facts)
def test_a_record_erased_twice_is_erased_once_and_stays_the_same_record(fact):
    once = fact_without_person(fact, NOW)
    assert once.key == fact.key
    assert fact_without_person(once, NOW) == once
    if isinstance(fact, Order | Refund):
        assert once == fact


@pytest.mark.parametrize("kind", get_args(Fact))
def test_every_kind_of_record_says_what_stays_of_it(kind):
    from escalera.domain.erasure import _bare

    assert _bare.dispatch(kind) is not _bare.dispatch(object)


def test_no_name_address_or_word_of_the_customer_is_left_anywhere():
    secret = "zebra"
    contact = Contact(secret, secret, f"{secret}@example.com", "+447700900123", as_of=NOW)
    closed = {MessageChannel.EMAIL: Suppression(SuppressionReason.SPAM_COMPLAINT, NOW)}
    erased = without_person(Customer(CustomerId("c-1"), contact=contact, suppressed=closed), NOW)
    written = json.dumps(write_customer(erased), default=str)

    assert secret not in written
    assert "7700900123" not in written
    assert erased.suppressed[MessageChannel.EMAIL].address == address_digest(f"{secret}@example.com")


@given(facts)
def test_what_a_customer_or_somebody_about_them_wrote_is_gone(fact):
    free_text = {"subject", "text", "comment", "note", "code"} & {
        one.name for one in dataclasses.fields(fact)
    }
    left = write_fact(fact_without_person(fact, NOW))
    assert not any(left.get(name) for name in free_text)


def test_what_was_still_to_be_done_for_them_is_over():
    ana = CustomerId("c-1")
    complaint = Complaint(ana, "31", raised_at=NOW - timedelta(days=1), subject="The lamp", text="It broke")  # type: ignore[arg-type]
    task = Task(ana, "t", "personal-call", "sales", "", NOW, None, "win-back")  # type: ignore[arg-type]
    closed, done = fact_without_person(complaint, NOW), fact_without_person(task, NOW)

    assert isinstance(closed, Complaint)
    assert isinstance(done, Task)
    assert not closed.is_open
    assert done.done_at == NOW


@given(customers)
def test_every_journey_is_on_its_way_out(customer):
    erased = without_person(customer, NOW)
    assert set(erased.active_entries) == set(customer.active_entries)
    assert {entry.leaving for entry in erased.active_entries.values()} <= {ERASED}


def test_a_reward_is_still_counted_without_its_code():
    reward = Reward(CustomerId("c-1"), "r", "comeback", "HOLA-ABC234", NOW, NOW, "e")  # type: ignore[arg-type]
    left = fact_without_person(reward, NOW)
    assert isinstance(left, Reward)
    assert (left.reward, left.code) == ("comeback", "")
