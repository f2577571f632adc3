"""An event begun by `make new-event` passes the gate as it stands, in a copy of the whole tree."""

import os
import shutil
import subprocess
from pathlib import Path

ROOT = Path(__file__).parents[2]
LEFT_OUT = (".git", ".venv", "node_modules", "build", "site", ".hypothesis", "__pycache__", "cdk.out")
PACKAGES = ("", "cli", "layers/escalera/python", "layers/programme")


def run(tree: Path, *command: str) -> str:
    path = os.pathsep.join(str(tree / package) for package in PACKAGES)
    done = subprocess.run(
        command, cwd=tree, env={**os.environ, "PYTHONPATH": path}, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, f"{' '.join(command)}:\n{done.stdout[-3000:]}{done.stderr[-3000:]}"
    return done.stdout


def test_a_new_event_passes_the_gate_and_its_first_test(tmp_path):
    tree = tmp_path / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*LEFT_OUT))
    (tree / "build").mkdir()
    for installed in (".venv", "node_modules"):
        (tree / installed).symlink_to(ROOT / installed)
    make = ("make", "--no-print-directory", "--old-file=setup")  # what is installed belongs to the other tree

    said = run(tree, *make, "new-event", "NAME=ReviewWritten")
    assert "tests/integration/test_on_review_written.py" in said
    assert not list((tree / "events").glob("Review*"))
    run(tree, *make, "schemas")
    assert (tree / "events/ReviewWritten/v1.schema.json").is_file()
    run(tree, *make, "check")
    run(tree, ".venv/bin/python", "docs/generate_reference.py")
    run(tree, ".venv/bin/pytest", "--quiet", "tests/integration/test_on_review_written.py")
