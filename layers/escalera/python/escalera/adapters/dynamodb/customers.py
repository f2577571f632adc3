"""A customer as a record of the table, and back. Unknown attributes are read past."""

from datetime import timedelta
from typing import Any

from escalera.adapters.dynamodb.attributes import Plain, instant, maybe_instant, written
from escalera.domain.customer import (
    ActiveEntry,
    ClassSpell,
    ConsentState,
    Contact,
    Customer,
    FormerAddress,
    PendingAddress,
    Person,
    RecentContact,
    Spending,
    SubjectWish,
    Suppression,
)
from escalera.domain.score import CustomerScore
from escalera.domain.vocabulary import (
    AbcClass,
    ComplaintId,
    CustomerId,
    EntryId,
    JourneyName,
    Language,
    MessageChannel,
    OrderId,
    Purpose,
    Rung,
    SubjectName,
    SuppressionReason,
)


def write_customer(customer: Customer) -> Plain:
    """Everything but the keys."""
    return {
        "version": customer.version,
        "registered_at": written(customer.registered_at),
        "contact": _write_contact(customer.contact),
        "people": [
            {"name": one.name, "role": one.role, "email": one.email, "phone": one.phone}
            for one in customer.people
        ],
        "people_as_of": written(customer.people_as_of),
        "corrected_at": written(customer.corrected_at),
        "data_requested_at": written(customer.data_requested_at),
        "pending_addresses": {
            channel.value: {
                "address": one.address,
                "asked_at": written(one.asked_at),
                "instead_of": one.instead_of,
            }
            for channel, one in customer.pending_addresses.items()
        },
        "former_addresses": {
            channel.value: [
                {
                    "address": one.address,
                    "changed_at": written(one.changed_at),
                    "replaced_by": one.replaced_by,
                }
                for one in former
            ]
            for channel, former in customer.former_addresses.items()
        },
        "data_links_from": written(customer.data_links_from),
        "erased_at": written(customer.erased_at),
        "orders": customer.orders,
        "orders_returned": customer.orders_returned,
        "first_order_at": written(customer.first_order_at),
        "last_order_at": written(customer.last_order_at),
        "spending": {
            currency: {"bought": sums.bought, "refunded": sums.refunded}
            for currency, sums in customer.spending.items()
        },
        "refunds_awaiting_order": {
            order: dict(sums) for order, sums in customer.refunds_awaiting_order.items()
        },
        "deliveries_awaiting_order": {
            order: written(at) for order, at in customer.deliveries_awaiting_order.items()
        },
        "rung": customer.rung.value,
        "rung_reason": customer.rung_reason,
        "abc_class": customer.abc_class,
        "class_history": [
            {"class": spell.abc_class.value, "since": written(spell.since)}
            for spell in customer.class_history
        ],
        "score": None if customer.score is None else customer.score.to_json(),
        "quiet_due_at": written(customer.quiet_due_at),
        "quiet_since": written(customer.quiet_since),
        "open_complaints": {complaint: written(at) for complaint, at in customer.open_complaints.items()},
        "consents": _write_consents(customer),
        "unsubscribed": {channel.value: written(at) for channel, at in customer.unsubscribed.items()},
        "suppressed": {
            channel.value: {"reason": one.reason.value, "at": written(one.at), "address": one.address}
            for channel, one in customer.suppressed.items()
        },
        "resubscribed": {channel.value: written(at) for channel, at in customer.resubscribed.items()},
        "subjects": {
            subject: {"wanted": wish.wanted, "at": written(wish.at)}
            for subject, wish in customer.subjects.items()
        },
        "paused_until": written(customer.paused_until),
        "wished_cap": customer.wished_cap,
        "wished_within": None
        if customer.wished_within is None
        else int(customer.wished_within.total_seconds()),
        "wishes_as_of": {wish: written(at) for wish, at in customer.wishes_as_of.items()},
        "recent_contacts": [
            {"at": written(one.at), "purpose": one.purpose.value} for one in customer.recent_contacts
        ],
        "last_entered": {journey: written(at) for journey, at in customer.last_entered.items()},
        "active_entries": {key: _write_entry(entry) for key, entry in customer.active_entries.items()},
    }


