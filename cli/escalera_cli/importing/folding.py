"""The staged happenings folded into the customers of the table, person by person; what was folded is not folded again."""

import json
import time
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import NamedTuple

from escalera.domain.customer import Contact
from escalera.domain.errors import RetryableError, StoreBusyError
from escalera.domain.facts import Refund
from escalera.domain.money import Money
from escalera.domain.once import address_digest, guest_id
from escalera.domain.past import (
    Happening,
    PastDelivery,
    PastPurchase,
    PastRefund,
    PastRegistration,
)
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import (
    CustomerId,
    MessageChannel,
    OrderId,
    RefundId,
)
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.import_pasts import import_pasts
from escalera.use_cases.recording import Outcome
from escalera_cli.endings import CommandError
from escalera_cli.importing.forms import instant
from escalera_cli.importing.staging import Staging
from escalera_cli.importing.telling import counted, person_of, purchase_of

PEOPLE_TOGETHER = 100
HAPPENINGS_TOGETHER = 2_000
_ATTEMPTS = 8

_HAPPENINGS = """
SELECT happening.root, happening.kind, happening.who, happening.at, happening.told, happening.file, happening.line,
  who.shop_id, who.email, who.phone
FROM happening JOIN who ON who.id = happening.who WHERE happening.root > ? ORDER BY happening.root, happening.at
"""


class Row(NamedTuple):
    """A happening with whose it is."""

    root: int
    kind: str
    who: int
    at: int
    told: str
    file: int
    line: int
    shop_id: str
    email: str
    phone: str


@dataclass(frozen=True)
class Person:
    """One person: their identities, and all that happened."""

    root: int
    identities: Sequence[tuple[str, str, str]]
    """Shop id, e-mail, phone: those that the files tell of them, first met first."""
    rows: Sequence[Row]

    @property
    def shop_ids(self) -> list[CustomerId]:
        """Their ids, each once."""
        return [CustomerId(one) for one in dict.fromkeys(shop_id for shop_id, _, _ in self.identities) if one]

    @property
    def emails(self) -> list[str]:
        """Their e-mails, each once."""
        return [one for one in dict.fromkeys(email for _, email, _ in self.identities) if one]


@dataclass(frozen=True)
class Place:
    """Where a person's things go in the table."""

    kept: CustomerId
    of_shop_id: Mapping[str, CustomerId]
    """Ids that the table knows as customers of their own keep what is told under them."""
    why: str

    def target(self, shop_id: str) -> CustomerId:
        """The customer who gets what is told under this id."""
        return self.of_shop_id.get(shop_id, self.kept)


