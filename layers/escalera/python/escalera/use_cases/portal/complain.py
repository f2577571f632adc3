"""The customer says what they think of an order, or that something is wrong (doctrine S9, L11)."""

from datetime import datetime

from escalera.domain.errors import PermanentError
from escalera.domain.facts import Complaint, FactKey, FactKind, Opinion
from escalera.domain.once import complaint_id
from escalera.domain.opinions import SCORES, OpinionRules, as_subject, complaint_of, merge_opinions
from escalera.domain.vocabulary import ComplaintId, CustomerId, OrderId, SalesChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.desk.words import as_written
from escalera.use_cases.portal.saying import say
from escalera.use_cases.record_complaints import hear_complaint
from escalera.use_cases.recording import Draft

LONGEST_WORDS = 4000
MOST_OPEN = 10
"""So many open complaints of one customer are enough to know that they need a call, not one more number."""


class NothingSaidError(PermanentError):
    """A complaint without a word in it."""


def give_opinion(
    customer_id: CustomerId,
    order_id: OrderId,
    *,
    score: int,
    comment: str = "",
    rules: OpinionRules,
    customers: CustomerRepository,
    clock: Clock,
) -> ComplaintId | None:
    """Keep the score, and the comment if there is one; a bad score opens a complaint, once, whose id is the answer.

    Errors: those of `say`; ValueError for a score that is none.
    """
    if score not in SCORES:
        raise ValueError(f"a score is {SCORES[0]} to {SCORES[-1]}, not {score}")
    words = as_written(comment, most=LONGEST_WORDS)
    opinion = FactKey(customer_id, FactKind.OPINION, (order_id,))
    worst = complaint_id(customer_id, "opinion", order_id)
    opened: list[ComplaintId] = []

    def do(draft: Draft, at: datetime) -> None:
        known = draft.get(opinion)
        told = Opinion(customer_id, order_id, score, at, words, at if words else None)
        kept = merge_opinions(known if isinstance(known, Opinion) else None, told)
        if isinstance(known, Opinion) and (known.score, known.comment) == (kept.score, kept.comment):
            kept = known  # said again: nothing new, and nothing to tell
        draft.put(kept)
        complaint = complaint_of(kept, rules)
        opened.clear()
        if complaint is not None:
            hear_complaint(draft, complaint)
            opened.append(complaint.complaint_id)

    needs = (opinion, FactKey(customer_id, FactKind.COMPLAINT, (worst,)))
    say(customer_id, do, customers=customers, clock=clock, needs=needs)
    return opened[0] if opened else None


def complain(
    customer_id: CustomerId,
    *,
    words: str,
    form: str,
    order_id: OrderId | None = None,
    customers: CustomerRepository,
    clock: Clock,
) -> ComplaintId:
    """Open a complaint in the customer's own words; the same `form` sent twice opens one.

    Errors: those of `say`; `NothingSaidError`; `PermanentError` for one who has `MOST_OPEN` open already.
    """
    text = as_written(words, most=LONGEST_WORDS)
    if not text:
        raise NothingSaidError("a complaint needs a word of what is wrong: nothing was kept")
    key = complaint_id(customer_id, "form", form)

    def do(draft: Draft, at: datetime) -> None:
        already = draft.customer.open_complaints
        if key not in already and len(already) >= MOST_OPEN:
            raise PermanentError(
                f"customer {customer_id} has {len(already)} open complaints: somebody should call"
            )
        told = Complaint(
            customer_id,
            key,
            raised_at=at,
            order_id=order_id,
            subject=as_subject(text),
            text=text,
            channel=SalesChannel.WEB,
        )
        hear_complaint(draft, told)

    say(
        customer_id,
        do,
        customers=customers,
        clock=clock,
        needs=[FactKey(customer_id, FactKind.COMPLAINT, (key,))],
    )
    return key
