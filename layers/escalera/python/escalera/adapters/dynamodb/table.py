"""The table behind the adapters: its client, its reads, and what to do when it asks us to slow down."""

import random
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb.attributes import Item
from escalera.domain.errors import ServiceRefusedError, StoreBusyError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

Connect = Callable[[str, Mapping[str, Any]], Any]
"""Makes the client of a service with these botocore settings."""

# botocore repeats the very same request, token included, so a commit whose answer was lost is not done twice.
# What goes over the wire is made by our own mapping, which is tested: checking it again costs CPU on every call.
CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 3,
    "retries": {"mode": "standard", "total_max_attempts": 4},
    "parameter_validation": False,
}
_KEYS_PER_READ = 100
_ATTEMPTS = 5
_FIRST_PAUSE = 0.05
_THROTTLED = frozenset({"ProvisionedThroughputExceeded", "RequestLimitExceeded", "ThrottlingError"})
"""Of the reasons of a cancelled transaction."""


class Table:
    """One table and its index, through a client that is made when first needed."""

    def __init__(self, name: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self.name = name
        self._connect = connect
        self._sleep = sleep

    @cached_property
    def client(self) -> "DynamoDBClient":
        """The low-level client."""
        client: DynamoDBClient = self._connect("dynamodb", CLIENT_SETTINGS)
        return client

    def get(self, keys: Iterable[Item]) -> Iterator[Item]:
        """The records under these keys, each once, in no order, strongly consistent; missing ones are left out."""
        left = iter({(key["pk"]["S"], key["sk"]["S"]): key for key in keys}.values())
        while chunk := list(islice(left, _KEYS_PER_READ)):
            if len(chunk) == 1:
                with_item = self.busy(
                    lambda key: self.client.get_item(TableName=self.name, Key=key, ConsistentRead=True),
                    chunk[0],
                )
                if "Item" in with_item:
                    yield with_item["Item"]
            else:
                yield from self._get_many(chunk)

    def query(self, **question: Any) -> Iterator[Item]:
        """All records that answer the question, page by page as they are asked for."""
        start: Mapping[str, Any] = {}
        while True:
            page = self.busy(lambda q: self.client.query(TableName=self.name, **q), {**question, **start})
            yield from page["Items"]
            if not page.get("LastEvaluatedKey"):
                return
            start = {"ExclusiveStartKey": page["LastEvaluatedKey"]}

    def busy(self, call: Callable[[Any], Any], asked: Any) -> Any:
        """The answer of a call; StoreBusyError if the table refuses it for now (botocore has tried several times then).

        ServiceUnavailableError if it broke: what was to be written may be written.
        """
        try:
            return call(asked)
        except ServiceRefusedError as error:
            raise StoreBusyError(f"table {self.name}: {error}") from error

    def holds(self, call: Callable[[Any], Any], asked: Any) -> bool:
        """Make one conditional write; False if its condition does not hold. Errors as those of `busy`.

        A repeated request of botocore whose first answer was lost reads False, too, though it was written.
        """
        try:
            self.busy(call, asked)
        except ClientError as error:
            if code_of(error) != "ConditionalCheckFailedException":
                raise
            return False
        return True

    def pause(self, attempt: int) -> None:
        """Wait before attempt 1, 2, ...: somewhere below a bound that doubles. StoreBusyError after the last."""
        if attempt >= _ATTEMPTS:
            raise StoreBusyError(self._slow_down())
        self._sleep(random.uniform(0, _FIRST_PAUSE * 2**attempt))  # noqa: S311 - spreads load, guards nothing

    def _get_many(self, keys: list[Item]) -> Iterator[Item]:
        attempt = 0
        while keys:
            request = {self.name: {"Keys": keys, "ConsistentRead": True}}
            answer = self.busy(lambda asked: self.client.batch_get_item(RequestItems=asked), request)
            yield from answer["Responses"].get(self.name, ())
            keys = answer.get("UnprocessedKeys", {}).get(self.name, {}).get("Keys", [])
            if keys:
                attempt += 1
                self.pause(attempt)

    def _slow_down(self) -> str:
        return f"table {self.name} throttles: try again later (on-demand tables grow into a new load by themselves)"


def code_of(error: ClientError) -> str:
    """The name under which AWS reports the error."""
    return str(error.response.get("Error", {}).get("Code", ""))


def is_throttle(code: str) -> bool:
    """Whether this reason of a cancelled transaction asks us to slow down."""
    return code in _THROTTLED
