"""The report's summary on the terminal."""

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table as Grid

from escalera.reporting.model import Report, Section

_BAR = 24
_WITH_TABLES = ("classes", "ladder", "members")


def print_report(report: Report, console: Console) -> None:
    """The figures, the targets, and the tables that fit."""
    console.print(f"[bold]{escape(report.shop)}: {escape(report.title)}[/]", highlight=False)
    console.print(f"{escape(report.subtitle)}\n", highlight=False)
    for notice in report.notices:
        console.print(f"[yellow]{escape(notice)}[/]\n", highlight=False)
    grid = Grid.grid(padding=(0, 2))
    grid.add_column()
    grid.add_column(justify="right", style="bold", no_wrap=True)
    grid.add_column(style="dim")
    for tile in report.tiles:
        said = f"{tile.sentence} ({tile.change})" if tile.change else tile.sentence
        grid.add_row(escape(tile.title), escape(tile.value), escape(said))
    console.print(grid)
    for section in report.sections:
        if section.goals:
            _print_goals(section, console)
        elif section.name in _WITH_TABLES or section.name == "keeping":
            _print_section(section, console)


def _print_goals(section: Section, console: Console) -> None:
    console.print(f"\n[bold]{escape(section.title)}[/]")
    grid = Grid.grid(padding=(0, 2))
    for goal in section.goals:
        filled = round(_BAR * min(max(goal.progress or 0, 0), 1))
        bar = f"[cyan]{'━' * filled}[/][dim]{'━' * (_BAR - filled)}[/]"
        grid.add_row(escape(goal.title), escape(goal.value), bar, escape(f"{goal.target}. {goal.sentence}"))
    console.print(grid)


def _print_section(section: Section, console: Console) -> None:
    console.print(f"\n[bold]{escape(section.title)}[/]")
    for sentence in section.sentences:
        console.print(escape(sentence), highlight=False, style="dim")
    for table in section.tables if section.name in _WITH_TABLES else ():
        grid = Grid(box=box.SIMPLE_HEAD, pad_edge=False)
        for number, name in enumerate(table.head):
            grid.add_column(escape(name), justify="right" if number else "left")
        for row in table.rows:
            grid.add_row(*(escape(cell.text) for cell in row))
        console.print(grid)
