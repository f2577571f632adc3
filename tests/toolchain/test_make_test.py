"""`make test` runs all its parts and tells of each what became of it."""

import os
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PARTS = """\
include Makefile
setup: ;
part-%: ; @echo ran $@; exit $(if $(findstring bad,$@),1,0)
"""


def make_test(folder: Path, *parts: str) -> tuple[int, list[str]]:
    """The exit code and the lines of `make test` with these parts in place of its own."""
    file = folder / "Makefile"
    file.write_text(PARTS)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    found = subprocess.run(
        [
            "make",
            "--no-print-directory",
            "-f",
            str(file),
            "test",
            f"TEST_PARTS={' '.join(parts)}",
            f"MAKE=make -f {file}",
        ],
        cwd=ROOT,
        env=clean,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    return found.returncode, [line.strip() for line in found.stdout.splitlines()]


def test_every_part_runs_whatever_failed_before_it(tmp_path):
    code, said = make_test(tmp_path, "part-one", "part-bad", "part-two", "part-bad-too")
    assert [line for line in said if line.startswith("ran ")] == [
        "ran part-one", "ran part-bad", "ran part-two", "ran part-bad-too"
    ]  # fmt: skip
    assert code != 0
    assert said[-4:] == [
        "passed  make part-one", "FAILED  make part-bad", "passed  make part-two", "FAILED  make part-bad-too"
    ]  # fmt: skip


def test_all_parts_passed_is_success(tmp_path):
    assert make_test(tmp_path, "part-one", "part-two")[0] == 0


@pytest.mark.parametrize("part", ["check", "browser", "tests", "tests-e2e"])
def test_every_part_of_it_is_there(part):
    words = ["make", "--dry-run", "--no-print-directory", "test"]
    found = subprocess.run(words, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert part in found.stdout.split("for part in ")[1].split(";")[0].split()
