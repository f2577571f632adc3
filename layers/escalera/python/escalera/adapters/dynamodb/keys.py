"""The keys of the table and of its indexes, `due` and `work`. No other module knows how they look."""

from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256
from typing import Any
from zlib import crc32

from escalera.adapters.dynamodb.attributes import Item, instant, sortable
from escalera.domain.closings import Address
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKey, FactKind, Promise, PromiseStatus
from escalera.domain.names import SHORTEST
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import CustomerId
from escalera.domain.work import Listing, WorkList, listing
from escalera.ports.customers import Due, DueKind

PARTITION = "pk"
SORT = "sk"
DUE_INDEX = "due"
DUE_PARTITION = "due_pk"
DUE_SORT = "due_sk"
WORK_INDEX = "work"
WORK_PARTITION = "work_pk"
WORK_SORT = "work_sk"
EXPIRY = "expires_at"
SHARDS = 8

_PROFILE = "PROFILE"
_IDENTITY = "IDENTITY"
_HOLDER = "HOLDER#"
_CLOSINGS = "CLOSINGS"
_SHOP = "SHOP"
_SCORE = "SCORE"
_SWEEP = "SWEEP"
_ONCE = "ONCE"
_SWITCHES = "SWITCHES"
_STEPS = "STEPS"
_CUSTOMER = "CUSTOMER#"
_MEASURES = "MEASURES"
_STAFF = "STAFF"
_SESSION = "SESSION#"
_LIMIT = "LIMIT"
_NAME = "NAME#"
_PROBE = "ARCHIVE#"
_KINDS = {kind.value: kind for kind in FactKind}


def profile(customer_id: CustomerId) -> Item:
    """Where the customer as such stands."""
    return _key(_CUSTOMER + customer_id, _PROFILE)


def fact(key: FactKey) -> Item:
    """Where a fact stands: beside its customer."""
    return _key(_CUSTOMER + key.customer_id, "#".join((key.kind.value, *map(_quoted, key.parts))))


def holder(address: Address, told_at: datetime, customer_id: CustomerId) -> Item:
    """Where it stands that a customer has, or had, this address: beside all others who do, those last who told it last.

    The address itself stands nowhere in the key.
    """
    return _key(_at(address), f"{_HOLDER}{sortable(told_at)}#{customer_id}")


def holders(address: Address) -> dict[str, Any]:
    """The question who has, or had, an address, as a query takes it; in the order in which they told it."""
    return {
        "KeyConditionExpression": f"{PARTITION} = :address AND begins_with({SORT}, :holder)",
        "ExpressionAttributeValues": {":address": {"S": _at(address)}, ":holder": {"S": _HOLDER}},
    }


def closings(address: Address) -> Item:
    """Where it stands what was said at an address, whoever has it."""
    return _key(_at(address), _CLOSINGS)


def name(folded: str, customer_id: CustomerId) -> Item:
    """Where a folded name says whose it is: names that begin alike stand beside each other."""
    return _key(f"{_NAME}{folded[:SHORTEST]}", f"{folded}#{customer_id}")


def named(folded: str) -> tuple[dict[str, str], dict[str, str]]:
    """The partition in which the names that begin so stand, and how their sort keys begin."""
    return {"S": f"{_NAME}{folded[:SHORTEST]}"}, {"S": folded}


def shop_score() -> Item:
    """Where the shop's latest score stands."""
    return _key(_SHOP, _SCORE)


def archive_probe(token: str, number: int) -> Item:
    """Where a rebuild writes, to see that the archive of records has heard of it."""
    return _key(f"{_PROBE}{token}#{number}", "PROBE")


def is_archive_probe(item: Mapping[str, Any]) -> bool:
    """Whether this is such a record."""
    return str(item[PARTITION]["S"]).startswith(_PROBE)


def is_name(item: Mapping[str, Any]) -> bool:
    """Whether this says whose a name is."""
    return str(item[PARTITION]["S"]).startswith(_NAME)


def is_closings(item: Mapping[str, Any]) -> bool:
    """Whether this says what was said at an address."""
    return bool(item[SORT]["S"] == _CLOSINGS)


def switches() -> Item:
    """Where it stands which journeys are paused."""
    return _key(_SHOP, _SWITCHES)


def journey_steps() -> Item:
    """Where it stands which steps journeys have, or had in earlier releases."""
    return _key(_SHOP, _STEPS)


def sweep(kind: DueKind) -> Item:
    """Where it stands until when all who are due were found."""
    return _key(_SHOP, f"{_SWEEP}#{kind.value}")


def once(token: str) -> Item:
    """Where it is marked that something was done which is to be done once."""
    return _key(f"{_ONCE}#{address_digest(token)}", _ONCE)


def limit(action: str, whom: str, window: datetime) -> Item:
    """Where it is counted how often something was done in a window; the digest names nobody."""
    return _key(f"{_LIMIT}#{action}#{address_digest(whom)}", f"{_LIMIT}#{sortable(window)}")


def measures(day: date) -> Item:
    """Where a day's measures stand: all days in one partition, in order."""
    return _key(_MEASURES, f"DAY#{day.isoformat()}")


def colleague(staff_id: str) -> Item:
    """Where it stands who of the staff this is: all of them in one partition."""
    return _key(_STAFF, staff_id)


def colleagues() -> dict[str, str]:
    """The partition in which the staff stand."""
    return {"S": _STAFF}


def colleague_id(item: Item) -> str:
    """Whose record of the staff this is."""
    return str(item[SORT]["S"])


