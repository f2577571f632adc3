"""Files read record by record, and taken up again anywhere."""

import csv
import gzip
import io
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera_cli.endings import CommandError
from escalera_cli.importing.columns import Wish, understand
from escalera_cli.importing.reading import Records, SourceFile, look_through, rows_at

cells = st.text(st.sampled_from('ab ,;"\n\r\t#é€'), max_size=6)


@given(st.lists(st.tuples(cells, cells), max_size=12), st.booleans(), st.data())
def test_whatever_was_written_is_read_and_read_on_from_any_record(rows, zipped, data):
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerows([("Order ID", "Email"), *rows])
    with TemporaryDirectory() as folder:
        path = Path(folder, "a.csv.gz" if zipped else "a.csv")
        raw = text.getvalue().encode()
        path.write_bytes(gzip.compress(raw) if zipped else raw)
        source = look_through(path, Wish())
        assert source.size == len(raw)
        records = Records(source)
        read, places = [], []
        for line, row in records:
            read.append((line, row))
            places.append((records.offset, records.line))
        assert [tuple(row) for _, row in read] == rows
        if not read:
            return
        stop = data.draw(st.integers(0, len(read) - 1))
        offset, line = places[stop]
        assert list(Records(source, offset=offset, line=line)) == read[stop + 1 :]
        chosen = data.draw(st.lists(st.sampled_from(read), unique_by=lambda one: one[0]).map(sorted))
        assert list(rows_at(source, [line for line, _ in chosen])) == chosen


def read(tmp_path: Path, content: bytes) -> tuple[SourceFile, list[tuple[int, list[str]]]]:
    path = tmp_path / "a.csv"
    path.write_bytes(content)
    source = look_through(path, Wish())
    return source, list(Records(source))


ROWS = "Order ID,Email,Notes\n"


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (ROWS + '1,a@example.com,\n2,b@example.com,"tv 55 inches\n3,c@example.com,\n', 3),
        (ROWS + '1,a@example.com,"tv 55\n2,b@example.com,32" wide\n3,c@example.com,\n', 2),
        (ROWS + '1,a@example.com,"tv 55\n2,b@example.com,\n3,c@example.com,tv 27"\n', 2),
        (ROWS + '1,a@example.com,"a\nb"\n2,b@example.com,"tv\n3,c@example.com,tv 27"\n', 4),
    ],
)
def test_quote_opened_by_mistake_swallows_no_rows_and_its_line_is_named(tmp_path, content, line):
    with pytest.raises(CommandError, match=rf"a\.csv:{line}: .*Nothing was imported"):
        read(tmp_path, content.encode())


@pytest.mark.parametrize("note", ["a\nb", "one, two, three\nfour, five, six", 'he said "no"\n', "2\n3"])
def test_text_of_several_lines_is_read(tmp_path, note):
    text = io.StringIO()
    csv.writer(text).writerows([("Order ID", "Email", "Notes"), ("1", "a@example.com", note)])
    assert read(tmp_path, text.getvalue().encode())[1] == [(2, ["1", "a@example.com", note])]


def test_each_line_is_read_in_its_own_encoding(tmp_path):
    content = "Email,Name\na@example.com,Muñoz\n".encode() + "b@example.com,Núñez\n".encode("latin-1")
    assert [row[1] for _, row in read(tmp_path, content + "c@example.com,Peña\n".encode())[1]] == [
        *("Muñoz", "Núñez", "Peña"),
    ]


@pytest.mark.parametrize(
    ("above", "lines"), [("sep=;\n", 1), ("Orders of May\n\n", 2), ("Casa Nogal;;\n2024;;\n", 2), ("", 0)]
)
def test_header_may_stand_below_a_title(tmp_path, above, lines):
    source, rows = read(tmp_path, f"{above}Order ID;Email;Total\n1;a@example.com;10\n".encode())
    assert (source.above, source.separator, source.header) == (lines, ";", ("Order ID", "Email", "Total"))
    assert rows == [(lines + 2, ["1", "a@example.com", "10"])]


def test_lines_that_end_in_cr_alone_are_refused_with_the_remedy(tmp_path):
    with pytest.raises(CommandError, match=r"end in CR alone.*save it as CSV UTF-8"):
        read(tmp_path, b"Order ID,Email\r1,a@example.com\r")


def test_two_columns_of_one_name_are_refused():
    with pytest.raises(CommandError, match="two columns are called 'Total'"):
        understand("a.csv", ("Order ID", "Date", "Total", "total", "Email"))
    assert understand("a.csv", ("Order ID", "Date", "Total", "Note", "Note", "Email")).kind == "orders"


@pytest.mark.parametrize(("name", "line"), [("quote_never_closed", 6), ("quote_opened_in_text", 2)])
def test_real_quotes_opened_by_mistake_are_found(shared_data, name, line):
    with pytest.raises(CommandError, match=rf"{name}\.csv:{line}: "):
        list(Records(look_through(shared_data / "faults" / f"{name}.csv", Wish())))
