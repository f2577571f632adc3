"""Deploys a CDK app to the local stack with the very CLI that deploys it to AWS."""

import json
import os
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from botocore.exceptions import ClientError

from escalera_cli.local_stack.stack import REPOSITORY, LocalStack

TOOLKIT = "CDKToolkit"


class DeploymentError(RuntimeError):
    """The CDK could not deploy; the text holds its last lines."""


@dataclass(frozen=True)
class Deployment:
    """What came of a deployment: each stack's outputs and how long it took, in seconds."""

    outputs: dict[str, dict[str, str]]
    seconds: float


def deploy(
    stack: LocalStack,
    app: Path | str,
    *,
    project: Path = REPOSITORY,
    stacks: tuple[str, ...] = ("--all",),
    on_progress: Callable[[str], None] = lambda _: None,
) -> Deployment:
    """Bootstrap if needed, then deploy `app`: a synthesized `cdk.out` folder or the command that makes one."""
    start = time.monotonic()
    outputs = stack.state / "outputs.json"
    if not _is_bootstrapped(stack):
        on_progress("bootstrapping")
        _cdk(
            stack,
            project,
            on_progress,
            "bootstrap",
            f"aws://{stack.account}/{stack.region}",
            within=stack.state,
        )
    on_progress("deploying")
    _cdk(
        stack, project, on_progress,
        "deploy", *stacks, "--app", str(app), "--require-approval", "never", "--method", "direct",
        "--progress", "events", "--asset-parallelism", "true", "--outputs-file", str(outputs),
    )  # fmt: skip
    found = json.loads(outputs.read_text()) if outputs.exists() else {}
    return Deployment(outputs=found, seconds=time.monotonic() - start)


def _is_bootstrapped(stack: LocalStack) -> bool:
    client = stack.client("cloudformation")
    try:
        client.describe_stacks(StackName=TOOLKIT)
    except ClientError:
        return False
    return True


def _cdk(
    stack: LocalStack,
    project: Path,
    on_progress: Callable[[str], None],
    *arguments: str,
    within: Path | None = None,
) -> None:
    """Run the pinned CDK CLI of `project`, passing on its lines as they come.

    Bootstrapping runs `within` a folder that has no cdk.json: the CLI would synthesize the whole app for it.
    """
    program = project / "node_modules" / ".bin" / "cdk"
    if not program.exists():
        message = f"{program} is missing: run `make setup`."
        raise DeploymentError(message)
    quiet = {
        "CI": "true",
        "NO_COLOR": "1",
        "NODE_NO_WARNINGS": "1",
        "JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION": "1",
    }
    options = ("--no-notices", "--no-version-reporting", "--ci", "--output", str(stack.state / "cdk"))
    # Whatever real account the shell is signed in to has no say here.
    own = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    lines: list[str] = []
    with subprocess.Popen(
        [str(program), *arguments, *options],
        cwd=within or project,
        env={**own, **stack.environment(), **quiet},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    ) as process:
        try:
            for line in process.stdout or ():
                if line.strip():
                    lines.append(line.rstrip())
                    on_progress(line.rstrip())
        except BaseException:
            process.kill()
            raise
    if process.returncode:
        message = f"`cdk {arguments[0]}` failed:\n" + "\n".join(lines[-20:])
        raise DeploymentError(message)
