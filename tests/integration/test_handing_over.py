"""A message leaves with its claim: what every `MessageSender` promises of that moment, and what a provider sees of it."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import boto3
import pytest
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from escalera.adapters import handing_over
from escalera.adapters.memory import InMemoryMessageSender
from escalera.adapters.ses import SesEmailSender
from escalera.adapters.sns import SnsTextSender
from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError, StoreBusyError
from escalera.domain.vocabulary import MessageKey
from escalera.ports.messages import MessageSender, OutgoingMessage, RenderedMessage
from tests.fakes.failing import CrashError
from tests.fakes.provider import SLOW_DOWN, LocalProvider, local_provider

EMAIL = OutgoingMessage(
    MessageKey("k3y"),
    "ana@example.com",
    RenderedMessage("Gracias, Ana. " * 2000, "Gracias", "<p>Gracias</p>"),
    {"purpose": "service"},
)
TEXT = OutgoingMessage(
    MessageKey("k3y"), "+34600000001", RenderedMessage("Gracias, Ana"), {"purpose": "service"}
)
SENDERS: dict[str, tuple[Callable[[Any], MessageSender], OutgoingMessage, str]] = {
    "ses": (lambda connect: SesEmailSender("hola@example.com", "escalera", connect), EMAIL, "SendEmail"),
    "sns": (SnsTextSender, TEXT, "Publish"),
}


@dataclass
class Door:
    """A sender, a message for it, and how many its provider took."""

    sender: MessageSender
    message: OutgoingMessage
    taken: Callable[[], int]


@dataclass
class Wire(Door):
    """The same for a sender that speaks to its provider over a socket."""

    operation: str
    provider: LocalProvider


@dataclass
class Claiming:
    """Gives the claim, refuses it or fails; notes how often it is asked, and what `look` says at that moment."""

    answer: bool | BaseException = True
    look: Callable[[], Any] = lambda: None
    seen: list[Any] = field(default_factory=list)

    def __call__(self) -> bool:
        self.seen.append(self.look())
        if isinstance(self.answer, BaseException):
            raise self.answer
        return self.answer


@pytest.fixture(params=["ses", "sns"])
def wire(request: pytest.FixtureRequest) -> Iterator[Wire]:
    make, message, operation = SENDERS[request.param]
    with local_provider(operation) as provider:
        yield Wire(make(provider.connect), message, lambda: len(provider.arrived.whole), operation, provider)


@pytest.fixture(params=["memory", "ses", "sns"])
def door(request: pytest.FixtureRequest) -> Iterator[Door]:
    if request.param == "memory":
        sender = InMemoryMessageSender()
        yield Door(sender, EMAIL, lambda: len(sender.sent))
        return
    make, message, operation = SENDERS[request.param]
    with local_provider(operation) as provider:
        yield Door(make(provider.connect), message, lambda: len(provider.arrived.whole))


def test_claim_is_asked_for_once_and_before_the_provider_has_anything_to_take(door):
    claim = Claiming(look=door.taken)
    assert door.sender.send(door.message, claim=claim)
    assert (claim.seen, door.taken()) == ([0], 1)


def test_without_a_claim_nothing_is_sent(door):
    claim = Claiming(False)
    assert door.sender.send(door.message, claim=claim) is None
    assert (len(claim.seen), door.taken()) == (1, 0)


@pytest.mark.parametrize(
    "error",
    [
        StoreBusyError("slow down"),
        CrashError(),
        # Of the store; taken for the provider's word, they would release or refuse the message.
        ClientError({"Error": {"Code": "ThrottlingException"}}, "TransactWriteItems"),
        ClientError({"Error": {"Code": "ValidationException"}}, "TransactWriteItems"),
        ConnectionResetError("the store hung up"),
        BrokenPipeError("the store hung up"),
    ],
)
def test_what_the_claim_raises_is_raised_as_it_is_and_nothing_is_sent(door, error):
    claim = Claiming(error)
    with pytest.raises(type(error)) as raised:
        door.sender.send(door.message, claim=claim)
    assert raised.value is error
    assert (len(claim.seen), door.taken()) == (1, 0)


def test_a_message_after_one_without_claim_goes_out(door):
    assert door.sender.send(door.message, claim=Claiming(False)) is None
    assert door.sender.send(door.message, claim=Claiming())
    assert door.taken() == 1


def test_each_of_many_at_once_goes_by_its_own_claim(door):
    claims = [Claiming(answer=bool(number % 2)) for number in range(20)]
    with ThreadPoolExecutor(8) as threads:
        answers = list(threads.map(lambda claim: door.sender.send(door.message, claim=claim), claims))
    assert [answer is not None for answer in answers] == [claim.answer for claim in claims]
    assert [len(claim.seen) for claim in claims] == [1] * 20
    assert door.taken() == 10


def test_claim_is_asked_for_when_the_connection_stands_and_the_request_has_begun(wire):
    """What is left to die in is one write."""

    def look() -> tuple[int, int, int]:
        assert wire.provider.head_came.wait(5)
        arrived = wire.provider.arrived
        return arrived.connections, arrived.heads, len(arrived.whole)

    claim = Claiming(look=look)
    assert wire.sender.send(wire.message, claim=claim) == "id-1"
    assert claim.seen == [(1, 1, 0)]


def test_request_without_a_claim_is_broken_off_before_its_content(wire):
    assert wire.sender.send(wire.message, claim=Claiming(False)) is None
    assert wire.provider.broke_off.wait(5)
    assert (wire.provider.arrived.broken_off, wire.taken()) == (1, 0)


def test_content_arrives_whole_and_as_it_was_signed(wire):
    signed = []
    wire.sender.client.meta.events.register(
        "before-sign.*.*", lambda request, **_: signed.append(request.body)
    )
    assert wire.sender.send(wire.message, claim=Claiming())
    assert wire.provider.arrived.whole == signed
    assert b"Gracias" in signed[0]


def test_provider_that_asks_to_slow_down_is_asked_once_and_the_claim_too(wire):
    wire.provider.answer = lambda: SLOW_DOWN[wire.operation]
    claim = Claiming()
    with pytest.raises(ChannelThrottledError):
        wire.sender.send(wire.message, claim=claim)
    assert (len(claim.seen), wire.taken()) == (1, 1)


def test_message_without_an_answer_is_handed_over_once_and_stays_unclear(wire):
    wire.provider.answer = lambda: None
    claim = Claiming()
    with pytest.raises(BotoCoreError):
        wire.sender.send(wire.message, claim=claim)
    assert (len(claim.seen), wire.taken()) == (1, 1)


def test_messages_soon_after_one_another_share_a_connection(wire):
    for _ in range(3):
        assert wire.sender.send(wire.message, claim=Claiming())
    assert wire.provider.arrived.connections == 1


def test_connection_that_stood_idle_is_not_trusted_with_a_message(wire, monkeypatch):
    """It may be dead without our knowing; then nobody could say whether the message was taken."""
    assert wire.sender.send(wire.message, claim=Claiming())
    wire.provider.forget_connections()
    later = time.monotonic() + handing_over.TRUSTED_FOR + 1
    monkeypatch.setattr(handing_over, "monotonic", lambda: later)
    assert wire.sender.send(wire.message, claim=Claiming())
    assert (wire.provider.arrived.connections, wire.taken()) == (2, 2)


@pytest.mark.parametrize("service", ["ses", "sns"])
def test_message_that_cannot_leave_was_not_sent_and_not_claimed(service):
    def nowhere(name: str, settings: Any) -> Any:
        config = Config(**settings)
        return boto3.client(name, region_name="eu-west-1", endpoint_url="http://127.0.0.1:1", config=config)  # type: ignore[call-overload]

    make, message, _ = SENDERS[service]
    claim = Claiming()
    with pytest.raises(ChannelUnavailableError):
        make(nowhere).send(message, claim=claim)
    assert claim.seen == []


def test_request_made_without_a_claim_does_not_leave(wire):
    client, nothing = wire.sender.client, {"Data": ""}
    ask = {
        "Publish": lambda: client.publish(PhoneNumber="+34600000001", Message="Gracias"),
        "SendEmail": lambda: client.send_email(
            Content={"Simple": {"Subject": nothing, "Body": {"Text": nothing}}}
        ),
    }[wire.operation]
    with pytest.raises(RuntimeError, match="without a claim"):
        ask()
    assert wire.provider.arrived.connections == 0
