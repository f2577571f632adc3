"""The tables of what was measured on the local stack."""

from typing import Any

from rich.table import Table

# Measured elsewhere on the best open-source rival that ran there, its worker killed by kill -9.
MARK = "0-5 of 200 doubled, 0-6 lost"


def event_to_send(found: dict[str, Any]) -> Table:
    """How soon a mail follows its purchase."""
    first = next(iter(found.values()))
    table = Table(title="From PutEvents to SES: ms on the local stack", title_justify="left")
    table.add_column("single events, all else quiet")
    for name in found:
        table.add_column(name, justify="right")
    for name in first:
        table.add_row(name, *(f"{figures[name] * 1000:,.0f}" for figures in found.values()))
    return table


def killed(found: dict[str, Any]) -> Table:
    """What kill -9 does to mails."""
    table = Table(title="Mails while their sender is killed by kill -9", title_justify="left")
    table.add_column("senders killed")
    for name in next(iter(found.values())):
        table.add_column(name, justify="right")
    for how, counts in found.items():
        table.add_row(how, *(f"{count:.0f}" for count in counts.values()))
    table.caption = f"The best open-source rival, measured elsewhere: {MARK}."
    return table


def faults(found: dict[str, Any]) -> Table:
    """What trouble of AWS does to mails."""
    table = Table(
        title="Mails while a service fails for half an hour of a journey's time", title_justify="left"
    )
    table.add_column("service, way")
    for name in next(iter(found.values())):
        table.add_column(name, justify="right")
    for how, counts in found.items():
        table.add_row(how, *(f"{count:.0f}" for count in counts.values()))
    return table


def fuzz(found: dict[str, Any]) -> Table:
    """What became of generated events, records and requests."""
    table = Table(title="Generated inputs on the local stack", title_justify="left")
    table.add_column("what")
    table.add_column("counted", justify="right")
    for part, counts in found.items():
        for name, count in counts.items():
            table.add_row(f"{part}: {name}", f"{count:,.0f}")
    table.caption = "build/fuzz.json holds each input that was wrong."
    return table
