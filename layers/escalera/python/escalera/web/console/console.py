"""The console's pages: who may open which, and what every page is told besides its own facts."""

import hmac
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode, urlsplit

from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from escalera.domain.errors import NotThereError
from escalera.domain.seals import KeyRing, seal
from escalera.domain.staff import Right, StaffMember
from escalera.ports.clock import Clock
from escalera.ports.colleagues import Colleagues
from escalera.ports.open_sessions import OpenSessions
from escalera.ports.sign_in import SignIn
from escalera.web.answers import go_to, page, page_policy
from escalera.web.console.sessions import Cookies, Session
from escalera.web.forms import Form, read_form
from escalera.web.site import Answer, RefusedError, routes
from escalera.web.templates import Templates

_INSIDE = re.compile(r"/(?![/\\])[!-~]*")
SIGN_IN = "/sign-in"
PROOF = "proof"
"""The field of every form that changes something, and in lower case the header htmx sends: made for one session."""


@dataclass(frozen=True, slots=True)
class Visit:
    """A request of somebody who is signed in and may make it."""

    request: APIGatewayProxyEventV2
    session: Session
    now: datetime
    form: Form
    """What they sent; empty when a page is asked for."""
    _console: "Console"

    @property
    def member(self) -> StaffMember:
        """Who it is."""
        return self.session.member

    def asked(self, name: str) -> str:
        """What the page's address says of this, after its `?`; empty if nothing."""
        return (self.request.query_string_parameters or {}).get(name, "").strip()

    def asked_id(self, name: str) -> str:
        """The id that the page's address names; NotThereError for one longer than any is."""
        return _an_id(self.asked(name))

    def sent_id(self, name: str) -> str:
        """The id in a field of the form; NotThereError for one longer than any is."""
        return _an_id(self.form.text(name))

    def colleagues(self) -> tuple[StaffMember, ...]:
        """Who else works here."""
        return self._console.colleagues.known(self._console.wall_clock.now())

    @property
    def wants_a_part(self) -> bool:
        """Whether htmx asks, which puts a part of the page in place; without scripts the whole page is asked for."""
        headers = self.request.headers
        return headers.get("hx-request") == "true" and headers.get("hx-history-restore-request") != "true"

    def show(self, template: str, *, status: int = 200, **facts: Any) -> Answer:
        """The page of this template. Every template knows `visit`, `member`, `proof`, `now` and `parts_only`."""
        return self._console.answer(self._console.render(template, self, facts), status=status)

    def go_to(self, address: str, *, said: str = "") -> Answer:
        """Go on there, where it is said what was done; `said` is the name of a phrase in `said.html`."""
        target = f"{address}{'&' if '?' in address else '?'}{urlencode({'said': said})}" if said else address
        return go_to(target)

    def go_back(self, otherwise: str, *, said: str = "") -> Answer:
        """Go on where the form came from (its field `back`), if that is a place of this site."""
        back = inside(self.form.text("back"))
        return self.go_to(otherwise if back == "/" else back, said=said)


Page = Callable[..., Answer]


_LONGEST_ID = 128
"""In signs: what an event's contract lets an id be."""


def _an_id(text: str) -> str:
    if len(text) > _LONGEST_ID:
        raise NotThereError(f"no id has {len(text)} signs: {_LONGEST_ID} are the most")
    return text


def inside(address: str) -> str:
    """The address if it is one of this site's, else the first page: nobody is sent elsewhere by a link of ours."""
    return address if _INSIDE.fullmatch(address) else "/"


