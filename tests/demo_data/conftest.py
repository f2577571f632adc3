"""The dataset beside the repository, where it is there, and the committed history read once."""

from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from demo.events import Row, read_tables

ROOT = Path(__file__).parents[2]
DATASET = "online_retail/online_retail_2009-12_2010-12.lines.csv.gz"


@pytest.fixture(scope="session")
def source() -> Path:
    """The public dataset, when ../shared holds it; else the test is skipped."""
    path = ROOT.parent / "shared" / "data" / DATASET
    if not path.is_file():
        pytest.skip("the dataset is not in ../shared")
    return path


@pytest.fixture(scope="session")
def tables() -> Mapping[str, Sequence[Row]]:
    """The committed history."""
    return read_tables()
