"""The site builds without a warning, its links lead somewhere, and its generated pages are current."""

import os
import re
import subprocess
import sys

import pytest

from tests.docs.pages import PAGES, ROOT

LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")


def links(page):
    text = re.sub(r"^( *)```.*?^\1```$", "", page.read_text(encoding="utf-8"), flags=re.MULTILINE | re.DOTALL)
    return [
        target for target in LINK.findall(text) if "://" not in target and not target.startswith("mailto:")
    ]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_links_lead_somewhere(page):
    """Anchors within the site are checked by mkdocs; README.md is read outside of it."""
    for target in links(page):
        path = target.partition("#")[0]
        assert not path or (page.parent / path).exists(), target


def test_readme_has_links_to_check():
    assert len(links(ROOT / "README.md")) > 15


def test_site_builds_without_a_warning(tmp_path):
    """An omitted page, a dead link or a missing anchor is a warning, and strict makes it an error.

    Without `--quiet`: that hides warnings from strict, too.
    """
    run = subprocess.run(
        [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(tmp_path)],
        cwd=ROOT,
        env={**os.environ, "NO_MKDOCS_2_WARNING": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert (tmp_path / "decisions" / "003-the-send-ledger" / "index.html").is_file()
    assert not list(tmp_path.rglob("*.py"))


def test_reference_is_current():
    run = subprocess.run(
        [sys.executable, "docs/generate_reference.py", "--check"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr


def test_every_event_has_its_place_in_the_reference():
    page = (ROOT / "docs" / "reference" / "events.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^### (\w+)$", page, re.MULTILINE)) - {"Money"}
    assert named == {folder.name for folder in (ROOT / "events").iterdir() if folder.is_dir()}


def test_every_decision_record_has_a_number_of_its_own():
    found = [path.name[:3] for path in (ROOT / "docs" / "decisions").glob("*.md")]
    assert len(found) == len(set(found))
    assert all(number.isdigit() for number in found)
