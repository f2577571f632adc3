"""A complaint is given an owner, answered, solved, by somebody of the shop (doctrine L10, L11).

What a shop's own system tells of the same complaint may come before, between or after; `domain.complaints.merge` brings
both together.
"""

from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime

from escalera.domain.complaints import judge_promise, merge, with_complaint
from escalera.domain.customer import Customer
from escalera.domain.errors import AnsweredMeanwhileError, NotThereError, PermanentError
from escalera.domain.facts import Answer, Complaint, FactKey, FactKind, Promise, PromiseStatus
from escalera.domain.once import answer_id
from escalera.domain.staff import Right, StaffMember
from escalera.domain.vocabulary import AnswerId, ComplaintId, CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository, When, Write
from escalera.use_cases.desk.deciding import Decision, decide, noted
from escalera.use_cases.desk.words import as_written, in_one_line

LONGEST_ANSWER = 5000
LONGEST_NAME = 120


def assign_complaint(
    customer_id: CustomerId,
    complaint_id: ComplaintId,
    *,
    to: str,
    to_id: str = "",
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
) -> bool:
    """Say who takes care of it; nobody, if `to` is empty. False if it is theirs already, or solved meanwhile.

    `to_id` is the sign-in's own id of who is called so; empty for somebody it does not know.
    Errors: `NotAllowedError`, `NotThereError`.
    """
    by.must(Right.SERVE)
    owner = in_one_line(to, most=LONGEST_NAME)

    def judge(customer: Customer, known: Complaint) -> Decision | None:
        if (known.owner, known.owner_id) == (owner, to_id) or not known.is_open:
            return None
        audit = noted(
            by, "complaint assigned", of=customer_id, about=complaint_id, at=clock.now(), detail=owner
        )
        owned = replace(known, owner=owner, owner_id=to_id)
        return Decision(customer, (Write(owned, When.ALWAYS),), audit)

    return _tend(customer_id, complaint_id, judge, customers)


def answer_complaint(
    customer_id: CustomerId,
    complaint_id: ComplaintId,
    *,
    text: str,
    form: str,
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
    seen: str | None = None,
) -> bool:
    """Keep what somebody wrote, for the journey that sends it; the promises it keeps are kept from now on.

    `form` names the form it was written in: the same form sent twice is one answer (then False); another form, or the
    same with other words by whoever went back to it, is another. `seen` is the newest answer that the form's page showed,
    empty if it showed none; left out, nobody asks what was seen.
    Errors: `NotAllowedError`, `NotThereError`, `AnsweredMeanwhileError`, and `PermanentError` for a text that says nothing or is too long.
    """
    by.must(Right.SERVE)
    written = as_written(text, most=LONGEST_ANSWER + 1)
    if not written or len(written) > LONGEST_ANSWER:
        message = (
            f"an answer has 1 to {LONGEST_ANSWER} signs, this one has {len(text)}: nothing was kept or sent"
        )
        raise PermanentError(message)
    key = answer_id(customer_id, complaint_id, form, written)

    def judge(customer: Customer, known: Complaint) -> Decision | None:
        now = clock.now()
        if seen is not None and _answered_meanwhile(known, seen, key, by, customers):
            raise AnsweredMeanwhileError(
                f"a colleague answered complaint {complaint_id} meanwhile: read it, then answer"
            )
        answered = merge(known, Complaint(customer_id, complaint_id, answered_at=now))
        answer = Answer(customer_id, complaint_id, key, written, now, by.name, by.id)
        audit = noted(by, "complaint answered", of=customer_id, about=complaint_id, at=now, detail=key)
        owned = answered if known.owner else replace(answered, owner=by.name, owner_id=by.id)
        writes = (
            Write(answer),
            Write(owned, When.ALWAYS),
            *_settled(customer_id, answered, now, customers),
        )
        return Decision(customer, writes, audit)

    return _tend(customer_id, complaint_id, judge, customers)


def resolve_complaint(
    customer_id: CustomerId,
    complaint_id: ComplaintId,
    *,
    cause: str,
    causes: Collection[str],
    by: StaffMember,
    customers: CustomerRepository,
    clock: Clock,
) -> bool:
    """Say that it is solved, and what its root cause was; for one that is solved, put its cause right.

    False if both are known already. Errors: `NotAllowedError`, `NotThereError`, and `PermanentError` for a cause that is
    none of the programme's `causes`.
    """
    by.must(Right.SERVE)
    if cause not in causes:
        message = f"`{cause}` is none of the programme's causes ({', '.join(causes)}): choose one of these"
        raise PermanentError(message)

    def judge(customer: Customer, known: Complaint) -> Decision | None:
        now = clock.now()
        if known.resolved_at is not None and known.cause == cause:
            return None
        what = "complaint solved" if known.resolved_at is None else "cause of a complaint put right"
        told = Complaint(customer_id, complaint_id, resolved_at=now, cause=cause, cause_at=now)
        solved = merge(known, told)
        audit = noted(by, what, of=customer_id, about=complaint_id, at=now, detail=cause)
        writes = (Write(solved, When.ALWAYS), *_settled(customer_id, solved, now, customers))
        return Decision(with_complaint(customer, solved), writes, audit)

    return _tend(customer_id, complaint_id, judge, customers)


def _tend(
    customer_id: CustomerId,
    complaint_id: ComplaintId,
    judge: Callable[[Customer, Complaint], Decision | None],
    customers: CustomerRepository,
) -> bool:
    key = FactKey(customer_id, FactKind.COMPLAINT, (complaint_id,))

    def judge_it(customer: Customer) -> Decision | None:
        known = customers.load_facts([key]).get(key)
        if not isinstance(known, Complaint):
            raise NotThereError(f"customer {customer_id} has no complaint {complaint_id}: reload the list")
        return judge(customer, known)

    return decide(customer_id, judge_it, customers=customers)


def _answered_meanwhile(
    complaint: Complaint, seen: str, key: AnswerId, by: StaffMember, customers: CustomerRepository
) -> bool:
    """Whether a colleague's answer is newer than the one that was seen; a form that was kept before is a resend."""
    answers = {
        fact.answer_id: fact
        for fact in customers.facts_of(complaint.customer_id, FactKind.ANSWER)
        if isinstance(fact, Answer) and fact.complaint_id == complaint.complaint_id
    }
    if key in answers:
        return False
    last = answers.get(AnswerId(seen))
    return any(
        not by.is_meant(one.by, one.staff_id)
        and (last is None or (one.written_at, one.answer_id) > (last.written_at, last.answer_id))
        for one in answers.values()
    )


def _settled(
    customer_id: CustomerId, complaint: Complaint, now: datetime, customers: CustomerRepository
) -> tuple[Write, ...]:
    """The open promises about this complaint that are settled by now: nobody need watch them any more."""
    open_ones = [
        fact
        for fact in customers.facts_of(customer_id, FactKind.PROMISE)
        if isinstance(fact, Promise)
        and fact.about == complaint.complaint_id
        and fact.status is PromiseStatus.OPEN
    ]
    judged = [(one, judge_promise(one, complaint, now)) for one in open_ones]
    return tuple(Write(after, When.ALWAYS) for one, after in judged if after != one)
