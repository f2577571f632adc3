"""Who works at the console, kept in the table: a record each, which the table itself forgets."""

import time
from collections.abc import Callable
from datetime import datetime

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import to_item, to_plain
from escalera.adapters.dynamodb.table import Connect, Table
from escalera.domain.staff import Role, StaffMember
from escalera.ports.colleagues import REMEMBERED


class DynamoDBColleagues:
    """`Colleagues` over the customers' table."""

    def __init__(self, table: str, connect: Connect, *, sleep: Callable[[float], None] = time.sleep) -> None:
        self._table = Table(table, connect, sleep=sleep)

    def note(self, member: StaffMember, at: datetime) -> None:
        """One put: the newest word on somebody is the whole of it."""
        plain = {
            "name": member.name,
            "email": member.email,
            "role": member.role.value,
            keys.EXPIRY: int((at + REMEMBERED).timestamp()),
        }
        record = {**keys.colleague(member.id), **to_item(plain)}
        self._table.busy(
            lambda item: self._table.client.put_item(TableName=self._table.name, Item=item), record
        )

    def known(self, at: datetime) -> tuple[StaffMember, ...]:
        """One query. What expired may stand there for days yet: the table takes it away when it has time."""
        items = self._table.query(
            KeyConditionExpression=f"{keys.PARTITION} = :staff",
            ExpressionAttributeValues={":staff": keys.colleagues()},
        )
        found = [
            StaffMember(
                id=keys.colleague_id(item),
                name=plain.get("name", ""),
                email=plain.get("email", ""),
                role=Role(plain["role"]),
            )
            for item in items
            if (plain := to_plain(item))[keys.EXPIRY] > at.timestamp()
        ]
        return tuple(sorted(found, key=lambda one: (one.name, one.id)))