def read_customer(customer_id: CustomerId, plain: Plain) -> Customer:
    """The customer behind the record."""
    get = plain.get
    return Customer(
        id=customer_id,
        version=plain["version"],
        registered_at=maybe_instant(get("registered_at")),
        contact=_read_contact(get("contact", {})),
        people=tuple(
            Person(one.get("name", ""), one.get("role", ""), one.get("email", ""), one.get("phone", ""))
            for one in get("people", [])
        ),
        people_as_of=maybe_instant(get("people_as_of")),
        corrected_at=maybe_instant(get("corrected_at")),
        data_requested_at=maybe_instant(get("data_requested_at")),
        pending_addresses={
            MessageChannel(key): PendingAddress(
                one.get("address", ""), instant(one["asked_at"]), one.get("instead_of", "")
            )
            for key, one in get("pending_addresses", {}).items()
        },
        former_addresses={
            MessageChannel(key): tuple(
                FormerAddress(one.get("address", ""), instant(one["changed_at"]), one.get("replaced_by", ""))
                for one in former
            )
            for key, former in get("former_addresses", {}).items()
        },
        data_links_from=maybe_instant(get("data_links_from")),
        erased_at=maybe_instant(get("erased_at")),
        orders=get("orders", 0),
        orders_returned=get("orders_returned", 0),
        first_order_at=maybe_instant(get("first_order_at")),
        last_order_at=maybe_instant(get("last_order_at")),
        spending={
            currency: Spending(sums.get("bought", 0), sums.get("refunded", 0))
            for currency, sums in get("spending", {}).items()
        },
        refunds_awaiting_order={
            OrderId(key): sums for key, sums in get("refunds_awaiting_order", {}).items()
        },
        deliveries_awaiting_order={
            OrderId(key): instant(at) for key, at in get("deliveries_awaiting_order", {}).items()
        },
        rung=Rung(get("rung", Rung.SUSPECT)),
        rung_reason=get("rung_reason", ""),
        abc_class=AbcClass(plain["abc_class"]) if "abc_class" in plain else None,
        class_history=tuple(
            ClassSpell(AbcClass(one["class"]), instant(one["since"])) for one in get("class_history", [])
        ),
        score=CustomerScore.from_json(plain["score"]) if "score" in plain else None,
        quiet_due_at=maybe_instant(get("quiet_due_at")),
        quiet_since=maybe_instant(get("quiet_since")),
        open_complaints={ComplaintId(key): instant(at) for key, at in get("open_complaints", {}).items()},
        consents=_read_consents(get("consents", {})),
        unsubscribed={MessageChannel(key): instant(at) for key, at in get("unsubscribed", {}).items()},
        suppressed={
            MessageChannel(key): Suppression(
                SuppressionReason(one["reason"]), instant(one["at"]), one.get("address")
            )
            for key, one in get("suppressed", {}).items()
        },
        resubscribed={MessageChannel(key): instant(at) for key, at in get("resubscribed", {}).items()},
        subjects={
            SubjectName(key): SubjectWish(one["wanted"], instant(one["at"]))
            for key, one in get("subjects", {}).items()
        },
        paused_until=maybe_instant(get("paused_until")),
        wished_cap=get("wished_cap"),
        wished_within=timedelta(seconds=plain["wished_within"]) if "wished_within" in plain else None,
        wishes_as_of={wish: instant(at) for wish, at in get("wishes_as_of", {}).items()},
        recent_contacts=tuple(
            RecentContact(instant(one["at"]), Purpose(one["purpose"])) for one in get("recent_contacts", [])
        ),
        last_entered={JourneyName(key): instant(at) for key, at in get("last_entered", {}).items()},
        active_entries={EntryId(key): _read_entry(one) for key, one in get("active_entries", {}).items()},
    )


def _write_contact(contact: Contact) -> Plain:
    # Without the Nones: the map as a whole is left out when nothing is known.
    plain = {
        "given_name": contact.given_name,
        "family_name": contact.family_name,
        "email": contact.email,
        "phone": contact.phone,
        "language": contact.language,
        "time_zone": contact.time_zone,
        "as_of": written(contact.as_of),
        "earlier": {name: written(at) for name, at in contact.earlier.items()},
    }
    return {name: value for name, value in plain.items() if value}


def _read_contact(plain: Plain) -> Contact:
    return Contact(
        given_name=plain.get("given_name", ""),
        family_name=plain.get("family_name", ""),
        email=plain.get("email"),
        phone=plain.get("phone"),
        language=Language(plain["language"]) if "language" in plain else None,
        time_zone=plain.get("time_zone"),
        as_of=maybe_instant(plain.get("as_of")),
        earlier={name: instant(at) for name, at in plain.get("earlier", {}).items()},
    )


def _write_consents(customer: Customer) -> Plain:
    plain: Plain = {}
    for (purpose, channel), state in customer.consents.items():
        plain.setdefault(purpose.value, {})[channel.value] = {"given": state.given, "at": written(state.at)}
    return plain


def _read_consents(plain: Plain) -> dict[tuple[Purpose, MessageChannel], ConsentState]:
    return {
        (Purpose(purpose), MessageChannel(channel)): ConsentState(state["given"], instant(state["at"]))
        for purpose, channels in plain.items()
        for channel, state in channels.items()
    }


def _write_entry(entry: ActiveEntry) -> Plain:
    return {
        "journey": entry.journey,
        "kind": entry.kind.value,
        "priority": entry.priority,
        "execution": entry.execution,
        "entered_at": written(entry.entered_at),
        "until": written(entry.until),
        "cause": entry.cause,
        "leaves_on": list(entry.leaves_on),
        "subject": entry.subject,
        "holdout": entry.holdout,
        "leaving": entry.leaving,
        "waiting_for": entry.waiting_for,
        "task_token": entry.task_token,
        "waiting_at": entry.waiting_at,
        "converted_at": written(entry.converted_at),
        "failed_at": written(entry.failed_at),
        "redriven_at": entry.redriven_at,
    }


def _read_entry(plain: Plain) -> ActiveEntry:
    fields: dict[str, Any] = {
        "journey": JourneyName(plain["journey"]),
        "kind": Purpose(plain["kind"]),
        "priority": plain["priority"],
        "execution": plain.get("execution", ""),
        "entered_at": instant(plain["entered_at"]),
        "until": instant(plain["until"]),
        "cause": plain.get("cause", ""),
        "leaves_on": tuple(plain.get("leaves_on", ())),
        "subject": plain.get("subject", ""),
        "holdout": plain.get("holdout", False),
        "leaving": plain.get("leaving", ""),
        "waiting_for": plain.get("waiting_for"),
        "task_token": plain.get("task_token"),
        "waiting_at": plain.get("waiting_at", ""),
        "converted_at": maybe_instant(plain.get("converted_at")),
        "failed_at": maybe_instant(plain.get("failed_at")),
        "redriven_at": plain.get("redriven_at", ""),
    }
    return ActiveEntry(**fields)
