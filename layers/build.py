"""Builds the Lambda layers: our code, the compiled programme, and what they depend on.

    python layers/build.py [--only escalera programme dependencies-lambda dependencies-local ...]

Each layer lands in build/layers/<name>/python and is built again only if what it is made of has changed. The
dependencies are installed twice: from wheels for Lambda's processor and Python, and for the interpreter at hand, on
which the local stack runs the very same handlers. What the nightly score computes with is a layer of its own (scoring),
which only the functions that need it carry. Beside each lies what it holds of others, with their licences: <name>.cdx.json.
"""

import argparse
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Final

from layers.pruning import fix_times, prune, prune_packages

ROOT: Final = Path(__file__).resolve().parent.parent

# The one place that says what the handlers run on in AWS; infra/ reads it too.
LAMBDA_PYTHON: Final = "3.14"
_WHEEL_PLATFORM: Final = "aarch64-manylinux_2_28"  # Lambda's Python 3.12 and newer stand on glibc 2.34
_BYTECODE_TAG: Final = f"cpython-{LAMBDA_PYTHON.replace('.', '')}"

LAYERS: Final = (
    "escalera",
    "programme",
    "dependencies-lambda",
    "dependencies-local",
    "scoring-lambda",
    "scoring-local",
)


REFERENCE: Final = "python.path"
"""The file of a layer by reference; the local stack's workers read it."""


@dataclass(frozen=True, slots=True)
class LayerPaths:
    """Where the built layers are; each folder holds `python/`, as Lambda wants it."""

    escalera: Path
    programme: Path
    dependencies_lambda: Path
    dependencies_local: Path
    scoring_lambda: Path
    scoring_local: Path


def build_layers(
    target: Path = ROOT / "build" / "layers",
    *,
    only: Collection[str] = LAYERS,
    report: Callable[[str], None] = lambda line: print(line, file=sys.stderr),
) -> LayerPaths:
    """Bring the layers named in `only` up to date in `target` and say where all of them are."""
    target.mkdir(parents=True, exist_ok=True)
    with _alone(target):
        builder = _Builder(target, report)
        for name in LAYERS:
            if name in only:
                builder.build(name)
    return LayerPaths(*(target / name for name in LAYERS))


# By layer: how it is made, and what it is made of.
_Recipes = dict[str, tuple[Callable[[Path], None], tuple[Path, ...]]]


def layer_by_reference(layer: Path) -> Path:
    """A stand-in for a built layer, for the local stack alone: it says where the layer is instead of holding it.

    Zipping, uploading and unpacking 200 MB of wheels that lie on this machine anyway would take longer than all the
    rest of a deployment.
    """
    folder = layer.with_name(f"{layer.name}-by-reference")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / REFERENCE).write_text(f"{layer.resolve() / 'python'}\n", encoding="utf-8")
    return folder


class _Builder:
    def __init__(self, target: Path, report: Callable[[str], None]) -> None:
        self._target = target
        self._report = report

    def build(self, name: str) -> None:
        """Build one layer beside its place, then put it there whole: an interruption leaves the old one or none."""
        recipes: _Recipes = {
            "escalera": (self._copy_escalera, (ROOT / "layers/escalera/python",)),
            "programme": (self._compile_programme, _PROGRAMME_IS_MADE_OF),
            **self._installed("dependencies", ROOT / "requirements/runtime.txt", prune),
            **self._installed("scoring", ROOT / "requirements/scoring.txt", prune_packages),
        }
        recipe, sources = recipes[name]
        layer, stamp, stage = (
            self._target / name,
            self._target / f".{name}.stamp",
            self._target / f".{name}.stage",
        )
        digest = digest_of(
            *sources, *_HOW, settings=(name, sys.version, self._lambda_python or "source only")
        )

        if layer.is_dir() and stamp.is_file() and stamp.read_text(encoding="utf-8") == digest:
            _sweep_foreign_bytecode(name, layer)
            return

        self._report(f"Building the {name} layer")
        stamp.unlink(missing_ok=True)
        shutil.rmtree(stage, ignore_errors=True)
        (stage / "python").mkdir(parents=True)
        recipe(stage / "python")
        fix_times(stage)
        shutil.rmtree(layer, ignore_errors=True)
        stage.rename(layer)
        self._write_bill(name, layer / "python")
        stamp.write_text(digest, encoding="utf-8")

    def _write_bill(self, name: str, site: Path) -> None:
        from layers.bills import write_bill  # noqa: PLC0415  nothing to build, nothing to load

        write_bill(name, site, self._target)
        if name == "escalera":
            write_bill("console", ROOT / "functions/console", self._target)

    def _copy_escalera(self, site: Path) -> None:
        source = ROOT / "layers/escalera/python"
        shutil.copytree(
            source, site, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__", "*.pyc")
        )
        self._compile_for_lambda(site)

    def _compile_programme(self, site: Path) -> None:
        from programme_compiler import compile_programme  # noqa: PLC0415  needs YAML and Node, the other layers do not

        compile_programme(ROOT / "programme", site / "escalera_programme")

    def _installed(self, name: str, locked: Path, pruned: Callable[[Path], None]) -> _Recipes:
        """The recipes of what a lock holds: for Lambda, and for here."""

        def for_lambda(site: Path) -> None:
            self._install(
                locked, site, "--python-platform", _WHEEL_PLATFORM, "--python-version", LAMBDA_PYTHON
            )
            pruned(site)
            self._compile_for_lambda(site)

        def for_here(site: Path) -> None:
            self._install(locked, site, "--python", sys.executable)
            pruned(site)
            _compile_bytecode(sys.executable, site)

        return {f"{name}-lambda": (for_lambda, (locked,)), f"{name}-local": (for_here, (locked,))}

    def _install(self, locked: Path, site: Path, *platform: str) -> None:
        options = (
            "--quiet",
            "--link-mode",
            "copy",
            "--no-deps",
            "--require-hashes",
            "--only-binary",
            ":all:",
        )
        install = (_uv(), "pip", "install", *options, *platform, "--target", str(site), "-r", str(locked))
        # From the cache if all of it is there (the hashes say so), else from the index.
        if subprocess.run([*install, "--offline"], cwd=ROOT, capture_output=True, check=False).returncode:
            _run(*install)

    def _compile_for_lambda(self, site: Path) -> None:
        """Ship bytecode where Lambda's Python is at hand: /opt is read-only, so Lambda would compile at every start."""
        if self._lambda_python:
            _compile_bytecode(self._lambda_python, site)
        else:
            self._report(
                f"  without bytecode: with Python {LAMBDA_PYTHON} installed here, cold starts would be shorter"
            )

    @cached_property
    def _lambda_python(self) -> str | None:
        command = (_uv(), "python", "find", "--no-python-downloads", LAMBDA_PYTHON)
        found = subprocess.run(command, capture_output=True, text=True, check=False)
        return found.stdout.strip() or None


