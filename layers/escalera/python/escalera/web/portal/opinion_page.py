"""How was it (doctrine S9): a tap in the mail, and one thing more."""

from escalera.domain.facts import Complaint, FactKey, FactKind, Opinion
from escalera.domain.limits import Action
from escalera.domain.links import LinkPurpose
from escalera.domain.once import complaint_id
from escalera.domain.opinions import SCORES
from escalera.domain.vocabulary import OrderId
from escalera.use_cases.portal.complain import LONGEST_WORDS, give_opinion
from escalera.web.answers import nothing_to_show
from escalera.web.portal.portal import Portal, Visit
from escalera.web.site import Answer


def opinion_page(portal: Portal) -> None:
    """Register it."""
    terms = portal.parts.programme.opinions

    def known(visit: Visit) -> tuple[Opinion | None, Complaint | None]:
        order = visit.link.subject
        opinion = FactKey(visit.customer.id, FactKind.OPINION, (order,))
        reference = complaint_id(visit.customer.id, "opinion", order)
        complaint = FactKey(visit.customer.id, FactKind.COMPLAINT, (reference,))
        facts = portal.parts.customers.load_facts([opinion, complaint])
        told, opened = facts.get(opinion), facts.get(complaint)
        return told if isinstance(told, Opinion) else None, opened if isinstance(opened, Complaint) else None

    def shown(
        visit: Visit,
        *,
        status: int = 200,
        mistake: bool = False,
        too_often: bool = False,
        written: Opinion | None = None,
    ) -> Answer:
        opinion, complaint = known(visit)
        opinion = written or opinion
        tapped = _score(visit.asked("score"))
        return visit.show(
            "opinion.html",
            status=status,
            order=visit.link.subject,
            score=tapped or (opinion.score if opinion else None),
            tapped=tapped is not None,
            opinion=opinion,
            complaint=complaint,
            scores=list(SCORES),
            low=terms.low,
            high=terms.high,
            review_url=terms.review_url,
            longest=LONGEST_WORDS,
            mistake=mistake,
            too_often=too_often,
        )

    @portal.page(LinkPurpose.OPINION)
    def ask(visit: Visit) -> Answer:
        return shown(visit)

    @portal.change(LinkPurpose.OPINION)
    def answer(visit: Visit) -> Answer:
        form = visit.form
        score = _score(form.text("score"))
        if score is None:
            return shown(visit, status=422, mistake=True)
        if not visit.may(Action.GIVE_OPINION):
            order, comment = OrderId(visit.link.subject), form.text("comment")
            written = Opinion(visit.customer.id, order, score, visit.now, comment)
            return shown(visit, status=429, too_often=True, written=written)
        give_opinion(
            visit.customer.id,
            OrderId(visit.link.subject),
            score=score,
            comment=form.text("comment"),
            rules=terms.rules(),
            customers=portal.parts.customers,
            clock=portal.parts.clock,
        )
        # The page's script sends the tap as soon as somebody is there, and stays where it is.
        return nothing_to_show() if form.has("tap") else visit.go_back(said="thanks")


def _score(text: str) -> int | None:
    return next((score for score in SCORES if str(score) == text), None)
