"""A shop's past is put into the table: counted as if it had come live, told to nobody."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from escalera.domain.classes import heard_late
from escalera.domain.customer import Customer
from escalera.domain.entries import leave_by
from escalera.domain.errors import PermanentError
from escalera.domain.facts import FactKey, FactKind, Order
from escalera.domain.money import Money
from escalera.domain.past import (
    Happening,
    PastClosure,
    PastConsent,
    PastDelivery,
    PastPurchase,
    PastRefund,
    PastRegistration,
    come_to_rest,
    moment_of,
    with_closure,
    with_past_consent,
    with_registration,
)
from escalera.domain.purchases import record_delivery, record_purchase, record_refund
from escalera.domain.standing import StandingRules, notice_silence, settle
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.recording import Draft, Outcome, Recorder, record_events

TOGETHER = 45
"""So many things of one customer in one change: with two writes each, and the customer, a transaction holds them."""


def import_pasts(
    happenings: Sequence[Happening],
    *,
    customers: CustomerRepository,
    rules: StandingRules,
    clock: Clock,
    together: int = TOGETHER,
) -> list[Outcome]:
    """Fold what happened into its customers, each thing once; the outcomes come in the order given.

    All that is known of a customer should come in one call, so that it is told in its order. What is in the table
    already (from an earlier import, or told live) is answered as a duplicate, and a second import only reads. For a
    customer who was erased nothing is written (PermanentError in the outcome).
    StoreBusyError: nothing more could be written; call again with the same.
    """
    outcomes: dict[int, Outcome] = {}
    waves = list(_waves(happenings, together))
    for number, wave in enumerate(waves):
        later = frozenset(happenings[index].customer_id for rest in waves[number + 1 :] for index in rest)
        fold = _Fold([happenings[index] for index in wave], rules, clock, later)
        told = record_events(fold.happenings, fold.recorder(), customers=customers, clock=clock)
        for place, (index, outcome) in enumerate(zip(wave, told, strict=True)):
            known = outcome.error is None and place in fold.known
            outcomes[index] = Outcome(duplicate=True) if known else outcome
    return [outcomes[index] for index in range(len(happenings))]


def _waves(happenings: Sequence[Happening], together: int) -> Iterator[list[int]]:
    """Indexes, each customer's in order of time, at most `together` of a customer in one wave."""
    ranks = {kind: rank for rank, kind in enumerate(_IN_ONE_MOMENT)}
    left: dict[CustomerId, list[int]] = {}
    for index in sorted(
        range(len(happenings)),
        key=lambda one: (happenings[one].occurred_at, ranks[type(happenings[one])]),
    ):
        left.setdefault(happenings[index].customer_id, []).append(index)
    while left:
        yield [index for indexes in left.values() for index in indexes[:together]]
        left = {one: indexes[together:] for one, indexes in left.items() if len(indexes) > together}


# An order of a moment comes before its refund, and who the customer is before what they allow.
_IN_ONE_MOMENT = (PastRegistration, PastPurchase, PastDelivery, PastRefund, PastConsent, PastClosure)


