"""How somebody's decision is written: with its audit row, on the customer as they are now, or not at all."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from escalera.domain.customer import Customer
from escalera.domain.errors import NotThereError, StaleCustomerError
from escalera.domain.facts import Audit
from escalera.domain.once import audit_id
from escalera.domain.staff import StaffMember
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import Change, CustomerRepository, SaveOutcome, When, Write
from escalera.use_cases.patience import ATTEMPTS, attempts


@dataclass(frozen=True, slots=True)
class Decision:
    """What becomes of the customer and the facts around them, and the row that tells who decided it."""

    after: Customer
    writes: tuple[Write, ...]
    audit: Audit


def decide(
    customer_id: CustomerId,
    judge: Callable[[Customer], Decision | None],
    *,
    customers: CustomerRepository,
    pause: Callable[[float], None] = time.sleep,
) -> bool:
    """Write what `judge` decides; False if that was nothing, or was there already.

    Facts that `judge` reads it reads after the customer; so it is asked again whenever somebody else came in between.
    Errors: `NotThereError` for a customer nobody knows, `StaleCustomerError` after ten times in vain.
    """
    for _ in attempts(pause):
        customer = customers.load([customer_id])[customer_id]
        if not customer.version:
            raise NotThereError(f"no customer is known by the id {customer_id}: look them up again")
        decision = judge(customer)
        if decision is None:
            return False
        writes = (*decision.writes, Write(decision.audit, When.ALWAYS))
        (saved,) = customers.save([Change(customer, decision.after, writes)])
        if saved.outcome is not SaveOutcome.STALE:
            return saved.outcome is SaveOutcome.SAVED
    raise StaleCustomerError(f"customer {customer_id} was written by others {ATTEMPTS} times while we tried")


def noted(by: StaffMember, what: str, *, of: CustomerId, about: str, at: datetime, detail: str = "") -> Audit:
    """The row that tells of a change."""
    return Audit(
        customer_id=of,
        audit_id=audit_id(what, about, detail, by.id, at),
        at=at,
        by=by.name,
        role=by.role,
        what=what,
        about=about,
        detail=detail,
        staff_id=by.id,
    )
