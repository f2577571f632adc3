"""Who is one and the same person: identities joined by shop id, e-mail and phone (union-find, kept in SQLite).

The rule, from sure to doubtful:
1. the same shop id is the same person;
2. the same e-mail is the same person, unless more than ten shop ids share it: that is a shop's placeholder;
3. the same phone joins two only where they complete one another: not two shop ids, nor two e-mails (a household).
What is not joined although something is shared is told as a conflict.
"""

from collections.abc import Iterator
from itertools import groupby

from escalera_cli.importing.staging import Staging

PLACEHOLDER = 10
"""More shop ids than this on one e-mail: nobody's own address."""


def join_people(staging: Staging) -> None:
    """Give each identity its root, and note the conflicts; within `staging.begin_settling`'s transaction."""
    union = _Union(staging)
    for _, group in _sharing(staging, "shop_id"):
        for one, _ in group[1:]:
            union.join(group[0][0], one)
    for email, group in _sharing(staging, "email"):
        shop_ids = {who["shop_id"] for _, who in group if who["shop_id"]}
        if len(shop_ids) > PLACEHOLDER:
            why = f"{len(shop_ids)} shop ids share this e-mail: it is taken for a placeholder"
            staging.put("conflict", [(group[0][0], group[1][0], email, why)], 4)
            continue
        for one, _ in group[1:]:
            union.join(group[0][0], one)
    for phone, group in _sharing(staging, "phone"):
        _join_by_phone(staging, union, phone, [one for one, _ in group])
    staging.put("root", ((one, union.root(one)) for (one,) in staging.ask("SELECT id FROM who")), 2)
    staging.change("CREATE INDEX roots ON root (root)")


def _sharing(staging: Staging, column: str) -> Iterator[tuple[str, list[tuple[int, dict[str, str]]]]]:
    """Each shop id, e-mail or phone that several identities share, with them, first met first."""
    rows = staging.ask(
        f"SELECT {column}, id, shop_id, email, phone FROM who WHERE {column} <> '' ORDER BY {column}, id"  # noqa: S608
    )
    for shared, group in groupby(rows, key=lambda row: str(row[0])):
        members = [(int(row[1]), {"shop_id": row[2], "email": row[3], "phone": row[4]}) for row in group]
        if len(members) > 1:
            yield shared, members


def _join_by_phone(staging: Staging, union: "_Union", phone: str, members: list[int]) -> None:
    first, *others = members
    for one in others:
        if union.root(first) == union.root(one):
            continue
        if union.facts(first, "shop_id") and union.facts(one, "shop_id"):
            why = "two shop ids share this phone, and no e-mail: they are kept apart"
        elif union.facts(first, "email") and union.facts(one, "email"):
            why = "two e-mails share this phone: they are kept apart"
        else:
            union.join(first, one)
            continue
        staging.put("conflict", [(first, one, phone, why)], 4)


class _Union:
    """Union-find over the identities' numbers; only those that were joined stand in its table."""

    def __init__(self, staging: Staging) -> None:
        self._staging = staging
        staging.change("CREATE TEMP TABLE IF NOT EXISTS joined (id INTEGER PRIMARY KEY, parent INTEGER)")
        staging.change("CREATE INDEX IF NOT EXISTS temp.joined_parents ON joined (parent)")
        staging.change("DELETE FROM temp.joined")

    def root(self, one: int) -> int:
        """Whom this one stands for now; the way there is shortened."""
        way = []
        while (parent := self._parent(one)) is not None:
            way.append(one)
            one = parent
        for passed in way[:-1]:
            self._staging.change("UPDATE temp.joined SET parent = ? WHERE id = ?", one, passed)
        return one

    def join(self, one: int, other: int) -> None:
        """Make both the same; the one met first stays the root."""
        first, second = sorted((self.root(one), self.root(other)))
        if first != second:
            self._staging.change("INSERT INTO temp.joined VALUES (?, ?)", second, first)

    def facts(self, one: int, column: str) -> set[str]:
        """The shop ids, or e-mails, of the whole group of this one."""
        group, left = set[int](), [self.root(one)]
        while left:
            node = left.pop()
            group.add(node)
            left += [
                child for (child,) in self._staging.ask("SELECT id FROM temp.joined WHERE parent = ?", node)
            ]
        found = set[str]()
        for node in group:
            (value,) = self._staging.one(f"SELECT {column} FROM who WHERE id = ?", node)  # noqa: S608
            if value:
                found.add(str(value))
        return found

    def _parent(self, one: int) -> int | None:
        found = next(self._staging.ask("SELECT parent FROM temp.joined WHERE id = ?", one), None)
        return None if found is None else int(found[0])