class _Fold:
    """One wave: how each thing changes its customer. `known`: the places of what the table had already."""

    def __init__(
        self,
        happenings: Sequence[Happening],
        rules: StandingRules,
        clock: Clock,
        later: frozenset[CustomerId],
    ) -> None:
        self.happenings = happenings
        self.known: set[int] = set()
        # Classes are cut by the present: they are looked at once, when all is told.
        self._rules, self._score = replace(rules, score=None), rules.score
        self._now = clock.now()
        self._later = later

    def recorder(self) -> Recorder[Happening]:
        """What the recording of a batch asks for."""
        return Recorder(self._apply, self._needs, finish=self._finish, told=False)

    def _needs(self, told: Happening) -> Iterable[FactKey]:
        match told:
            case PastPurchase():
                return _places(told, FactKind.ORDER, told.order_id)
            case PastDelivery():
                return _places(told, FactKind.ORDER, told.order_id)
            case PastRefund():
                return (
                    *_places(told, FactKind.ORDER, told.order_id),
                    *_places(told, FactKind.REFUND, told.order_id, told.refund.refund_id),
                )
            case _:
                return ()

    def _apply(self, told: Happening, draft: Draft, index: int) -> None:
        if draft.customer.erased_at is not None:
            message = f"customer {told.customer_id} was erased: nothing of them is imported"
            raise PermanentError(message)
        moment = moment_of(draft.customer, told.occurred_at, self._now)
        before = draft.customer
        if moment != self._now:
            draft.customer = notice_silence(before, self._rules, moment)
        try:
            news = self._happened(told, draft, index)
        except PermanentError:
            draft.customer = before
            raise
        if not news:
            draft.customer = before
            self.known.add(index)
            return
        self.known.discard(index)
        draft.customer = settle(draft.customer, self._rules, moment)
        if isinstance(told, PastPurchase):
            draft.customer = leave_by(draft.customer, "PurchaseRecorded")

    def _happened(self, told: Happening, draft: Draft, index: int) -> bool:
        """Change the draft; False if all of it is known."""
        match told:
            case PastPurchase():
                return self._buy(told, draft, index)
            case PastRefund():
                return self._refund(told, draft, index)
            case PastDelivery():
                return self._deliver(told, draft)
            case PastRegistration():
                after = with_registration(draft.customer, told)
            case PastConsent() | PastClosure():
                after = _narrowed(draft.customer, told)
        news = after != draft.customer
        draft.customer = after
        return news

    def _buy(self, told: PastPurchase, draft: Draft, index: int) -> bool:
        if any(draft.get(key) for key in _places(told, FactKind.ORDER, told.order_id)):
            return False
        customer, order = record_purchase(draft.customer, told.purchase)
        draft.customer = heard_late(customer, order.total, order.placed_at, self._score)
        return draft.add(order, index)

    def _refund(self, told: PastRefund, draft: Draft, index: int) -> bool:
        refund = told.refund
        if any(draft.get(key) for key in _places(told, FactKind.REFUND, told.order_id, refund.refund_id)):
            return False
        order = self._order(told, draft)
        customer, after = record_refund(draft.customer, order, refund)
        given_back = Money(-refund.amount.amount, refund.amount.currency)
        draft.customer = heard_late(customer, given_back, refund.refunded_at, self._score)
        draft.add(refund, index)
        if after is not None:
            draft.put(after)
        return True

    def _deliver(self, told: PastDelivery, draft: Draft) -> bool:
        order, before = self._order(told, draft), draft.customer
        draft.customer, after = record_delivery(before, order, told.order_id, told.occurred_at)
        if after is not None:
            draft.put(after)
        return after != order or draft.customer != before

    def _order(self, told: PastRefund | PastDelivery, draft: Draft) -> Order | None:
        own, *others = _places(told, FactKind.ORDER, told.order_id)
        for key in others:
            if draft.get(key) is not None:
                message = (
                    f"order {told.order_id} stands in the table under customer {key.customer_id}, the same person"
                    f" as {told.customer_id}: tell its refunds and deliveries under that id"
                )
                raise PermanentError(message)
        order = draft.get(own)
        return order if isinstance(order, Order) else None

    def _finish(self, draft: Draft) -> None:
        if draft.change() is None:
            return
        if draft.before.id in self._later:
            # Nobody looks at a customer who is half told.
            draft.customer = replace(draft.customer, quiet_due_at=None)
            return
        rules = replace(self._rules, score=self._score)
        draft.customer = come_to_rest(draft.before, draft.customer, rules, self._now)


def _narrowed(customer: Customer, told: PastConsent | PastClosure) -> Customer:
    if isinstance(told, PastClosure):
        after = with_closure(customer, told)
        return after if after is customer else leave_by(after, "ChannelSuppressed")
    known = customer.consents.get((told.purpose, told.channel))
    after = with_past_consent(customer, told)
    lost = after is not customer and known is not None and known.given and not told.given
    return leave_by(after, "ConsentLost") if lost else after


def _places(told: PastPurchase | PastRefund | PastDelivery, kind: FactKind, *parts: str) -> list[FactKey]:
    """Where the record stands, or may stand: under the customer's own id first, then under their others."""
    return [FactKey(one, kind, parts) for one in (told.customer_id, *told.also)]
