"""Complaints: the queue by the clock, one complaint with all that can be done about it, and what they are about."""

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode
from zoneinfo import ZoneInfo

from escalera.domain.complaints import answer_due, clock_of
from escalera.domain.errors import AnsweredMeanwhileError, NotThereError, PermanentError
from escalera.domain.facts import Complaint
from escalera.domain.staff import Right
from escalera.domain.vocabulary import ComplaintId, CustomerId, Language, Purpose
from escalera.domain.work import open_complaints
from escalera.journeys.programme import Programme
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.work import WorkLists
from escalera.use_cases.desk.colleagues import CannotServeError, NamesakesError, called, find_colleague
from escalera.use_cases.desk.follow_trends import follow_trends
from escalera.use_cases.desk.look_through import LOOKED_THROUGH, look_through
from escalera.use_cases.desk.show_complaint import show_complaint
from escalera.use_cases.desk.tend_complaints import (
    LONGEST_ANSWER,
    answer_complaint,
    assign_complaint,
    resolve_complaint,
)
from escalera.web.console.console import Console, Visit
from escalera.web.console.today_page import as_clocked
from escalera.web.site import Answer

ROWS = 20
"""So many causes, products or categories are shown, those with most complaints."""


@dataclass(frozen=True, slots=True)
class Desk:
    """What the pages of complaints work with."""

    customers: CustomerRepository
    work: WorkLists
    programme: Programme
    clock: Clock

    @property
    def answer_within(self) -> timedelta:
        """What the shop promises."""
        return timedelta(seconds=self.programme.policy.answer_within)

    @property
    def causes(self) -> Mapping[str, str]:
        """What complaints may come from, by name, in the console's language."""
        return {name: texts.get(Language.ENGLISH) or name for name, texts in self.programme.causes.items()}

    def about(self, complaint: Complaint) -> dict[str, Any]:
        """The complaint and its clock."""
        return {
            "fact": complaint,
            "clock": clock_of(complaint, self.answer_within, self.clock.now()).value,
            "due": answer_due(complaint, self.answer_within),
        }


def complaints_pages(console: Console, desk: Desk) -> None:
    """Register them."""

    @console.page("/complaints", right=Right.SEE)
    def queue(visit: Visit) -> Answer:
        mine, start = visit.asked("whose") == "mine", visit.asked("from")
        found = look_through(
            open_complaints(),
            lambda one: not mine or visit.member.is_meant(one.owner, one.owner_id),
            work=desk.work,
            cursor=start,
            most=LOOKED_THROUGH,
        )
        return visit.show(
            "complaints.html",
            complaints=[desk.about(one) for one in found.facts],
            whose=desk.customers.load({one.customer_id for one in found.facts}),
            mine=mine,
            found=found,
            begun=not start,
            most=LOOKED_THROUGH,
        )

    @console.page("/complaints/trends", right=Right.SEE)
    def trends(visit: Visit) -> Answer:
        zone = ZoneInfo(desk.programme.shop.default_time_zone)
        found, whole = follow_trends(
            work=desk.work,
            customers=desk.customers,
            clock=desk.clock,
            answer_within=desk.answer_within,
            zone=zone,
        )
        most = max((week.raised for week in found.weeks), default=0)
        return visit.show(
            "trends.html", trends=found, whole=whole, most=most, most_rows=ROWS, causes=desk.causes
        )

    @console.page("/complaint", right=Right.SEE)
    def one(visit: Visit) -> Answer:
        return _shown(visit, desk, CustomerId(visit.asked_id("customer")), ComplaintId(visit.asked_id("id")))

    _changes(console, desk)


