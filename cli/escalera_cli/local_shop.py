"""Brings the local stack up with the present code: layers, synthesis and deployment, without an AWS account."""

import contextlib
import json
import os
import re
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

import typer

from escalera.contracts.origin import ORIGIN_HEADER
from escalera_cli.connection import Connection, connected
from escalera_cli.endings import CommandError
from escalera_cli.local_stack import LocalStack, LocalStackError, deploy
from escalera_cli.local_stack.gateway import Gateway
from escalera_cli.local_stack.launch import free_port
from escalera_cli.local_stack.local_site import LocalSite, PortTakenError
from escalera_cli.local_stack.stack import REPOSITORY
from escalera_cli.mailbox import Mailbox
from escalera_cli.staff import LOCAL_PASSWORD, LOCAL_STAFF, invite_local_staff

Report = Callable[[str, float | None], None]
"""Told what goes on, and how much of it is done (0 to 1; None when nobody knows)."""

_LAYERS = ("escalera", "programme", "dependencies-local", "scoring-local")
_OF_SO_MANY = re.compile(r"\|\s*(\d+)/(\d+)\s*\|")


@dataclass(frozen=True)
class WebPorts:
    """Where the web sites of a local stack are found on this machine."""

    console: int
    portal: int
    mailbox: int

    @classmethod
    def from_first(cls, first: int) -> Self:
        """One after the other: the console, the customers' pages, the mailbox."""
        return cls(first, first + 1, first + 2)

    @classmethod
    def free(cls) -> Self:
        """Whatever is free."""
        return cls(free_port(), free_port(), free_port())

    @property
    def console_url(self) -> str:
        """Where staff find the console."""
        return f"http://127.0.0.1:{self.console}"

    @property
    def portal_url(self) -> str:
        """Where customers find their pages."""
        return f"http://127.0.0.1:{self.portal}"

    @property
    def mailbox_url(self) -> str:
        """Where everything that was sent is read."""
        return f"http://127.0.0.1:{self.mailbox}"


WEB_PORT = 8400
WebPortOption = Annotated[
    int,
    typer.Option(
        help="Where the console is found; the customers' pages and the mailbox are at the next two ports.",
        min=1,
    ),
]


@contextmanager
def running_shop(
    state: Path,
    *,
    wait_scale: float = 1.0,
    port: int | None = None,
    web: WebPorts | None = None,
    report: Report,
) -> Iterator[tuple[LocalStack, Connection]]:
    """The deployed stack, for as long as the context lasts; nothing of it runs afterwards.

    wait_scale: real seconds that a second of a journey lasts; web: where its sites are found, or wherever is free.
    """
    refuse_second(state)
    web = web or WebPorts.free()
    with stop_on_terminate():
        report("Building the layers", None)
        with _step(sys.executable, "layers/build.py", "--only", *_LAYERS) as layers:
            stack = LocalStack(port=port, state=state, wait_scale=wait_scale, auth=True)
            with stack:
                with _bootstrap(stack) as bootstrap:
                    _finish(layers, "The layers could not be built")
                    report("Synthesizing the CDK app", None)
                    assembly = synthesize(state, web=web, endpoint=stack.endpoint)
                    _finish(bootstrap, "The local stack could not be bootstrapped")
                report("Deploying to the local stack", None)
                deploy(stack, assembly, on_progress=lambda line: _deployed_so_far(line, report))
                connection = connected(stack)
                with _web_sites(stack, connection, web):
                    yield stack, connection


@contextmanager
def _web_sites(stack: LocalStack, connection: Connection, web: WebPorts) -> Iterator[None]:
    """The sites under their addresses, and somebody to sign in as each role."""
    invite_local_staff(connection)
    links = {"Console": web.console_url}
    sites: list[LocalSite] = [
        *(
            Gateway(
                endpoint=stack.endpoint,
                api=connection.output(f"{name}Api"),
                port=port,
                adds={ORIGIN_HEADER: _origin_key(connection)},
            )
            for name, port in {"Console": web.console, "Portal": web.portal}.items()
        ),
        Mailbox(stack.outbox, port=web.mailbox, links=links),
    ]
    with contextlib.ExitStack() as listening:
        try:
            for site in sites:
                listening.enter_context(site)
        except PortTakenError as error:
            raise CommandError(str(error)) from error
        yield


def _origin_key(connection: Connection) -> str:
    """By what the functions know that a request came by CloudFront, which the gateways play."""
    kept = connection.client("secretsmanager").get_secret_value(SecretId=connection.output("OriginKeysArn"))
    keys: dict[str, str] = json.loads(kept["SecretString"])
    return keys[keys["current"]]


