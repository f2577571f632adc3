"""The programme, checked from the command line."""

import json
import re
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[3]


@pytest.fixture
def programme(tmp_path):
    return Path(shutil.copytree(ROOT / "programme", tmp_path / "programme"))


def test_right_programme_is_silent(escalera):
    result = escalera("check", ROOT / "programme")
    assert (result.exit_code, result.output) == (0, "")


def test_problem_is_one_line_with_file_line_and_remedy(escalera, programme):
    journey = programme / "journeys/win-back.yaml"
    journey.write_text(journey.read_text().replace("- send: we-miss-you", "- send: we-mis-you"))
    result = escalera("check", programme)
    assert result.exit_code == 1
    line = next(line for line in result.output.splitlines() if "we-mis-you" in line)
    assert re.match(rf"{re.escape(str(journey))}:\d+: .*we-miss-you", line)


def test_json_is_for_scripts(escalera, programme):
    journey = programme / "journeys/win-back.yaml"
    journey.write_text(journey.read_text().replace("- send: we-miss-you", "- send: we-mis-you"))
    result = escalera("check", programme, "--json")
    assert result.exit_code == 1
    assert any(one["file"] == str(journey) and one["mend"] for one in json.loads(result.output))


def test_folder_that_is_not_there_is_wrong_usage(escalera, tmp_path):
    assert escalera("check", tmp_path / "nowhere").exit_code == 2
