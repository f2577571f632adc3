"""The files of the nights in a bucket, each object one file."""

import gzip
import io
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from contextlib import contextmanager
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

from botocore.exceptions import BotoCoreError, ClientError

from escalera.domain.errors import MissingFileError, RetryableError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Connect = Callable[[str, Mapping[str, Any]], Any]

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 30,
    "retries": {"mode": "standard", "total_max_attempts": 5},
}
_MISSING = frozenset({"NoSuchKey", "404"})
_FASTEST = 1
"""Of gzip's levels: these files are read once, minutes later, in the same region."""
_AT_ONCE = 1 << 20


class S3NightFiles:
    """`NightFiles` in one bucket."""

    def __init__(self, bucket: str, connect: Connect) -> None:
        self._bucket = bucket
        self._connect = connect

    @cached_property
    def client(self) -> "S3Client":
        """The low-level client, made when first needed."""
        client: S3Client = self._connect("s3", CLIENT_SETTINGS)
        return client

    def lines(self, name: str) -> Iterator[bytes]:
        """The lines of a gzipped file, read from the bucket as they are asked for."""
        with _said(name):
            body = self.client.get_object(Bucket=self._bucket, Key=name)["Body"]
            raw = cast("IO[bytes]", io.BufferedReader(_Reading(body), _AT_ONCE))
            with gzip.GzipFile(fileobj=raw, mode="rb") as unzipped:
                for line in unzipped:
                    yield line.rstrip(b"\n")

    def write_lines(self, name: str, lines: Iterable[bytes]) -> None:
        """Write a gzipped file of these lines."""
        content = io.BytesIO()
        # Without the time of day: the same lines give the same bytes.
        with gzip.GzipFile(fileobj=content, mode="wb", compresslevel=_FASTEST, mtime=0) as zipped:
            zipped.writelines(line + b"\n" for line in lines)
        self._put(name, content.getvalue())

    def read(self, name: str) -> Any:
        """The plain JSON in a file."""
        with _said(name):
            return json.loads(self.client.get_object(Bucket=self._bucket, Key=name)["Body"].read())

    def write(self, name: str, value: Any) -> None:
        """Write plain JSON."""
        self._put(name, json.dumps(value, separators=(",", ":")).encode())

    def names(self, prefix: str) -> list[str]:
        """The keys that begin so, a thousand in one call."""
        with _said(prefix):
            pages = self.client.get_paginator("list_objects_v2").paginate(Bucket=self._bucket, Prefix=prefix)
            return [one["Key"] for page in pages for one in page.get("Contents", ())]

    def _put(self, name: str, content: bytes) -> None:
        with _said(name):
            self.client.put_object(Bucket=self._bucket, Key=name, Body=content)


class _Reading(io.RawIOBase):
    """A streaming body as a raw file, so that Python's own buffering can stand in front of it."""

    def __init__(self, body: Any) -> None:
        self._body = body

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        read: bytes = self._body.read(len(buffer))
        buffer[: len(read)] = read
        return len(read)


@contextmanager
def _said(name: str) -> Iterator[None]:
    """What S3 refuses, in our words: missing, or to be asked again."""
    try:
        yield
    except ClientError as error:
        code = str(error.response.get("Error", {}).get("Code", ""))
        if code in _MISSING:
            raise MissingFileError(
                f"there is no {name} among the night's files: run the night again"
            ) from error
        raise
    except BotoCoreError as error:  # the body, which is read after the call
        raise RetryableError(
            f"S3 could not be read or written ({type(error).__name__}): ask again"
        ) from error
