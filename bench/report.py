"""One run as a table for the terminal, as JSON, and the cost of a customer as Markdown."""

import json
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.cold import ALONE, EMPTY
from bench.pricing import MEMORY_GB, PRICES, REGION

HERE = Path(__file__).resolve().parent

# Measured elsewhere, on two cores of another machine, on the best open-source rival that ran there (Node, SQL, Redis).
MARK = {"events one by one": 4.6, "events in batches of 100": 3.2, "mails of a two-mail journey": 36.0}


def write(results: dict[str, Any]) -> None:
    """Keep the figures beside this file."""
    (HERE / "results.json").write_text(json.dumps(_rounded(results), indent=2) + "\n", encoding="utf-8")
    (HERE / "cost.md").write_text(cost(results["life"]), encoding="utf-8")


def show(results: dict[str, Any]) -> None:
    """Print the figures."""
    console = Console(width=110)
    for table in (_cold(results), _warm(results), _parts(results), _life(results), _sweeps(results)):
        console.print(table)
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


def _cold(results: dict[str, Any]) -> Table:
    table = _table(
        "Cold start: CPU ms", "function", "init", f"of {ALONE}", "init + first call", f"of {ALONE}"
    )
    for name, found in results["cold starts"].items():
        with_call = "first call" in found
        table.add_row(
            name,
            f"{found['init'] * 1000:.0f}",
            "" if name in (EMPTY, ALONE) else f"{found['init ratio']:.2f}x",
            f"{(found['init'] + found['first call']) * 1000:.0f}" if with_call else "",
            f"{found['with first call ratio']:.2f}x" if with_call and name != ALONE else "",
        )
    return table


def _warm(results: dict[str, Any]) -> Table:
    table = _table(
        "Warm: CPU s per 1,000", "what", "function alone", "with publish_changes", "mark*", "of the mark"
    )
    found, mails = results["purchases"], results["mails"]
    for label, name, mark in (
        ("purchases one by one", "batches of 1", MARK["events one by one"]),
        ("purchases in batches of 10", "batches of 10", None),
        ("purchases in batches of 100", "batches of 100", MARK["events in batches of 100"]),
    ):
        _warm_row(table, label, found[name]["inbox"], found[name]["all"], mark)
    _warm_row(
        table,
        "mails of a two-mail journey",
        mails["steps"],
        mails["all"],
        MARK["mails of a two-mail journey"],
    )
    table.caption = "* the best open-source rival, measured elsewhere: quoted, not of this run"
    return table


def _warm_row(table: Table, label: str, alone: float, whole: float, mark: float | None) -> None:
    compared = ("", "") if mark is None else (f"{mark}", f"{whole / mark:.2f}x")
    table.add_row(label, f"{alone:.2f}", f"{whole:.2f}", *compared)


def _parts(results: dict[str, Any]) -> Table:
    table = _table("CPU ms of one", "what", "ms")
    for name, cpu in results["purchase without botocore"].items():
        table.add_row(f"purchase without botocore: {name}", f"{cpu:.3f}")
    for name, cpu in results["mails"]["CPU ms by step"].items():
        table.add_row(f"step: {name}", f"{cpu:.2f}")
    return table


def _life(results: dict[str, Any]) -> Table:
    life = results["life"]
    table = _table(f"A customer's life, {life['days']:.0f} days", "what is billed", "number", "USD")
    for name, number in life["counts"].items():
        table.add_row(PRICES[name].of, f"{number:,.4g}", f"{life['USD'][name]:.6f}")
    table.add_row("the whole life", "", f"{life['USD a life']:.6f}")
    table.add_row("a month of it", "", f"{life['USD a month']:.6f}")
    return table


def _sweeps(results: dict[str, Any]) -> Table:
    found = results["sweeps"]
    names = list(next(iter(found.values())))
    table = _table("The daily sweep, 500 due", "customers", *names)
    for base, counts in found.items():
        table.add_row(base, *(f"{counts[name]:,.4g}" for name in names))
    return table


def _table(title: str, first: str, *others: str) -> Table:
    table = Table(title=title, title_justify="left")
    table.add_column(first)
    for name in others:
        table.add_column(name, justify="right")
    return table


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _rounded(part) for name, part in value.items()}
    return float(f"{value:.4g}") if isinstance(value, float) else value
