"""The way in and out of the console."""

import hashlib
import secrets
from base64 import urlsafe_b64encode

from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.utilities.data_classes import APIGatewayProxyEventV2

from escalera.ports.sign_in import SignInRefusedError
from escalera.runtime.observability import logger
from escalera.web.answers import go_to
from escalera.web.console.console import SIGN_IN, Console, inside
from escalera.web.console.sessions import SIGNING_IN, Attempt, Session
from escalera.web.site import Answer, routes


def signing_in(console: Console) -> Router:
    """The addresses that are open to those who are not signed in."""
    router = routes()

    @router.get(SIGN_IN)
    def sign_in() -> Answer:
        attempt = Attempt(
            state=secrets.token_urlsafe(24),
            verifier=secrets.token_urlsafe(48),
            go_to=inside(_query(router).get("go_to", "/")),
            until=console.wall_clock.now() + SIGNING_IN,
        )
        address = console.sign_in.address(state=attempt.state, challenge=challenge_of(attempt.verifier))
        return go_to(address, cookies=[console.cookies.of_attempt(attempt)])

    @router.get("/signed-in")
    def signed_in() -> Answer:
        now, query = console.wall_clock.now(), _query(router)
        attempt = console.cookies.attempt(_event(router).cookies, now)
        if attempt is None or not secrets.compare_digest(
            attempt.state.encode(), query.get("state", "").encode()
        ):
            # Too late, or come by somebody else's link: begin again, that harms nobody.
            return go_to(SIGN_IN)
        if "code" not in query:
            return console.not_in("The sign-in sent you back without letting you in.")
        try:
            member = console.sign_in.redeem(query["code"], verifier=attempt.verifier)
        except SignInRefusedError as refusal:
            logger().info("sign-in refused", error=str(refusal))
            return console.not_in(str(refusal))
        session = Session.begun(member, now)
        console.sessions.open(member.id, session.id, until=session.ends_at)
        console.colleagues.note(member, now)
        logger().info("signed in", role=member.role.value)
        return go_to(attempt.go_to, cookies=[console.cookies.of_session(session), console.cookies.arrived()])

    @router.get("/signed-out")
    def signed_out() -> Answer:
        return console.not_in("")

    @router.post("/sign-out")
    def sign_out() -> Answer:
        # No proof is asked for: nobody is harmed by being signed out, and a session that is over can be left, too.
        if session := console.cookies.session(_event(router).cookies):
            console.sessions.close(session.member.id, session.id)
            logger().info("signed out", role=session.member.role.value)
        return go_to(console.sign_in.leave_address(), cookies=console.cookies.gone())

    return router


def challenge_of(verifier: str) -> str:
    """The S256 code challenge of RFC 7636."""
    return urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")


def _event(router: Router) -> APIGatewayProxyEventV2:
    return APIGatewayProxyEventV2(router.current_event.raw_event)


def _query(router: Router) -> dict[str, str]:
    return _event(router).query_string_parameters or {}
