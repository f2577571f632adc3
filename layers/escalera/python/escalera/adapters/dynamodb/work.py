"""The lists of work in DynamoDB: one query of one index partition a page."""

import json
import time
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Callable, Sequence
from itertools import islice
from typing import Any, TypeVar, cast

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import from_image
from escalera.adapters.dynamodb.table import Connect, Table, code_of
from escalera.domain.customer import Customer
from escalera.domain.errors import NoSuchCursorError
from escalera.domain.facts import Fact
from escalera.domain.work import WorkList
from escalera.ports.work import A_PAGE, COUNTED, EVER, Counted, Glance, Page, Span

F = TypeVar("F", bound=Fact)

_NO_CURSOR = "this cursor is none that a page was given with: ask for the list from its beginning"


class DynamoDBWorkLists:
    """`WorkLists` over the `work` index of the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def page(
        self,
        work: WorkList[F],
        *,
        span: Span = EVER,
        cursor: str = "",
        limit: int = A_PAGE,
        latest_first: bool = False,
    ) -> Page[F]:
        """One query; the cursor is the place of the last fact handed out."""
        question: dict[str, Any] = {
            **self._question(work, span),
            "ScanIndexForward": not latest_first,
            "Limit": limit + 1,  # one more tells whether anything follows
        }
        if cursor:
            question["ExclusiveStartKey"] = _read(cursor, work)
        try:
            answer = self._table.busy(self._ask, question)
        except ClientError as error:
            if cursor and code_of(error) == "ValidationException":
                raise NoSuchCursorError(_NO_CURSOR) from error
            raise
        items = answer["Items"][:limit]
        follows = len(answer["Items"]) > limit or answer.get("LastEvaluatedKey")
        found = [
            fact for fact in map(from_image, items) if fact is not None and not isinstance(fact, Customer)
        ]
        return Page(cast("tuple[F, ...]", tuple(found)), _written(items[-1]) if follows and items else "")

    def count(self, work: WorkList[Fact], *, span: Span = EVER, enough: int = COUNTED) -> Counted:
        """A query of counts, a megabyte of the index at a time."""
        question = {**self._question(work, span), "Select": "COUNT"}
        counted = 0
        while True:
            question["Limit"] = enough + 1 - counted
            answer = self._table.busy(self._ask, question)
            counted += answer["Count"]
            if counted > enough:
                return Counted(enough, whole=False)
            if not answer.get("LastEvaluatedKey"):
                return Counted(counted)
            question["ExclusiveStartKey"] = answer["LastEvaluatedKey"]

    def glance(
        self,
        work: WorkList[Fact],
        fields: Sequence[str],
        *,
        span: Span = EVER,
        enough: int = COUNTED,
        latest_first: bool = False,
    ) -> Glance:
        """The fields alone come over the wire; the index is read as a whole record's length."""
        paths = [field.split(".") for field in fields]
        names = {f"#{part}": part for path in paths for part in path}
        question = {
            **self._question(work, span),
            "ProjectionExpression": ", ".join(".".join(f"#{part}" for part in path) for path in paths),
            "ExpressionAttributeNames": names,
            "ScanIndexForward": not latest_first,
            "Limit": enough + 1,
        }
        items = list(islice(self._table.query(**question), enough + 1))
        rows = tuple(tuple(_said(item, path) for path in paths) for item in items[:enough])
        return Glance(rows, whole=len(items) <= enough)

    def _ask(self, question: Any) -> Any:
        return self._table.client.query(TableName=self._table.name, **question)

    def _question(self, work: WorkList[Fact], span: Span) -> dict[str, Any]:
        values: dict[str, Any] = {":list": keys.work_partition(work)}
        condition = f"{keys.WORK_PARTITION} = :list"
        if span != EVER:
            condition += f" AND {keys.WORK_SORT} BETWEEN :since AND :until"
            values |= keys.work_span(span.since, span.until)
        return {
            "IndexName": keys.WORK_INDEX,
            "KeyConditionExpression": condition,
            "ExpressionAttributeValues": values,
        }


def _said(item: Item, path: Sequence[str]) -> str:
    """The attribute at the end of the path, as text."""
    found: Any = {"M": item}
    for part in path:
        found = found.get("M", {}).get(part, {})
    for kind, value in found.items():
        return str(value).lower() if kind == "BOOL" else str(value)
    return ""


def _written(last: Item) -> str:
    parts = [last[name]["S"] for name in (keys.PARTITION, keys.SORT, keys.WORK_SORT)]
    return urlsafe_b64encode(json.dumps(parts, separators=(",", ":")).encode()).decode()


def _read(cursor: str, work: WorkList[Fact]) -> Item:
    """The place behind a cursor; whatever else it says, it stays within the list asked for."""
    try:
        pk, sk, at = json.loads(urlsafe_b64decode(cursor.encode()))
        texts = {keys.PARTITION: str(pk), keys.SORT: str(sk), keys.WORK_SORT: str(at)}
    except (ValueError, TypeError) as error:
        raise NoSuchCursorError(_NO_CURSOR) from error
    return {
        keys.WORK_PARTITION: keys.work_partition(work),
        **{name: {"S": text} for name, text in texts.items()},
    }
