"""Cold starts stay short: numpy and scipy are loaded by the functions that score, and YAML by none at all."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from layers.build import ROOT

FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/handler.py"))
SCORING = frozenset({"summarise_base", "settle_score", "score_customers"})
"""The functions that carry the scoring layer."""
AT_BUILD_TIME = frozenset({"yaml", "programme_compiler"})
"""The programme is read, checked and compiled before it is deployed."""
OF_SCORING = frozenset({"numpy", "scipy"})

LOAD = """
import importlib, sys
importlib.import_module("handler")
print(" ".join({name.partition(".")[0] for name in sys.modules}))
"""


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_loads_nothing_that_it_need_not(name):
    loaded = subprocess.run(
        [sys.executable, "-c", LOAD],
        cwd=ROOT / "functions" / name,
        env=os.environ | {"PYTHONPATH": os.pathsep.join([".", str(ROOT / "layers/escalera/python")])},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert loaded.returncode == 0, loaded.stderr
    modules = set(loaded.stdout.splitlines()[-1].split())
    assert "escalera" in modules
    assert modules & (AT_BUILD_TIME if name in SCORING else AT_BUILD_TIME | OF_SCORING) == set()


def test_what_functions_consist_of_imports_no_yaml_later_either():
    files = [*ROOT.glob("functions/**/*.py"), *ROOT.glob("layers/escalera/python/**/*.py")]
    assert len(files) > len(FUNCTIONS)
    assert [(file.name, name) for file in files for name in imported(file) if name in AT_BUILD_TIME] == []


def imported(file: Path) -> Iterator[str]:
    """The packages that a file imports, wherever in it that stands."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name.partition(".")[0] for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module.partition(".")[0]
