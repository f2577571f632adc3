"""Which column of a file means what: by the names that shops' exports give them, or by a small mapping file."""

import json
import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

import yaml

from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.importing.names import NAMES
from escalera_cli.importing.statuses import OrderStatus, plain_status


class FileKind(StrEnum):
    """What one row of a file is."""

    CUSTOMERS = "customers"
    ORDERS = "orders"
    """One row an order, or an order's head and lines together as Shopify writes them."""
    LINES = "lines"
    """One row an order line; the order's total is their sum."""
    REFUNDS = "refunds"


FIELDS = tuple(NAMES)
SWITCHED_OFF = ""
"""Instead of a header: no column means this field, whatever its name."""
_SHOPIFY_LINES = "lineitem quantity"
_LETTERS = re.compile(r"[^a-z0-9]+")


@dataclass(frozen=True)
class Wish:
    """What a mapping file says: the header of each field, and the kind of each file, by its name."""

    columns: Mapping[str, str] = field(default_factory=dict)
    kinds: Mapping[str, FileKind] = field(default_factory=dict)
    statuses: Mapping[str, OrderStatus] = field(default_factory=dict)
    """What a status of an order says, by `plain_status`."""


@dataclass(frozen=True)
class Columns:
    """A file understood: what its rows are, and at which place each field stands."""

    kind: FileKind
    header: tuple[str, ...]
    places: Mapping[str, int]
    statuses: tuple[int, ...] = ()
    """Where a status of an order stands: platforms tell that of the order and that of its payment apart."""
    dates: tuple[int, ...] = ()
    """Where the date of an order stands, the best first: who never paid has none in `Paid at`, but in `Created at`."""

    @property
    def unused(self) -> list[str]:
        """Headers that mean nothing to us."""
        used = {*self.places.values(), *self.statuses, *self.dates}
        return [name for place, name in enumerate(self.header) if place not in used]


def plain(header: str) -> str:
    """A header without accents, case and signs: `E-mail del Cliente` is `e mail del cliente`."""
    letters = unicodedata.normalize("NFKD", header).casefold()
    return _LETTERS.sub(" ", "".join(one for one in letters if not unicodedata.combining(one))).strip()


def understand(
    name: str, header: Sequence[str], wish: Wish = Wish(), kind: FileKind | None = None
) -> Columns:
    """What the columns of this file mean. CommandError when it cannot be told, with what is missing."""
    places = _places(header, wish)
    for place in places.values():
        if [plain(one) for one in header].count(plain(header[place])) > 1:
            raise CommandError(
                f"{name}: two columns are called {header[place]!r}, and nothing tells which one counts: rename the other.",
                code=PROBLEMS,
            )
    found = kind or wish.kinds.get(name) or _kind(places)
    if found is None:
        raise CommandError(
            f"{name}: its header does not say what a row is (it has: {', '.join(header)}). Customers need a customer id,"
            " an e-mail or a phone; orders an order id and a total; order lines an order id, a quantity and a unit"
            " price; refunds an order id and a refund amount. Name your columns in a file for --mapping.",
            code=PROBLEMS,
        )
    missing = [need for need in _NEEDS[found] if not any(one in places for one in need)]
    if missing:
        wanted = "; ".join(" or ".join(need) for need in missing)
        raise CommandError(
            f"{name}: as {found} it lacks {wanted} (it has: {', '.join(header)}). Name your columns in a file for"
            " --mapping, or say what the file is there.",
            code=PROBLEMS,
        )
    statuses, dates = (
        _all_places(header, places, wish, "status"),
        _all_places(header, places, wish, "ordered_at"),
    )
    return Columns(found, tuple(header), places, statuses, dates)


def _all_places(
    header: Sequence[str], places: Mapping[str, int], wish: Wish, field_name: str
) -> tuple[int, ...]:
    """Every column that may mean this field, the best name first; where the operator names one, that alone."""
    if field_name not in places or field_name in wish.columns:
        return (places[field_name],) if field_name in places else ()
    at = {plain(name): place for place, name in reversed(list(enumerate(header)))}
    return tuple(at[plain(name)] for name in NAMES[field_name] if plain(name) in at)


