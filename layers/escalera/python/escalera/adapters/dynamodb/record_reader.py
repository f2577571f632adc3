"""What a rebuild has to know of a record, by the table's own mapping."""

from collections.abc import Iterator
from datetime import UTC, datetime

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import customer_record, fact_record, from_image, owned_record
from escalera.adapters.dynamodb.stream_records import content, item_of, place_of
from escalera.domain.closings import Closing
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKind
from escalera.domain.names import looked_for_as
from escalera.domain.record_history import Image, Place
from escalera.domain.vocabulary import CustomerId


class DynamoDBRecordReader:
    """A `RecordReader` of the customers' table."""

    def owner(self, place: Place) -> CustomerId | None:
        """Whose record stands there."""
        return keys.customer_of(_key(place))

    def is_profile(self, place: Place) -> bool:
        """Whether the customer as such stands there."""
        return self.owner(place) is not None and keys.is_profile(_key(place))

    def kind(self, place: Place) -> FactKind | None:
        """Which kind of fact stands there."""
        key = keys.fact_key(_key(place))
        return None if key is None else key.kind

    def record(self, image: Image) -> Customer | Fact | None:
        """The customer or fact."""
        return from_image(item_of(image))

    def image(self, record: Customer | Fact) -> Image:
        """The record as the table holds it."""
        return content(customer_record(record) if isinstance(record, Customer) else fact_record(record))

    def expires_at(self, image: Image) -> datetime | None:
        """When its lifetime is over."""
        found = item_of(image).get(keys.EXPIRY)
        return None if found is None else datetime.fromtimestamp(float(found["N"]), UTC)

    def is_left_out(self, place: Place) -> bool:
        """Names follow from the customers, a probe is no record, and staff sign in anew: no ended session comes back."""
        key = _key(place)
        return keys.is_name(key) or keys.is_archive_probe(key) or keys.is_session(key)

    def derived(self, customer: Customer) -> Iterator[tuple[Place, Image]]:
        """The rows of the names that the customer is found by; of one who was erased there are none."""
        for name in sorted(looked_for_as(customer)):
            row = owned_record(keys.name(name, customer.id), customer.id)
            yield place_of(row), content(row)

    def merged(self, place: Place, restored: Image, since: Image) -> Image | None:
        """What was said at an address: of each, the last time."""
        if not keys.is_closings(_key(place)):
            return None
        one, other = item_of(restored), item_of(since)
        both: Item = {**other, **one}
        for closing in Closing:
            said = [item[closing.value]["S"] for item in (one, other) if closing.value in item]
            if said:
                both[closing.value] = {"S": max(said)}
        return content(both)


def _key(place: Place) -> Item:
    pk, sk = place
    return {keys.PARTITION: {"S": pk}, keys.SORT: {"S": sk}}
