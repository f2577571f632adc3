"""Keeps what was heard: a line for each thing worth telling, and what the summary needs."""

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalera.domain.money import Money
from escalera.domain.once import entry_id
from escalera.domain.vocabulary import CustomerId
from escalera_cli.demonstration import words
from escalera_cli.demonstration.listener import Told


@dataclass(frozen=True)
class Happening:
    """Something that happened to a customer, in words."""

    at: datetime
    kind: str
    """Such as `bought`, `wrote`, `withheld`, `quiet`, `returned`, `complaint`, `answered`."""
    customer: str
    text: str
    about: str = ""
    """The message's or journey's name."""


class Diary:
    """What Escalera told, counted since `opens`; may be written by one thread and read by another."""

    def __init__(self, opens: datetime, given_names: Mapping[str, str]) -> None:
        self._opens = opens
        self._names = given_names
        self._lock = threading.Lock()
        self._happenings: list[Happening] = []
        self._before: list[Happening] = []
        self._told = 0
        self.heard: Counter[str] = Counter()
        """Events by name, since the days began."""
        self.messages: Counter[tuple[str, str, str]] = Counter()
        """Sent: by journey, message and channel."""
        self.withheld: Counter[str] = Counter()
        """Not sent: by reason."""
        self.spent: Counter[str] = Counter()
        """Minor units by currency."""
        self.known_orders = 0
        """Orders from before the days began."""
        self.failed = 0
        """Journeys that ended before their time, whenever that was."""
        self._causes: dict[str, list[tuple[CustomerId, str]]] = defaultdict(list)
        self._written: set[tuple[str, str]] = set()

    def hear(self, event: Told) -> None:
        """Take one event down."""
        name, detail = event["detail-type"], event["detail"]
        with self._lock:
            self._told += 1
            known = _time(detail["occurred_at"]) < self._opens
            self.failed += name == "JourneyFailed"
            if known:
                self.known_orders += name == "PurchaseRecorded"
            else:
                self.heard[name] += 1
                self._count(name, detail)
            if name in _TELLING:
                (self._before if known else self._happenings).append(self._told_in_words(name, detail))

    def told(self) -> int:
        """How many events were heard, of whatever kind and time."""
        return self._told

    def name(self, customer_id: str) -> str:
        """The customer's given name, if we know it."""
        return self._names.get(customer_id) or f"customer {customer_id}"

    def since(self, seen: int) -> list[Happening]:
        """What happened after the first `seen` happenings."""
        with self._lock:
            return self._happenings[seen:]

    def by_customer(self) -> dict[str, list[Happening]]:
        """All that happened, before the days began too, customer by customer, in order of time."""
        with self._lock:
            known = [*self._before, *self._happenings]
        lives: dict[str, list[Happening]] = defaultdict(list)
        for one in sorted(known, key=lambda happening: happening.at):
            lives[one.customer].append(one)
        return lives

    def sent(self, *, journey: str = "", message: str = "", channel: str = "") -> int:
        """How many messages were sent, of those that fit."""
        wanted = (journey, message, channel)
        return sum(
            count
            for key, count in self.messages.items()
            if all(want in ("", have) for want, have in zip(wanted, key, strict=True))
        )

    def written_about(self, name: str, *, journey: str, message: str) -> int:
        """Of the events of this name since the days began, how many the journey that they start wrote about.

        Counted by the entry that each event makes: a message about what was before is none about what came since.
        """
        with self._lock:
            return sum(
                (message, entry_id(journey, customer, event)) in self._written
                for customer, event in self._causes[name]
            )

    def _told_in_words(self, name: str, detail: dict[str, Any]) -> Happening:
        kind, text = _TELLING[name](detail)
        customer = detail["customer_id"]
        about = detail.get("message") or detail.get("journey") or ""
        at = _time(detail["occurred_at"])
        return Happening(at, kind, customer, f"{self.name(customer)} {text}", about)

    def _count(self, name: str, detail: dict[str, Any]) -> None:
        self._causes[name].append((CustomerId(detail["customer_id"]), detail["event_id"]))
        if name == "MessageSent":
            self.messages[detail["journey"], detail["message"], detail["for_channel"]] += 1
            self._written.add((detail["message"], detail["entry_id"]))
        elif name == "MessageWithheld":
            self.withheld[detail["reason"]] += 1
        elif name == "PurchaseRecorded":
            self.spent[detail["total"]["currency"]] += detail["total"]["amount"]


def _time(text: str) -> datetime:
    return datetime.fromisoformat(text)


def money(amount: int, currency: str) -> str:
    """`1,234.50 EUR`."""
    return f"{Money(amount, currency).decimal:,} {currency}"


def _bought(detail: dict[str, Any]) -> tuple[str, str]:
    number = detail["order_number"]
    which = "for the first time" if number == 1 else f"again (order {number})"
    return "bought", f"bought {which}: {money(**detail['total'])}"


def _sent(detail: dict[str, Any]) -> tuple[str, str]:
    return "wrote", f"got {words.message(detail['message'])} by {words.CHANNELS[detail['for_channel']]}"


def _withheld(detail: dict[str, Any]) -> tuple[str, str]:
    return "withheld", f"was not sent {words.message(detail['message'])}: {words.reason(detail['reason'])}"


def _quiet(detail: dict[str, Any]) -> tuple[str, str]:
    return "quiet", f"went quiet: {detail['silence_days']} days is long for this customer"


def _complained(detail: dict[str, Any]) -> tuple[str, str]:
    subject = detail.get("subject")
    return "complaint", f"complained: {subject}" if subject else "complained"


_TELLING: dict[str, Callable[[dict[str, Any]], tuple[str, str]]] = {
    "PurchaseRecorded": _bought,
    "MessageSent": _sent,
    "MessageWithheld": _withheld,
    "MessageBounced": lambda _: ("bounced", "could not be reached: the message came back"),
    "CustomerWentQuiet": _quiet,
    "CustomerReturned": lambda _: ("returned", "came back after a silence"),
    "ComplaintOpened": _complained,
    "ComplaintAnswerRecorded": lambda _: ("answered", "was answered by a person"),
    "ComplaintClosed": lambda _: ("solved", "has the complaint solved"),
    "PromiseKept": lambda _: ("promise", "had an answer in the time we promised"),
    "PromiseBroken": lambda _: ("promise", "had no answer in the time we promised"),
    "RewardGranted": lambda detail: ("reward", f"may use the code {detail['code']}"),
    "JourneyFailed": lambda detail: ("failed", f"fell out of {detail['journey']}: {detail['reason']}"),
    "TaskDone": lambda detail: ("task", f"had it done: {detail['kind'].replace('-', ' ')}"),
    "TaskCreated": lambda detail: (
        "task",
        f"needs a person: a task for the {detail['team']} team ({detail['kind'].replace('-', ' ')})",
    ),
}
