"""MJML to HTML: all files in one call of Node, and each result kept by the content it came from."""

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from programme_compiler.problems import Problem
from programme_compiler.source import Source, Text

_SCRIPT = Path(__file__).with_name("compile_mjml.mjs")
_NODE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Html:
    """What an MJML file became."""

    html: str
    problems: tuple[Problem, ...]


class NodeMissingError(Exception):
    """MJML cannot run here; the text says what to install."""


def compile_mjml(source: Source, *, cache: Path) -> dict[Path, Html]:
    """The HTML of every e-mail, by the path of its text. Only files (or brand parts) that changed are compiled."""
    texts = {
        text.path: text
        for message in source.messages.values()
        for text in message.texts
        if text.ending == "mjml"
    }
    if not texts:
        return {}
    modules = _node_modules(source.root)
    shared = _fingerprint(source.root, modules)
    kept = {path: cache / f"{_hash(shared, str(path), text.content)}.json" for path, text in texts.items()}
    fresh = [path for path, file in kept.items() if not file.is_file()]
    if fresh:
        cache.mkdir(parents=True, exist_ok=True)
        for path, answer in _run_node(source.root, modules, fresh).items():
            partial = kept[path].with_suffix(".part")
            partial.write_text(json.dumps(answer), encoding="utf-8")
            partial.replace(kept[path])
    return {
        path: _read(texts[path], json.loads(file.read_text(encoding="utf-8"))) for path, file in kept.items()
    }


def _read(text: Text, answer: dict[str, Any]) -> Html:
    problems = []
    for error in answer["errors"]:
        message = re.sub(r"\s+", " ", str(error["message"])).strip()
        where = f"<{error['tag']}>: " if error["tag"] else ""
        line = error["line"] if isinstance(error["line"], int) else 1
        mend = "Look the element up at https://documentation.mjml.io, and mind that every tag is closed."
        problems.append(Problem(text.path, line, 1, f"this is not right MJML: {where}{message}", mend))
    return Html(_tidy(answer["html"]), tuple(problems))


def _tidy(html: str) -> str:
    return "\n".join(line.rstrip() for line in html.splitlines() if line.strip()) + "\n"


def _run_node(root: Path, modules: Path, paths: list[Path]) -> dict[Path, Any]:
    files = {str((root / path).resolve()): path for path in paths}
    job = {"modules": str(modules / "package.json"), "root": str(root.resolve()), "files": list(files)}
    try:
        done = subprocess.run(
            ["node", str(_SCRIPT)],  # noqa: S607 - whichever Node the shop has
            input=json.dumps(job),
            capture_output=True,
            text=True,
            timeout=_NODE_SECONDS,
            check=False,
        )
    except FileNotFoundError:
        message = "Node is not installed: MJML needs Node 20 or newer (https://nodejs.org)"
        raise NodeMissingError(message) from None
    if done.returncode != 0:
        message = f"MJML could not run. Node says: {done.stderr.strip()[-500:]}"
        raise NodeMissingError(message)
    return {files[file]: answer for file, answer in json.loads(done.stdout).items()}


def _node_modules(root: Path) -> Path:
    """The nearest folder with MJML installed, from the programme upwards, then from this file."""
    for start in (root.resolve(), Path(__file__).resolve()):
        for folder in (start, *start.parents):
            if (folder / "node_modules" / "mjml" / "package.json").is_file():
                return folder
    message = "MJML is not installed: run `npm ci` in the project's folder"
    raise NodeMissingError(message)


def _fingerprint(root: Path, modules: Path) -> str:
    parts = [
        (modules / "node_modules" / "mjml" / "package.json").read_text(encoding="utf-8"),
        _SCRIPT.read_text(encoding="utf-8"),
    ]
    parts += [
        f"{path.relative_to(root)}\n{path.read_text(encoding='utf-8')}"
        for path in sorted((root / "brand").rglob("*"))
        if path.is_file() and path.suffix in (".mjml", ".css", ".html")
    ]
    return _hash(*parts)


def _hash(*parts: str) -> str:
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.encode())
        digest.update(b"\0")
    return digest.hexdigest()[:32]
