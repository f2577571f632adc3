"""The customers of one part of the base, each with all that happened."""

from collections.abc import Iterator

from escalera.domain.customer import Customer
from escalera.domain.facts import Fact
from escalera.domain.history import CustomerHistory
from escalera.domain.vocabulary import CustomerId
from escalera.ports.night import ExportReader, NightFiles
from escalera.use_cases.score.nights import Night


def read_histories(
    night: Night, bucket: int, *, files: NightFiles, export: ExportReader
) -> Iterator[CustomerHistory]:
    """One customer at a time, in order of their id; the part's records are held as they are written, not as objects.

    Who is erased is left out, and so are records whose customer was not there yet when the export was made.
    """
    lines: dict[CustomerId, list[bytes]] = {}
    for name in files.names(night.histories(bucket)):
        for line in files.lines(name):
            owner = export.owner(line)
            if owner is not None:
                lines.setdefault(owner, []).append(line)
    for owner in sorted(lines):
        customer: Customer | None = None
        facts: list[Fact] = []
        for record in map(export.record, lines.pop(owner)):
            if isinstance(record, Customer):
                customer = record
            elif record is not None:
                facts.append(record)
        if customer is not None and customer.erased_at is None:
            yield CustomerHistory.of(customer, facts)