def _changes(console: Console, desk: Desk) -> None:
    @console.change("/complaint/assign", right=Right.SERVE)
    def assign(visit: Visit) -> Answer:
        customer_id, complaint_id = _named(visit)
        try:
            to, to_id = _meant(visit, console)
        except tuple(_MISTAKES) as error:
            mistake = _MISTAKES[type(error)]
            return _shown(visit, desk, customer_id, complaint_id, mistakes={"to": mistake})
        changed = assign_complaint(
            customer_id,
            complaint_id,
            to=to,
            to_id=to_id,
            by=visit.member,
            customers=desk.customers,
            clock=desk.clock,
        )
        said = ("assigned" if to else "left") if changed else "unchanged"
        return visit.go_to(_address(customer_id, complaint_id), said=said)

    @console.change("/complaint/answer", right=Right.SERVE)
    def answer(visit: Visit) -> Answer:
        customer_id, complaint_id = _named(visit)
        try:
            answer_complaint(
                customer_id,
                complaint_id,
                text=visit.form.text("text"),
                form=visit.form.text("form"),
                seen=visit.form.text("seen"),
                by=visit.member,
                customers=desk.customers,
                clock=desk.clock,
            )
        except NotThereError:
            raise
        except AnsweredMeanwhileError:
            return _shown(visit, desk, customer_id, complaint_id, meanwhile=True)
        except PermanentError:
            mistake = f"Write your answer: one to {LONGEST_ANSWER} signs. Nothing was sent."
            return _shown(visit, desk, customer_id, complaint_id, mistakes={"text": mistake})
        return visit.go_to(_address(customer_id, complaint_id), said="answered")

    @console.change("/complaint/resolve", right=Right.SERVE)
    def resolve(visit: Visit) -> Answer:
        customer_id, complaint_id = _named(visit)
        try:
            resolve_complaint(
                customer_id,
                complaint_id,
                cause=visit.form.text("cause"),
                causes=desk.causes,
                by=visit.member,
                customers=desk.customers,
                clock=desk.clock,
            )
        except NotThereError:
            raise
        except PermanentError:
            mistake = "Choose what it came from: only so the same can be kept from happening again."
            return _shown(visit, desk, customer_id, complaint_id, mistakes={"cause": mistake})
        return visit.go_to(_address(customer_id, complaint_id), said="resolved")


class _NobodyNamedError(PermanentError):
    """The form says neither whom to give it to nor that nobody shall have it."""


_MISTAKES: Mapping[type[PermanentError], str] = {
    _NobodyNamedError: "Write whom to give it to.",
    NamesakesError: "Two colleagues are called so. Write the e-mail address of whom you mean.",
    CannotServeError: "They can take care of no complaints here. Give it to somebody else.",
}


def _meant(visit: Visit, console: Console) -> tuple[str, str]:
    """The name and the id of whom the form gives it to, empty for nobody; a name alone where no colleague is called so."""
    if visit.form.has("nobody"):
        return "", ""
    if visit.form.has("mine"):
        return visit.member.name, visit.member.id
    text = visit.form.text("to")
    if not text:
        raise _NobodyNamedError("the form names nobody to give the complaint to")
    found = find_colleague(text, visit.colleagues(), sign_in=console.sign_in)
    return (text, "") if found is None else (found.name, found.id)


def _shown(
    visit: Visit,
    desk: Desk,
    customer_id: CustomerId,
    complaint_id: ComplaintId,
    mistakes: Mapping[str, str] | None = None,
    *,
    meanwhile: bool = False,
) -> Answer:
    """The page of one complaint; with mistakes, or answered meanwhile, once more with what was typed."""
    found = show_complaint(
        customer_id, complaint_id, customers=desk.customers, programme=desk.programme, clock=desk.clock
    )
    gives = found.file.complaint.is_open and visit.member.may(Right.SERVE)
    return visit.show(
        "complaint.html",
        status=409 if meanwhile else 422 if mistakes else 200,
        customer=found.customer,
        complaint=as_clocked(found.file),
        order=found.order,
        answers=found.file.answers,
        seen=max(((one.written_at, one.answer_id) for one in found.file.answers), default=("", ""))[1],
        meanwhile=meanwhile,
        sent=found.sent,
        no_mail=found.by_email.refused[Purpose.SERVICE],
        causes=desk.causes,
        colleagues=called(visit.colleagues()) if gives else (),
        mistakes=mistakes or {},
        typed=visit.form,
        # The same form sent twice is one answer; this names the form.
        form=visit.form.text("form") or secrets.token_urlsafe(12),
        longest=LONGEST_ANSWER,
    )


def _named(visit: Visit) -> tuple[CustomerId, ComplaintId]:
    return CustomerId(visit.sent_id("customer")), ComplaintId(visit.sent_id("id"))


def _address(customer_id: CustomerId, complaint_id: ComplaintId) -> str:
    return f"/complaint?{urlencode({'customer': customer_id, 'id': complaint_id})}"
