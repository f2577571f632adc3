"""Everything that can be known to be wrong before a customer sees it."""

from dataclasses import replace
from pathlib import Path

from programme_compiler.journey_checks import journey_problems, removed_journey_problems
from programme_compiler.message_checks import brand_problems, html_problems, message_problems
from programme_compiler.mjml import Html, compile_mjml
from programme_compiler.page_style import page_style_problems
from programme_compiler.problems import Problem
from programme_compiler.source import Source, read_source
from programme_compiler.subject_checks import subject_problems


def check_programme(source: Path) -> list[Problem]:
    """All problems of the programme in this folder, in the order of files and lines; empty: it may go live.

    Paths begin with `source` as it was given, so that a terminal can open them.
    Raises NodeMissingError when MJML cannot run.
    """
    return in_folder(source, checked(source).problems)


def in_folder(source: Path, problems: list[Problem]) -> list[Problem]:
    """The problems with the folder before their paths."""
    return [replace(problem, path=source / problem.path) for problem in problems]


class Checked:
    """A programme that was read and checked, its e-mails compiled."""

    def __init__(self, source: Source, html: dict[Path, Html], problems: list[Problem]) -> None:
        self.source = source
        self.html = html
        self.problems = problems


def checked(root: Path, *, cache: Path | None = None) -> Checked:
    """Read and check; compiled MJML is kept under `cache` (`build/mjml` beside the programme)."""
    source = read_source(root)
    html = compile_mjml(source, cache=cache or root.resolve().parent / "build" / "mjml")
    found = {
        *source.problems,
        *journey_problems(source),
        *removed_journey_problems(source),
        *message_problems(source),
        *subject_problems(source),
        *page_style_problems(source),
        *brand_problems(source),
        *html_problems(source, html),
        *(problem for one in html.values() for problem in one.problems),
    }
    return Checked(source, html, sorted(found))