def session(staff_id: str, session_id: str) -> Item:
    """Where a session of the console stands: with the other sessions of the same person, by the digest of its id."""
    return _key(f"{_STAFF}#{staff_id}", _SESSION + sha256(session_id.encode()).hexdigest())


def is_session(item: Mapping[str, Any]) -> bool:
    """Whether this is a session of the console."""
    return str(item[SORT]["S"]).startswith(_SESSION)


def sessions(staff_id: str) -> dict[str, str]:
    """The partition in which the sessions of one person stand."""
    return {"S": f"{_STAFF}#{staff_id}"}


def partition(customer_id: CustomerId) -> dict[str, str]:
    """The partition in which a customer and their facts stand."""
    return {"S": _CUSTOMER + customer_id}


def of_kind(kind: FactKind) -> dict[str, str]:
    """How the sort keys of the facts of one kind begin."""
    return {"S": f"{kind.value}#"}


def customer_of(item: Item) -> CustomerId | None:
    """Whose record this is; None for what belongs to no customer (an identity)."""
    found = str(item[PARTITION]["S"])
    return CustomerId(found.removeprefix(_CUSTOMER)) if found.startswith(_CUSTOMER) else None


def is_profile(item: Item) -> bool:
    """Whether this is the customer as such."""
    return bool(item[SORT]["S"] == _PROFILE)


def is_switches(item: Mapping[str, Any]) -> bool:
    """Whether this is the record of the switches."""
    return {name: item[name] for name in (PARTITION, SORT)} == switches()


def fact_key(item: Item) -> FactKey | None:
    """Which fact this is; None for a customer as such, an identity, or a kind this release does not know."""
    customer_id = customer_of(item)
    kind, *parts = str(item[SORT]["S"]).split("#")
    if customer_id is None or kind not in _KINDS:
        return None
    return FactKey(customer_id, _KINDS[kind], tuple(map(_unquoted, parts)))


def due(subject: Customer | Fact) -> Item:
    """The keys in the index of who needs a look; none for what needs none."""
    if isinstance(subject, Customer):
        return {} if subject.quiet_due_at is None else _due(DueKind.QUIET, subject.quiet_due_at, subject.id)
    if isinstance(subject, Promise) and subject.status is PromiseStatus.OPEN:
        return _due(DueKind.PROMISE, subject.due_at, subject.customer_id)
    return {}


def work_span(since: datetime | None, until: datetime | None) -> dict[str, dict[str, str]]:
    """The sort keys of a list between which those stand that count from `since` on and before `until`."""
    # Each key goes on after its instant, so the bare instant of `until` precedes all that stand at it.
    return {
        ":since": {"S": sortable(since) if since else "0"},
        ":until": {"S": sortable(until) if until else "~"},
    }


def due_partitions(kind: DueKind, until: datetime, look_back_days: int) -> Iterator[dict[str, str]]:
    """The index partitions of the day of `until` and of the days looked back on, oldest first."""
    last = until.astimezone(UTC)
    for back in range(look_back_days, -1, -1):
        for shard in range(SHARDS):
            yield {"S": _due_partition(kind, last - timedelta(days=back), shard)}


def due_until(until: datetime) -> dict[str, str]:
    """The last sort key of the index that counts as due by `until`, that instant included."""
    return {"S": sortable(until) + "$"}  # "$" follows "#", which follows the instant in every key


def read_due(item: Item) -> Due:
    """Who needs a look, out of an index entry."""
    at, _, customer_id = str(item[DUE_SORT]["S"]).partition("#")
    return Due(CustomerId(customer_id), instant(at), fact_key(item))


def work(subject: Fact) -> Item:
    """The keys in the index of what the shop's people look at; none for what stands in no list."""
    found = listing(subject)
    return {} if found is None else listed(subject.key, found)


def listed(key: FactKey, found: Listing) -> Item:
    """The keys in that index of the fact that stands there."""
    own = fact(key)
    # Two of one instant stand beside each other. Not with their whole keys: an index's are shorter than a table's two.
    mark = sha256(f"{own[PARTITION]['S']}#{own[SORT]['S']}".encode()).hexdigest()[:16]
    return {
        WORK_PARTITION: work_partition(found.work),
        WORK_SORT: {"S": f"{sortable(found.at)}#{mark}"},
    }


def work_partition(wanted: WorkList[Fact]) -> dict[str, str]:
    """The index partition that holds a list."""
    return {"S": f"{wanted.kind.value}#{wanted.part}"}


def _due(kind: DueKind, at: datetime, customer_id: CustomerId) -> Item:
    shard = crc32(customer_id.encode()) % SHARDS
    return {
        DUE_PARTITION: {"S": _due_partition(kind, at.astimezone(UTC), shard)},
        DUE_SORT: {"S": f"{sortable(at)}#{customer_id}"},
    }


def _due_partition(kind: DueKind, day: datetime, shard: int) -> str:
    return f"{kind.value}#{day:%Y-%m-%d}#{shard}"


def _at(address: Address) -> str:
    return f"{_IDENTITY}#{address.channel.value}#{address.digest}"


def _key(pk: str, sk: str) -> Item:
    return {PARTITION: {"S": pk}, SORT: {"S": sk}}


def _quoted(part: str) -> str:
    return part.replace("%", "%25").replace("#", "%23")


def _unquoted(part: str) -> str:
    return part.replace("%23", "#").replace("%25", "%")
