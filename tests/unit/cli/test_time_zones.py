"""The tool reckons with the time zones that are installed with it, not with those of the machine."""

import os
import subprocess
import sys

import pytest

CODE = """
import sys, escalera_cli
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo
print(datetime(2026, 12, 15, 12, tzinfo=ZoneInfo(sys.argv[1])).utcoffset() / timedelta(hours=1))
"""


# Laws of 2026, which the locked tzdata (2026.6) has: Alberta and British Columbia stay on summer time for good.
@pytest.mark.parametrize(
    ("zone", "hours"), [("America/Edmonton", -6), ("America/Vancouver", -7), ("Europe/Madrid", 1)]
)
def test_law_of_this_year_is_known_whatever_the_machine_knows(zone, hours):
    command = [sys.executable, "-c", CODE, zone]
    environment = {**os.environ, "PYTHONTZPATH": "/usr/share/zoneinfo"}
    done = subprocess.run(command, capture_output=True, text=True, check=True, env=environment)
    assert float(done.stdout) == hours
