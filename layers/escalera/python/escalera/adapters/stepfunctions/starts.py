"""Starts the journeys that EventBridge could not start."""

from collections.abc import Collection, Sequence
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

    def handle(self, letters: Sequence[DeadLetter]) -> Collection[str]:
        """Start the journey that each of these names."""
        return {letter.id for letter in letters if self._started(letter)}

    def _started(self, letter: DeadLetter) -> bool:
        machine = letter.attributes.get(TARGET)
        if not machine:
            return False
        try:
            self.client.start_execution(stateMachineArn=machine, input=letter.body)
        except (RetryableError, BotoCoreError, ClientError):
            return False
        return True
