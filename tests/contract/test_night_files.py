"""What every `NightFiles` promises, asked of each."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from escalera.adapters.memory import InMemoryNightFiles
from escalera.adapters.s3 import S3NightFiles
from escalera.domain.errors import MissingFileError
from escalera.ports.night import NightFiles
from tests.fakes.table import connect

BUCKET = "nights"


@pytest.fixture(params=["memory", "s3"])
def files(request: pytest.FixtureRequest) -> Iterator[NightFiles]:
    if request.param == "memory":
        yield InMemoryNightFiles()
        return
    with mock_aws():
        connect("s3", {}).create_bucket(
            Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        )
        yield S3NightFiles(BUCKET, connect)


def test_lines_come_back_as_they_were_written(files):
    lines = [b"a", "ñandú, 100 €".encode(), b'{"carriage": "return\r"}', b""]
    files.write_lines("night/one.jsonl.gz", iter(lines))
    assert list(files.lines("night/one.jsonl.gz")) == lines


def test_file_without_lines_has_none(files):
    files.write_lines("night/none.jsonl.gz", [])
    assert list(files.lines("night/none.jsonl.gz")) == []


def test_more_than_one_read_of_the_store_is_one_file_of_lines(files):
    lines = [f"{number:0100d}".encode() for number in range(50_000)]
    files.write_lines("night/large.jsonl.gz", lines)
    assert list(files.lines("night/large.jsonl.gz")) == lines


def test_lines_may_be_left_unread(files):
    files.write_lines("night/some.jsonl.gz", [b"1", b"2", b"3"])
    assert next(iter(files.lines("night/some.jsonl.gz"))) == b"1"


def test_plain_values_come_back_as_they_were_written(files):
    value = {"customers": 7, "classes": {"A": 1}, "model": None, "share": 0.1}
    files.write("night/summary.json", value)
    assert files.read("night/summary.json") == value


def test_writing_again_replaces(files):
    files.write("night/summary.json", [1])
    files.write("night/summary.json", [2])
    files.write_lines("night/lines", [b"1", b"2"])
    files.write_lines("night/lines", [b"3"])
    assert files.read("night/summary.json") == [2]
    assert list(files.lines("night/lines")) == [b"3"]


def test_names_are_listed_in_their_order_and_by_their_beginning(files):
    for name in ("a/2", "a/10", "a/1", "ab", "b/1"):
        files.write(name, 0)
    assert files.names("a/") == ["a/1", "a/10", "a/2"]
    assert files.names("c/") == []


def test_more_names_than_one_answer_holds_are_all_listed(files):
    for number in range(1_005):
        files.write(f"many/{number:04d}", 0)
    assert len(files.names("many/")) == 1_005


@pytest.mark.parametrize("asked", ["lines", "read"])
def test_missing_file_is_named_and_trying_again_is_no_use(files, asked):
    with pytest.raises(MissingFileError, match="no night/nothing"):
        list(getattr(files, asked)("night/nothing"))
