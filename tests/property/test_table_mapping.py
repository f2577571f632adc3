"""Whatever the domain can hold comes back from the table as it was, and keys never meet."""

import dataclasses
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

from hypothesis import assume, given
from hypothesis import strategies as st

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.news import written
from escalera.adapters.dynamodb.records import customer_record, fact_record, from_image, owned_record
from escalera.adapters.dynamodb.switch_record import write_switches
from escalera.domain.closings import Address
from escalera.domain.customer import Customer
from escalera.domain.facts import Refund, Silence
from escalera.domain.switches import Switches
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.domain.work import listing
from escalera.ports.customers import DueKind
from tests.fakes.anything import customers, facts, instants, made, names
from tests.fakes.facts import NOON


@given(customers)
def test_customer_comes_back_as_they_were(customer):
    assert from_image(customer_record(customer)) == customer


@given(facts)
def test_fact_comes_back_as_it_was(fact):
    assert from_image(fact_record(fact)) == fact


@given(customers | facts, names)
def test_attributes_of_a_later_release_are_read_past(subject, name):
    record = customer_record(subject) if isinstance(subject, Customer) else fact_record(subject)
    later = {"SS": ["x"]}, {"NULL": True}, {"B": b"x"}, {"N": "1.5"}, {"M": {"deep": {"L": [{"NS": ["1"]}]}}}
    assert from_image({**{f"later {name} {n}": one for n, one in enumerate(later)}, **record}) == subject


@given(customers | facts)
def test_records_are_plain_attributes_without_nulls_or_empty_texts(subject):
    record = customer_record(subject) if isinstance(subject, Customer) else fact_record(subject)
    for attribute in attributes(record):
        assert attribute not in ({"S": ""}, {"M": {}}, {"L": []})
        assert "NULL" not in attribute


def attributes(named: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """Every attribute that has a name, at whatever depth."""
    for attribute in named.values():
        yield attribute
        inner = [*attribute.get("L", ()), attribute]
        for one in inner:
            yield from attributes(one.get("M", {}))


@given(facts, facts)
def test_two_facts_share_a_place_only_when_they_share_a_key(one, other):
    places = [json.dumps(keys.fact(fact.key)) for fact in (one, other)]
    assert (places[0] == places[1]) == (one.key == other.key)


@given(names, names, names, names)
def test_refunds_of_different_orders_never_meet(order, refund, other_order, other_refund):
    assume((order, refund) != (other_order, other_refund))
    key = dataclasses.replace
    base = Refund(CustomerId("ana"), order, refund, None, None).key  # type: ignore[arg-type]
    assert keys.fact(base) != keys.fact(key(base, parts=(other_order, other_refund)))


@given(names, instants)
def test_due_entry_names_whom_and_when_and_lies_in_the_partition_of_its_day(name, at):
    customer = Customer(CustomerId(name), quiet_due_at=at)
    entry = {**keys.profile(customer.id), **keys.due(customer)}
    due = keys.read_due(entry)
    assert (due.customer_id, due.at, due.fact) == (name, at, None)
    assert entry["due_pk"] in list(keys.due_partitions(DueKind.QUIET, at, 0))
    assert entry["due_sk"]["S"] <= keys.due_until(at)["S"]


@given(names, instants, st.timedeltas(timedelta(seconds=-2), timedelta(seconds=2)))
def test_due_entries_sort_as_their_instants_do(name, at, apart):
    entry = keys.due(Customer(CustomerId(name), quiet_due_at=at))
    assert (entry["due_sk"]["S"] <= keys.due_until(at + apart)["S"]) == (apart >= timedelta(0))


def turned(switches: Switches) -> Switches:
    """Only those that were ever turned: the others are as good as none."""
    return dataclasses.replace(
        switches, journeys={n: one for n, one in switches.journeys.items() if one.pauses}
    )


all_switches = made(Switches).map(turned)


@given(all_switches, st.none() | all_switches)
def test_the_switches_of_the_journeys_come_back_as_they_were_and_are_news(switches, before):
    images = [None if one is None else write_switches(one) for one in (before, switches)]
    assert written(*images).news == (before, switches)


def test_holder_of_an_address_is_nobodys_image_and_holds_no_address():
    record = owned_record(
        keys.holder(
            Address.of(MessageChannel.EMAIL, "ana@example.com"),
            NOON,
            CustomerId("ana"),
        ),
        CustomerId("ana"),
    )
    assert from_image(record) is None
    assert "example" not in json.dumps(record)


def test_kind_of_a_later_release_is_nobodys_image():
    assert from_image({"pk": {"S": "CUSTOMER#ana"}, "sk": {"S": "VISIT#1"}, "at": {"S": "x"}}) is None


@given(facts)
def test_fact_stands_in_the_work_index_where_its_list_says_and_the_index_takes_its_keys(fact):
    entry, found = keys.work(fact), listing(fact)
    assert bool(entry) == (found is not None)
    if found is not None:
        assert entry["work_pk"] == keys.work_partition(found.work)
        assert 0 < len(entry["work_pk"]["S"].encode()) <= 2048
        assert 0 < len(entry["work_sk"]["S"].encode()) <= 1024


@given(names, instants, st.timedeltas(timedelta(seconds=-2), timedelta(seconds=2)))
def test_work_entries_sort_as_their_instants_do(name, at, apart):
    one, other = (
        keys.work(Silence(CustomerId(name), at, at, returned_at))["work_sk"]["S"]
        for returned_at in (at, at + apart)
    )
    assert ((one < other), (one > other)) == ((apart > timedelta(0)), (apart < timedelta(0)))
