"""Files read record by record, and taken up again anywhere."""

import csv
import gzip
import io
from pathlib import Path
from tempfile import TemporaryDirectory

from hypothesis import given
from hypothesis import strategies as st

from escalera_cli.importing.columns import Wish
from escalera_cli.importing.reading import Records, look_through, rows_at

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
