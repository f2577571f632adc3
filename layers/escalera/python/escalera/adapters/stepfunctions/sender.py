"""Messages leave by a state machine of their own: it takes the claimed row, calls the provider, and notes what it said.

It runs beside our processes, so none of their deaths can fall between a claim and its sending.
"""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from escalera.adapters.stepfunctions.runs import Connect
from escalera.contracts.dispatch import End, Kind
from escalera.domain.errors import (
    ChannelUnavailableError,
    HandoverUnclearError,
    MessageRefusedError,
    ServiceRefusedError,
    ServiceUnavailableError,
)
from escalera.domain.facts import Message
from escalera.ports.messages import OutgoingMessage

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import StartSyncExecutionOutputTypeDef

# One attempt, as the port promises: whoever hears nothing is asked again by the journey, and looks at the row first.
CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 20,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
LARGEST = 250_000
"""Bytes: Step Functions carries 256 KiB from state to state, and the states add a little of their own."""


class Provider(Protocol):
    """How one channel's provider is spoken to."""

    def request(self, message: OutgoingMessage) -> Any:
        """What its API takes, as Step Functions calls it."""

    def turned_away(self, code: str) -> Exception:
        """The port's error for one by which it turned a message away."""


class RowMoves(Protocol):
    """What the state machine does to a message's row, as requests to the table."""

    @property
    def begin(self) -> Mapping[str, Any]:
        """From `claimed` to `sending`."""

    @property
    def sent(self) -> Mapping[str, Any]:
        """To `sent`."""

    @property
    def released(self) -> Mapping[str, Any]:
        """Back to `released`."""


class StepFunctionsMessageSender:
    """A `MessageSender`: `moves` tells what the state machine does to a row."""

    def __init__(
        self,
        machine: str,
        kind: Kind,
        provider: Provider,
        connect: Connect,
        *,
        moves: Callable[[Message], RowMoves],
    ) -> None:
        self._machine = machine
        self._kind = kind
        self._provider = provider
        self._connect = connect
        self._moves = moves

    @cached_property
    def client(self) -> "SFNClient":
        """The low-level client, made when first needed."""
        client: SFNClient = self._connect("stepfunctions", CLIENT_SETTINGS)
        return client

    def send(self, message: OutgoingMessage, *, claimed: Message | None) -> str | None:
        """Run the state machine, and tell how it ended."""
        order = self._order(message, claimed)
        try:
            ran = self.client.start_sync_execution(stateMachineArn=self._machine, input=order)
        except (ServiceRefusedError, ClientError) as error:
            # An answer that is no 5xx: Step Functions looked at the request, and did not start.
            raise ChannelUnavailableError(
                f"Step Functions would not send it: nothing was sent ({error})"
            ) from error
        except (ServiceUnavailableError, BotoCoreError) as error:
            raise HandoverUnclearError(
                f"Step Functions broke: its row tells whether it was sent ({error})"
            ) from error
        if ran["status"] != "SUCCEEDED":
            raise HandoverUnclearError(_what_broke(ran))
        end = json.loads(ran["output"])
        match end["end"]:
            case End.SENT:
                return str(end["provider_id"])
            case End.TAKEN:
                return None
            case End.NOT_BEGUN:
                raise ChannelUnavailableError(
                    f"the row could not be taken ({end['error']}): nothing was sent"
                )
            case _:
                raise self._provider.turned_away(str(end["error"]).rpartition(".")[2])

    def _order(self, message: OutgoingMessage, claimed: Message | None) -> str:
        row: dict[str, Any] = {}
        if claimed is not None:
            moves = self._moves(claimed)
            row = {"begin": moves.begin, "sent": moves.sent, "released": moves.released}
        order = json.dumps({self._kind: self._provider.request(message), **row}, ensure_ascii=False)
        if (size := len(order.encode())) > LARGEST:
            message_name = claimed.message if claimed else "a test"
            trouble = f"`{message_name}` is too large: {size} bytes of {LARGEST}; shorten it, or link to what is long"
            raise MessageRefusedError(trouble)
        return order


def _what_broke(ran: "StartSyncExecutionOutputTypeDef") -> str:
    error = ran.get("error", ran["status"])
    return f"the dispatch broke ({error}, {ran['executionArn']}): the message's row tells whether it was sent"
