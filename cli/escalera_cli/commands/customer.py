"""`escalera customer`: the card of one customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.domain.customer import Customer, Person
from escalera.domain.facts import Complaint, Entry, Fact, FactKey, Message, Order, Promise, Reward, Task
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect
from escalera_cli.demonstration import words
from escalera_cli.demonstration.diary import money
from escalera_cli.endings import PROBLEMS, CommandError, print_json

_LAST_MESSAGES = 10


@dataclass(frozen=True)
class Card:
    """A customer and all that is known around them."""

    customer: Customer
    facts: Sequence[Fact]
    currency: str = ""
    """The shop's, in which value is counted; empty before the first night."""

    def all(self, kind: type[Any]) -> list[Any]:
        """The facts of this kind."""
        return [fact for fact in self.facts if isinstance(fact, kind)]


def customer(
    customer_id: Annotated[
        str, typer.Argument(metavar="ID", help="The shop's id of the customer, or an e-mail address.")
    ],
    *,
    messages: Annotated[
        int, typer.Option(min=0, help="How many of the last messages to list.")
    ] = _LAST_MESSAGES,
    as_json: Annotated[bool, typer.Option("--json", help="Print everything as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Show one customer: rung, class, value, groups, rhythm, sums, consents, complaints, journeys, and each message with its reason.

    It answers "why did, or didn't, Ana get this?". Exit code 1 when nobody of that id is known.
    """
    card = read_card(connect(stage, state), customer_id)
    if as_json:
        print_json({"customer": plain(card.customer), "facts": [_fact(fact) for fact in card.facts]})
    else:
        _print(card, Console(), messages)


def read_card(connection: Connection, wanted: str) -> Card:
    """Read the customer from the table."""
    table = connection.output("TableName")
    customers = DynamoDBCustomerRepository(table, lambda service, _settings: connection.client(service))
    scores = DynamoDBShopScores(table, lambda service, _settings: connection.client(service))
    found: str | None = wanted
    if "@" in wanted:
        found = customers.find_by_address(MessageChannel.EMAIL, wanted)
    if found is None:
        raise CommandError("Nobody is known by that e-mail address.", code=PROBLEMS)
    identity = CustomerId(found)
    shop = scores.latest()
    currency = shop.exchange.currency if shop else ""
    card = Card(customers.load([identity])[identity], customers.facts_of(identity), currency)
    if not card.customer.version and not card.facts:
        raise CommandError(f"Nobody is known as {wanted!r}.", code=PROBLEMS)
    return card


def plain(value: Any) -> Any:
    """Records as plain JSON."""
    if isinstance(value, FactKey):
        return "#".join((value.kind, *value.parts))
    if is_dataclass(value):
        return {field.name: plain(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): plain(one) for key, one in value.items()}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat()
    return [plain(one) for one in value] if isinstance(value, (tuple, list)) else value


def _key(key: Any) -> str:
    return ".".join(map(str, key)) if isinstance(key, tuple) else str(key)


def _fact(fact: Fact) -> dict[str, Any]:
    return {"kind": fact.key.kind.value, **plain(fact)}


def _print(card: Card, console: Console, last: int) -> None:
    known = card.customer
    contact = known.contact
    name = " ".join(part for part in (contact.given_name, contact.family_name) if part) or "no name known"
    console.print(f"[bold]{known.id}[/]  {name}", highlight=False)
    table = Table.grid(padding=(0, 2))
    table.add_column(style="dim")
    table.add_column()
    for title, text in _rows(card):
        table.add_row(title, text)
    console.print(table)
    considered = sorted(card.all(Message), key=lambda one: one.decided_at)[-last:] if last else []
    if considered:
        console.print("\nMessages, the last ones:")
        for one in considered:
            console.print(f"  {_message(one)}", highlight=False, markup=False, soft_wrap=True)


def _rows(card: Card) -> list[tuple[str, str]]:
    known, contact = card.customer, card.customer.contact
    sums = ", ".join(
        f"{money(sum_.bought, currency)}, {money(sum_.refunded, currency)} of it given back"
        for currency, sum_ in known.spending.items()
    )
    orders = f"{known.orders} ({sums})" if sums else str(known.orders)
    delivered = sum(order.delivered_at is not None for order in card.all(Order))
    rows = [
        ("rung", f"{known.rung.value} ({known.rung_reason.replace('_', ' ')})"),
        ("class", _class(known)),
        ("value", _value(known, card.currency)),
        ("rfm", _rfm(known)),
        ("groups", _groups(known)),
        ("orders", f"{orders}; {delivered} known to have arrived"),
        ("rhythm", _rhythm(known)),
        ("reached by", ", ".join(filter(None, (contact.email, contact.phone))) or "no address"),
        ("people", _join(_person(one) for one in known.people)),
        ("language", contact.language.value if contact.language else "not said"),
        ("said", _consents(known)),
        (
            "closed",
            ", ".join(f"{channel.value}: {one.reason.value}" for channel, one in known.suppressed.items()),
        ),
        (
            "STOP",
            ", ".join(f"{channel.value} since {_day(at)}" for channel, at in known.unsubscribed.items()),
        ),
        ("complaints", _join(_complaint(one) for one in card.all(Complaint))),
        (
            "promises",
            _join(f"{one.kind} by {_moment(one.due_at)}: {one.status.value}" for one in card.all(Promise)),
        ),
        ("journeys", _join(_entry(one) for one in card.all(Entry))),
        ("tasks", _join(f"{one.kind} for {one.team}, due {_moment(one.due_at)}" for one in card.all(Task))),
        ("codes", _join(f"{one.code} until {_day(one.valid_until)}" for one in card.all(Reward))),
    ]
    return [(title, text) for title, text in rows if text]


def _person(one: Person) -> str:
    return ", ".join(filter(None, (one.name, one.role, one.email, one.phone)))


def _class(known: Customer) -> str:
    if known.abc_class is None:
        return "not judged yet"
    history = ", ".join(f"{spell.abc_class.value} since {_day(spell.since)}" for spell in known.class_history)
    return f"{known.abc_class.value} ({history})" if history else known.abc_class.value


def _value(known: Customer, currency: str) -> str:
    score = known.score
    if score is None or score.alive is None:
        return ""
    said = [f"{score.alive:.0%} likely to be a customer still"]
    if score.expected_value is not None:
        said.append(f"expected to bring {money(score.expected_value, currency)}")
    if score.expected_purchases is not None:
        said.append(f"{score.expected_purchases:.1f} purchases expected")
    if score.next_purchase_at is not None:
        said.append(f"the next around {_day(score.next_purchase_at)}")
    return ", ".join(said)


def _rfm(known: Customer) -> str:
    score = known.score
    if score is None or score.rfm is None:
        return ""
    return f"{score.rfm.cell} (how lately, how often, how much: 5 is the best fifth), on {_day(score.as_of)}"


def _groups(known: Customer) -> str:
    return _join(
        f"{one.group} since {_day(one.since)}: {one.reason}" + (f" ({one.figures})" if one.figures else "")
        for one in (known.score.groups if known.score else ())
    )


def _rhythm(known: Customer) -> str:
    if known.last_order_at is None:
        return "has not bought yet"
    last = f"bought last on {_day(known.last_order_at)}"
    if known.quiet_since is not None:
        return f"{last}; quiet since {_day(known.quiet_since)}"
    return f"{last}; a silence beyond {_day(known.quiet_due_at)} would be unusual"


def _consents(known: Customer) -> str:
    words_ = (
        f"{'yes' if state.given else 'no'} to {purpose.value} by {words.CHANNELS[channel]}"
        for (purpose, channel), state in sorted(known.consents.items())
    )
    return ", ".join(words_) or "nothing yet about messages"


def _complaint(one: Complaint) -> str:
    state = "open" if one.is_open else "solved" if one.resolved_at else "not raised yet"
    answered = f", answered {_moment(one.answered_at)}" if one.answered_at else ""
    return f"{one.complaint_id} {state}: {one.subject or 'no subject'} (raised {_moment(one.raised_at)}{answered})"


def _entry(one: Entry) -> str:
    ended = f", {one.reason}" if one.reason else ""
    holdout = ", holdout" if one.holdout else ""
    return f"{one.journey} since {_day(one.entered_at)}: {one.status.value}{ended}{holdout}"


def _message(one: Message) -> str:
    reason = f": {words.reason(one.reason)}" if one.reason else ""
    channel = f" by {words.CHANNELS[one.channel]}" if one.channel else ""
    return f"{_moment(one.decided_at)}  {one.message}{channel} ({one.journey}): {one.status.value}{reason}"


def _join(lines: Any) -> str:
    return "\n".join(lines)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "no day"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "no time"
