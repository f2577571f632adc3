"""A message is sent to whoever looks at it, marked as a test: the one mail that is no customer's.

It goes by the sender alone: no customer, no ledger, no journey hears of it; a row tells who sent which. Its links open
nothing, whosever facts it shows.
"""

from dataclasses import dataclass, replace
from datetime import UTC, timedelta

from escalera.domain.errors import NotThereError, TooOftenError
from escalera.domain.staff import Right, StaffMember
from escalera.domain.vocabulary import NOBODY, CustomerId, Language, MessageKey
from escalera.domain.work import audit_of
from escalera.ports.audit import AuditTrail
from escalera.ports.messages import MessageSender, OutgoingMessage
from escalera.ports.work import Span, WorkLists
from escalera.use_cases.desk.deciding import noted
from escalera.use_cases.look.preview import PreviewPorts, preview_message

TESTS_AN_HOUR = 20
"""So many a person may send themselves in an hour: enough to try a text, too few to trouble a mailbox."""
SENT = "test sent"
_MARK = "[Test]"


@dataclass(frozen=True, slots=True)
class SendTestPorts:
    """What a test is sent with."""

    preview: PreviewPorts
    sender: MessageSender
    trail: AuditTrail
    work: WorkLists


def send_test(
    message: str,
    language: Language,
    customer_id: CustomerId | None = None,
    *,
    by: StaffMember,
    form: str,
    ports: SendTestPorts,
) -> bool:
    """Send it to the address they sign in with; False if this very form sent it already.

    `customer_id`: whose facts it shows. Errors: `NotAllowedError`, `NotThereError`, `TooOftenError`, and the sender's.
    """
    by.must(Right.STEER)
    now = ports.preview.clock.now()
    found = preview_message(message, language, customer_id, ports=ports.preview)
    if found.email is None:
        raise NotThereError(f"`{message}` does not go by e-mail: there is nothing to send")
    _look_how_often(by, ports)
    audit = noted(by, SENT, of=NOBODY, about=message, at=now, detail=language.value)
    outgoing = OutgoingMessage(
        key=MessageKey(f"test-{audit.audit_id}"),
        to=by.email,
        content=replace(found.email, subject=f"{_MARK} {found.email.subject}"),
        # As customers' mails have some of their own: a test goes all of their way.
        headers={"X-Escalera": "test"},
    )
    if not ports.trail.add(audit, once=f"{by.id}#{form}"):
        return False
    ports.sender.send(outgoing, claimed=None)
    return True


def _look_how_often(by: StaffMember, ports: SendTestPorts) -> None:
    """TooOftenError if they sent enough; read from an index that follows within moments, so it is a bound, not a count."""
    now = ports.preview.clock.now()
    since = now - timedelta(hours=1)
    sent = sum(
        (staff_id, what) == (by.id, SENT)
        for day in {since.astimezone(UTC).date(), now.astimezone(UTC).date()}
        for staff_id, what in ports.work.glance(audit_of(day), ("staff_id", "what"), span=Span(since)).rows
    )
    if sent >= TESTS_AN_HOUR:
        raise TooOftenError(f"{sent} tests within the hour: wait a little, or look at the preview")
