"""The customer asks what we know of them, mends it, or has it forgotten."""

from collections.abc import Container, Mapping
from dataclasses import fields, is_dataclass, replace
from datetime import datetime, timedelta
from enum import Enum
from typing import Any

from pydantic import ValidationError

from escalera.contracts.customers import ContactDetails
from escalera.domain.address_changes import wants_another
from escalera.domain.contacts import with_contact
from escalera.domain.customer import Contact, Customer
from escalera.domain.erasure import fact_without_person, without_person
from escalera.domain.errors import PermanentError, StaleCustomerError
from escalera.domain.facts import FactKind
from escalera.domain.money import Money
from escalera.domain.names import LONGEST_FAMILY_NAME, LONGEST_GREETED, looks_like_name
from escalera.domain.vocabulary import CustomerId, Language, MessageChannel
from escalera.ports.addresses import AddressBook
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome, When, Write
from escalera.ports.limits import RateLimits
from escalera.use_cases.desk.words import in_one_line
from escalera.use_cases.portal.change_address import addresses_to_ask, ask_for_addresses
from escalera.use_cases.portal.saying import NobodyThereError, say
from escalera.use_cases.recording import Draft

NOT_AGAIN_BEFORE = timedelta(minutes=10)
"""A second wish for the link within this is the first one: nobody fills another's mailbox."""
ATTEMPTS = 10
_AT_ONCE = 50
"""Records in one transaction beside the customer."""
_INNER = frozenset(
    {
        *("version", "active_entries", "execution", "score", "consents", "spending"),
        *("instead_of", "replaced_by", "data_links_from"),
    }
)
"""How the software goes about its work, and what is said in plainer words beside it."""
_LONGEST_NAMES = {"given_name": LONGEST_GREETED, "family_name": LONGEST_FAMILY_NAME}
_STAFF = frozenset({"by", "done_by", "done_by_id", "owner", "owner_id", "role", "staff_id"})
"""Who of the shop's people did something: that is theirs."""
_LEFT_OUT = _INNER | _STAFF


class NotValidError(PermanentError):
    """Some of what was written cannot be so; `fields` names which."""

    def __init__(self, wrong: frozenset[str]) -> None:
        super().__init__(f"not valid: {', '.join(sorted(wrong))}")
        self.fields = wrong


def request_data(customer_id: CustomerId, *, customers: CustomerRepository, clock: Clock) -> None:
    """Ask for the link to one's own data: a journey mails it to the address we know. Errors: those of `say`."""

    def do(draft: Draft, at: datetime) -> None:
        last = draft.customer.data_requested_at
        if last is None or at - last >= NOT_AGAIN_BEFORE:
            draft.customer = replace(draft.customer, data_requested_at=at)

    say(customer_id, do, customers=customers, clock=clock)


def read_own_data(customer_id: CustomerId, *, customers: CustomerRepository) -> dict[str, Any]:
    """All that is kept of the customer, as JSON that people can read. NobodyThereError if nothing is."""
    customer = customers.load([customer_id])[customer_id]
    if customer.version == 0:
        raise NobodyThereError(f"customer {customer_id} is not known here")
    facts = customers.facts_of(customer_id)
    return {
        "customer": _profile(customer),
        **{
            plural: [_record(fact) for fact in facts if fact.key.kind is kind]
            for kind, plural in _PLURALS.items()
        },
    }


def correct_contact(
    customer_id: CustomerId,
    told: Mapping[str, str],
    *,
    customers: CustomerRepository,
    book: AddressBook,
    limits: RateLimits,
    channels: Container[MessageChannel],
    clock: Clock,
) -> bool:
    """Take over names and language that the customer corrected; what they left empty stays.

    Another address is asked whether it is theirs before it is taken over (`address_changes`): True if one is. `channels`:
    those that the shop writes by; no other address could be asked, so none is taken.
    Errors: those of `say`; `NotValidError` names the fields that cannot be so, `TooOftenError` says that an address was asked
    too often; nothing is kept then.
    """
    known = customers.load([customer_id])[customer_id]
    details = _checked(told, known.contact)
    wanted = {MessageChannel.EMAIL: details.email, MessageChannel.SMS: details.phone}
    wanted = {channel: address for channel, address in wanted.items() if channel in channels}
    now = clock.now()
    ask = addresses_to_ask(known, wanted, book=book, limits=limits, now=now)
    asked = any(wants_another(known, channel, address, now) for channel, address in wanted.items())

    def do(draft: Draft, at: datetime) -> None:
        corrected = Contact(
            given_name=details.given_name,
            family_name=details.family_name,
            language=Language(details.language) if details.language else None,
            as_of=at,
        )
        customer = with_contact(draft.customer, corrected)
        if _details(customer.contact) != _details(draft.customer.contact):
            draft.customer = replace(customer, corrected_at=at)
        ask_for_addresses(draft, ask, at)

    say(customer_id, do, customers=customers, clock=clock)
    return asked


