"""A stand-in for the customers' table that bills: the calls our adapters make, and the units DynamoDB would ask for.

Units follow AWS's rules: a strongly consistent read is one unit per 4 KB, a write one per 1 KB, within a transaction
two; an entry that moves in an index is one write for the old place and one for the new, and one that stays in the
`work` index, which copies whole records, is one whenever the record changes. The sizes are those of names and values as
UTF-8.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from typing import Any

Item = dict[str, Any]
Key = tuple[str, str]
Answer = tuple[int, dict[str, Any]]

KB = 1024
_REFUSED = "ConditionalCheckFailed"


class BillingTable:
    """Holds records, answers calls as JSON would, and adds up `units` and what was written to its `stream`."""

    def __init__(self) -> None:
        self.items: dict[Key, Item] = {}
        self.index: dict[str, dict[str, Key]] = {}
        self.units: Counter[str] = Counter()
        self.stream: list[tuple[Item | None, Item]] = []
        self.streams = True

    def hold(self, items: Iterable[Item]) -> None:
        """Begin with these records, not billed."""
        self.items |= {_key(item): item for item in items}

    def answer(self, operation: str, asked: Mapping[str, Any]) -> Answer:
        """Status and body of the answer to one call."""
        calls: Mapping[str, Callable[[Mapping[str, Any]], Answer]] = {
            "GetItem": self._get,
            "BatchGetItem": self._get_many,
            "Query": self._query,
            "PutItem": self._put,
            "UpdateItem": self._update,
            "BatchWriteItem": self._write_together,
            "TransactWriteItems": self._transact,
        }
        return calls[operation](asked)

    def _get(self, asked: Mapping[str, Any]) -> Answer:
        item = self._read(_key(asked["Key"]))
        return 200, {} if item is None else {"Item": item}

    def _get_many(self, asked: Mapping[str, Any]) -> Answer:
        ((name, wanted),) = asked["RequestItems"].items()
        found = [item for key in wanted["Keys"] if (item := self._read(_key(key))) is not None]
        return 200, {"Responses": {name: found}, "UnprocessedKeys": {}}

    def _read(self, key: Key) -> Item | None:
        item = self.items.get(key)
        self.units["read"] += max(1, math.ceil(size(item or {}) / (4 * KB)))
        self.units["items read"] += item is not None
        return item

    def _query(self, asked: Mapping[str, Any]) -> Answer:
        values = asked["ExpressionAttributeValues"]
        index = asked.get("IndexName", "")
        if index == "due":
            until = values[":until"]["S"]
            there = self.index.get(values[":day"]["S"], {})
            found: list[Item] = [
                {"pk": {"S": pk}, "sk": {"S": sk}, "due_sk": {"S": due}}
                for due, (pk, sk) in sorted(there.items())
                if due <= until
            ]
        else:
            found = _in_order(
                [
                    item
                    for item in self.items.values()
                    if _fits(item, asked["KeyConditionExpression"], values)
                ],
                by="work_sk" if index else "sk",
                backwards=not asked.get("ScanIndexForward", True),
            )
        more = found[asked.get("Limit", len(found)) :]
        found = found[: len(found) - len(more)]
        units = max(1, math.ceil(sum(map(size, found)) / (4 * KB)))
        self.units["read"] += (1 if asked.get("ConsistentRead") else 0.5) * units  # type: ignore[assignment]
        self.units["items read"] += len(found)
        counted = {"Count": len(found), "ScannedCount": len(found)}
        if asked.get("Select") == "COUNT":
            return 200, counted
        # Where it goes on is not told: no page of the bench asks for a second part.
        return 200, {"Items": found, **counted}

    def _put(self, asked: Mapping[str, Any]) -> Answer:
        key = _key(asked["Item"])
        if not self._holds(key, asked):
            return _error("ConditionalCheckFailedException")
        self._write(key, asked["Item"], 1)
        return 200, {}

    def _update(self, asked: Mapping[str, Any]) -> Answer:
        key = _key(asked["Key"])
        if not self._holds(key, asked):
            return _error("ConditionalCheckFailedException")
        names, values = asked["ExpressionAttributeNames"], asked["ExpressionAttributeValues"]
        sets, _, adds = asked["UpdateExpression"].removeprefix("SET ").partition(" ADD ")
        item = {**self.items.get(key, asked["Key"])}
        for name, value in (part.split(" = ") for part in sets.split(", ")):
            item[names[name]] = values[value]
        if adds:
            name, value = adds.split(" ")
            known = item.get(names[name], {"N": "0"})
            item[names[name]] = {"N": str(int(known["N"]) + int(values[value]["N"]))}
        self._write(key, item, 1)
        return 200, {}

    def _write_together(self, asked: Mapping[str, Any]) -> Answer:
        ((_, requests),) = asked["RequestItems"].items()
        for request in requests:
            if "PutRequest" in request:
                item = request["PutRequest"]["Item"]
                self._write(_key(item), item, 1)
            else:
                self._take_away(_key(request["DeleteRequest"]["Key"]))
        return 200, {"UnprocessedItems": {}}

    def _transact(self, asked: Mapping[str, Any]) -> Answer:
        puts = [action["Put"] for action in asked["TransactItems"]]
        held = [self._holds(_key(put["Item"]), put) for put in puts]
        if not all(held):
            reasons = [{"Code": "None" if one else _REFUSED} for one in held]
            return _error("TransactionCanceledException", CancellationReasons=reasons)
        for put in puts:
            self._write(_key(put["Item"]), put["Item"], 2)
        return 200, {}

    def _holds(  # noqa: PLR0911 - one return a condition reads best
        self, key: Key, asked: Mapping[str, Any]
    ) -> bool:
        """The conditions our adapters write: a record absent, at a version, older, in some status, of an earlier word, or below a limit."""
        condition, there = asked.get("ConditionExpression"), self.items.get(key)
        if condition is None:
            return True
        if there is None:
            return "attribute_not_exists" in condition
        values = asked.get("ExpressionAttributeValues", {})
        if condition == "#version = :version":
            return bool(there.get("version") == values[":version"])
        if "#version < :version" in condition:
            return int(there.get("version", {"N": "0"})["N"]) < int(values[":version"]["N"])
        if "#taken < :most" in condition:
            return int(there.get("taken", {"N": "0"})["N"]) < int(values[":most"]["N"])
        if "#waiting.#since" in condition:
            since = there.get("waiting", {}).get("M", {}).get("since", {"S": ""})
            return bool(there.get("status") == values[":active"] and since["S"] <= values[":since"]["S"])
        allowed = [value for name, value in values.items() if f"{name}" in condition and name[:5] != ":new_"]
        return "IN (" in condition and there.get("status") in allowed

    def _write(self, key: Key, item: Item, times: int) -> None:
        old = self.items.get(key)
        larger = max(size(old or {}), size(item))
        self.units["write"] += times * max(1, math.ceil(larger / KB))
        self._move_in_indexes(key, old or {}, item)
        self.items[key] = item
        if self.streams:
            self.stream.append((old, item))

    def _take_away(self, key: Key) -> None:
        self.units["write"] += max(1, math.ceil(size(self.items.pop(key, {})) / KB))

    def _move_in_indexes(self, key: Key, old: Item, new: Item) -> None:
        """`due` holds keys alone: a record that stays in its place costs nothing; `work` copies whole records."""
        for name, copies in (("due", False), ("work", True)):
            before, after = (_place(one, name) for one in (old, new))
            if before == after and (before is None or not copies or old == new):
                continue
            places = {before: old, after: new} if before != after else {after: max(old, new, key=size)}
            self.units["write"] += sum(
                max(1, math.ceil(size(record) / KB)) if copies else 1
                for place, record in places.items()
                if place is not None
            )
            if before:
                del self.index[before[0]][before[1]]
            if after:
                self.index.setdefault(after[0], {})[after[1]] = key


def _place(item: Item, index: str) -> tuple[str, str] | None:
    keys = f"{index}_pk", f"{index}_sk"
    return None if keys[0] not in item else (item[keys[0]]["S"], item[keys[1]]["S"])


def size(value: Any) -> int:
    """The size of a record or attribute, about as DynamoDB reckons it."""
    if isinstance(value, dict):
        return sum(len(name.encode()) + size(part) for name, part in value.items())
    if isinstance(value, list):
        return sum(map(size, value))
    return len(str(value).encode())


_EQUAL = re.compile(r"(\w+) = (:\w+)")
_BEGINS = re.compile(r"begins_with\((\w+), (:\w+)\)")
_BETWEEN = re.compile(r"(\w+) BETWEEN (:\w+) AND (:\w+)")


def _fits(item: Item, condition: str, values: Mapping[str, Any]) -> bool:
    """Whether a record is what a question asks for; in the forms of condition that our adapters write."""

    def said(name: str) -> str:
        return str(item.get(name, {}).get("S", ""))

    def text(value: str) -> str:
        return str(values[value]["S"])

    return (
        all(said(name) == text(value) for name, value in _EQUAL.findall(condition))
        and all(said(name).startswith(text(value)) for name, value in _BEGINS.findall(condition))
        and all(text(first) <= said(name) <= text(last) for name, first, last in _BETWEEN.findall(condition))
    )


def _in_order(items: list[Item], *, by: str, backwards: bool) -> list[Item]:
    return sorted(items, key=lambda item: str(item[by]["S"]), reverse=backwards)


def _key(item: Mapping[str, Any]) -> Key:
    return item["pk"]["S"], item["sk"]["S"]


def _error(code: str, **more: Any) -> Answer:
    return 400, {"__type": f"com.amazonaws.dynamodb.v20120810#{code}", "message": code, **more}
