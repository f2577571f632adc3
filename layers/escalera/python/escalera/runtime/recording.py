"""The functions that put the shop's events into the books: all alike but for the event and what is recorded of it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Protocol, TypeVar

from escalera.contracts.envelope import ShopEvent
from escalera.domain.standing import StandingRules
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.runtime.environment import PowertoolsEnv
from escalera.runtime.inbox import Settled, take_in
from escalera.runtime.observability import Handler, observed
from escalera.use_cases.recording import by_our_clock

E_contra = TypeVar("E_contra", contravariant=True)
E = TypeVar("E", bound=ShopEvent)


class RecordingEnv(PowertoolsEnv):
    """What a function that records is told."""

    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str


@dataclass(frozen=True, slots=True)
class Books:
    """What a function that records works with."""

    customers: CustomerRepository
    rules: StandingRules
    clock: Clock


class Record(Protocol[E_contra]):
    """A use case that records a batch; the outcomes come in the order of the events."""

    def __call__(
        self,
        events: Sequence[E_contra],
        /,
        *,
        customers: CustomerRepository,
        rules: StandingRules,
        clock: Clock,
    ) -> Sequence[Settled]:
        """Record all events, each once."""
        ...


def recording_handler(
    env: type[RecordingEnv],
    *,
    read: Callable[[str], E],
    record: Record[E],
    books: Callable[[str], Books],
) -> Handler:
    """A Lambda handler that empties its queue into `record`; `books` opens those kept in a table of this name.

    `read` raises ContractError for a body that is not what it should be. Nothing is opened and no environment read
    before the first event comes.
    """
    asked = cache(env.read)

    @observed
    def handler(event: Any, context: Any) -> Any:
        settings = asked()
        kept = books(settings.TABLE_NAME)

        def use(told: Sequence[E]) -> Sequence[Settled]:
            now = kept.clock.now()
            events = [by_our_clock(event, now) for event in told]
            return record(events, customers=kept.customers, rules=kept.rules, clock=kept.clock)

        return take_in(event, context, read=read, use=use, dead_letters=settings.DEAD_LETTER_QUEUE_URL)

    return handler
