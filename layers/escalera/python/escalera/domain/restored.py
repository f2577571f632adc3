"""A customer who is restored while another record of theirs has begun since: nobody's no is lost, and nobody is written to twice."""

from collections.abc import Mapping
from dataclasses import replace

from escalera.domain.consent import with_consent, with_resubscribe, with_unsubscribe
from escalera.domain.customer import Customer, SubjectWish
from escalera.domain.erasure import without_person
from escalera.domain.vocabulary import SubjectName


def with_word_since(restored: Customer, since: Customer) -> Customer:
    """The restored customer with what the later record says of wishes, refusals, contacts and journeys.

    Orders, refunds and contact details stay as restored: the shop's events of that time tell them again.
    """
    merged = replace(
        restored,
        version=max(restored.version, since.version) + 1,
        subjects=_later(restored.subjects, since.subjects),
        suppressed={**since.suppressed, **restored.suppressed},
        paused_until=max(filter(None, (restored.paused_until, since.paused_until)), default=None),
        data_requested_at=max(
            filter(None, (restored.data_requested_at, since.data_requested_at)), default=None
        ),
        open_complaints={**since.open_complaints, **restored.open_complaints},
        recent_contacts=tuple(
            sorted({*restored.recent_contacts, *since.recent_contacts}, key=lambda one: one.at)
        ),
        last_entered={
            name: max(at[name] for at in (restored.last_entered, since.last_entered) if name in at)
            for name in (*restored.last_entered, *since.last_entered)
        },
        active_entries={**since.active_entries, **restored.active_entries},
    )
    for (purpose, channel), said in since.consents.items():
        merged = with_consent(merged, purpose, channel, given=said.given, at=said.at)
    for channel, at in since.unsubscribed.items():
        merged = with_unsubscribe(merged, channel, at)
    for channel, at in since.resubscribed.items():
        merged = with_resubscribe(merged, channel, at)
    return merged if since.erased_at is None else without_person(merged, since.erased_at)


def _later(
    restored: Mapping[SubjectName, SubjectWish], since: Mapping[SubjectName, SubjectWish]
) -> Mapping[SubjectName, SubjectWish]:
    found = dict(restored)
    for subject, wish in since.items():
        if subject not in found or found[subject].at < wish.at:
            found[subject] = wish
    return found
