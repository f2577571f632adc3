"""What is in the cut, counted from the cut itself, and the table of it in demo/README.md."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from demo.cut import SEGMENTS, segments
from demo.events import KINDS, Event, Row
from demo.source import Order, Refund

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"
LANGUAGES = {"es": "Spanish", "pt": "Portuguese", "en": "English"}

Figures = dict[str, dict[str, int]]


def dataset_figures(rows: int, orders: Sequence[Order], refunds: Sequence[Refund]) -> Figures:
    """Counts of the whole dataset, after what cannot be used is dropped; `rows` is before."""
    of_customer = segments(orders, max(order.placed_at for order in orders))
    everybody = {order.customer for order in orders}
    return {
        "dataset": {
            "rows": rows,
            "customers": len(everybody),
            "resellers left out": len(everybody) - len(of_customer),
            "orders": len(orders),
            "refunds matched": len(refunds),
            "customers with refunds": len({refund.customer for refund in refunds} & of_customer.keys()),
        },
        "dataset segments": _counted(of_customer.values(), SEGMENTS),
    }


def cut_figures(tables: Mapping[str, Sequence[Row]]) -> Figures:
    """Counts of the cut's tables."""
    customers, orders, complaints = tables["customers"], tables["orders"], tables["complaints"]
    owner = {row["order_id"]: row["customer_id"] for row in orders}
    consents = Counter(f"{row['purpose']} by {row['for_channel']}" for row in tables["consents"])
    return {
        "cut": {
            "customers": len(customers),
            "orders": len(orders),
            "order lines kept": len(tables["lines"]),
            "deliveries": sum(1 for row in orders if row["delivered_at"]),
            "refunds": len(tables["refunds"]),
            "customers with refunds": len({owner[row["order_id"]] for row in tables["refunds"]}),
            "complaints": len(complaints),
            "complaints answered": sum(1 for row in complaints if row["answered_at"]),
            "complaints resolved": sum(1 for row in complaints if row["resolved_at"]),
        },
        "cut segments": _counted((row["segment"] for row in customers), SEGMENTS),
        "languages": _counted((row["language"] for row in customers), LANGUAGES),
        "consents": {
            **dict(sorted(consents.items())),
            "withdrawn later": sum(1 for row in tables["consents"] if row["withdrawn_at"]),
            "customers with none": len(customers) - len({row["customer_id"] for row in tables["consents"]}),
        },
    }


def event_figures(events: Sequence[Event], opens: str) -> Figures:
    """Events by kind in the prologue and in the window that opens at this instant."""
    prologue = [event["detail-type"] for event in events if event["detail"]["occurred_at"] < opens]
    inside = [event["detail-type"] for event in events if event["detail"]["occurred_at"] >= opens]
    return {"prologue": _counted(prologue, KINDS), "window": _counted(inside, KINDS)}


def as_markdown(figures: Figures) -> str:
    """The figures as the tables that stand between the marks in demo/README.md."""
    whole, cut = figures["dataset segments"], figures["cut segments"]
    parts = [
        _table(("the dataset", "count"), figures["dataset"]),
        _table(("the cut", "count"), figures["cut"]),
        "| kind of buyer | dataset | share | cut | share |\n|---|--:|--:|--:|--:|\n"
        + "\n".join(
            f"| {kind} | {whole[kind]:,} | {_percent(kind, whole)} | {cut[kind]} | {_percent(kind, cut)} |"
            for kind in SEGMENTS
        ),
        _table(("language", "customers"), {LANGUAGES[key]: n for key, n in figures["languages"].items()}),
        _table(("consent", "count"), figures["consents"]),
        "| event, for 60 customers and 120 days | prologue | window |\n|---|--:|--:|\n"
        + "\n".join(f"| {kind} | {figures['prologue'][kind]} | {figures['window'][kind]} |" for kind in KINDS)
        + f"\n| **all** | {sum(figures['prologue'].values())} | {sum(figures['window'].values())} |",
    ]
    return "\n\n".join(parts)


def with_figures(readme: str, figures: Figures) -> str:
    """The README with its figures replaced by these."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n\n{as_markdown(figures)}\n\n{END}{after}"


def _counted(found: Iterable[str], expected: Iterable[str]) -> dict[str, int]:
    counts = Counter(found)
    return {key: counts[key] for key in expected}


def _percent(part: str, whole: Mapping[str, int]) -> str:
    return f"{100 * whole[part] / sum(whole.values()):.1f} %"


def _table(head: tuple[str, str], rows: Mapping[str, int]) -> str:
    body = "\n".join(f"| {name} | {count:,} |" for name, count in rows.items())
    return f"| {head[0]} | {head[1]} |\n|---|--:|\n{body}"
