"""Thousands of generated events, requests and queue records against the deployed stack, with the rights it has on AWS.

What must hold: each event ends recorded, or refused with its reason in dead letters; none is lost, none holds up another,
none changes somebody else's record. No request is answered 5xx, does what its role may not, or shows another customer.
The same seed generates the same inputs; what the machine then does first is up to it.
"""

import json
import os
import tempfile
import time
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from random import Random
from typing import Any

from bench.fuzz_requests import Answer, Browser, Request, requests_of
from bench.local_stack import wait_until
from bench.mutations import JUNK, MUTATIONS, broken_json, drawn, endless, mutated
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.customer import Customer
from escalera.domain.staff import Role
from escalera.domain.vocabulary import CustomerId
from escalera.use_cases.read_events import read_shop_event
from escalera_cli.connection import Connection
from escalera_cli.local_shop import WebPorts, running_shop

SEED = int(os.environ.get("ESCALERA_FUZZ_SEED", "1"))
EVENTS = 1_500
REQUESTS = 3_000
RECORDS = 300
REQUESTS_FOR = 150.0
"""Real seconds after which no more requests are sent; how many were is in the figures."""
A_MINUTE_IN_A_SECOND = 1 / 60
BYSTANDERS = 10
FOUND = Path(__file__).resolve().parents[1] / "build" / "fuzz.json"
"""What was wrong, with the input that showed it."""
QUEUES_OF_OTHERS = ("OnMessageFeedback", "OnSmsReply", "LeaveJourneys")


def fuzz() -> dict[str, Any]:
    """What became of each kind of input; `wrong` counts what must not be, and build/fuzz.json holds it."""
    web, chance = WebPorts.free(), Random(SEED)  # noqa: S311 - no secret
    with (
        tempfile.TemporaryDirectory(prefix="escalera-bench-") as folder,
        running_shop(Path(folder), wait_scale=A_MINUTE_IN_A_SECOND, web=web, report=lambda *_: None) as (
            stack,
            connection,
        ),
    ):
        shop = _Shop(connection)
        bystanders = shop.bystanders()
        results = {
            "events": _events(shop, chance),
            "records in queues": _records(shop, chance),
            "requests": _requests(shop, web, chance, bystanders, endpoint=stack.endpoint),
        }
        # The first one's own links are used, and what is done by them may change their record.
        changed = [one.id for one in bystanders[1:] if _as_told(shop.customer(one.id)) != _as_told(one)]
        shop.wrong += [{"what": "another customer's record was changed", "customer": one} for one in changed]
        results["others"] = {"bystanders": len(bystanders) - 1, "changed": len(changed)}
    FOUND.parent.mkdir(exist_ok=True)
    FOUND.write_text(json.dumps(shop.wrong, indent=1, default=str) + "\n", encoding="utf-8")
    return results


@dataclass
class _Shop:
    """The deployed stack, and what was wrong with it."""

    connection: Connection
    wrong: list[dict[str, Any]] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.events, self.queues = self.connection.client("events"), self.connection.client("sqs")
        table = self.connection.client("dynamodb")
        self._customers = DynamoDBCustomerRepository(self.connection.output("TableName"), lambda *_: table)

    def customer(self, customer: str) -> Customer:
        """As the table has it now."""
        return self._customers.load([CustomerId(customer)])[CustomerId(customer)]

    def bystanders(self) -> list[Customer]:
        """Customers to whom nothing is done from now on."""
        names = [f"bystander-{number}" for number in range(BYSTANDERS)]
        example = SHOP_EVENTS["CustomerRegistered"].EXAMPLE
        self.put(
            [
                self.entry("CustomerRegistered", _own(example, name) | {"given_name": f"Zacarias{name[-1]}"})
                for name in names
            ]
        )
        wait_until(lambda: all(self.customer(name).version for name in names), "the bystanders")
        self.settle()
        return [self.customer(name) for name in names]

    def entry(self, name: str, detail: Any, source: str = "shop") -> dict[str, str]:
        """An event as PutEvents takes it."""
        text = detail if isinstance(detail, str) else json.dumps(detail)
        bus = self.connection.output("BusName")
        return {"EventBusName": bus, "Source": source, "DetailType": name, "Detail": text}

    def put(self, entries: Sequence[Mapping[str, str]]) -> list[str | None]:
        """Put them on the bus; the ids the bus gives, None where it refuses one."""
        ids: list[str | None] = []
        for start in range(0, len(entries), 10):
            answer = self.events.put_events(Entries=list(entries[start : start + 10]))
            ids += [one.get("EventId") for one in answer["Entries"]]
        return ids

    def settle(self) -> None:
        """Wait until every queue of events is empty."""
        urls = [url for name, url in self.connection.outputs.items() if name.startswith("Inbox")]
        quiet = Counter[str]()

        def empty() -> bool:
            for url in urls:
                names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
                found = self.queues.get_queue_attributes(QueueUrl=url, AttributeNames=names)["Attributes"]
                quiet[url] = quiet[url] + 1 if not any(map(int, found.values())) else 0
            return min(quiet.values()) >= 3

        wait_until(lambda: empty() or None, "the queues worked off", within=600)

    def dead_letters(self) -> list[tuple[str, dict[str, Any]]]:
        """All that lies in any queue of dead letters, which are emptied by it."""
        found = []
        for name, url in self.connection.outputs.items():
            if not name.startswith("DeadLetters"):
                continue
            while True:
                answer = self.queues.receive_message(
                    QueueUrl=url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
                )
                if not answer.get("Messages"):
                    break
                for message in answer["Messages"]:
                    found.append((name, message))
                    self.queues.delete_message(QueueUrl=url, ReceiptHandle=message["ReceiptHandle"])
        return found


