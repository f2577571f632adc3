"""Starts the journeys that EventBridge could not start."""

from collections.abc import Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from escalera.adapters.stepfunctions.runs import CLIENT_SETTINGS, Connect
from escalera.domain.errors import RetryableError
from escalera.ports.dead_letters import DeadLetter

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

TARGET = "TARGET_ARN"
"""EventBridge writes here which state machine it could not start."""


class StepFunctionsJourneyStarter:
    """A `DeadLetterConsumer` of events that were to start a journey. Started twice, a customer enters once."""

    def __init__(self, connect: Connect) -> None:
        self._connect = connect

    @cached_property
    def client(self) -> "SFNClient":
        """The low-level client, made when first needed."""
        client: SFNClient = self._connect("stepfunctions", CLIENT_SETTINGS)
        return client

    def handle(self, letters: Sequence[DeadLetter]) -> Mapping[str, str]:
        """Start the journey that each of these names."""
        return {letter.id: why for letter in letters if (why := self._not_started(letter))}

    def _not_started(self, letter: DeadLetter) -> str | None:
        machine = letter.attributes.get(TARGET)
        if not machine:
            return "names no journey"
        try:
            self.client.start_execution(stateMachineArn=machine, input=letter.body)
        except (RetryableError, BotoCoreError, ClientError) as error:
            return f"not started: {type(error).__name__}"
        return None
