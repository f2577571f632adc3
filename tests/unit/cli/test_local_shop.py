"""Bringing the local stack up: what is started ends with us, and no second one is started over the first."""

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from escalera_cli import local_shop
from escalera_cli.endings import CommandError
from escalera_cli.local_stack import LocalStack

PARENT_AND_CHILD = """
import subprocess, sys, time
child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(60)"])
print(child.pid, flush=True)
time.sleep(60)
"""


def alive(pid: int) -> bool:
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


def test_interrupted_step_takes_its_children_along():
    pids: list[int] = []

    def interrupted():
        with local_shop._step(sys.executable, "-c", PARENT_AND_CHILD) as process:
            assert process.stdout
            pids.extend((process.pid, int(process.stdout.readline())))
            assert all(map(alive, pids))
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    deadline = time.monotonic() + 5
    while any(map(alive, pids)) and time.monotonic() < deadline:
        time.sleep(0.02)
    assert not any(map(alive, pids))


def test_terminating_is_as_good_as_interrupting():
    before = signal.getsignal(signal.SIGTERM)

    def terminated():
        with local_shop.stop_on_terminate():
            os.kill(os.getpid(), signal.SIGTERM)
            time.sleep(1)

    with pytest.raises(KeyboardInterrupt):
        terminated()
    assert signal.getsignal(signal.SIGTERM) is before


def test_step_that_fails_says_its_last_words():
    words = "import sys; print('the wheel is missing'); sys.exit(3)"
    with (
        pytest.raises(CommandError, match="No layers:\nthe wheel is missing"),
        local_shop._step(sys.executable, "-c", words) as step,
    ):
        local_shop._finish(step, "No layers")


def test_step_knows_nothing_of_the_account_of_the_shell(monkeypatch):
    monkeypatch.setenv("AWS_PROFILE", "production")
    with local_shop._step(sys.executable, "-c", "import os; print(os.environ.get('AWS_PROFILE'))") as step:
        assert step.communicate()[0] == "None\n"


def test_second_stack_in_the_same_folder_is_refused(monkeypatch, tmp_path):
    monkeypatch.setattr(LocalStack, "attach", lambda _state: None)
    with pytest.raises(CommandError, match="already"):
        local_shop.refuse_second(tmp_path)


def test_progress_of_the_deployment_is_read_from_the_cdk():
    told = []
    line = "escalera-local |  12/48 | 5:25:10 AM | CREATE_COMPLETE | AWS::SQS::Queue | Inbox"
    local_shop._deployed_so_far(line, lambda text, done: told.append(done))
    local_shop._deployed_so_far("Outputs:", lambda text, done: told.append(done))
    assert told == [0.25]
