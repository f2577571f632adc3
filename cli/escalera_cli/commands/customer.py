"""`escalera customer`: the card of one customer."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime, timedelta
from enum import Enum
from pathlib import Path
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.table import Table

from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.domain.brief import Advice, BriefTerms, Considered, CustomerBrief, Rhythm, brief_of
from escalera.domain.customer import Customer, Person
from escalera.domain.facts import Complaint, Entry, Fact, FactKey, Order, Promise, Reward, Task
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.runtime.clock import clock_from
from escalera_cli.connection import LOCAL, LOCAL_STATE, Connection, StageOption, StateOption, connect
from escalera_cli.demonstration import words
from escalera_cli.demonstration.diary import money
from escalera_cli.endings import PROBLEMS, CommandError, print_json
from programme_compiler import ProgrammeRefusedError, load_policy

_LAST_MESSAGES = 10


@dataclass(frozen=True)
class Card:
    """A customer, all that is known around them, and the brief of it."""

    customer: Customer
    facts: Sequence[Fact]
    brief: CustomerBrief
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
    programme: Annotated[
        Path,
        typer.Option(
            help="The programme's folder: what to say next follows its rules.", exists=True, file_okay=False
        ),
    ] = Path("programme"),
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Show one customer: rung, class, value, groups, rhythm, sums, consents, complaints, journeys, and each message with its reason.

    It answers "why did, or didn't, Ana get this?". Exit code 1 when nobody of that id is known.
    """
    card = read_card(connect(stage, state), customer_id, _terms(programme))
    if as_json:
        print_json({"customer": plain(card.customer), "facts": [_fact(fact) for fact in card.facts]})
    else:
        _print(card, Console(), messages)


def _terms(folder: Path) -> BriefTerms:
    try:
        file, policy = load_policy(folder)
    except ProgrammeRefusedError as error:
        raise CommandError(f"{error}\nMend the programme first: `escalera check`.", code=PROBLEMS) from error
    return BriefTerms(
        policy.contact_rules(file.shop.default_time_zone),
        timedelta(seconds=policy.answer_within),
        file.shop.currency,
    )


def read_card(connection: Connection, wanted: str, terms: BriefTerms) -> Card:
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
    known, facts = customers.load([identity])[identity], customers.facts_of(identity)
    card = Card(known, facts, brief_of(known, facts, terms, clock_from().now()), currency)
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
    considered = card.brief.messages[:last][::-1]
    if considered:
        console.print("\nMessages, the last ones:")
        for one in considered:
            console.print(f"  {_message(one)}", highlight=False, markup=False, soft_wrap=True)
    if card.brief.advice:
        console.print("\nWhat to say next:")
        for advice in card.brief.advice:
            console.print(f"  {_advice(advice)}", highlight=False, markup=False, soft_wrap=True)


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
        ("rhythm", _rhythm(card.brief.rhythm)),
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
        ("complaints", _join(_complaint(one, card.brief) for one in card.all(Complaint))),
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


def _rhythm(rhythm: Rhythm) -> str:
    if rhythm.last_order_at is None:
        return "has not bought yet"
    days = rhythm.usual_gap.days if rhythm.usual_gap else 0
    gap = f", usually every {words.plural(days, 'day')}" if days else ""
    last = f"bought last on {_day(rhythm.last_order_at)}{gap}"
    if rhythm.quiet_since is not None:
        return f"{last}; quiet since {_day(rhythm.quiet_since)}"
    return f"{last}; a silence beyond {_day(rhythm.unusual_from)} would be unusual"


def _consents(known: Customer) -> str:
    words_ = (
        f"{'yes' if state.given else 'no'} to {purpose.value} by {words.CHANNELS[channel]}"
        for (purpose, channel), state in sorted(known.consents.items())
    )
    return ", ".join(words_) or "nothing yet about messages"


def _complaint(one: Complaint, brief: CustomerBrief) -> str:
    state = "open" if one.is_open else "solved" if one.resolved_at else "not raised yet"
    answered = f", answered {_moment(one.answered_at)}" if one.answered_at else ""
    due = next((known.due_at for known in brief.complaints if known.complaint == one and known.due_at), None)
    owed = f", answer due {_moment(due)}" if due else ""
    owner = f", with {one.owner}" if one.owner else ""
    raised = f"raised {_moment(one.raised_at)}{answered}{owed}{owner}"
    return f"{one.complaint_id} {state}: {one.subject or 'no subject'} ({raised})"


def _entry(one: Entry) -> str:
    ended = f", {one.reason}" if one.reason else ""
    holdout = ", holdout" if one.holdout else ""
    return f"{one.journey} since {_day(one.entered_at)}: {one.status.value}{ended}{holdout}"


def _message(one: Considered) -> str:
    message = one.message
    reason = f": {one.reason}" if one.reason else ""
    channel = f" by {words.CHANNELS[message.channel]}" if message.channel else ""
    cause = f", because of {one.cause}" if one.cause else ""
    return f"{_moment(one.at)}  {message.message}{channel} ({message.journey}{cause}): {message.status.value}{reason}"


def _advice(one: Advice) -> str:
    when = f", {_day(one.at)}" if one.at else ""
    return f"{one.say} ({one.because}{when})"


def _join(lines: Any) -> str:
    return "\n".join(lines)


def _day(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d}" if at else "no day"


def _moment(at: datetime | None) -> str:
    return f"{at:%Y-%m-%d %H:%M}" if at else "no time"
