"""Watch the promises (doctrine E6): at the due time each is kept or broken."""

from escalera.domain.complaints import judge_promise
from escalera.domain.facts import Complaint, FactKey, FactKind, Promise, PromiseStatus
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, DueKind, SaveOutcome, When, Write

LOOK_BACK_DAYS = 7


def find_broken_promises(*, customers: CustomerRepository, clock: Clock) -> int:
    """Settle every promise whose time has come; the answer is how many were broken.

    A promise is settled on its own: a customer whom somebody else writes at the same moment is left to the next look.
    """
    now = clock.now()
    broken = 0
    seen: set[FactKey] = set()
    for due in customers.find_due(DueKind.PROMISE, now, look_back_days=LOOK_BACK_DAYS):
        if due.fact is None or due.fact in seen:
            continue
        seen.add(due.fact)
        customer = customers.load([due.customer_id])[due.customer_id]
        promise = customers.load_facts([due.fact]).get(due.fact)
        if not isinstance(promise, Promise):
            continue
        about = FactKey(due.customer_id, FactKind.COMPLAINT, (promise.about,))
        complaint = customers.load_facts([about]).get(about)
        judged = judge_promise(promise, complaint if isinstance(complaint, Complaint) else None, now)
        if judged == promise:
            continue
        saved = customers.save([Change(customer, customer, (Write(judged, When.ALWAYS),))])
        broken += saved[0].outcome is SaveOutcome.SAVED and judged.status is PromiseStatus.BROKEN
    return broken