def _own(example: Mapping[str, Any], customer: str) -> dict[str, Any]:
    """The example as an event of this customer, today."""
    now = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime())
    own: dict[str, Any] = json.loads(json.dumps(example, default=str))
    own |= {"event_id": f"e-{customer}", "customer_id": customer, "occurred_at": now}
    for name in ("order_id", "complaint_id"):
        if name in own:
            own[name] = f"{name}-{customer}"
    if "email" in own:
        own["email"] = f"{customer}@example.com"
    own.pop("phone", None)
    own.pop("contact", None)
    return own


def _as_told(customer: Customer) -> Any:
    return (customer.contact, customer.consents, customer.orders, customer.spending, customer.version)


# --- events on the bus ---


@dataclass(frozen=True)
class _Put:
    """An event that was put, and how it was spoilt."""

    how: str
    entry: Mapping[str, str]
    customer: str | None
    """Whose record must be there afterwards, unless it was refused."""


def _spoilt_events(shop: _Shop, chance: Random) -> Iterator[_Put]:
    junk = endless(drawn(JUNK, 400, chance), chance)
    ways = [*MUTATIONS, "right", "twice", "another name", "another source", "no JSON object"]
    for number in range(EVENTS):
        name = chance.choice(list(SHOP_EVENTS))
        own = _own(SHOP_EVENTS[name].EXAMPLE, f"fuzz-{SEED}-{number}")
        how = ways[number % len(ways)]
        match how:
            case "right" | "twice":
                yield from [_Put(how, shop.entry(name, own), own["customer_id"])] * (1 + (how == "twice"))
            case "another name":
                wrong = chance.choice([name.lower(), name + "V2", "PurchaseRecorded", "Ünbekannt", name * 3])
                yield _Put(how, shop.entry(wrong, own), None)
            case "another source":
                source = chance.choice(["myshop", "Shop", "shops", "com.shop", "shop.till-3", "escalera "])
                yield _Put(how, shop.entry(name, own, source), None)
            case "no JSON object":
                yield _Put(how, shop.entry(name, broken_json(json.dumps(own), chance)), None)
            case _:
                spoilt = mutated(own, how, junk, chance)
                whose = spoilt.get("customer_id")
                yield _Put(how, shop.entry(name, spoilt), whose if isinstance(whose, str) else None)


def _events(shop: _Shop, chance: Random) -> dict[str, int]:
    put = list(_spoilt_events(shop, chance))
    taken: dict[str, _Put] = {}
    refused = 0
    for start in range(0, len(put), 10):
        some = put[start : start + 10]
        for one, event_id in zip(some, shop.put([one.entry for one in some]), strict=True):
            if event_id is None:
                refused += 1
            else:
                taken[event_id] = one
    shop.settle()
    set_aside = {_bus_id(message["Body"]): (queue, message) for queue, message in shop.dead_letters()}
    counts: Counter[str] = Counter({"put": len(put), "refused by the bus": refused})
    for event_id, one in taken.items():
        fate = _fate(shop, one, set_aside.get(event_id))
        counts[fate] += 1
        if fate in _WRONG or (one.how in ("right", "twice") and fate != "recorded"):
            counts["wrong"] += 1
            shop.wrong.append({"what": f"event {fate}", "how": one.how, **one.entry})
    for name in (*_FATES, "wrong"):
        counts.setdefault(name, 0)
    return dict(counts)


