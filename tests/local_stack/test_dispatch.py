"""The state machine that sends, as it is deployed: it takes the row, calls the provider once, and notes the answer."""

import json
import time
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import boto3
import pytest
from botocore.config import Config

from escalera.adapters.dynamodb.ledger import sending_row
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.ses import SesEmails
from escalera.adapters.sns import SnsTexts
from escalera.adapters.stepfunctions import StepFunctionsMessageSender
from escalera.contracts.dispatch import Kind
from escalera.domain.customer import Customer
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, HandoverUnclearError
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import Change, SaveOutcome, Write
from escalera.ports.messages import OutgoingMessage, RenderedMessage
from infra.constructs.dispatch import ATTRIBUTES
from infra.dispatch_machine import dispatch_definition
from tests.fakes.facts import a_message
from tests.local_stack.probe import Probe

MAY = ("dynamodb:UpdateItem", "ses:SendEmail", "sns:Publish")
CLAIMED, SENT, RELEASED = MessageStatus.CLAIMED, MessageStatus.SENT, MessageStatus.RELEASED


class Desk:
    """The state machine beside the probe's table, and senders that work through it."""

    def __init__(self, probe: Probe) -> None:
        self.probe, self.table = probe, probe.outputs["Table"]
        self._iam, self.machines = probe.client("iam"), probe.client("stepfunctions")
        assume = {
            "Statement": [
                {
                    "Effect": "Allow",
                    "Principal": {"Service": "states.amazonaws.com"},
                    "Action": "sts:AssumeRole",
                }
            ]
        }
        role = self._iam.create_role(RoleName="dispatch", AssumeRolePolicyDocument=json.dumps(assume))[
            "Role"
        ]["Arn"]
        self.may(*MAY)
        self.machine = self.machines.create_state_machine(
            name="dispatch", type="EXPRESS", roleArn=role, definition=json.dumps(dispatch_definition())
        )["stateMachineArn"]
        self.customers = DynamoDBCustomerRepository(self.table, self.connect)
        self.email = self._sender(Kind.EMAIL, SesEmails("Tienda <hola@shop.example.com>", "sending"))
        self.text = self._sender(Kind.TEXT, SnsTexts())

    def connect(self, service: str, settings: Any) -> Any:
        options: Any = {
            **self.probe.stack.client_options(),
            "config": Config(**settings, inject_host_prefix=False),
        }
        return boto3.client(service, **options)  # type: ignore[call-overload]

    def _sender(self, kind: Kind, provider: Any) -> StepFunctionsMessageSender:
        moves = partial(sending_row, self.table)
        return StepFunctionsMessageSender(self.machine, kind, provider, self.connect, moves=moves)

    def may(self, *actions: str) -> None:
        others = [one for one in actions if one != "dynamodb:UpdateItem"]
        statements: list[Any] = [{"Effect": "Allow", "Action": others, "Resource": "*"}]
        if "dynamodb:UpdateItem" in actions:
            only = {"ForAllValues:StringEquals": {"dynamodb:Attributes": ATTRIBUTES}}
            statements.append(
                {"Effect": "Allow", "Action": "dynamodb:UpdateItem", "Resource": "*", "Condition": only}
            )
        policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
        self._iam.put_role_policy(RoleName="dispatch", PolicyName="own", PolicyDocument=policy)
        time.sleep(0.6)  # so long a verdict is trusted

    def row(self, customer: str, status: MessageStatus = CLAIMED) -> Message:
        """A row of a customer of its own."""
        one = Customer(CustomerId(customer))
        row = a_message(one.id, key=f"m-{customer}", status=status)
        (saved,) = self.customers.save([Change(one, one, (Write(row),))])
        assert saved.outcome is SaveOutcome.SAVED
        return row

    def now(self, row: Message) -> Message:
        found = self.customers.load_facts([row.key])[row.key]
        assert isinstance(found, Message)
        return found

    def mails_to(self, customer: str) -> int:
        return sum(mail.recipients == (f"{customer}@example.com",) for mail in self.probe.stack.emails())


@pytest.fixture(scope="module")
def desk(probe: Probe) -> Iterator[Desk]:
    yield Desk(probe)
    probe.stack.change(throttle_email=0, break_before_send=0, break_after_send=0)


def an_email(row: Message) -> OutgoingMessage:
    content = RenderedMessage("Gracias, Ana", "¡Gracias!", "<p>Gracias, Ana</p>")
    headers = {"List-Unsubscribe": "<https://shop.example.com/u>"}
    return OutgoingMessage(
        row.message_key, f"{row.customer_id}@example.com", content, {"purpose": "service"}, headers
    )


def a_text(row: Message, phone: str) -> OutgoingMessage:
    return OutgoingMessage(row.message_key, phone, RenderedMessage("Gracias, Ana"), {"purpose": "service"})


def test_claimed_email_is_sent_whole_and_its_row_says_so(desk: Desk) -> None:
    row = desk.row("d-ana")
    provider_id = desk.email.send(an_email(row), claimed=row)
    mail = desk.probe.stack.emails()[-1]
    assert (mail.message_id, mail.subject, mail.text.strip()) == (provider_id, "¡Gracias!", "Gracias, Ana")
    assert mail.headers["List-Unsubscribe"] == "<https://shop.example.com/u>"
    assert (mail.tags["purpose"], mail.configuration_set) == ("service", "sending")
    assert desk.now(row) == a_message(row.customer_id, key="m-d-ana", status=SENT, provider_id=provider_id)


