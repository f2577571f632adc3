"""What happens to customers, as journeys see it: Escalera's own events, and what each one is about.

The subject decides what a journey may wait for (the same order, the same complaint) and which facts its messages
may name. Journeys never see the shop's raw events.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

Subject = Literal["customer", "order", "complaint", "promise"]


class Recipient(StrEnum):
    """To whom the messages of a journey go."""

    CUSTOMER = "customer"
    """The customer, at the address they have."""
    NEW_ADDRESS = "new_address"
    """An address that waits to be confirmed: whoever reads there may be a stranger, and is told nothing of the customer."""
    FORMER_ADDRESS = "former_address"
    """The address that the customer had before: it may be another's by now, and is told nothing of them either."""


@dataclass(frozen=True, slots=True)
class Occasion:
    """One kind of event: what it is about, and the facts it lends to messages."""

    name: str
    subject: Subject
    lends: frozenset[str] = field(default_factory=frozenset)
    recipient: Recipient = Recipient.CUSTOMER


_ALL = (
    Occasion("PurchaseRecorded", "order", frozenset({"order"})),
    Occasion("RefundRecorded", "order"),
    Occasion("DeliveryRecorded", "order"),
    Occasion("RungChanged", "customer"),
    Occasion("ClassChanged", "customer"),
    Occasion("GroupJoined", "customer"),
    Occasion("GroupLeft", "customer"),
    Occasion("CustomerWentQuiet", "customer", frozenset({"silence"})),
    Occasion("CustomerReturned", "customer"),
    Occasion("ComplaintOpened", "complaint", frozenset({"complaint"})),
    Occasion("ComplaintAnswerRecorded", "complaint"),
    Occasion("ComplaintAnswerWritten", "complaint", frozenset({"complaint", "answer"})),
    Occasion("ComplaintClosed", "complaint", frozenset({"complaint"})),
    Occasion("OpinionRecorded", "order"),
    Occasion("ConsentGained", "customer"),
    Occasion("ConsentLost", "customer"),
    Occasion("ChannelSuppressed", "customer"),
    Occasion("ChannelReopened", "customer"),
    Occasion("PreferencesChanged", "customer"),
    Occasion("OwnDataRequested", "customer"),
    Occasion("AddressChangeRequested", "customer", recipient=Recipient.NEW_ADDRESS),
    Occasion("AddressChanged", "customer", recipient=Recipient.FORMER_ADDRESS),
    Occasion("PromiseBroken", "promise"),
    Occasion("PromiseKept", "promise"),
)

ABOUT_A_GROUP = frozenset({"GroupJoined", "GroupLeft"})
"""A journey that starts on one of these says for which groups."""

OCCASIONS = {occasion.name: occasion for occasion in _ALL}


def recipient_of(event: str) -> Recipient:
    """To whom the messages go that follow this event."""
    occasion = OCCASIONS.get(event)
    return occasion.recipient if occasion else Recipient.CUSTOMER


# What shops send, and the event Escalera makes of it: people mix the two up.
MADE_FROM = {
    "PurchaseCompleted": "PurchaseRecorded",
    "PurchaseRefunded": "RefundRecorded",
    "DeliveryCompleted": "DeliveryRecorded",
    "ComplaintRaised": "ComplaintOpened",
    "ComplaintAnswered": "ComplaintAnswerRecorded",
    "ComplaintResolved": "ComplaintClosed",
    "ConsentGiven": "ConsentGained",
    "ConsentWithdrawn": "ConsentLost",
}


def subject_of(event: str, detail: Mapping[str, object]) -> str:
    """Which order, complaint or promise an Escalera event is about; empty when about the customer as such."""
    occasion = OCCASIONS.get(event)
    if occasion is None or occasion.subject == "customer":
        return ""
    return str(detail.get(f"{occasion.subject}_id", ""))
