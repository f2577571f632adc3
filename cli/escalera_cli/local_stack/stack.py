"""`LocalStack` starts the emulator, speaks to it, and leaves no process behind."""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import boto3
import botocore.session

from escalera_cli.local_stack.control import LocalStackError, ask
from escalera_cli.local_stack.launch import Launch, free_port
from escalera_cli.local_stack.outbox import SentEmail, SentText, read_emails, read_texts

ACCOUNT = "000000000000"
RUNNING = "running.json"
REPOSITORY = Path(__file__).resolve().parents[3]


class LocalStack:
    """A running emulator on 127.0.0.1; use it as a context manager.

    port: the port to listen on; None picks a free one.
    state: folder for the outbox, the log and unpacked code; None makes a temporary one, removed at the end.
    wait_scale: real seconds a second of a state machine, batching window or redelivery lasts (1/86400 = a day
        passes in a second).
    auth: whether calls are judged by IAM: each function has its own role's rights and no more.
    dependencies: folders put on every handler's path before its layers, where the deployed layer of
        dependencies was built for Lambda's platform and not for this machine.
    slots: how many events one function handles at the same time.
    log_level: what the emulator writes to its log; INFO tells of every call and costs two fifths more CPU.
    """

    def __init__(
        self,
        *,
        port: int | None = None,
        state: Path | None = None,
        wait_scale: float = 1.0,
        auth: bool = False,
        region: str = "eu-west-1",
        dependencies: Sequence[Path] = (),
        slots: int = 2,
        log_level: str = "WARNING",
        python: Path | None = None,
        worker_python: Path | None = None,
    ) -> None:
        """Choose; nothing is started yet."""
        self.port = port or free_port()
        self._own_port = port is None
        self.region = region
        self.account = ACCOUNT
        self._given_state = state
        named = os.environ.get("ESCALERA_LOCAL_STACK_PYTHON")
        self._launch_with = Launch(
            interpreter=python or Path(named or REPOSITORY / "build/venvs/local-stack/bin/python"),
            worker_python=worker_python or Path(sys.executable),
            region=region,
            wait_scale=wait_scale,
            auth=auth,
            dependencies=tuple(dependencies),
            slots=slots,
            log_level=log_level,
        )
        self._process: subprocess.Popen[bytes] | None = None
        self.state = Path()

    @property
    def interpreter(self) -> Path:
        """The Python of the environment that MiniStack is installed in."""
        return self._launch_with.interpreter

    @property
    def endpoint(self) -> str:
        """The one URL under which every service answers."""
        return f"http://127.0.0.1:{self.port}"

    @property
    def log(self) -> Path:
        """The file that the emulator and MiniStack write their log to."""
        return self.state / "emulator.log"

    @property
    def outbox(self) -> Path:
        """The folder of everything that would have been sent."""
        return self.state / "outbox"

    def environment(self) -> dict[str, str]:
        """Give the variables with which boto3, the AWS CLI and the CDK reach this stack as its administrator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ENDPOINT_URL_S3": self.endpoint,
            "AWS_DISABLE_HOST_PREFIX_INJECTION": "true",  # no host but this one
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_EC2_METADATA_DISABLED": "true",
            "CDK_DEFAULT_ACCOUNT": self.account,
            "CDK_DEFAULT_REGION": self.region,
        }

    def client_options(self) -> dict[str, Any]:
        """Give the keyword arguments with which `boto3.client(name, **options)` reaches this stack."""
        return {
            "endpoint_url": self.endpoint,
            "region_name": self.region,
            "aws_access_key_id": "test",
            "aws_secret_access_key": "test",
        }

    def client(self, service: str, **options: Any) -> Any:
        """Give a client of this stack, whatever profile, files or credentials of AWS the shell names."""
        return self._session.client(service, **self.client_options(), **options)  # type: ignore[call-overload]

    @cached_property
    def _session(self) -> boto3.Session:
        """A session that reads neither the shell's choices nor the user's files: a profile that is missing would end it."""
        no_file = (None, None, os.devnull, None)
        unset: dict[str, Any] = {
            "profile": (None, None, None, None),
            "config_file": no_file,
            "credentials_file": no_file,
            "ca_bundle": (None, None, None, None),
            "use_fips_endpoint": (None, None, False, None),
            "use_dualstack_endpoint": (None, None, False, None),
        }
        return boto3.Session(botocore_session=botocore.session.Session(session_vars=unset))

    def start(self, *, within: float = 30) -> Self:
        """Start the emulator and wait until it answers, at most `within` seconds."""
        if not self.interpreter.exists():
            message = f"{self.interpreter} is missing: run `make setup`, which installs the local stack's environment."
            raise LocalStackError(message)
        try:
            self._launch(within)
        except LocalStackError as error:
            if not (self._own_port and "already in use" in str(error)):
                raise
            self.port = free_port()  # somebody took ours between our look and our start
            self._launch(within)
        (self.state / RUNNING).write_text(json.dumps({"port": self.port, "region": self.region}))
        return self

    def _launch(self, within: float) -> None:
        self.state = (self._given_state or Path(tempfile.mkdtemp(prefix="escalera-"))).resolve()
        scratch = self.state / "scratch"
        for folder in (scratch, self.outbox):
            shutil.rmtree(folder, ignore_errors=True)
        scratch.mkdir(parents=True)
        with self.log.open("wb") as log:
            self._process = subprocess.Popen(
                [str(self.interpreter), "-m", "emulator"],
                cwd=scratch,
                env=self._launch_with.environment(
                    port=self.port, state=self.state, scratch=scratch, discarded=self._discarded()
                ),
                stdin=subprocess.PIPE,  # its end tells the emulator that we are gone
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        try:
            self._await_answer(time.monotonic() + within)
        except BaseException:
            self.stop()
            raise

    @classmethod
    def attach(cls, state: Path) -> Self:
        """Speak to a stack that another process has started with this state folder, and leave it running."""
        try:
            found = json.loads((state / RUNNING).read_text())
        except FileNotFoundError as error:
            message = f"No local stack runs in {state}: start one with `escalera up`."
            raise LocalStackError(message) from error
        stack = cls(port=found["port"], region=found["region"], state=state)
        stack.state = state.resolve()
        stack.settings()
        return stack

    def stop(self) -> None:
        """End the emulator and every worker; safe to call twice."""
        process, self._process = self._process, None
        if process is not None:
            (self.state / RUNNING).unlink(missing_ok=True)
            with contextlib.suppress(ProcessLookupError):
                process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                pass
            finally:
                with contextlib.suppress(ProcessLookupError):
                    os.killpg(process.pid, signal.SIGKILL)  # it leads its own group, which its workers share
                process.wait()
                if process.stdin:
                    process.stdin.close()
            shutil.rmtree(self._discarded(), ignore_errors=True)

    def __enter__(self) -> Self:
        """Start."""
        return self.start()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Stop, whatever happened."""
        self.stop()

    def set_clock(self, origin: datetime, scale: float) -> None:
        """Let simulated time begin at `origin` now and run `scale` times as fast, for every handler from now on."""
        start = f"{datetime.now(UTC).isoformat()}={origin.isoformat()}"
        self.change(clock={"origin": start, "scale": scale})

    def set_wait_scale(self, scale: float) -> None:
        """Change how many real seconds a second of a state machine lasts; waits under way keep theirs."""
        self.change(wait_scale=scale)

    def throttle_email(self, share: float) -> None:
        """Have SES refuse this share of sends with TooManyRequestsException."""
        self.change(throttle_email=share)

    def drop_feedback(self, share: float) -> None:
        """Lose this share of SES's feedback events."""
        self.change(drop_feedback=share)

    def crash_before_send(self, count: int) -> None:
        """Kill the handlers at work when each of the next `count` e-mails reaches SES."""
        self.change(crash_before_send=count)

    def crash_after_send(self, count: int) -> None:
        """Kill the handlers at work right after SES has accepted each of the next `count` e-mails."""
        self.change(crash_after_send=count)

    def break_before_send(self, count: int) -> None:
        """Have SES break at each of the next `count` e-mails, before it has taken them."""
        self.change(break_before_send=count)

    def break_after_send(self, count: int) -> None:
        """Have SES take each of the next `count` e-mails, and break before it says so."""
        self.change(break_after_send=count)

    def fail_calls(self, **ways: str) -> None:
        """Let the handlers' calls of these services fail (`dynamodb="503"`), until told otherwise; without any, none."""
        self.change(fail_calls=ways)

    def change(self, **settings: Any) -> dict[str, Any]:
        """Change settings live and give all of them as they now stand."""
        return ask(self.endpoint, **settings)

    def settings(self) -> dict[str, Any]:
        """Give the emulator's settings, among them `now`, its simulated instant."""
        return ask(self.endpoint)

    def emails(self) -> list[SentEmail]:
        """Give the e-mails accepted so far."""
        return read_emails(self.outbox)

    def texts(self) -> list[SentText]:
        """Give the texts accepted so far."""
        return read_texts(self.outbox)

    def _discarded(self) -> Path:
        """Give the folder that goes with the stack: all of a temporary state, the unpacked code of a kept one."""
        return self.state if self._given_state is None else self.state / "scratch"

    def _await_answer(self, deadline: float) -> None:
        while time.monotonic() < deadline:
            if self._process is None or self._process.poll() is not None:
                message = f"The local stack ended while it started: {self._last_words()}"
                raise LocalStackError(message)
            with contextlib.suppress(LocalStackError):
                if self.settings()["pid"] == self._process.pid:
                    return
            time.sleep(0.05)
        message = f"The local stack did not answer on {self.endpoint} in time: {self._last_words()}"
        raise LocalStackError(message)

    def _last_words(self) -> str:
        lines = self.log.read_text(errors="replace").strip().splitlines()
        return "\n".join(lines[-8:]) or "it said nothing"
