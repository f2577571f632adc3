"""The shop's latest score, kept in the table: one record, read whole."""

import json
import time
from collections.abc import Callable

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import to_item
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.score import ShopScore


class DynamoDBShopScores:
    """`ShopScores` over the customers' table. The score is one text of JSON: nobody asks for a part of it."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def latest(self) -> ShopScore | None:
        """The latest score kept."""
        for item in self._table.get([keys.shop_score()]):
            return ShopScore.from_json(json.loads(item["score"]["S"]))
        return None

    def keep(self, score: ShopScore) -> bool:
        """Keep it, unless a later one is kept already."""
        text = json.dumps(score.to_json(), separators=(",", ":"))
        record = {
            **keys.shop_score(),
            **to_item({"as_of": round(score.as_of.timestamp() * 1_000_000), "score": text}),
        }
        request = {
            "TableName": self._table.name,
            "Item": record,
            "ConditionExpression": "attribute_not_exists(pk) OR as_of <= :as_of",
            "ExpressionAttributeValues": {":as_of": record["as_of"]},
        }
        return self._table.holds(lambda asked: self._table.client.put_item(**asked), request)
