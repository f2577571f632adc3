"""The figures as tables for the terminal, and the cost of a customer as Markdown."""

from collections.abc import Callable, Collection
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench import local_report
from bench.cold import ALONE, COMPARED, EMPTY
from bench.pricing import MEMORY_GB, PRICES, REGION

HERE = Path(__file__).resolve().parent

# Measured elsewhere, on two cores of another machine, on the best open-source rival that ran there (Node, SQL, Redis).
MARK = {"events one by one": 4.6, "events in batches of 100": 3.2, "mails of a two-mail journey": 36.0}


def write_cost(life: dict[str, Any]) -> None:
    """Keep the price of a customer's life beside this file."""
    (HERE / "cost.md").write_text(cost(life), encoding="utf-8")


def show(results: dict[str, Any], names: Collection[str]) -> None:
    """Print the figures of these parts."""
    tables: dict[str, Callable[[dict[str, Any]], Table]] = {
        "cold starts": _cold,
        "purchases": _purchases,
        "mails": _mails,
        "purchase without botocore": _parts,
        "life": _life,
        "sweeps": _sweeps,
        "nights": _nights,
        "imports": _imports,
        "value": _value,
        "event to send": local_report.event_to_send,
        "killed": local_report.killed,
        "faults": local_report.faults,
        "fuzz": local_report.fuzz,
        "pages": _pages,
    }
    console = Console(width=110)
    for name, table in tables.items():
        if name in names:
            console.print(table(results[name]))
    if "rendering" in names:
        speeds = ", ".join(f"{name} {speed:,.0f}" for name, speed in results["rendering"].items())
        console.print(f"rendering, messages a CPU s: {speeds}")


def cost(life: dict[str, Any]) -> str:
    """The price of a customer's life, line by line."""
    lines = [
        f"A life of {life['days']:.0f} days: registers, consents, buys three times, returns an order, complains, goes",
        f"quiet and is won back; {life['counts']['mail']} e-mails. Counted in one run, priced in {REGION}, no free tier.",
        "",
        "| what is billed | number | US dollars |",
        "|---|---:|---:|",
    ]
    for name, number in life["counts"].items():
        price = PRICES[name]
        lines.append(f"| [{price.of}]({price.page}) | {number:,.4g} | {life['USD'][name]:.6f} |")
    lines += [
        f"| **the whole life** | | **{life['USD a life']:.6f}** |",
        f"| **a month of it** | | **{life['USD a month']:.6f}** |",
        "",
        f"Lambda's seconds are measured CPU, stretched to the share of a core that {MEMORY_GB:.0f} GB buys; waiting for",
        "AWS and cold starts are not in it.",
        "Nor is what a stack costs as such, however many customers it has: the sweeps, queues polled while empty, alarms,",
        "logs, storage and backups. Texts are priced by country.",
        "",
    ]
    return "\n".join(lines)


def _cold(cold: dict[str, Any]) -> Table:
    of = f"of {ALONE}"
    table = _table("Cold start: CPU ms", "function", "import", of, "import + first call", of, "calls of AWS")
    for name, found in cold.items():
        with_call = "first call" in found
        table.add_row(
            name,
            f"{found['init'] * 1000:.0f}",
            "" if name in (EMPTY, ALONE) else f"{found['init ratio']:.2f}x",
            f"{(found['init'] + found['first call']) * 1000:.0f}" if with_call else "",
            f"{found['with first call ratio']:.2f}x" if with_call and name != ALONE else "",
            f"{found['calls']:.0f}" if with_call else "",
        )
    table.caption = COMPARED
    return table


def _purchases(found: dict[str, Any]) -> Table:
    table = _warm("Purchases warm: CPU s per 1,000")
    for label, name, mark in (
        ("one by one", "batches of 1", MARK["events one by one"]),
        ("in batches of 10", "batches of 10", None),
        ("in batches of 100", "batches of 100", MARK["events in batches of 100"]),
    ):
        _warm_row(table, label, found[name]["inbox"], found[name]["all"], mark)
    return table


def _mails(mails: dict[str, Any]) -> Table:
    table = _warm("Mails warm: CPU s per 1,000")
    _warm_row(
        table, "of a two-mail journey", mails["steps"], mails["all"], MARK["mails of a two-mail journey"]
    )
    for name, cpu in mails["CPU ms by step"].items():
        table.add_row(f"step alone: {name}", f"{cpu:.2f}")
    return table


def _warm(title: str) -> Table:
    table = _table(title, "what", "function alone", "with publish_changes", "mark*", "of the mark")
    table.caption = "* the best open-source rival, measured elsewhere: quoted, not of this run"
    return table


def _warm_row(table: Table, label: str, alone: float, whole: float, mark: float | None) -> None:
    compared = ("", "") if mark is None else (f"{mark}", f"{whole / mark:.2f}x")
    table.add_row(label, f"{alone:.2f}", f"{whole:.2f}", *compared)


def _parts(found: dict[str, float]) -> Table:
    table = _table("A purchase without botocore: CPU ms", "what", "ms")
    for name, cpu in found.items():
        table.add_row(name, f"{cpu:.3f}")
    return table


def _pages(found: dict[str, Any]) -> Table:
    table = _table(
        "Warm pages: CPU ms without the network, and what they ask", "page", "ms", "KB", "calls of AWS"
    )
    for name, page in found.items():
        calls = ", ".join(f"{call} {number}" for call, number in page["calls"].items())
        table.add_row(name, f"{page['ms']:.1f}", f"{page['KB']:.0f}", calls)
    return table


def _life(life: dict[str, Any]) -> Table:
    table = _table(f"A customer's life, {life['days']:.0f} days", "what is billed", "number", "USD")
    for name, number in life["counts"].items():
        table.add_row(PRICES[name].of, f"{number:,.4g}", f"{life['USD'][name]:.6f}")
    table.add_row("the whole life", "", f"{life['USD a life']:.6f}")
    table.add_row("a month of it", "", f"{life['USD a month']:.6f}")
    return table


def _sweeps(found: dict[str, Any]) -> Table:
    names = list(next(iter(found.values())))
    table = _table("The daily sweep, 500 due", "customers", *names)
    for base, counts in found.items():
        table.add_row(base, *(f"{counts[name]:,.4g}" for name in names))
    return table


def _imports(found: dict[str, Any]) -> Table:
    names = list(next(iter(found.values())))
    table = _table("A past imported", "order lines", *names)
    for lines, counts in found.items():
        table.add_row(lines, *(f"{counts[name]:,.4g}" for name in names))
    return table


def _value(found: dict[str, Any]) -> Table:
    table = _table("The value model on one core", "", *found)
    for name in dict.fromkeys(name for figures in found.values() for name in figures):
        table.add_row(name, *(f"{one[name]:,.4g}" if name in one else "" for one in found.values()))
    return table


def _nights(found: dict[str, Any]) -> Table:
    names = list(next(iter(found.values())))
    table = _table("A night after 1 % of the customers bought", "", *found)
    for name in names:
        table.add_row(name, *(f"{counts[name]:,.4g}" for counts in found.values()))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table
