"""How what customers say on their own pages is kept: as everything else that is told of them, once, in any order."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from escalera.domain.errors import PermanentError
from escalera.domain.facts import FactKey
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Recorder, record_events


class NobodyThereError(PermanentError):
    """A link leads to somebody who is not kept here (any more)."""


class ErasedAlreadyError(PermanentError):
    """The customer asked to be forgotten: there is nothing to change any more."""


@dataclass(frozen=True, slots=True)
class Saying:
    """Somebody says something about themselves, now."""

    customer_id: CustomerId
    occurred_at: datetime


def say(
    customer_id: CustomerId,
    do: Callable[[Draft, datetime], None],
    *,
    customers: CustomerRepository,
    clock: Clock,
    needs: Iterable[FactKey] = (),
) -> None:
    """Let `do` change the customer as they are now, and tell it; nothing is written where nothing changes.

    Errors: `NobodyThereError`, `ErasedAlreadyError`, `StaleCustomerError` and `StoreBusyError` (try again), and what
    `do` raises.
    """
    wanted = tuple(needs)

    def apply(saying: Saying, draft: Draft, _: int) -> None:
        if draft.before.version == 0:
            raise NobodyThereError(f"customer {saying.customer_id} is not known here")
        if draft.before.erased_at is not None:
            raise ErasedAlreadyError(f"customer {saying.customer_id} was erased")
        do(draft, saying.occurred_at)

    recorder: Recorder[Any] = Recorder(apply, lambda _: wanted)
    (outcome,) = record_events([Saying(customer_id, clock.now())], recorder, customers=customers, clock=clock)
    if outcome.error is not None:
        raise outcome.error
