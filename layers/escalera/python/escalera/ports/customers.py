"""Where customers are kept."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Protocol

from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, FactKey, FactKind, Message, MessageStatus
from escalera.domain.vocabulary import CustomerId, MessageChannel


class When(Enum):
    """On what condition a fact is written."""

    ABSENT = "absent"
    """Only if no such record is there: a duplicate changes nothing."""
    ALWAYS = "always"
    """Whatever is there; safe because the customer's version guards the read it was made from."""
    UNSENT = "unsent"
    """A message of which nothing has left: it is absent, held, claimed or released."""


@dataclass(frozen=True, slots=True)
class Write:
    """A fact to be written, and on what condition."""

    fact: Fact
    when: When = When.ABSENT


@dataclass(frozen=True, slots=True)
class Change:
    """All that one decision changes; written together or not at all.

    `before` is the customer as read: if anybody wrote them since, nothing is written. `after` gets the next version.
    """

    before: Customer
    after: Customer
    writes: tuple[Write, ...] = ()
    told: bool = True
    """Whether the bus hears of it. A past that is imported is told to nobody: it is no news, and must start nothing."""


class SaveOutcome(Enum):
    """What became of a change."""

    SAVED = "saved"
    STALE = "stale"
    """The customer was written by somebody else since it was read: read again, decide again."""
    TAKEN = "taken"
    """A fact was already there (or already claimed): `taken` names which."""


@dataclass(frozen=True, slots=True)
class Saved:
    """The outcome of one change."""

    outcome: SaveOutcome
    taken: frozenset[FactKey] = frozenset()


class DueKind(StrEnum):
    """What the `due` index is asked for."""

    QUIET = "quiet"
    PROMISE = "promise"


@dataclass(frozen=True, slots=True)
class Due:
    """Somebody needs a look. `fact` is None when it is the customer as such (quiet)."""

    customer_id: CustomerId
    at: datetime
    fact: FactKey | None = None


class CustomerRepository(Protocol):
    """Customers and the facts around them. Reads are strongly consistent.

    Addresses, names and silences are found as soon as `publish_changes` has brought them up to date: a little later.

    Errors: `StoreBusyError` when the store throttles; nothing was written then.
    """

    def load(self, ids: Iterable[CustomerId]) -> Mapping[CustomerId, Customer]:
        """Read customers; one nobody has written yet comes back as a fresh `Customer` at version 0."""

    def load_facts(self, keys: Iterable[FactKey]) -> Mapping[FactKey, Fact]:
        """Read facts; those that are not there are missing from the answer.

        Called after `load`, never before: then a fact can only be newer than its customer, and saving finds that out.
        """

    def save(self, changes: Sequence[Change]) -> list[Saved]:
        """Write each change whole or not at all; the answers come in the same order.

        At most one change per customer in one call.
        """

    def find_due(self, kind: DueKind, until: datetime, *, look_back_days: int) -> Iterator[Due]:
        """Who is due by `until`: reads only the index partitions of that day and of the days looked back on."""

    def facts_of(self, customer_id: CustomerId, kind: FactKind | None = None) -> Sequence[Fact]:
        """What is known around one customer, or only the facts of one kind (which reads only those), in order of key."""

    def find_by_address(self, channel: MessageChannel, address: str) -> CustomerId | None:
        """For whom an e-mail address or phone number was told last; of two who told it at one time, the last by id."""

    def find_by_addresses(
        self, channel: MessageChannel, addresses: Iterable[str]
    ) -> Mapping[str, CustomerId]:
        """The same for many; addresses that are nobody's are missing from the answer."""

    def find_by_name(self, beginning: str, *, limit: int) -> Sequence[CustomerId]:
        """At most so many customers whose name begins so, whether given or family name stands first, in their order.

        Accents, capitals and punctuation do not matter; two letters are the least, fewer find nobody.
        """


class MessageLedger(Protocol):
    """Moves of a considered message that touch nothing but its own row."""

    def note(self, message: Message) -> bool:
        """Write a held or withheld message unless it was ever claimed; False if it was."""

    def move(
        self,
        key: FactKey,
        to: MessageStatus,
        *,
        only_from: frozenset[MessageStatus],
        at: datetime,
        provider_id: str = "",
        reason: str = "",
    ) -> bool:
        """Move the row to `to` if it stands in `only_from`; False, and nothing written, if not."""
