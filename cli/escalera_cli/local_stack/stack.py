"""`LocalStack` starts the emulator, speaks to it, and leaves no process behind."""

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from escalera_cli.local_stack.outbox import SentEmail, SentText, read_emails, read_texts

ACCOUNT = "000000000000"
RUNNING = "running.json"
REPOSITORY = Path(__file__).resolve().parents[3]


class LocalStackError(RuntimeError):
    """The local stack did not start or does not answer; the text says what to do."""


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


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
        self._temporary = state is None
        self._given_state = state
        self._wait_scale = wait_scale
        self._auth = auth
        self._dependencies = [str(path.resolve()) for path in dependencies]
        self._slots = slots
        self._log_level = log_level
        named = os.environ.get("ESCALERA_LOCAL_STACK_PYTHON")
        self.interpreter = python or Path(named or REPOSITORY / "build/venvs/local-stack/bin/python")
        self._worker_python = worker_python or Path(sys.executable)
        self._process: subprocess.Popen[bytes] | None = None
        self.state = Path()

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
                env=self._emulator_environment(scratch),
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
            shutil.rmtree(self.state if self._temporary else self.state / "scratch", ignore_errors=True)

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
        """Kill the handlers at work when each of the next `count` e-mails reaches SES, which takes none of them."""
        self.change(crash_before_send=count)

    def crash_after_send(self, count: int) -> None:
        """Kill the handlers at work right after SES has accepted each of the next `count` e-mails."""
        self.change(crash_after_send=count)

    def change(self, **settings: Any) -> dict[str, Any]:
        """Change settings live and give all of them as they now stand."""
        return self._ask("POST", json.dumps(settings).encode())

    def settings(self) -> dict[str, Any]:
        """Give the emulator's settings, among them `now`, its simulated instant."""
        return self._ask("GET")

    def emails(self) -> list[SentEmail]:
        """Give the e-mails accepted so far."""
        return read_emails(self.outbox)

    def texts(self) -> list[SentText]:
        """Give the texts accepted so far."""
        return read_texts(self.outbox)

    def _emulator_environment(self, scratch: Path) -> dict[str, str]:
        kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        return {
            **kept,
            "PYTHONPATH": str(Path(__file__).parent),
            "TMPDIR": str(scratch),
            "BIND_HOST": "127.0.0.1",
            "IOT_MTLS_ENABLED": "0",
            "SFTP_ENABLED": "0",
            "LOG_LEVEL": self._log_level,
            "GATEWAY_PORT": str(self.port),
            "MINISTACK_REGION": self.region,
            "AUTH": "true" if self._auth else "false",
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": self.region,
            "SFN_WAIT_SCALE": repr(self._wait_scale),
            "ESCALERA_LOCAL_STATE": str(self.state),
            "ESCALERA_LOCAL_WORKER_PYTHON": str(self._worker_python),
            "ESCALERA_LOCAL_SLOTS": str(self._slots),
            "ESCALERA_LOCAL_DEPENDENCIES": os.pathsep.join(self._dependencies),
        }

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

    def _ask(self, method: str, body: bytes | None = None) -> dict[str, Any]:
        url = f"{self.endpoint}/_escalera/settings"
        request = urllib.request.Request(url, data=body, method=method)  # noqa: S310 (our own endpoint)
        try:
            with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
                found: dict[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            raise ValueError(error.read().decode()) from error
        except OSError as error:
            message = f"The local stack does not answer on {self.endpoint}: {error}"
            raise LocalStackError(message) from error
        return found
