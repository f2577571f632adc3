"""What a staged row says happened, in the domain's words; and what became of it, counted."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from escalera.domain.customer import Contact
from escalera.domain.money import Money
from escalera.domain.past import (
    Happening,
    PastClosure,
    PastConsent,
    PastDelivery,
    PastPurchase,
    PastRefund,
    PastRegistration,
)
from escalera.domain.purchases import Purchase
from escalera.domain.vocabulary import (
    CustomerId,
    Language,
    MessageChannel,
    OrderId,
    Purpose,
    SalesChannel,
    SuppressionReason,
)
from escalera.use_cases.recording import Outcome
from escalera_cli.importing.forms import instant


def purchase_of(told: Mapping[str, Any], at: int) -> Purchase:
    """A staged order; `at` is in microseconds since 1970."""
    return Purchase(
        order_id=OrderId(told["order"]),
        total=Money(told["total"], told["currency"]),
        placed_at=instant(at),
        channel=SalesChannel(told["channel"]),
        categories=told["categories"],
        cost=told["cost"],
        discount=told["discount"],
        products=tuple(told["products"]),
    )


_CONSENTS = {
    "promotion_email": (Purpose.PROMOTION, MessageChannel.EMAIL),
    "promotion_sms": (Purpose.PROMOTION, MessageChannel.SMS),
    "relationship_email": (Purpose.RELATIONSHIP, MessageChannel.EMAIL),
    "relationship_sms": (Purpose.RELATIONSHIP, MessageChannel.SMS),
}
_CLOSURES = {
    "unsubscribed_email": (MessageChannel.EMAIL, None),
    "unsubscribed_sms": (MessageChannel.SMS, None),
    "bounced_email": (MessageChannel.EMAIL, SuppressionReason.HARD_BOUNCE),
    "spam_email": (MessageChannel.EMAIL, SuppressionReason.SPAM_COMPLAINT),
}


def person_of(told: Mapping[str, Any], whose: CustomerId, as_of: datetime) -> Iterator[Happening]:
    """A row of a list of customers: who they are, and what they allow."""

    def moment(name: str) -> datetime | None:
        return instant(told[name]) if name in told else None

    learnt = moment("updated_at") or moment("registered_at")
    contact = Contact(
        given_name=told.get("given_name", ""),
        family_name=told.get("family_name", ""),
        email=told.get("email"),
        phone=told.get("phone"),
        language=Language(told["language"]) if "language" in told else None,
        time_zone=told.get("time_zone"),
        as_of=learnt,
    )
    yield PastRegistration(whose, moment("registered_at") or learnt or as_of, contact)
    for name, pair in _CONSENTS.items():
        said = told.get(name)
        if said is not None:
            at = moment("consent_at") or as_of if isinstance(said, bool) else instant(said)
            yield PastConsent(whose, at, *pair, given=said is not False)
    for name, (channel, reason) in _CLOSURES.items():
        said = told.get(name)
        if said is not None and said is not False:
            at = as_of if said is True else instant(said)
            yield PastClosure(whose, at, channel, reason, contact.address(channel))


_COUNTED: Mapping[type[Any], str] = {
    PastPurchase: "orders",
    PastRefund: "refunds",
    PastDelivery: "deliveries",
    PastConsent: "consents",
    PastClosure: "closed channels",
}


def counted(happenings: Sequence[Happening], outcomes: Sequence[Outcome]) -> Counter[str]:
    """How many of each kind are new, known already, or refused."""
    counts = Counter[str]()
    for one, outcome in zip(happenings, outcomes, strict=True):
        name = _COUNTED.get(type(one))
        if name is not None:
            counts[
                f"{name} refused" if outcome.error else f"{name} known" if outcome.duplicate else name
            ] += 1
    return counts
