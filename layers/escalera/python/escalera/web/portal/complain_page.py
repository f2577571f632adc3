"""Something is wrong: a short form, and a promise of when somebody answers (doctrine S9, L11)."""

import secrets
from datetime import timedelta

from escalera.domain.errors import PermanentError
from escalera.domain.facts import Complaint, FactKey, FactKind
from escalera.domain.limits import Action
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import OrderId
from escalera.use_cases.portal.complain import LONGEST_WORDS, MOST_OPEN, NothingSaidError, complain
from escalera.use_cases.portal.saying import ErasedAlreadyError
from escalera.web.portal.portal import Portal, Visit
from escalera.web.site import Answer, RefusedError

_LONGEST_FORM_NAME = 40


def complain_page(portal: Portal) -> None:
    """Register it."""
    within = timedelta(seconds=portal.parts.programme.policy.answer_within)

    def shown(
        visit: Visit, *, status: int = 200, mistake: bool = False, too_often: bool = False, words: str = ""
    ) -> Answer:
        reference = visit.asked("case")
        return visit.show(
            "complain.html",
            status=status,
            order=visit.link.subject,
            complaint=_own(visit, reference) if reference else None,
            many=len(visit.customer.open_complaints) >= MOST_OPEN,
            within=within,
            form=secrets.token_hex(8),
            longest=LONGEST_WORDS,
            mistake=mistake,
            too_often=too_often,
            words=words,
        )

    def _own(visit: Visit, reference: str) -> Complaint | None:
        key = FactKey(visit.customer.id, FactKind.COMPLAINT, (reference,))
        found = portal.parts.customers.load_facts([key]).get(key)
        return found if isinstance(found, Complaint) else None

    @portal.page(LinkPurpose.COMPLAIN)
    def ask(visit: Visit) -> Answer:
        return shown(visit)

    @portal.change(LinkPurpose.COMPLAIN)
    def send(visit: Visit) -> Answer:
        form = visit.form
        if form.text("words") and not visit.may(Action.COMPLAIN):
            return shown(visit, status=429, too_often=True, words=form.text("words"))
        try:
            reference = complain(
                visit.customer.id,
                words=form.text("words"),
                form=form.text("form")[:_LONGEST_FORM_NAME],
                order_id=OrderId(visit.link.subject) if visit.link.subject else None,
                customers=portal.parts.customers,
                clock=portal.parts.clock,
            )
        except NothingSaidError:
            return shown(visit, status=422, mistake=True)
        except ErasedAlreadyError:
            raise
        except PermanentError as error:
            raise RefusedError(409, str(error)) from error
        return visit.go_back(said="heard", case=reference)
