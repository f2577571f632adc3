"""Where an import stands between the files and the table: a SQLite file, so that memory does not grow with them.

Its name comes of what is imported and how; an import that broke off is taken up by the next one of the same name.
It holds personal data: only its owner may read it, and it is removed when the import is done.
"""

import os
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

_TABLES = """
CREATE TABLE file (id INTEGER PRIMARY KEY, digest TEXT, offset INTEGER, line INTEGER, rows INTEGER, done INTEGER);
CREATE TABLE who (id INTEGER PRIMARY KEY, shop_id TEXT, email TEXT, phone TEXT, UNIQUE (shop_id, email, phone));
CREATE TABLE person (file INTEGER, line INTEGER, who INTEGER, account INTEGER, told TEXT);
CREATE TABLE part (file INTEGER, line INTEGER, order_id TEXT, who INTEGER, at INTEGER, currency TEXT,
  sku TEXT, quantity REAL, amount INTEGER, category TEXT, cost INTEGER,
  total INTEGER, discount INTEGER, refunded INTEGER, refunded_at INTEGER, delivered_at INTEGER,
  status TEXT, channel TEXT);
CREATE TABLE refund (file INTEGER, line INTEGER, order_id TEXT, refund_id TEXT, at INTEGER, currency TEXT,
  amount INTEGER, who INTEGER);
CREATE TABLE bad (file INTEGER, line INTEGER, field TEXT, reason TEXT, order_id TEXT, because TEXT);
CREATE TABLE left_alone (file INTEGER, line INTEGER, field TEXT, reason TEXT);
CREATE TABLE merged (kept TEXT, shop_id TEXT, email TEXT, phone TEXT, why TEXT);
CREATE TABLE mark (name TEXT PRIMARY KEY, value TEXT);
"""
_MADE_WHEN_SETTLED = """
DROP TABLE IF EXISTS root; DROP TABLE IF EXISTS conflict; DROP TABLE IF EXISTS purchase;
DROP TABLE IF EXISTS happening; DROP TABLE IF EXISTS left_out; DROP TABLE IF EXISTS poisoned;
CREATE TABLE root (who INTEGER PRIMARY KEY, root INTEGER);
CREATE TABLE conflict (one INTEGER, other INTEGER, shared TEXT, why TEXT);
CREATE TABLE purchase (order_id TEXT PRIMARY KEY, root INTEGER, who INTEGER, at INTEGER, currency TEXT, total INTEGER,
  file INTEGER, line INTEGER, lines_of INTEGER);
CREATE TABLE happening (root INTEGER, kind TEXT, who INTEGER, at INTEGER, told TEXT, file INTEGER, line INTEGER);
CREATE TABLE left_out (file INTEGER, line INTEGER, field TEXT, reason TEXT, because TEXT);
CREATE TABLE poisoned AS SELECT order_id, MIN(file) AS file, MIN(line) AS line FROM bad
  WHERE order_id IS NOT NULL GROUP BY order_id;
CREATE UNIQUE INDEX poisoned_orders ON poisoned (order_id);
"""
_CACHE_KB = 32_000


class Staging:
    """One import's SQLite file."""

    def __init__(self, path: Path) -> None:
        self.path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.resumed = path.exists()
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, 0o600))
        self._db = sqlite3.connect(path, isolation_level=None)
        # A crash of the machine would lose it; a crash of the program does not.
        self._db.executescript(
            f"PRAGMA synchronous=OFF; PRAGMA temp_store=FILE; PRAGMA cache_size=-{_CACHE_KB};"
        )
        if not self._db.execute("SELECT 1 FROM sqlite_master WHERE name = 'mark'").fetchone():
            self._db.executescript(f"BEGIN; {_TABLES} COMMIT;")

    def close(self, *, remove: bool) -> None:
        """Let go of the file."""
        self._db.close()
        if remove:
            self.path.unlink(missing_ok=True)

    @contextmanager
    def together(self) -> Iterator[None]:
        """All that is written meanwhile is kept, or (on an error, or Ctrl-C) nothing of it."""
        self._db.execute("BEGIN")
        try:
            yield
        except BaseException:
            self._db.execute("ROLLBACK")
            raise
        self._db.execute("COMMIT")

    def ask(self, question: str, *values: Any) -> Iterator[tuple[Any, ...]]:
        """Rows that answer a query, as they are read."""
        return self._db.execute(question, values)

    def one(self, question: str, *values: Any) -> tuple[Any, ...]:
        """The first row that answers a query."""
        found: tuple[Any, ...] = self._db.execute(question, values).fetchone()
        return found

    def put(self, table: str, rows: Iterable[Sequence[Any]], width: int) -> None:
        """Add rows to a table; `table` is a name of ours."""
        self._db.executemany(f"INSERT INTO {table} VALUES ({', '.join('?' * width)})", rows)  # noqa: S608

    def change(self, statement: str, *values: Any) -> None:
        """Do something to the tables."""
        self._db.execute(statement, values)

    def begin_settling(self) -> None:
        """Make the tables of what is made of the rows anew; within `together`."""
        for statement in _MADE_WHEN_SETTLED.split(";"):
            if statement.strip():
                self._db.execute(statement)

    def mark(self, name: str) -> str | None:
        """What was noted under this name."""
        found = self._db.execute("SELECT value FROM mark WHERE name = ?", (name,)).fetchone()
        return None if found is None else str(found[0])

    def note(self, name: str, value: str) -> None:
        """Note something."""
        self._db.execute("INSERT OR REPLACE INTO mark VALUES (?, ?)", (name, value))


class Whos:
    """Numbers for identities: each (shop id, e-mail, phone) once. Those lately seen are kept at hand."""

    def __init__(self, staging: Staging, *, kept: int = 50_000) -> None:
        self._staging, self._kept = staging, kept
        self._known: dict[tuple[str, str, str], int] = {}

    def number(self, who: tuple[str, str, str]) -> int | None:
        """The number of an identity; None when nothing is known of whom."""
        known = self._known.get(who)
        if known is not None:
            return known
        if not any(who):
            return None
        found = self._staging.one(
            "INSERT INTO who (shop_id, email, phone) VALUES (?, ?, ?)"
            " ON CONFLICT DO UPDATE SET shop_id = shop_id RETURNING id",
            *who,
        )
        if len(self._known) >= self._kept:
            self._known.clear()
        self._known[who] = int(found[0])
        return self._known[who]