_WHO = ("customer_id", "email", "phone")
_NEEDS: Mapping[FileKind, Sequence[Sequence[str]]] = {
    FileKind.CUSTOMERS: (_WHO,),
    FileKind.ORDERS: (("order_id",), ("ordered_at",), ("total",), _WHO),
    FileKind.LINES: (("order_id",), ("quantity",), ("unit_price",)),
    FileKind.REFUNDS: (("order_id",), ("refund_amount",), ("refunded_at",)),
}


def known_columns(header: Sequence[str], wish: Wish = Wish()) -> int:
    """How many of these headers mean something: the right separator is the one that gives most."""
    return len(_places(header, wish))


def _places(header: Sequence[str], wish: Wish) -> dict[str, int]:
    at: dict[str, int] = {}
    for place, name in enumerate(header):
        at.setdefault(plain(name), place)
    places: dict[str, int] = {}
    for one, names in NAMES.items():
        for name in _names_of(one, names, wish):
            if plain(name) in at:
                places[one] = at[plain(name)]
                break
    # Words that mean something else in each export: Shopify calls an order's number "Name".
    if "order_id" not in places and _SHOPIFY_LINES in at and "name" in at:
        places["order_id"] = at["name"]
    if "id" in at and "order_id" not in places:
        subject = "order_id" if "total" in places else "customer_id"
        places.setdefault(subject, at["id"])
    if "order_id" not in places:
        # In a list of customers these are dates and sums of the customer.
        if "registered_at" not in places and "ordered_at" in places:
            places["registered_at"] = places["ordered_at"]
        for one in ("ordered_at", "total", "status", "cancelled_at"):
            places.pop(one, None)
    return places


def _names_of(field_name: str, names: Sequence[str], wish: Wish) -> Sequence[str]:
    wished = wish.columns.get(field_name)
    return names if wished is None else () if wished == SWITCHED_OFF else (wished,)


def _kind(places: Mapping[str, int]) -> FileKind | None:
    if "order_id" in places:
        if "total" in places:
            return FileKind.ORDERS
        if "quantity" in places and "unit_price" in places:
            return FileKind.LINES
        return FileKind.REFUNDS if "refund_amount" in places else None
    return FileKind.CUSTOMERS if any(one in places for one in _WHO) else None


def read_wish(path: Path) -> Wish:
    """Read a mapping file, YAML or JSON.

    `columns: {field: header}`, `kinds: {file name: kind}`, and `statuses: {status: bought, refunded or not bought}`.
    """
    text = path.read_text(encoding="utf-8")
    try:
        data = json.loads(text) if path.suffix == ".json" else yaml.safe_load(text)
    except (ValueError, yaml.YAMLError) as error:
        raise CommandError(f"{path} cannot be read: {error}", code=PROBLEMS) from error
    if not isinstance(data, dict) or set(data) - {"columns", "kinds", "statuses"}:
        raise CommandError(
            f"{path}: write `columns:`, `kinds:` and `statuses:`, nothing else, at the top level.",
            code=PROBLEMS,
        )
    columns, kinds = data.get("columns") or {}, data.get("kinds") or {}
    statuses = {str(one): str(said).replace("_", " ") for one, said in (data.get("statuses") or {}).items()}
    sayings = [one.value for one in OrderStatus if one is not OrderStatus.UNKNOWN]
    if strange := sorted(set(statuses.values()) - set(sayings)):
        raise CommandError(
            f"{path}: a status cannot be {', '.join(strange)}. It is one of: {', '.join(sayings)}.",
            code=PROBLEMS,
        )
    if strange := sorted(set(map(str, columns)) - set(FIELDS)):
        raise CommandError(
            f"{path}: there is no field {', '.join(strange)}. Fields: {', '.join(FIELDS)}.", code=PROBLEMS
        )
    if strange := sorted(set(map(str, kinds.values())) - set(FileKind)):
        raise CommandError(
            f"{path}: there is no kind {', '.join(strange)}. Kinds: {', '.join(FileKind)}.", code=PROBLEMS
        )
    return Wish(
        {str(one): SWITCHED_OFF if header is None else str(header) for one, header in columns.items()},
        {str(name): FileKind(kind) for name, kind in kinds.items()},
        {plain_status(one): OrderStatus(said) for one, said in statuses.items()},
    )
