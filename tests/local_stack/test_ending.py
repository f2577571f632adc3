"""However the program that started the stack ends, no process stays behind; other MiniStacks are refused."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from escalera_cli.local_stack import LocalStack, LocalStackError
from escalera_cli.local_stack.stack import REPOSITORY
from tests.local_stack.probe import Probe, deploy_template, wait_until

SCRIPT = """
import json, signal, sys, time
import boto3
from escalera_cli.local_stack import LocalStack, LocalStackError
from tests.local_stack.probe import Probe, deploy_template
# A shell starts what it runs in the background with SIGINT ignored, and that is inherited.
signal.signal(signal.SIGINT, signal.default_int_handler)
with LocalStack() as stack:
    outputs = deploy_template(stack)
    client = boto3.client("lambda", **stack.client_options())
    answer = client.invoke(FunctionName=outputs["Step"], Payload=json.dumps({"do": "sleep", "seconds": 0}))
    print(stack._process.pid, answer["Payload"].read().decode(), stack.state, flush=True)
    time.sleep(60)
"""


def alive(pid: int) -> bool:
    """Say whether a process runs (a zombie does not)."""
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except FileNotFoundError:
        return False


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_outlives_the_one_that_started_the_stack(how: signal.Signals, probe: Probe) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as starter:
        try:
            assert starter.stdout
            emulator, worker, state = starter.stdout.readline().split()
            assert alive(int(emulator))
            assert alive(int(worker))
        finally:
            starter.send_signal(how)
            starter.wait(timeout=10)
    wait_until(lambda: not alive(int(emulator)) and not alive(int(worker)), "the end of both", 3)
    assert not Path(state).exists()


def test_workers_end_with_an_emulator_that_was_killed_even_at_work(probe: Probe) -> None:
    with LocalStack() as stack:
        own = Probe(stack, deploy_template(stack))
        worker = own.call("sleep", seconds=0)
        long = b'{"do": "sleep", "seconds": 9}'
        own.client("lambda").invoke(FunctionName=own.outputs["Step"], InvocationType="Event", Payload=long)
        time.sleep(0.5)
        assert stack._process
        os.kill(stack._process.pid, signal.SIGKILL)
        wait_until(lambda: not alive(worker), "the worker's end", 3)


def emulator(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the emulator's interpreter beside its package."""
    python = LocalStack().interpreter
    if not python.exists():
        pytest.skip(f"{python} is missing")
    path = {"PYTHONPATH": str(REPOSITORY / "cli/escalera_cli/local_stack")}
    return subprocess.run(
        [str(python), *arguments], env={**os.environ, **path}, capture_output=True, text=True, check=False
    )


def test_mends_still_meet_the_upstream_code_they_were_written_for() -> None:
    done = emulator("-m", "emulator", "--changed-upstream")
    assert done.returncode == 0, f"look at each of these again:\n{done.stdout}{done.stderr}"


def test_another_ministack_is_refused_in_plain_words() -> None:
    change = (
        "from emulator import registry; registry.MINISTACK_VERSION = '0.1'; registry.refuse_other_version()"
    )
    done = emulator("-c", change)
    assert done.returncode == 1
    assert "mends MiniStack 0.1" in done.stderr


def test_start_without_its_environment_says_what_to_do() -> None:
    with pytest.raises(RuntimeError, match="make setup"):
        LocalStack(python=Path("/nowhere/python")).start()


def test_second_stack_on_the_same_port_is_refused(probe: Probe) -> None:
    with pytest.raises(LocalStackError, match="already in use"):
        LocalStack(port=probe.stack.port).start()
    assert probe.stack.settings()["now"]


def test_free_port_that_was_taken_meanwhile_is_replaced(probe: Probe) -> None:
    stack = LocalStack()
    stack.port = probe.stack.port
    with stack:
        assert stack.port != probe.stack.port
        assert stack.settings()["pid"] != probe.stack.settings()["pid"]


def test_another_process_may_attach_to_a_running_stack(probe: Probe) -> None:
    attached = LocalStack.attach(probe.stack.state)
    assert attached.endpoint == probe.stack.endpoint
    assert attached.outbox == probe.stack.outbox
    attached.stop()
    assert attached.settings()["pid"] == probe.stack.settings()["pid"], "it was not ours to stop"
    with pytest.raises(LocalStackError, match="escalera up"):
        LocalStack.attach(Path("/nowhere"))


def test_setting_that_makes_no_sense_is_refused(probe: Probe) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        probe.stack.throttle_email(1.5)
    assert probe.stack.settings()["throttle_email"] == 0


def test_stack_listens_on_the_loopback_only(probe: Probe) -> None:
    port = f"{probe.stack.port:04X}"
    listening = [
        line.split()[1]
        for line in Path("/proc/net/tcp").read_text().splitlines()[1:]
        if line.split()[3] == "0A"
    ]
    assert [address for address in listening if address.endswith(f":{port}")] == [f"0100007F:{port}"]
