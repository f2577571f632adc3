"""Handlers as Lambda would call them: loaded by path, with the environment they are handed."""

import importlib.util
import json
from pathlib import Path
from typing import Any

import boto3

from escalera import bootstrap
from escalera.adapters.dynamodb.ledger import DynamoDBMessageLedger
from escalera.runtime import back_off, dead_letters, observability
from escalera.runtime.environment import Environment
from tests.fakes.table import TABLE, FollowedCustomers, connect, make_table
from tests.support.lambda_events import Context

KEYS = {"current": "1", "1": "a" * 40}
FUNCTIONS = Path(__file__).resolve().parents[2] / "functions"


class Cloud:
    """What a function finds around it, on moto."""

    def __init__(self) -> None:
        make_table()
        self.sqs: Any = boto3.client("sqs", region_name="eu-west-1")
        self.dead_letters_url = self.sqs.create_queue(QueueName="dead-letters")["QueueUrl"]
        secrets: Any = boto3.client("secretsmanager", region_name="eu-west-1")
        self.link_keys = secrets.create_secret(Name="link-keys", SecretString=json.dumps(KEYS))["ARN"]
        self.customers = FollowedCustomers()
        self.ledger = DynamoDBMessageLedger(TABLE, connect)

    def dead_letters(self) -> list[tuple[str, str]]:
        """Body and reason of everything put away, in order of body."""
        found = self.sqs.receive_message(
            QueueUrl=self.dead_letters_url, MaxNumberOfMessages=10, MessageAttributeNames=["All"]
        )
        letters = [
            (one["Body"], one["MessageAttributes"]["reason"]["StringValue"])
            for one in found.get("Messages", [])
        ]
        return sorted(letters)


def load_handler(name: str) -> Any:
    """The handler module of a function, new: nothing it kept from another test is left."""
    spec = importlib.util.spec_from_file_location(f"handler_of_{name}", FUNCTIONS / name / "handler.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def variables_read_by(name: str) -> set[str]:
    """The variables of the `*Env` model that a handler names."""
    models = [
        found
        for known_as, found in vars(load_handler(name)).items()
        if known_as.endswith("Env")
        and known_as != "PowertoolsEnv"
        and isinstance(found, type)
        and issubclass(found, Environment)
    ]
    assert len(models) == 1, f"{name} names one model of its environment, and no more"
    return set(models[0].names())


def invoke(name: str, event: Any) -> Any:
    """The answer of a function to an event, by way of JSON as in Lambda."""
    answer = load_handler(name).handler(json.loads(json.dumps(event)), Context())
    return json.loads(json.dumps(answer))


def forget_what_is_made() -> None:
    """Let the next handler make its adapters anew."""
    for made in vars(bootstrap).values():
        if hasattr(made, "cache_clear"):
            made.cache_clear()
    for made in (back_off._queues, dead_letters._queues, observability.logger, observability.metrics):
        made.cache_clear()


def left_to_the_queue(answer: Any) -> list[str]:
    """The records that the answer wants again."""
    return [failure["itemIdentifier"] for failure in answer["batchItemFailures"]]
