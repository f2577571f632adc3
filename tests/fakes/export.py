"""An export of an in-memory store, as DynamoDB would write it: a record a line, dealt out over files in turn."""

from collections.abc import Sequence
from datetime import datetime

from escalera.adapters.dynamodb.exports import exported_line
from escalera.adapters.dynamodb.records import customer_record, fact_record
from escalera.adapters.memory import InMemoryCustomerRepository
from escalera.ports.night import NightFiles
from escalera.use_cases.score.nights import Night

EXPORT = "01234567890123-a1b2c3d4"


def exported_lines(customers: InMemoryCustomerRepository) -> list[bytes]:
    """Every record of the store as a line."""
    store = customers.store
    records = [*map(customer_record, store.customers.values()), *map(fact_record, store.facts.values())]
    return [exported_line(record) for record in records]


def write_export(
    files: NightFiles, lines: Sequence[bytes], as_of: datetime, *, buckets: int = 3, data_files: int = 4
) -> tuple[Night, list[str]]:
    """Write the data files; the night that would work through them, and the files' names as the manifest gives them."""
    night = Night("nights/test", f"nights/test/AWSDynamoDB/{EXPORT}", as_of, buckets)
    names = [f"{night.export}/data/file{number}.json.gz" for number in range(data_files)]
    for number, name in enumerate(names):
        files.write_lines(name, lines[number::data_files])
    return night, names
