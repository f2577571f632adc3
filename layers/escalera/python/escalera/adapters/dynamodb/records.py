"""Whole records of the table: keys and attributes together, for reads, writes and stream images alike."""

from collections.abc import Mapping
from typing import Any

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item, to_item, to_plain
from escalera.adapters.dynamodb.customers import read_customer, write_customer
from escalera.adapters.dynamodb.facts import read_fact, write_fact
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact
from escalera.domain.vocabulary import CustomerId

Record = Customer | Fact

UNTOLD = "untold"
"""Stands on a record whose last write is told to nobody; the next write, which knows nothing of it, takes it away."""
RESTORED = "restored"
"""Stands, with the id of the rebuild, on a record that a rebuild wrote: that write leads to nothing. A later write that
keeps the mark, as an update does, is like any other."""
SET_ASIDE = "set_aside"
"""Stands on a record just before a rebuild deletes it: the deletion is meant."""


def customer_record(customer: Customer) -> Item:
    """The customer as the table keeps them."""
    return {**keys.profile(customer.id), **keys.due(customer), **to_item(write_customer(customer))}


def fact_record(fact: Fact) -> Item:
    """The fact as the table keeps it."""
    return {**keys.fact(fact.key), **keys.due(fact), **keys.work(fact), **to_item(write_fact(fact))}


def owned_record(key: Item, customer_id: CustomerId) -> Item:
    """Says whose address or name this is."""
    return {**key, **to_item({"customer_id": customer_id})}


def from_image(image: Mapping[str, Any]) -> Record | None:
    """What a record holds, in the form reads and streams give it (`{"pk": {"S": ...}, ...}`).

    None for an identity, and for a kind of record that this release does not know.
    """
    item = dict(image)
    customer_id = keys.customer_of(item)
    if customer_id is not None and keys.is_profile(item):
        return read_customer(customer_id, to_plain(item))
    key = keys.fact_key(item)
    return None if key is None else read_fact(key, to_plain(item))