class Folding:
    """Folds what is staged into a table."""

    def __init__(
        self,
        staging: Staging,
        customers: CustomerRepository | None,
        *,
        rules: StandingRules,
        clock: Clock,
        as_of: datetime,
        find_again: Callable[[Iterable[CustomerId]], None] | None = None,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        """customers: None only says who would be merged, and writes nothing.

        find_again: told who is in the first batch, which an earlier attempt may have left before they could be found.
        """
        self._staging, self._customers = staging, customers
        self._rules, self._clock, self._as_of, self._sleep = rules, clock, as_of, sleep
        self._find_again = find_again

    def people(self) -> int:
        """How many there are in all."""
        return int(self._staging.one("SELECT COUNT(DISTINCT root) FROM happening")[0])

    def fold(self, table: str, done: Callable[[int], None] = lambda _: None) -> Counter[str]:
        """Fold all whom this table has not got yet; the answer counts what became of things, of all attempts together.

        done: told the number of people of each batch.
        """
        position = int(self._staging.mark(f"folded into {table}") or 0)
        counts = Counter[str](json.loads(self._staging.mark(f"counted in {table}") or "{}"))
        done(
            int(self._staging.one("SELECT COUNT(DISTINCT root) FROM happening WHERE root <= ?", position)[0])
        )
        for number, people in enumerate(self._batches(position)):
            places = self._places(people)
            happenings = [
                (row, one) for person in people for row, one in self._happenings(person, places[person.root])
            ]
            outcomes = self._import([one for _, one in happenings])
            if number == 0 and self._find_again is not None:
                self._find_again(dict.fromkeys(one.customer_id for _, one in happenings))
            after = counts + counted([one for _, one in happenings], outcomes)
            after["customers"] += len({one.customer_id for _, one in happenings})
            with self._staging.together():
                self._staging.put("merged", _merged(people, places), 5)
                for (row, one), outcome in zip(happenings, outcomes, strict=True):
                    if outcome.error is not None:
                        self._leave_out(row, one, str(outcome.error))
                self._staging.note(f"folded into {table}", str(people[-1].root))
                self._staging.note(f"counted in {table}", json.dumps(after))
            counts = after
            done(len(people))
        return counts

    def _batches(self, position: int) -> Iterator[list[Person]]:
        batch: list[Person] = []
        size = 0
        rows = map(Row._make, self._staging.ask(_HAPPENINGS, position))
        for root, group in groupby(rows, key=lambda row: row.root):
            person = Person(root, self._identities(root), list(group))
            batch.append(person)
            size += len(person.rows)
            if len(batch) >= PEOPLE_TOGETHER or size >= HAPPENINGS_TOGETHER:
                yield batch
                batch, size = [], 0
        if batch:
            yield batch

    def _identities(self, root: int) -> list[tuple[str, str, str]]:
        return [
            (str(shop_id), str(email), str(phone))
            for shop_id, email, phone in self._staging.ask(
                "SELECT shop_id, email, phone FROM root JOIN who ON who.id = root.who WHERE root.root = ? ORDER BY who.id",
                root,
            )
        ]

    # --- who they are in the table ---

    def _places(self, people: Sequence[Person]) -> dict[int, Place]:
        by_email = self._owners({email for person in people for email in person.emails})
        doubtful = {
            one
            for person in people
            for owners in [{by_email[email] for email in person.emails if email in by_email}]
            if len(person.shop_ids) > 1 or owners - set(person.shop_ids)
            for one in (*person.shop_ids, *owners)
        }
        known = self._known(doubtful)
        return {person.root: _place(person, by_email, known) for person in people}

    def _owners(self, emails: set[str]) -> Mapping[str, CustomerId]:
        if self._customers is None or not emails:
            return {}
        return self._customers.find_by_addresses(MessageChannel.EMAIL, sorted(emails))

    def _known(self, ids: set[CustomerId]) -> Mapping[CustomerId, str]:
        """The customers among these that the table knows, each with the digest of their e-mail."""
        if self._customers is None or not ids:
            return {}
        return {
            one.id: address_digest(one.contact.email or "")
            for one in self._customers.load(sorted(ids)).values()
            if one.version
        }

    # --- what happened to them ---

    def _happenings(self, person: Person, place: Place) -> Iterator[tuple[Row, Happening]]:
        for row in person.rows:
            whose = place.target(row.shop_id)
            others = {*person.shop_ids, *place.of_shop_id.values(), place.kept} - {whose}
            also = tuple(sorted(others))
            told = json.loads(row.told)
            match row.kind:
                case "purchase":
                    yield row, PastPurchase(whose, purchase_of(told, row.at), also)
                case "refund":
                    refund = Refund(
                        whose,
                        OrderId(told["order"]),
                        RefundId(told["refund"]),
                        Money(told["amount"], told["currency"]),
                        instant(row.at),
                    )
                    yield row, PastRefund(whose, refund, also)
                case "delivery":
                    yield row, PastDelivery(whose, OrderId(told["order"]), instant(row.at), also)
                case "address":
                    at = instant(row.at)
                    contact = Contact(email=row.email or None, phone=row.phone or None, as_of=at)
                    yield row, PastRegistration(whose, at, contact, account=False)
                case _:
                    for one in person_of(told, whose, self._as_of):
                        yield row, one

    def _import(self, happenings: Sequence[Happening]) -> list[Outcome]:
        if self._customers is None:
            return [Outcome()] * len(happenings)
        for attempt in range(_ATTEMPTS):
            try:
                outcomes = import_pasts(
                    happenings, customers=self._customers, rules=self._rules, clock=self._clock
                )
            except StoreBusyError as error:
                busy: Exception = error
            else:
                stale = next((one.error for one in outcomes if isinstance(one.error, RetryableError)), None)
                if stale is None:
                    return outcomes
                busy = stale
            self._sleep(2**attempt / 4)
        raise CommandError(
            f"The table does not keep up: {busy}. Run the same command again later: it goes on where it stopped."
        )

    def _leave_out(self, row: Row, one: Happening, reason: str) -> None:
        if isinstance(one, PastPurchase):
            self._staging.change(
                "INSERT INTO left_out SELECT file, line, '', ?, '' FROM part WHERE order_id = ?",
                reason,
                one.order_id,
            )
        else:
            self._staging.put("left_out", [(row.file, row.line, "", reason, "")], 5)


def _place(person: Person, by_email: Mapping[str, CustomerId], known: Mapping[CustomerId, str]) -> Place:
    own: dict[str, CustomerId] = {one: one for one in person.shop_ids if one in known}
    # The table may know the person under an id that the files do not tell: by an e-mail that is still theirs.
    by_address = [
        by_email[email]
        for email in person.emails
        if email in by_email and known.get(by_email[email], address_digest(email)) == address_digest(email)
    ]
    if own:
        kept, why = next(iter(own.values())), "the table knows it"
    elif by_address and by_address[0] not in person.shop_ids:
        kept, why = by_address[0], "the table knows the e-mail under it"
    elif person.shop_ids:
        kept, why = person.shop_ids[0], "it comes first in the files"
    else:
        _, email, phone = person.identities[0]
        kept, why = guest_id(email or phone), "made of the address: the files tell no id"
    return Place(kept, own, why)


def _merged(people: Sequence[Person], places: Mapping[int, Place]) -> list[tuple[str, str, str, str, str]]:
    """Identities that became somebody else's: another shop id, or an address that came without an id."""
    return [
        (place.kept, shop_id, email, phone, place.why)
        for person in people
        for place in [places[person.root]]
        for shop_id, email, phone in person.identities
        if place.target(shop_id) != (shop_id or place.kept)
        or (not shop_id and len(person.identities) > 1 and person.shop_ids)
    ]