def erase_customer(customer_id: CustomerId, *, customers: CustomerRepository, clock: Clock) -> None:
    """Forget the person: first who they are, so that nothing is written to them any more, then what is around them.

    Done again it goes on where it stopped. Errors: `NobodyThereError`, `StaleCustomerError` (try again).
    """
    for _ in range(ATTEMPTS):
        before = customers.load([customer_id])[customer_id]
        if before.version == 0:
            raise NobodyThereError(f"customer {customer_id} is not known here")
        at = before.erased_at or clock.now()
        bare = ((fact, fact_without_person(fact, at)) for fact in customers.facts_of(customer_id))
        writes = [Write(forgotten, When.ALWAYS) for fact, forgotten in bare if forgotten != fact]
        if before.erased_at is not None and not writes:
            return
        while writes or before.erased_at is None:
            change = Change(before, without_person(before, at), tuple(writes[:_AT_ONCE]))
            if customers.save([change])[0].outcome is not SaveOutcome.SAVED:
                break
            before = replace(change.after, version=before.version + 1)
            writes = writes[_AT_ONCE:]
    raise StaleCustomerError(
        f"customer {customer_id} was written by others {ATTEMPTS} times while they were erased"
    )


def _checked(told: Mapping[str, str], known: Contact) -> ContactDetails:
    tidy = {name: in_one_line(value, most=400) for name, value in told.items()}
    phone = "".join(sign for sign in tidy.get("phone", "") if sign not in " ().-/")
    given = {
        "given_name": tidy.get("given_name", ""),
        "family_name": tidy.get("family_name", ""),
        "email": tidy.get("email") or None,
        "phone": f"+{phone[2:]}" if phone.startswith("00") else phone or None,
        "language": tidy.get("language") or None,
    }
    # What the shop told us stays as it is; what is typed here anew has to look like a name.
    wrong = frozenset(
        name
        for name, most in _LONGEST_NAMES.items()
        if given[name] not in ("", in_one_line(getattr(known, name), most=400))
        and not looks_like_name(str(given[name]), most=most)
    )
    try:
        details = ContactDetails.model_validate(given)
    except ValidationError as error:
        raise NotValidError(wrong | {str(one["loc"][0]) for one in error.errors()}) from error
    if wrong:
        raise NotValidError(wrong)
    return details


def _details(contact: Contact) -> tuple[object, ...]:
    return (contact.given_name, contact.family_name, contact.email, contact.phone, contact.language)


_PLURALS = {
    FactKind.ORDER: "orders",
    FactKind.REFUND: "refunds",
    FactKind.COMPLAINT: "complaints",
    FactKind.ANSWER: "answers",
    FactKind.OPINION: "opinions",
    FactKind.PROMISE: "promises",
    FactKind.MESSAGE: "messages",
    FactKind.ENTRY: "journeys",
    FactKind.TASK: "tasks",
    FactKind.REWARD: "rewards",
    FactKind.SILENCE: "silences",
    FactKind.AUDIT: "done_by_staff",
}


def _profile(customer: Customer) -> dict[str, Any]:
    plain: dict[str, Any] = _record(customer)
    plain["consents"] = [
        {
            "purpose": purpose.value,
            "channel": channel.value,
            "given": state.given,
            "since": state.at.isoformat(),
        }
        for (purpose, channel), state in sorted(customer.consents.items())
    ]
    plain["spending"] = {
        currency: {
            "bought": str(Money(sums.bought, currency).decimal),
            "refunded": str(Money(sums.refunded, currency).decimal),
        }
        for currency, sums in customer.spending.items()
    }
    plain["in_journeys"] = sorted({entry.journey for entry in customer.active_entries.values()})
    if customer.score is not None:
        plain["reckoned"] = customer.score.to_json()
    return plain


def _record(record: Any) -> dict[str, Any]:
    """The fields that say something, by name."""
    said = {
        field.name: getattr(record, field.name) for field in fields(record) if field.name not in _LEFT_OUT
    }
    return {name: _plain(value) for name, value in said.items() if value not in (None, "", (), {})}


def _plain(value: Any) -> Any:
    match value:
        case Enum():
            plain: Any = value.value
        case datetime():
            plain = value.isoformat()
        case timedelta():
            plain = f"{value.days} days"
        case Money():
            plain = {"amount": str(value.decimal), "currency": value.currency}
        case Mapping():
            plain = {str(key): _plain(part) for key, part in value.items()}
        case tuple():
            plain = [_plain(part) for part in value]
        case _:
            plain = _record(value) if is_dataclass(value) else value
    return plain