_FATES = ("recorded", "in dead letters", "in unknown events", "without a reason", "lost")
_WRONG = frozenset({"without a reason", "lost"})


def _fate(shop: _Shop, one: _Put, letter: tuple[str, dict[str, Any]] | None) -> str:
    if letter is not None:
        queue, message = letter
        if queue == "DeadLettersUnknownEvents":
            return "in unknown events"
        return "in dead letters" if message.get("MessageAttributes") else "without a reason"
    customer = _customer_of(one.entry) or one.customer
    return "recorded" if customer and shop.customer(customer).version else "lost"


def _customer_of(entry: Mapping[str, str]) -> str | None:
    """Whose event it is by its own word: of a guest the address tells it, and a number is read as its digits."""
    try:
        event, _ = read_shop_event(SHOP_EVENTS[entry["DetailType"]], json.loads(entry["Detail"]))
    except (KeyError, ValueError):  # pydantic's own error is one, too
        return None
    return event.customer_id


def _bus_id(body: str) -> str:
    try:
        found = json.loads(body)
    except ValueError:
        return ""
    return str(found.get("id", "")) if isinstance(found, dict) else ""


# --- records that never came by the bus ---


def _records(shop: _Shop, chance: Random) -> dict[str, int]:
    """What may lie in a queue: redriven by hand, or from SNS or SES in a form of next year."""
    junk = endless(drawn(JUNK, 200, chance), chance)
    urls = {name: url for name, url in shop.connection.outputs.items() if name.startswith("Inbox")}
    good = {"version": "0", "id": "x", "detail-type": "PurchaseRecorded", "source": "escalera", "detail": {}}
    for number in range(RECORDS):
        name = chance.choice(sorted(urls))
        body = mutated({**good, "id": f"record-{number}"}, chance.choice(list(MUTATIONS)), junk, chance)
        text = json.dumps(body)
        text = broken_json(text, chance) if number % 3 == 0 else text
        shop.queues.send_message(QueueUrl=urls[name], MessageBody=text or "-")
    shop.settle()
    letters = shop.dead_letters()
    nameless = [message for _, message in letters if not message.get("MessageAttributes")]
    shop.wrong += [{"what": "dead letter without a reason", "body": one["Body"]} for one in nameless]
    return {
        "put": RECORDS,
        "in dead letters": len(letters),
        "without effect": RECORDS - len(letters),
        "wrong": len(nameless),
    }


# --- requests to the two sites ---


def _requests(
    shop: _Shop, web: WebPorts, chance: Random, bystanders: Sequence[Customer], *, endpoint: str
) -> dict[str, int | float]:
    """Requests of everybody: customers with their links, staff with their sessions, and nobody in particular."""
    browsers = {role: Browser.signed_in(web, role, endpoint) for role in Role}
    subject, others = bystanders[0], bystanders[1:]
    junk = endless(drawn(JUNK, 300, chance), chance)
    asked = requests_of(shop.connection, web, browsers, subject.id, chance, junk=junk)
    until = time.monotonic() + REQUESTS_FOR
    counts: Counter[str] = Counter()
    markers = [str(one.contact.given_name) for one in others]

    def send(request: Request) -> None:
        if time.monotonic() > until:
            return
        answer = request.send()
        counts["sent"] += 1
        counts[f"{answer.status // 100}xx"] += 1
        for what in _wrong_with(request, answer, markers):
            counts["wrong"] += 1
            shop.wrong.append({"what": what, **request.told(), "status": answer.status})

    began = time.monotonic()
    with ThreadPoolExecutor(4) as people:
        list(people.map(send, [next(asked) for _ in range(REQUESTS)]))
    counts["seconds"] = round(time.monotonic() - began)
    return {name: counts[name] for name in ("sent", "2xx", "3xx", "4xx", "5xx", "wrong", "seconds")}


def _wrong_with(request: Request, answer: Answer, others: Sequence[str]) -> Iterator[str]:
    if answer.status >= 500:
        yield "answered 5xx"
    if request.forbidden and answer.did_it:
        yield "did what its role may not"
    if request.blind and any(name in answer.body for name in others):
        yield "showed another customer"
