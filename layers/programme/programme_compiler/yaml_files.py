"""YAML read with the place of every key, and as YAML 1.2 means it: `no` is a word, `21:00` is a text."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from programme_compiler.problems import Problem

Place = tuple[str | int, ...]


class _Loader(yaml.SafeLoader):
    """SafeLoader with only the plain scalars of YAML 1.2's core schema."""

    yaml_implicit_resolvers: dict[str, Any] = {}  # noqa: RUF012 - PyYAML's own way to configure a loader


_Loader.add_implicit_resolver("tag:yaml.org,2002:bool", re.compile(r"^(?:true|false)$"), list("tf"))
_Loader.add_implicit_resolver("tag:yaml.org,2002:null", re.compile(r"^(?:~|null|)$"), ["~", "n", ""])
_Loader.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"^[-+]?\d+$"), list("-+0123456789"))
_Loader.add_implicit_resolver(
    "tag:yaml.org,2002:float",
    re.compile(r"^[-+]?(?:\d+\.\d*|\.\d+)(?:[eE][-+]?\d+)?$"),
    list("-+0123456789."),
)


@dataclass(slots=True)
class YamlFile:
    """A file's data, and where each part of it stands."""

    path: Path
    data: Any = None
    places: dict[Place, tuple[int, int]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def problem(self, place: Place, what: str, mend: str) -> Problem:
        """A problem at the deepest known part of this place."""
        line, column = self.where(place)
        return Problem(self.path, line, column, what, mend)

    def where(self, place: Place) -> tuple[int, int]:
        """Line and column (from 1) of the key or entry at this place, or of what holds it."""
        while place and place not in self.places:
            place = place[:-1]
        return self.places.get(place, (1, 1))


def read_yaml(root: Path, path: Path) -> YamlFile:
    """The file at `root / path`; what is not YAML at all is among its problems."""
    file = YamlFile(path)
    try:
        loader = _Loader((root / path).read_text(encoding="utf-8"))
        node = loader.get_single_node()
        if node is not None:
            _note_places(file, node, ())
            file.data = loader.construct_document(node)
    except UnicodeDecodeError:
        file.problems.append(
            Problem(path, 1, 1, "the file is not UTF-8 text", "Save it with the encoding UTF-8.")
        )
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        what = f"this is not YAML: {error.problem or error.context}"
        mend = "Look at the indentation, and put texts with a colon, a # or a brace in quotes."
        file.problems.append(Problem(path, line, column, what, mend))
    except yaml.YAMLError as error:
        file.problems.append(
            Problem(path, 1, 1, f"this is not YAML: {error}", "Save it as plain UTF-8 text.")
        )
    return file


def _note_places(file: YamlFile, node: Node, place: Place) -> None:
    file.places.setdefault(place, (node.start_mark.line + 1, node.start_mark.column + 1))
    if isinstance(node, SequenceNode):
        for index, part in enumerate(node.value):
            _note_places(file, part, (*place, index))
    elif isinstance(node, MappingNode):
        for key, value in node.value:
            _note_key(file, key, (*place, str(key.value)))
            _note_places(file, value, (*place, str(key.value)))


def _note_key(file: YamlFile, key: Node, place: Place) -> None:
    here = (key.start_mark.line + 1, key.start_mark.column + 1)
    if place in file.places:
        what = f"`{place[-1]}` stands here twice (first in line {file.places[place][0]})"
        file.problems.append(
            Problem(file.path, *here, what, "Keep one of the two: only the last would count.")
        )
    if not isinstance(key, ScalarNode):
        file.problems.append(Problem(file.path, *here, "a key must be a word", "Put the braces in quotes."))
    file.places[place] = here
