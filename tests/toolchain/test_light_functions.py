"""Cold starts stay short: numpy and scipy are loaded by the functions that score, and by no other."""

import os
import subprocess
import sys

import pytest

from layers.build import ROOT

FUNCTIONS = sorted(path.parent.name for path in ROOT.glob("functions/*/handler.py"))
SCORING = frozenset({"summarise_base", "settle_score", "score_customers"})
"""The functions that carry the scoring layer."""

LOAD = """
import importlib, sys
importlib.import_module("handler")
print(sorted({name.partition(".")[0] for name in sys.modules} & {"numpy", "scipy"}))
"""


@pytest.mark.parametrize("name", [name for name in FUNCTIONS if name not in SCORING])
def test_function_loads_no_numpy(name):
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
    assert loaded.stdout.splitlines()[-1] == "[]"
