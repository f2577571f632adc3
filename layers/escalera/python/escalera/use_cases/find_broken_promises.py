"""Watch the promises (doctrine E6): at the due time each is kept or broken."""

from datetime import datetime

from escalera.domain.complaints import judge_promise
from escalera.domain.facts import Complaint, FactKey, FactKind, Promise, PromiseStatus
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, DueKind, SaveOutcome, When, Write
from escalera.ports.sweeps import Sweeps
from escalera.use_cases.sweeping import look_back_days

TOGETHER = 100


def find_broken_promises(*, customers: CustomerRepository, sweeps: Sweeps, clock: Clock) -> int:
    """Settle every promise whose time has come; the answer is how many were broken.

    A customer whom somebody else writes at the same moment is left to the next look.
    """
    now = clock.now()
    days = look_back_days(DueKind.PROMISE, now, sweeps=sweeps)
    due: dict[FactKey, None] = dict.fromkeys(
        one.fact
        for one in customers.find_due(DueKind.PROMISE, now, look_back_days=days)
        if one.fact is not None
    )
    keys = list(due)
    broken = sum(
        _settle(keys[start : start + TOGETHER], customers, now) for start in range(0, len(keys), TOGETHER)
    )
    sweeps.done(DueKind.PROMISE, now)
    return broken


def _settle(keys: list[FactKey], customers: CustomerRepository, now: datetime) -> int:
    known = customers.load(dict.fromkeys(key.customer_id for key in keys))
    promises = [fact for fact in customers.load_facts(keys).values() if isinstance(fact, Promise)]
    complaints = customers.load_facts(dict.fromkeys(map(_about, promises)))
    judged: dict[CustomerId, list[Promise]] = {}
    for promise in promises:
        complaint = complaints.get(_about(promise))
        after = judge_promise(promise, complaint if isinstance(complaint, Complaint) else None, now)
        if after != promise:
            judged.setdefault(promise.customer_id, []).append(after)
    changes = [
        Change(known[one], known[one], tuple(Write(promise, When.ALWAYS) for promise in settled))
        for one, settled in judged.items()
    ]
    return sum(
        promise.status is PromiseStatus.BROKEN
        for saved, settled in zip(customers.save(changes), judged.values(), strict=True)
        if saved.outcome is SaveOutcome.SAVED
        for promise in settled
    )


def _about(promise: Promise) -> FactKey:
    return FactKey(promise.customer_id, FactKind.COMPLAINT, (promise.about,))
