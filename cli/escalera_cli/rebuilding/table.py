"""The table itself: what is in it, and writing into it what is missing."""

import time
import uuid
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb import keys
from escalera.adapters.dynamodb.attributes import Item
from escalera.adapters.dynamodb.records import RESTORED, SET_ASIDE
from escalera.adapters.dynamodb.stream_records import content, item_of, place_of
from escalera.domain.record_history import Image, Place
from escalera.use_cases.archive_records import RECORDS
from escalera.use_cases.rebuild_table import Restore
from escalera_cli.connection import Connection
from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.rebuilding.archive import RecordArchive

AT_ONCE = 10
"""As many as a client has connections."""
PROBES = 32
"""Records that are written to see that the archive has heard of all that was written before: a stream has a shard for
each part of the table, and so many records lie in all parts of it."""
_POLL_SECONDS = 1.0
_LONGEST_SECONDS = 900
"""The archive gathers for up to five minutes."""
_REFUSED = "ConditionalCheckFailedException"


@dataclass(frozen=True)
class RebuiltTable:
    """A stack's table while it is rebuilt."""

    connection: Connection
    rebuild_id: str = field(default_factory=lambda: uuid.uuid4().hex[:12])

    @property
    def name(self) -> str:
        """What AWS calls it."""
        return self.connection.output("TableName")

    def records(self, table: str | None = None) -> Iterator[tuple[Place, Image]]:
        """Every record of the table, or of another one; strongly consistent."""
        client = self._client()
        pages = client.get_paginator("scan").paginate(TableName=table or self.name, ConsistentRead=True)
        for page in pages:
            for item in page["Items"]:
                yield place_of(item), content(item)

    def holds_customers(self) -> bool:
        """Whether there is any record of a customer."""
        return any(place[0].startswith("CUSTOMER#") for place, _ in self.records())

    def restore(self, restores: Sequence[Restore], done: Callable[[int], object]) -> Counter[str]:
        """Write records, marked so that nothing follows from it; how many were `written`, and how many `changed` meanwhile.

        A record that somebody else has written since it was looked at stays as they wrote it.
        """
        client = self._client()
        outcomes = Counter[str]()

        def write(one: Restore) -> str:
            request = {"TableName": self.name, "Item": self._marked(one.image), **_unless_changed(one.over)}
            return "written" if _holds(client.put_item, request) else "changed"

        with ThreadPoolExecutor(AT_ONCE) as pool:
            for outcome in pool.map(write, restores):
                outcomes[outcome] += 1
                done(1)
        return outcomes

    def set_aside(self, records: Sequence[tuple[Place, Image]], file: Path) -> None:
        """Keep these records in a file, then delete them; the archive knows the deletion for a rebuild's own."""
        if not records:
            return
        with file.open("ab") as kept:
            kept.writelines(image + b"\n" for _, image in records)
        client = self._client()
        for (pk, sk), _ in records:
            key: Any = {keys.PARTITION: {"S": pk}, keys.SORT: {"S": sk}}
            client.update_item(
                TableName=self.name,
                Key=key,
                UpdateExpression="SET #aside = :id, #restored = :id",
                ExpressionAttributeNames={"#aside": SET_ASIDE, "#restored": RESTORED},
                ExpressionAttributeValues={":id": {"S": self.rebuild_id}},
            )
            client.delete_item(TableName=self.name, Key=key)

    def await_archive(
        self, archive: RecordArchive, now: datetime, *, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        """Wait until the archive has heard of everything written so far; it gathers for some minutes."""
        client, seen = self._client(), set(archive.names(RECORDS))
        probes = [keys.archive_probe(self.rebuild_id, number) for number in range(PROBES)]
        lifetime = {keys.EXPIRY: {"N": str(int((now + timedelta(days=1)).timestamp()))}}
        for probe in probes:
            client.put_item(TableName=self.name, Item=probe | lifetime)
        waiting = {place_of(probe) for probe in probes}
        ends = time.monotonic() + _LONGEST_SECONDS
        try:
            while waiting:
                fresh = [name for name in archive.names(RECORDS) if name not in seen]
                seen |= set(fresh)
                waiting -= {change.place for change in archive.changes(fresh)}
                if waiting and time.monotonic() > ends:
                    raise CommandError(_NOT_HEARD, code=PROBLEMS)
                if waiting:
                    sleep(_POLL_SECONDS)
        finally:
            for probe in probes:
                client.delete_item(TableName=self.name, Key=probe)

    def _marked(self, image: Image) -> Item:
        return item_of(image) | {RESTORED: {"S": self.rebuild_id}}

    def _client(self) -> Any:
        return self.connection.client("dynamodb")


_NOT_HEARD = (
    "The archive of records does not hear of what is written to the table: look at the log and the dead letters of "
    "archive_records (`escalera redrive archive_records`), and try again. Nothing was restored."
)


def _unless_changed(over: Image | None) -> dict[str, Any]:
    """On condition that there is still what was looked at: nothing, or the same version of it."""
    if over is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    version = item_of(over).get("version")
    if version is None:
        return {}
    return {
        "ConditionExpression": "#version = :version",
        "ExpressionAttributeNames": {"#version": "version"},
        "ExpressionAttributeValues": {":version": version},
    }


def _holds(call: Callable[..., Any], request: dict[str, Any]) -> bool:
    try:
        call(**request)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != _REFUSED:
            raise
        return False
    return True