def synthesize(state: Path, *, web: WebPorts, endpoint: str) -> Path:
    """Make the template that would go to AWS, with the settings of the stage `local`."""
    program, assembly = REPOSITORY / "node_modules/.bin/cdk", state / "cdk.out"
    if not program.exists():
        raise CommandError(f"{program} is missing: run `make setup`.")
    options = ("--quiet", "--no-notices", "--no-version-reporting", "--output", str(assembly))
    told = {
        "stage": "local",
        "prebuilt": "true",
        "console_url": web.console_url,
        "portal_url": web.portal_url,
        "sign_in_url": endpoint,
    }
    context = [word for name, value in told.items() for word in ("-c", f"{name}={value}")]
    with _step(str(program), "synth", *context, *options) as synthesis:
        _finish(synthesis, "The CDK app could not be synthesized")
    return assembly


def _bootstrap(stack: LocalStack) -> contextlib.AbstractContextManager[subprocess.Popen[str]]:
    """Bootstrap while something else goes on, in a folder without a cdk.json: else the CLI would synthesize for it."""
    where = f"aws://{stack.account}/{stack.region}"
    options = ("--no-notices", "--no-version-reporting", "--output", str(stack.state / "bootstrap"))
    program = str(REPOSITORY / "node_modules/.bin/cdk")
    return _step(program, "bootstrap", where, *options, cwd=stack.state, environment=stack.environment())


def refuse_second(state: Path) -> None:
    """One stack per folder: a second would write over the first one's outbox."""
    try:
        LocalStack.attach(state)
    except LocalStackError:
        return
    message = (
        f"A local stack runs in {state} already: end it (Ctrl-C where it runs), or give another --state."
    )
    raise CommandError(message)


@contextmanager
def stop_on_terminate() -> Iterator[None]:
    """End by SIGTERM as by Ctrl-C: what was started is stopped."""

    def interrupt(_signal: int, _frame: object) -> None:
        raise KeyboardInterrupt

    before = signal.signal(signal.SIGTERM, interrupt)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def _step(
    *command: str, cwd: Path = REPOSITORY, environment: Mapping[str, str] | None = None
) -> Iterator[subprocess.Popen[str]]:
    """Run a program beside us; it and whatever it started end with the context.

    Whatever account the shell is signed in to has no say: of AWS the program knows what `environment` says.
    """
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    quiet = {"NODE_NO_WARNINGS": "1", "NO_COLOR": "1", "CI": "true"}
    with contextlib.ExitStack() as ending:
        with _undisturbed():
            process = ending.enter_context(
                subprocess.Popen(
                    command,
                    cwd=cwd,
                    env={**own, **(environment or {}), **quiet},
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.STDOUT,
                    text=True,
                    start_new_session=True,
                )
            )
            ending.callback(_kill_with_all_it_started, process)
        yield process


def _kill_with_all_it_started(process: subprocess.Popen[str]) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


@contextmanager
def _undisturbed() -> Iterator[None]:
    """Hold back Ctrl-C and SIGTERM to the end of the block: a program that is half started could not be ended."""
    came: list[int] = []
    held = {one: signal.getsignal(one) for one in (signal.SIGINT, signal.SIGTERM)}
    held = {one: handler for one, handler in held.items() if callable(handler)}
    for one in held:
        signal.signal(one, lambda number, _frame: came.append(number))
    try:
        yield
    finally:
        for one, handler in held.items():
            signal.signal(one, handler)
    if came:
        raise KeyboardInterrupt


def _finish(process: subprocess.Popen[str], failure: str) -> None:
    said, _ = process.communicate()
    if process.returncode:
        last = "\n".join(said.strip().splitlines()[-20:])
        raise CommandError(f"{failure}:\n{last}")


def _deployed_so_far(line: str, report: Report) -> None:
    found = _OF_SO_MANY.search(line)
    if found:
        done, of = map(int, found.groups())
        report("Deploying to the local stack", done / max(of, 1))


def say_where_the_sites_are(web: WebPorts) -> None:
    """Tell whoever started the stack where to look, and who to sign in as."""
    who = ", ".join(email for email, _ in LOCAL_STAFF.values())
    typer.echo(f"The console: {web.console_url} (sign in as {who}; password {LOCAL_PASSWORD})")
    typer.echo(f"The mailbox, with everything that is sent: {web.mailbox_url}")


def wait_for_interrupt() -> None:
    """Stay until Ctrl-C."""
    with contextlib.suppress(KeyboardInterrupt):
        while True:
            time.sleep(3600)
