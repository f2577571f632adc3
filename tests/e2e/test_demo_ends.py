"""The demo, stopped from outside: it says so by its exit code, and nothing of it runs on."""

import os
import re
import signal
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from escalera_cli.local_stack.stack import REPOSITORY

# A shell starts what it runs in the background with SIGINT ignored, and that is inherited.
PROGRAM = """
import signal
signal.signal(signal.SIGINT, signal.default_int_handler)
from escalera_cli.main import app
app()
"""
INTERRUPTED = 130
A_LIVE_LINE = re.compile(r"^\d\d [A-Z][a-z]{2} \d\d:\d\d  ")
BEING_MADE = re.compile(r"Synthesizing the CDK app")


def those_of(state: Path) -> dict[int, str]:
    """The processes whose command line, folder or environment names this state folder."""
    found = {}
    for process in Path("/proc").iterdir():
        if process.name.isdigit() and process.name != str(os.getpid()):
            with suppress(OSError):
                told = (process / "cmdline").read_bytes() + b"\0" + (process / "environ").read_bytes()
                if str(state).encode() in told + str((process / "cwd").readlink()).encode():
                    found[int(process.name)] = told.replace(b"\0", b" ").decode(errors="replace")[:200]
    return found


@pytest.mark.parametrize(
    ("how", "when"),
    [(signal.SIGINT, A_LIVE_LINE), (signal.SIGTERM, BEING_MADE)],
    ids=["Ctrl-C while days pass", "SIGTERM while the stack is being made"],
)
def test_a_stopped_demo_says_so_and_leaves_no_process_behind(
    tmp_path: Path, how: signal.Signals, when: re.Pattern[str]
) -> None:
    state = tmp_path / "stack"
    options = ("--customers", "3", "--days", "200", "--day-seconds", "0.5", "--state", str(state))
    with subprocess.Popen(
        [sys.executable, "-c", PROGRAM, "demo", *options],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,  # a group of its own, as a terminal gives to what is run in it
    ) as demo:
        try:
            assert demo.stdout
            said = []
            for line in demo.stdout:
                said.append(line)
                if when.search(line):
                    break
            assert when.search(said[-1]), "".join(said)
            running = those_of(state)
            assert len(running) > 1, f"the demo and its emulator, at the least: {running}"
            os.killpg(demo.pid, how)
            rest = demo.stdout.read()
            assert demo.wait(timeout=15) == INTERRUPTED, rest
            assert "nothing is left running" in rest
        finally:
            with suppress(ProcessLookupError):
                os.killpg(demo.pid, signal.SIGTERM)  # a test that failed before the end leaves nothing either
    deadline = time.monotonic() + 3
    while those_of(state) and time.monotonic() < deadline:
        time.sleep(0.05)
    assert those_of(state) == {}
