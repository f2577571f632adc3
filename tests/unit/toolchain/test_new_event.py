"""`make new-event` refuses what it should, and never leaves half an event behind."""

import shutil
import subprocess

import pytest

from scaffold.new_event import CODE, REGISTRY, ROOT, STACK, NoNewEventError, new_event


@pytest.fixture
def tree(tmp_path):
    """What it reads and writes, copied."""
    for folder in (f"{CODE}/contracts", f"{CODE}/use_cases", "functions", "infra", "tests/integration"):
        shutil.copytree(ROOT / folder, tmp_path / folder, ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tmp_path)  # how code is laid out
    return tmp_path


def contents(tree):
    return {
        path: path.read_bytes() for path in tree.rglob("*") if path.is_file() and ".ruff" not in str(path)
    }


def test_an_event_is_its_contract_its_function_its_use_case_a_test_and_two_lines(tree):
    before = contents(tree)
    written = new_event("ReviewWritten", tree)
    after = contents(tree)
    assert {str(path.relative_to(tree)) for path in after if before.get(path) != after[path]} == set(written)
    added = {
        path: set((tree / path).read_text().splitlines()) - set(before[tree / path].decode().splitlines())
        for path in (REGISTRY, STACK)
    }
    assert added == {
        REGISTRY: {
            "from escalera.contracts.review_written import ReviewWrittenV1",
            "        ReviewWrittenV1,",
        },
        STACK: {'    "on_review_written": ("ReviewWritten",),'},
    }


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("", "There is no name"),
        ("reviewWritten", "PascalCase"),
        ("Review_Written", "PascalCase"),
        ("Written", "PascalCase"),
        ("../ReviewWritten", "PascalCase"),
        ("ReviewWrite", "past tense"),
        ("PurchaseCompleted", "already"),
        ("RungChanged", "already"),
    ],
)
def test_a_bad_name_is_refused_and_nothing_is_written(tree, name, why):
    before = contents(tree)
    with pytest.raises(NoNewEventError, match=why):
        new_event(name, tree)
    assert contents(tree) == before


def test_the_same_again_is_refused_and_changes_nothing(tree):
    new_event("ReviewWritten", tree)
    before = contents(tree)
    with pytest.raises(NoNewEventError, match="is there already"):
        new_event("ReviewWritten", tree)
    assert contents(tree) == before


def test_a_file_that_has_lost_its_place_for_the_line_is_named(tree):
    (tree / STACK).write_text("nothing here\n")
    before = contents(tree)
    with pytest.raises(NoNewEventError, match=STACK):
        new_event("ReviewWritten", tree)
    assert contents(tree) == before


def test_cut_short_it_leaves_all_as_it_was(tree, monkeypatch):
    def cut_short(*_, **__):
        raise KeyboardInterrupt

    before, folders = contents(tree), set(tree.glob("functions/*"))
    monkeypatch.setattr(subprocess, "run", cut_short)
    with pytest.raises(KeyboardInterrupt):
        new_event("ReviewWritten", tree)
    assert contents(tree) == before
    assert set(tree.glob("functions/*")) == folders