# The recipe itself, and for the programme also the tools and the models that it is compiled with.
_HOW: Final = (Path(__file__), ROOT / "layers/pruning.py", ROOT / "layers/bills.py")
_PROGRAMME_IS_MADE_OF: Final = (
    ROOT / "programme",
    ROOT / "layers/programme",
    ROOT / "layers/escalera/python",
    ROOT / "package-lock.json",
    ROOT / "requirements/dev.txt",
)


def digest_of(*sources: Path, settings: tuple[str, ...] = ()) -> str:
    """Return one hash of the names and contents of files and folders; bytecode does not count."""
    digest = hashlib.sha256(repr(settings).encode())
    for source in sources:
        for path in sorted(source.rglob("*")) if source.is_dir() else (source,):
            if path.is_file() and "__pycache__" not in path.parts:
                content = hashlib.sha256(path.read_bytes()).hexdigest()
                digest.update(f"{path.relative_to(source.parent)}\0{content}\n".encode())
    return digest.hexdigest()


def _sweep_foreign_bytecode(name: str, layer: Path) -> None:
    """Remove what local runs have cached in our layers, so that the same source gives the same asset in AWS."""
    if name in {"escalera", "programme"}:
        for cached in layer.rglob("*.pyc"):
            if _BYTECODE_TAG not in cached.name:
                cached.unlink(missing_ok=True)


def _compile_bytecode(python: str, site: Path) -> None:
    """Compile everything in `site` to bytecode that is trusted unread: a layer never changes once it is built."""
    paths = ("-s", site, "-p", "/opt/python")
    _run(python, "-m", "compileall", "-q", "-j", "0", "--invalidation-mode", "unchecked-hash", *paths, site)


def _uv() -> str:
    beside = Path(sys.executable).parent / "uv"
    return str(beside) if beside.is_file() else "uv"


def _run(*command: str | Path) -> None:
    subprocess.run(
        [str(word) for word in command], check=True, cwd=ROOT, env=os.environ | {"PYTHONHASHSEED": "0"}
    )


@contextmanager
def _alone(target: Path) -> Iterator[None]:
    """Let one process at a time build in `target`; the others wait and then find the work done."""
    with (target / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _main() -> None:
    parser = argparse.ArgumentParser(description="Build the Lambda layers that have changed.")
    parser.add_argument("--only", nargs="+", choices=LAYERS, default=LAYERS, help="these layers alone")
    only = parser.parse_args().only

    from programme_compiler import ProgrammeRefusedError  # noqa: PLC0415  see _compile_programme

    try:
        build_layers(only=only)
    except ProgrammeRefusedError as refused:
        sys.exit(str(refused))
    except subprocess.CalledProcessError as failed:
        sys.exit(f"No layer: `{Path(failed.cmd[0]).name}` ended with {failed.returncode}, as it says above")


if __name__ == "__main__":
    _main()
