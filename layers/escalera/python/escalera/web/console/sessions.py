"""Who a visitor of the console is: a sealed cookie that names a session, which the table has to know as open."""

import json
import secrets
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from aws_lambda_powertools.shared.cookies import Cookie, SameSite

from escalera.domain.seals import KeyRing, SealBrokenError, seal, unseal
from escalera.domain.staff import Role, StaffMember

LONGEST = timedelta(hours=10)
"""A working day: then everybody signs in again."""
LOOK_AGAIN = timedelta(minutes=2)
"""How often the sign-in is asked who somebody is: so long, at most, a change made there alone goes unnoticed."""
SIGNING_IN = timedelta(minutes=10)
"""So long somebody may take to sign in."""

_SESSION, _ATTEMPT = "session", "sign-in"


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who signed in."""

    id: str
    """Drawn at random when they did."""
    member: StaffMember
    since: datetime
    looked_at: datetime
    """When the sign-in was last asked whether they still are who they were."""

    @classmethod
    def begun(cls, member: StaffMember, now: datetime) -> "Session":
        """A new session; its first page asks the sign-in once more who they are.

        So whoever lost their role between the sign-in and the record of the session does not slip through.
        """
        return cls(secrets.token_urlsafe(24), member, since=now, looked_at=now - LOOK_AGAIN)

    @property
    def ends_at(self) -> datetime:
        """When it ends by itself."""
        return self.since + LONGEST

    def is_over(self, now: datetime) -> bool:
        """Whether they have to sign in again."""
        return not self.since <= now < self.ends_at

    def wants_a_look(self, now: datetime) -> bool:
        """Whether it is time to ask the sign-in again."""
        return now >= self.looked_at + LOOK_AGAIN


@dataclass(frozen=True, slots=True)
class Attempt:
    """Somebody on their way to the sign-in and back."""

    state: str
    verifier: str
    go_to: str
    """Where they wanted to go."""
    until: datetime


@dataclass(frozen=True, slots=True)
class Cookies:
    """Makes and reads the cookies of the console. `secure`: the site is served over TLS, as everywhere but at home."""

    ring: KeyRing
    secure: bool

    def of_session(self, session: Session) -> Cookie:
        """The cookie of somebody who is signed in."""
        member = session.member
        plain = {
            "id": session.id,
            "member": {**asdict(member), "role": member.role.value},
            "since": session.since.timestamp(),
            "looked_at": session.looked_at.timestamp(),
        }
        return self._cookie(_SESSION, plain, LONGEST)

    def session(self, sent: Sequence[str]) -> Session | None:
        """The session among the cookies of a request (`name=value`); None if there is none of ours."""
        plain = self._read(_SESSION, sent)
        if plain is None:
            return None
        member = plain["member"]
        return Session(
            id=plain["id"],
            member=StaffMember(**{**member, "role": Role(member["role"])}),
            since=_instant(plain["since"]),
            looked_at=_instant(plain["looked_at"]),
        )

    def of_attempt(self, attempt: Attempt) -> Cookie:
        """The cookie of somebody who goes to sign in."""
        plain = {**asdict(attempt), "until": attempt.until.timestamp()}
        return self._cookie(_ATTEMPT, plain, SIGNING_IN)

    def attempt(self, sent: Sequence[str], now: datetime) -> Attempt | None:
        """The attempt among the cookies of a request; None if there is none, or it took too long."""
        plain = self._read(_ATTEMPT, sent)
        if plain is None:
            return None
        attempt = Attempt(**{**plain, "until": _instant(plain["until"])})
        return attempt if now < attempt.until else None

    def gone(self) -> list[Cookie]:
        """Has the browser forget who they are."""
        return [self._bare(_SESSION, "", timedelta(0)), self.arrived()]

    def arrived(self) -> Cookie:
        """Has the browser forget that they were on their way."""
        return self._bare(_ATTEMPT, "", timedelta(0))

    def _name(self, use: str) -> str:
        """What the cookie of a use is called. `__Host-`: no other host and no subdomain can have set it."""
        return f"__Host-{use}" if self.secure else use

    def _cookie(self, use: str, plain: object, lasts: timedelta) -> Cookie:
        return self._bare(use, seal(json.dumps(plain).encode(), use=use, ring=self.ring), lasts)

    def _bare(self, use: str, value: str, lasts: timedelta) -> Cookie:
        return Cookie(
            self._name(use),
            value,
            path="/",
            secure=self.secure,
            http_only=True,
            max_age=int(lasts.total_seconds()),
            # Not strict: people come back by a link of the sign-in's, and from links in their mail. No other site's
            # form brings it along, and every change asks for the form's own token besides.
            same_site=SameSite.LAX_MODE,
        )

    def _read(self, use: str, sent: Sequence[str]) -> dict[str, Any] | None:
        start = f"{self._name(use)}="
        for cookie in sent:
            if cookie.startswith(start):
                with suppress(SealBrokenError):
                    plain: dict[str, Any] = json.loads(
                        unseal(cookie.removeprefix(start), use=use, ring=self.ring)
                    )
                    return plain
        return None


def _instant(seconds: float) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)
