"""The customers' table as infra declares it, on moto, and a count of what is asked of it."""

from collections import Counter
from collections.abc import Mapping, Sequence
from threading import Lock
from typing import Any

import boto3
from botocore.config import Config

from escalera.adapters.dynamodb.news import written
from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.ports.customers import Change, Saved
from escalera.ports.written import Written
from escalera.runtime.aws_errors import translate_errors
from escalera.use_cases.follow_changes import follow_changes

TABLE = "customers"


# moto checks, then writes; DynamoDB does both in one breath, and so must what stands in for it.
_ONE_CALL = Lock()


def connect(service: str, settings: Mapping[str, Any]) -> Any:
    """The adapters' own settings over a real client; the network is moto's, or nobody's.

    Parameters are validated here whatever the settings say: adapters leave that out because their tests do it.
    """
    checked = Config(**{**settings, "parameter_validation": True})
    client: Any = translate_errors(boto3.client(service, region_name="eu-west-1", config=checked))  # type: ignore[call-overload]
    real = client._make_api_call

    def one_at_a_time(*asked: Any) -> Any:
        with _ONE_CALL:
            return real(*asked)

    client._make_api_call = one_at_a_time
    return client


def make_table(name: str = TABLE) -> None:
    """Create the table; for use within mock_aws."""
    text, key = "S", [("pk", "HASH"), ("sk", "RANGE")]
    indexes = {
        "due": ([("due_pk", "HASH"), ("due_sk", "RANGE")], "KEYS_ONLY"),
        "work": ([("work_pk", "HASH"), ("work_sk", "RANGE")], "ALL"),
    }
    attributes = [*key, *(pair for pairs, _ in indexes.values() for pair in pairs)]
    client: Any = boto3.client("dynamodb", region_name="eu-west-1")
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": attribute, "AttributeType": text} for attribute, _ in attributes
        ],
        KeySchema=[{"AttributeName": attribute, "KeyType": role} for attribute, role in key],
        StreamSpecification={"StreamEnabled": True, "StreamViewType": "NEW_AND_OLD_IMAGES"},
        GlobalSecondaryIndexes=[
            {
                "IndexName": index,
                "KeySchema": [{"AttributeName": attribute, "KeyType": role} for attribute, role in pairs],
                "Projection": {"ProjectionType": projection},
            }
            for index, (pairs, projection) in indexes.items()
        ],
    )


class Stream:
    """The table's stream: `records` gives what was written since it was last asked."""

    def __init__(self, name: str = TABLE) -> None:
        # Where an account's own streams are asked for, moto does not listen.
        everybodys = Config(account_id_endpoint_mode="disabled")
        self._client: Any = boto3.client("dynamodbstreams", region_name="eu-west-1", config=everybodys)
        (stream,) = self._client.list_streams(TableName=name)["Streams"]
        arn = stream["StreamArn"]
        (shard,) = self._client.describe_stream(StreamArn=arn)["StreamDescription"]["Shards"]
        self._next = self._client.get_shard_iterator(
            StreamArn=arn, ShardId=shard["ShardId"], ShardIteratorType="TRIM_HORIZON"
        )["ShardIterator"]

    def records(self) -> list[dict[str, Any]]:
        answer = self._client.get_records(ShardIterator=self._next)
        self._next = answer["NextShardIterator"]
        found: list[dict[str, Any]] = answer["Records"]
        return found

    def written(self) -> list[Written]:
        """The same, as the function that hears the stream understands it."""
        images = [record["dynamodb"] for record in self.records()]
        return [written(image.get("OldImage"), image.get("NewImage")) for image in images]


class FollowedCustomers(DynamoDBCustomerRepository):
    """Customers whose stream is heard at once."""

    def __init__(self, name: str = TABLE) -> None:
        super().__init__(name, connect)
        self._stream = Stream(name)
        self._projections = DynamoDBProjections(name, connect)

    def save(self, changes: Sequence[Change]) -> list[Saved]:
        saved = super().save(changes)
        changed = self._stream.written()
        followed, _ = follow_changes(changed, projections=self._projections)
        assert followed == changed
        return saved


class CountedCalls:
    """A `connect` whose clients write down every call: its name in `names`, its parameters in `asked`."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, dict[str, Any]]] = []

    @property
    def names(self) -> Counter[str]:
        return Counter(name for name, _ in self.asked)

    def connect(self, service: str, settings: Mapping[str, Any]) -> Any:
        client = connect(service, settings)
        client.meta.events.register("provide-client-params.*.*", self._note)
        return client

    def _note(self, params: dict[str, Any], model: Any, **_: Any) -> None:
        self.asked.append((model.name, params))
