"""A layer is built when what it is made of has changed, and never half."""

import os
from pathlib import Path

import pytest

from layers import build


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with one module of shared code in it."""
    package = tmp_path / "repository/layers/escalera/python/escalera"
    package.mkdir(parents=True)
    (package / "ladder.py").write_text("RUNGS = 5\n")
    monkeypatch.setattr(build, "ROOT", tmp_path / "repository")
    return tmp_path / "repository"


def built(target: Path) -> list[str]:
    """Build the layer of shared code and return what was reported about it."""
    said: list[str] = []
    build.build_layers(target, only=["escalera"], report=said.append)
    return [line for line in said if line.startswith("Building")]


def test_an_unchanged_layer_is_left_alone(root, tmp_path):
    assert built(tmp_path / "out") == ["Building the escalera layer"]
    assert built(tmp_path / "out") == []


def test_changed_code_reaches_the_layer(root, tmp_path):
    built(tmp_path / "out")
    (root / "layers/escalera/python/escalera/ladder.py").write_text("RUNGS = 7\n")

    assert built(tmp_path / "out") == ["Building the escalera layer"]
    assert (tmp_path / "out/escalera/python/escalera/ladder.py").read_text() == "RUNGS = 7\n"


def test_code_that_was_removed_leaves_the_layer(root, tmp_path):
    added = root / "layers/escalera/python/escalera/added.py"
    added.write_text("")
    built(tmp_path / "out")
    added.unlink()
    built(tmp_path / "out")

    assert not (tmp_path / "out/escalera/python/escalera/added.py").exists()


def test_a_layer_that_was_deleted_is_built_again(root, tmp_path):
    built(tmp_path / "out")
    (tmp_path / "out/escalera").rename(tmp_path / "elsewhere")

    assert built(tmp_path / "out") == ["Building the escalera layer"]


def test_a_build_that_fails_is_not_taken_for_done(root, tmp_path, monkeypatch):
    built(tmp_path / "out")
    (root / "layers/escalera/python/escalera/ladder.py").write_text("RUNGS = 7\n")
    with monkeypatch.context() as broken:
        broken.setattr(build, "fix_times", lambda folder: (_ for _ in ()).throw(KeyboardInterrupt))
        with pytest.raises(KeyboardInterrupt):
            built(tmp_path / "out")

    assert (tmp_path / "out/escalera/python/escalera/ladder.py").read_text() == "RUNGS = 5\n"
    assert built(tmp_path / "out") == ["Building the escalera layer"]


def test_bytecode_of_a_local_run_does_not_change_what_is_deployed(root, tmp_path):
    built(tmp_path / "out")
    cached = tmp_path / "out/escalera/python/escalera/__pycache__/ladder.cpython-311.pyc"
    cached.parent.mkdir(exist_ok=True)
    cached.write_bytes(b"left by a run")

    built(tmp_path / "out")

    assert not cached.exists()


def test_the_same_content_has_the_same_times(root, tmp_path):
    built(tmp_path / "out")

    files = list((tmp_path / "out/escalera").rglob("*"))
    assert files
    assert len({path.stat().st_mtime for path in files}) == 1


def test_a_digest_follows_names_and_contents_alone(tmp_path):
    def folder(name: str, **files: str) -> Path:
        code: Path = tmp_path / name / "code"
        code.mkdir(parents=True)
        for file, content in files.items():
            (code / file).write_text(content)
        return code

    one = build.digest_of(folder("one", a="1", b="2"))
    os.utime(tmp_path / "one/code/a", (0, 0))

    assert build.digest_of(tmp_path / "one/code") == one
    assert build.digest_of(folder("same", a="1", b="2")) == one
    assert build.digest_of(folder("swapped", a="2", b="1")) != one
    assert build.digest_of(folder("renamed", a="1", c="2")) != one
    assert build.digest_of(tmp_path / "one/code", settings=("3.14",)) != one