def test_claimed_text_is_sent_whole_and_its_row_says_so(desk: Desk) -> None:
    row = desk.row("d-text")
    provider_id = desk.text.send(a_text(row, "+447700900123"), claimed=row)
    text = desk.probe.stack.texts()[-1]
    assert (text.message_id, text.phone, text.message) == (provider_id, "+447700900123", "Gracias, Ana")
    assert text.attributes == {"AWS.SNS.SMS.SMSType": "Transactional", "escalera": "m-d-text"}
    assert (desk.now(row).status, desk.now(row).provider_id) == (SENT, provider_id)


@pytest.mark.parametrize("status", [one for one in MessageStatus if one is not CLAIMED])
def test_a_row_that_is_not_claimed_is_not_sent_nor_touched(desk: Desk, status: MessageStatus) -> None:
    row = desk.row(f"d-{status}", status)
    assert desk.email.send(an_email(row), claimed=row) is None
    assert (desk.now(row), desk.mails_to(row.customer_id)) == (row, 0)


def test_asked_twice_it_sends_once(desk: Desk) -> None:
    row = desk.row("d-twice")
    answers = [desk.email.send(an_email(row), claimed=row) for _ in range(2)]
    assert [answer is None for answer in answers] == [False, True]
    assert desk.mails_to(row.customer_id) == 1


def test_message_without_a_row_is_sent(desk: Desk) -> None:
    row = a_message(CustomerId("d-test"), key="test-1")
    assert desk.email.send(an_email(row), claimed=None)
    assert desk.mails_to("d-test") == 1


def test_throttled_message_is_given_back_and_may_be_claimed_anew(desk: Desk) -> None:
    row = desk.row("d-throttled")
    desk.probe.stack.throttle_email(1)
    with pytest.raises(ChannelThrottledError):
        desk.email.send(an_email(row), claimed=row)
    desk.probe.stack.throttle_email(0)
    assert (desk.now(row).status, desk.mails_to(row.customer_id)) == (RELEASED, 0)
    assert desk.now(row).decided_at == row.decided_at  # the trace of this try is known by it


@pytest.mark.parametrize(("breaks", "mails"), [("before", 0), ("after", 1)])
def test_a_provider_that_breaks_leaves_it_unclear_and_the_row_in_doubt(
    desk: Desk, breaks: str, mails: int
) -> None:
    row = desk.row(f"d-breaks-{breaks}")
    desk.probe.stack.change(**{f"break_{breaks}_send": 1})
    with pytest.raises(HandoverUnclearError, match="Unclear"):
        desk.email.send(an_email(row), claimed=row)
    assert (desk.now(row).status, desk.mails_to(row.customer_id)) == (MessageStatus.SENDING, mails)


@pytest.mark.parametrize(
    ("missing", "send", "error", "left"),
    [
        (
            "ses:SendEmail",
            lambda desk, row: desk.email.send(an_email(row), claimed=row),
            ChannelUnavailableError,
            RELEASED,
        ),
        (
            "sns:Publish",
            lambda desk, row: desk.text.send(a_text(row, "+447700900124"), claimed=row),
            ChannelUnavailableError,
            RELEASED,
        ),
        (
            "dynamodb:UpdateItem",
            lambda desk, row: desk.email.send(an_email(row), claimed=row),
            ChannelUnavailableError,
            CLAIMED,
        ),
    ],
)
def test_without_a_grant_of_its_role_it_sends_nothing(
    desk: Desk,
    missing: str,
    send: Callable[[Desk, Message], Any],
    error: type[Exception],
    left: MessageStatus,
) -> None:
    row = desk.row(f"d-no-{missing.replace(':', '-')}")
    before = len(desk.probe.stack.emails()), len(desk.probe.stack.texts())
    desk.may(*(one for one in MAY if one != missing))
    try:
        with pytest.raises(error):
            send(desk, row)
    finally:
        desk.may(*MAY)
    assert desk.now(row).status is left
    assert (len(desk.probe.stack.emails()), len(desk.probe.stack.texts())) == before


def test_of_a_record_it_changes_nothing_but_how_far_the_message_came(desk: Desk) -> None:
    row = desk.row("d-other")
    moves = sending_row(desk.table, row)
    names = {**moves.begin["ExpressionAttributeNames"], "#reason": "reason"}
    begin = {
        **moves.begin,
        "UpdateExpression": f"{moves.begin['UpdateExpression']}, #reason = :new_status",
        "ExpressionAttributeNames": names,
    }
    order = {"email": SesEmails("hola@shop.example.com", "sending").request(an_email(row)), "begin": begin}
    ran = desk.connect("stepfunctions", {}).start_sync_execution(
        stateMachineArn=desk.machine, input=json.dumps(order)
    )
    assert json.loads(ran["output"])["end"] == "not_begun"
    assert (desk.now(row), desk.mails_to("d-other")) == (row, 0)


def test_no_history_keeps_what_was_sent(desk: Desk) -> None:
    row = desk.row("d-history")
    assert desk.email.send(an_email(row), claimed=row)
    assert desk.machines.list_executions(stateMachineArn=desk.machine)["executions"] == []
