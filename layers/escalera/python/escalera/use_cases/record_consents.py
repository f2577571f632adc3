"""The customer says yes, or no."""

from collections.abc import Sequence

from escalera.contracts.customers import ConsentGivenV1, ConsentWithdrawnV1
from escalera.domain.consent import with_consent
from escalera.domain.entries import leave_by
from escalera.domain.standing import StandingRules, settle
from escalera.domain.vocabulary import MessageChannel, Purpose
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events


def record_consents(
    events: Sequence[ConsentGivenV1 | ConsentWithdrawnV1],
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
) -> list[Outcome]:
    """The later word counts, whichever comes first."""

    def apply(event: ConsentGivenV1 | ConsentWithdrawnV1, draft: Draft, _: int) -> None:
        pair = Purpose(event.purpose), MessageChannel(event.for_channel)
        known = draft.customer.consents.get(pair)
        given = not isinstance(event, ConsentWithdrawnV1)
        customer = with_consent(draft.customer, *pair, given=given, at=event.occurred_at)
        if customer is draft.customer:
            return
        customer = settle(customer, rules, clock.now())
        lost = known is not None and known.given and not given
        draft.customer = leave_by(customer, "ConsentLost") if lost else customer

    return record_events(events, Recorder(apply), customers=customers, clock=clock)
