"""`make new-event NAME=ReviewWritten`: an event that shops tell, from its contract to its function, in its first form.

All is made in memory first, then written; if anything fails, every file is again as it was.
"""

import argparse
import re
import subprocess
import sys
from pathlib import Path

import jinja2

from escalera.contracts.registry import EVENTS

ROOT = Path(__file__).resolve().parents[1]
CODE = "layers/escalera/python/escalera"
REGISTRY = f"{CODE}/contracts/registry.py"
STACK = "infra/retention_stack.py"

# Past tenses that do not end in -ed: those that shops may need.
IRREGULAR = frozenset(
    {
        "Begun", "Bought", "Broken", "Brought", "Built", "Chosen", "Drawn", "Fallen", "Forgotten", "Found",
        "Given", "Gone", "Grown", "Held", "Kept", "Left", "Lent", "Lost", "Made", "Met", "Paid", "Read",
        "Said", "Seen", "Sent", "Set", "Shown", "Sold", "Spent", "Spoken", "Stolen", "Taken", "Thrown",
        "Told", "Withdrawn", "Won", "Worn", "Written",
    }
)  # fmt: skip
WORDS = re.compile(r"[A-Z][a-z]+")


class NoNewEventError(Exception):
    """The event cannot be made; the text says why, and what would do. Nothing was written."""


def main() -> int:
    """Make the event that the command line names, and say what is left to do."""
    parser = argparse.ArgumentParser(prog="make new-event", description="Begin an event that shops tell.")
    parser.add_argument("name", nargs="?", default="", help="past tense, in PascalCase: ReviewWritten")
    name = parser.parse_args().name
    try:
        written = new_event(name)
    except NoNewEventError as error:
        print(error, file=sys.stderr)
        return 1
    print("\n".join(["Wrote:", *(f"  {path}" for path in written), "", next_steps(name)]))
    return 0


def new_event(name: str, root: Path = ROOT) -> list[str]:
    """Write everything an event consists of; the paths, relative to `root`. NoNewEventError: nothing was written."""
    words = words_of(name)
    snake = "_".join(words).lower()
    texts = jinja2.Environment(
        loader=jinja2.FileSystemLoader(Path(__file__).parent / "templates"),
        undefined=jinja2.StrictUndefined,
        keep_trailing_newline=True,
        autoescape=False,  # noqa: S701 - it writes Python, not HTML
    )
    spoken = {"name": name, "snake": snake, "kebab": snake.replace("_", "-"), "said": " ".join(words).lower()}

    def text(template: str) -> str:
        return texts.get_template(template).render(spoken)

    new = {
        f"{CODE}/contracts/{snake}.py": text("contract.py.jinja"),
        f"{CODE}/use_cases/record_{snake}.py": text("use_case.py.jinja"),
        f"functions/on_{snake}/handler.py": text("handler.py.jinja"),
        f"tests/integration/test_on_{snake}.py": text("test.py.jinja"),
    }
    for path in new:
        if (root / path).exists():
            raise NoNewEventError(f"{path} is there already: choose another name, or remove it first.")
    changed = {
        REGISTRY: _registered(root, name, snake),
        STACK: _wired(root, name, snake),
    }
    _write(root, new, changed)
    return [*new, *changed]


def words_of(name: str) -> list[str]:
    """The words of a right name; NoNewEventError for any other."""
    wanted = "An event is named in PascalCase for what happened, in the past tense: make new-event NAME=ReviewWritten"
    words = WORDS.findall(name)
    if "".join(words) != name or len(words) < 2:
        said = f"{name!r} is no such name." if name else "There is no name."
        raise NoNewEventError(f"{said} {wanted}")
    if not (words[-1].endswith("ed") or words[-1] in IRREGULAR):
        raise NoNewEventError(
            f"{name!r} does not end in the past tense. {wanted}\n"
            f"(If {words[-1]!r} is one: add it to IRREGULAR in scaffold/new_event.py.)"
        )
    if name in EVENTS:
        raise NoNewEventError(f"There is an event {name} already: see events/{name}/.")
    return words


def next_steps(name: str) -> str:
    """What the pattern cannot know."""
    snake = "_".join(WORDS.findall(name)).lower()
    return (
        "Now it is taken in, checked, and nothing is kept of it. What is left to say:\n"
        f"  1. its fields and its example: {CODE}/contracts/{snake}.py; then `make schemas`\n"
        "     and `.venv/bin/python docs/generate_reference.py`\n"
        f"  2. what it does to a customer: {CODE}/use_cases/record_{snake}.py\n"
        f"  3. the same in tests/integration/test_on_{snake}.py, and the lists of events in tests/ that `make test` names\n"
        "docs/how-to/add-an-event.md goes through it."
    )


def _registered(root: Path, name: str, snake: str) -> str:
    """The registry with the model imported, and last among those that shops tell."""
    text = (root / REGISTRY).read_text(encoding="utf-8")
    text = _before(
        text, "from escalera.contracts.told import", f"from escalera.contracts.{snake} import {name}V1\n"
    )
    return _before(text, '    )\n}\n"""What a shop tells Escalera', f"        {name}V1,\n")


def _wired(root: Path, name: str, snake: str) -> str:
    """The stack with the event and the function that hears it."""
    text = (root / STACK).read_text(encoding="utf-8")
    start = text.find("SHOP_EVENTS = {")
    if start < 0:
        raise NoNewEventError(f"{STACK} has no line `SHOP_EVENTS = {{` any more: mend scaffold/new_event.py.")
    return text[:start] + _before(text[start:], "}\n", f'    "on_{snake}": ("{name}",),\n')


def _before(text: str, mark: str, line: str) -> str:
    if mark not in text:
        raise NoNewEventError(f"There is no {mark!r} any more to write before: mend scaffold/new_event.py.")
    before, _, after = text.partition(mark)
    return before + line + mark + after


def _write(root: Path, new: dict[str, str], changed: dict[str, str]) -> None:
    """Write all, in the project's format, or leave all as it was."""
    were = {path: (root / path).read_text(encoding="utf-8") for path in changed}
    try:
        for path, text in (new | changed).items():
            (root / path).parent.mkdir(exist_ok=True)
            (root / path).write_text(text, encoding="utf-8")
        ruff, files = [sys.executable, "-m", "ruff"], [*new, *changed]
        for command in (["check", "--quiet", "--select", "I", "--fix"], ["format", "--quiet"]):
            subprocess.run([*ruff, *command, *files], cwd=root, check=True)
    except BaseException:
        for path, text in were.items():
            (root / path).write_text(text, encoding="utf-8")
        for path in new:
            (root / path).unlink(missing_ok=True)
            if path.startswith("functions/") and (root / path).parent.is_dir():
                (root / path).parent.rmdir()
        raise


if __name__ == "__main__":
    sys.exit(main())
