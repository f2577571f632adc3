"""The locks install the same everywhere: by hash, from whichever index the machine is set up for."""

import re
from pathlib import Path

import pytest

REQUIREMENTS = Path(__file__).parents[3] / "requirements"
LOCKS = sorted(REQUIREMENTS.glob("*.txt"))
PIN = re.compile(r"^(?P<name>[a-z0-9._-]+)==(?P<version>[^ ;\\]+)", re.MULTILINE)


def pins(lock: Path) -> dict[str, str]:
    return {match["name"]: match["version"] for match in PIN.finditer(lock.read_text())}


def test_every_list_of_requirements_is_locked():
    assert {path.stem for path in REQUIREMENTS.glob("*.in")} == {path.stem for path in LOCKS} != set()


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_a_lock_names_no_host(lock):
    assert re.findall(r"https?://|file:|--(?:extra-)?index-url|--find-links|@ ", lock.read_text()) == []


@pytest.mark.parametrize("lock", LOCKS, ids=lambda lock: lock.stem)
def test_every_pin_has_its_hashes(lock):
    entries = re.split(r"\n(?=[a-z0-9])", lock.read_text())

    assert [entry for entry in entries if PIN.match(entry) and "--hash=sha256:" not in entry] == []
    assert sum(1 for entry in entries if PIN.match(entry)) == len(entries)


@pytest.mark.parametrize("lock", ["runtime", "scoring"])
def test_what_is_tested_is_what_is_shipped(lock):
    shipped, tested = pins(REQUIREMENTS / f"{lock}.txt"), pins(REQUIREMENTS / "dev.txt")

    assert shipped
    assert shipped.items() <= tested.items()