class Console:
    """Registers pages and changes, each with the right it asks for: none can be reached without."""

    def __init__(
        self,
        *,
        templates: Templates,
        ring: KeyRing,
        secure: bool,
        sign_in: SignIn,
        colleagues: Colleagues,
        sessions: OpenSessions,
        clock: Clock,
        wall_clock: Clock,
    ) -> None:
        self.router = routes()
        self.cookies = Cookies(ring, secure)
        self.sign_in = sign_in
        self.colleagues = colleagues
        self.sessions = sessions
        self.clock = clock
        self.wall_clock = wall_clock
        self._templates = templates
        self._ring = ring
        # Who signs out does so by a form, and is sent on to the sign-in's own end of the session.
        way_out = urlsplit(sign_in.leave_address())
        self._policy = page_policy(forms_lead_to=f"{way_out.scheme}://{way_out.netloc}")

    def page(self, rule: str, *, right: Right) -> Callable[[Page], Page]:
        """A page at this address. It changes nothing. Ids belong behind its `?`: a shop's may hold any letter."""
        return self._register("GET", rule, right)

    def change(self, rule: str, *, right: Right) -> Callable[[Page], Page]:
        """What a form posts to: asked only with the proof that the form was ours and this session's."""
        return self._register("POST", rule, right)

    def proof_of(self, session: Session) -> str:
        """What the forms of a session carry, so that no other site can send them for it (OWASP: synchronizer token)."""
        return seal(session.id.encode(), use="proof", ring=self._ring)

    def render(self, template: str, visit: Visit, facts: Mapping[str, Any]) -> str:
        """The page of a template, for this visit."""
        known = {
            "visit": visit,
            "member": visit.member,
            "Right": Right,
            "proof": self.proof_of(visit.session),
            "now": visit.now,
            "here": visit.request.path,
            "said": visit.asked("said"),
            "parts_only": visit.wants_a_part,
        }
        return self._templates.render(template, {**known, **facts})

    def answer(self, html: str, *, status: int = 200) -> Answer:
        """A page of the console."""
        return page(html, status=status, policy=self._policy)

    def not_in(self, why: str) -> Answer:
        """The page of somebody who is not signed in: because they left, or (with a reason) were not let in."""
        html = self._templates.render("not_in.html", {"why": why})
        return page(html, status=403 if why else 200)

    def trouble(self, status: int) -> Answer:
        """The page that says what went wrong."""
        return page(self._templates.render("trouble.html", {"status": status}), status=status)

    def _register(self, method: str, rule: str, right: Right) -> Callable[[Page], Page]:
        def register(made: Page) -> Page:
            def guarded(**parts: str) -> Answer:
                request = APIGatewayProxyEventV2(self.router.current_event.raw_event)
                sent, present = self.cookies.session(request.cookies), self.wall_clock.now()
                session = None if sent is None else self._still_open(sent, present)
                if session is None:
                    return self._to_sign_in(request)
                if not session.member.may(right):
                    raise RefusedError(403, f"the role {session.member.role.value} may not {right.value}")
                form = self._checked_form(request, session) if method == "POST" else Form(())
                answer = made(Visit(request, session, self.clock.now(), form, self), **parts)
                if session != sent:
                    answer.cookies = [*answer.cookies, self.cookies.of_session(session)]
                return answer

            guarded.__name__ = getattr(made, "__name__", "page")
            self.router.route(rule, method=[method])(guarded)
            return made

        return register

    def _still_open(self, session: Session, now: datetime) -> Session | None:
        """The session with the person as they are now; None if it ended, was closed, or they may come in no more."""
        # Asked of the table with every request: a copy of the cookie is worth nothing once the session is closed.
        if session.is_over(now) or not self.sessions.is_open(session.member.id, session.id):
            return None
        if not session.wants_a_look(now):
            return session
        member = self.sign_in.look_up(session.member)
        return None if member is None else replace(session, member=member, looked_at=now)

    def _to_sign_in(self, request: APIGatewayProxyEventV2) -> Answer:
        if request.headers.get("hx-request") == "true":
            # htmx would put the sign-in into the page: it is told to go there as a whole.
            return page("", status=401, headers={"HX-Redirect": SIGN_IN})
        wanted = f"{request.path}?{request.raw_query_string}" if request.raw_query_string else request.path
        if request.http_method != "GET":
            wanted = "/"
        return go_to(f"{SIGN_IN}?{urlencode({'go_to': wanted})}")

    def _checked_form(self, request: APIGatewayProxyEventV2, session: Session) -> Form:
        # Browsers say where a request comes from; the few that do not still have to bring the proof.
        if request.headers.get("sec-fetch-site", "same-origin") not in {"same-origin", "none"}:
            raise RefusedError(403, "the form came from another site")
        form = read_form(request)
        told = form.text(PROOF) or request.headers.get(PROOF, "")
        if not hmac.compare_digest(told.encode(), self.proof_of(session).encode()):
            raise RefusedError(
                403, "the form is not of this session: load the page again and repeat what you did"
            )
        return form
