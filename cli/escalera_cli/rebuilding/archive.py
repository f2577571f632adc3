"""The archive of records and the table's exports: what they hold, and whether they hold all of it."""

import gzip
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from escalera.adapters.dynamodb.stream_records import content, place_of, read_line
from escalera.domain.record_history import Image, Place, RecordChange
from escalera.use_cases.archive_records import REBUILDS, RECORDS, REMOVALS, moment, stamp
from escalera_cli.connection import Connection
from escalera_cli.dead_letters import NOTED
from escalera_cli.endings import PROBLEMS, CommandError

OVERLAP = timedelta(minutes=10)
"""So long before the export's moment the archive is read: a stream dates its entries by the second, and not exactly."""
_NIGHTS = "nights/"
_SUMMARY = "/manifest-summary.json"
_STREAM_KEEPS = timedelta(hours=24)
_FUNCTION = "archive_records"


@dataclass(frozen=True)
class Export:
    """A complete copy of the table."""

    at: datetime
    bucket: str
    files: str
    """The key of the list of its files."""


@dataclass(frozen=True)
class RecordArchive:
    """A stack's archive of records, and its exports."""

    connection: Connection

    @cached_property
    def _s3(self) -> Any:
        return self.connection.client("s3")

    @cached_property
    def bucket(self) -> str:
        """Where the archive is."""
        return self.connection.output("RecordArchive")

    def names(self, prefix: str, *, after: str = "") -> list[str]:
        """The files whose names begin so and sort after this one."""
        return [one["Key"] for one in self._objects(self.bucket, prefix, after)]

    def holds_customers(self) -> bool:
        """Whether anything that is still kept tells of a customer."""
        return any(one.place[0].startswith("CUSTOMER#") for one in self.changes(self.names(RECORDS)))

    def unmended(self) -> str | None:
        """Since when records are removed that no rebuild has restored, as in the files' names; None: none are."""
        last = max(map(moment, self.names(REBUILDS)), default="")
        return min((one for one in map(moment, self.names(REMOVALS)) if one > last), default=None)

    def replaced(self) -> bool:
        """Whether the table was replaced by a new one, and no rebuild was done since."""
        rebuilt = max(map(moment, self.names(REBUILDS)), default="")
        files = self.names(RECORDS)
        streams = {name.split("/")[5] for name in files if moment(name) > rebuilt}
        before = {name.split("/")[5] for name in files}
        return len(streams) > 1 or (bool(before) and self._stream() not in before)

    def note_rebuild(self, at: datetime, summary: Mapping[str, Any]) -> None:
        """Keep that a rebuild was done: what was removed before it is mended."""
        body = json.dumps(summary, default=str).encode()
        self._s3.put_object(Bucket=self.bucket, Key=f"{REBUILDS}{stamp(at)}/done.json", Body=body)

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a file of the archive."""
        yield from self._unzipped(self.bucket, name)

    def changes(self, names: Sequence[str]) -> Iterator[RecordChange]:
        """What these files say of records."""
        for name in names:
            yield from map(read_line, self.lines(name))

    def since(self, at: datetime | None) -> list[str]:
        """The files that may hold a change from this moment on; all of them without one."""
        return self.names(RECORDS, after="" if at is None else f"{RECORDS}{stamp(at - OVERLAP)}")

    def exports(self) -> list[Export]:
        """The complete copies of the table that are kept and that the archive goes on from, oldest first."""
        bucket = self.connection.output("NightFiles")
        begun = self._archiving_since()
        found = []
        for one in self._objects(bucket, _NIGHTS, ""):
            if one["Key"].endswith(_SUMMARY) and one["LastModified"] >= begun:
                summary = json.loads(self._s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read())
                at = datetime.fromisoformat(summary["exportTime"])
                found.append(Export(at, bucket, one["Key"].replace(_SUMMARY, "/manifest-files.json")))
        return sorted(found, key=lambda one: one.at)

    def records(self, export: Export) -> Iterator[tuple[Place, Image]]:
        """Every record of an export."""
        listed = self._s3.get_object(Bucket=export.bucket, Key=export.files)["Body"].read()
        for line in listed.splitlines():
            for record in self._unzipped(export.bucket, json.loads(line)["dataFileS3Key"]):
                item = json.loads(record)["Item"]
                yield place_of(item), content(item)

    def refuse_gap(self, base: Export | None) -> None:
        """CommandError unless archive and copy together hold every change."""
        if base is None and not self._from_the_beginning():
            raise CommandError(
                "There is no export of the table from before, and the archive of records does not go back to its "
                "beginning: the table cannot be rebuilt from them. Restore it to a point in time instead: "
                "docs/how-to/restore-the-table.md says how.",
                code=PROBLEMS,
            )
        since = None if base is None else base.at - OVERLAP
        for first, last in self._given_up():
            if since is None or last >= since:
                raise CommandError(
                    f"The archive of records has a gap: the changes from {first:%Y-%m-%d %H:%M:%S} to "
                    f"{last:%Y-%m-%d %H:%M:%S} UTC could not be kept. Within 24 hours of them `escalera redrive "
                    f"{_FUNCTION} --all` closes it; after that, restore the table to a point in time: "
                    "docs/how-to/restore-the-table.md.",
                    code=PROBLEMS,
                )

    def _given_up(self) -> Iterator[tuple[datetime, datetime]]:
        """From when to when changes were given up, as Lambda notes it among the dead letters; they stay there."""
        url = self.connection.of_function("DeadLetters", _FUNCTION)
        queue = self.connection.client("sqs")
        seen: set[str] = set()
        while url is not None:
            answer = queue.receive_message(QueueUrl=url, MaxNumberOfMessages=10, VisibilityTimeout=30)
            found = answer.get("Messages", [])
            for letter in found:
                queue.change_message_visibility(
                    QueueUrl=url, ReceiptHandle=letter["ReceiptHandle"], VisibilityTimeout=0
                )
            letters = [one for one in found if one["MessageId"] not in seen]
            seen |= {one["MessageId"] for one in letters}
            if not letters:
                return
            for letter in letters:
                noted = json.loads(letter["Body"]).get(NOTED, {})
                times = [noted.get(f"approximateArrivalOf{end}Record") for end in ("First", "Last")]
                if all(times):
                    first, last = map(datetime.fromisoformat, times)
                    yield first, last

    def _archiving_since(self) -> datetime:
        """From when on the stream's changes are in the archive: its mapping began with the oldest that was there."""
        mine = [one for one in self._s3.list_buckets()["Buckets"] if one["Name"] == self.bucket]
        begun: datetime = mine[0]["CreationDate"]
        return begun - _STREAM_KEEPS + OVERLAP

    def _from_the_beginning(self) -> bool:
        table = self._table()
        first = next(iter(self._objects(self.bucket, RECORDS, "")), None)
        return first is None or first["LastModified"] <= table["CreationDateTime"] + _STREAM_KEEPS

    def _stream(self) -> str:
        return str(self._table().get("LatestStreamLabel", "")).replace(":", "")

    def _table(self) -> Any:
        name = self.connection.output("TableName")
        return self.connection.client("dynamodb").describe_table(TableName=name)["Table"]

    def _objects(self, bucket: str, prefix: str, after: str) -> Iterator[Any]:
        pages = self._s3.get_paginator("list_objects_v2").paginate(
            Bucket=bucket, Prefix=prefix, StartAfter=after
        )
        for page in pages:
            yield from page.get("Contents", ())

    def _unzipped(self, bucket: str, name: str) -> Iterator[bytes]:
        body = self._s3.get_object(Bucket=bucket, Key=name)["Body"]
        with gzip.open(body) as lines:
            for line in lines:
                yield line.rstrip(b"\n")
