"""Finds a deployed stack: the local one, or one in the AWS account that the shell is signed in to."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from botocore.exceptions import ClientError

from escalera_cli.endings import PROBLEMS, CommandError
from escalera_cli.local_stack import LocalStack
from escalera_cli.local_stack.stack import REPOSITORY

LOCAL = "local"
LOCAL_STATE = REPOSITORY / "build" / "local-stack"

StageOption = Annotated[
    str,
    typer.Option(
        "--stage",
        envvar="ESCALERA_STAGE",
        help="Which deployment: `local` for the local stack; others are looked up in your AWS account.",
    ),
]
StateOption = Annotated[
    Path,
    typer.Option("--state", envvar="ESCALERA_STATE", help="The local stack's folder.", show_default=False),
]


@dataclass(frozen=True)
class Connection:
    """A deployed stack: what CloudFormation says of it, and clients to speak to its parts."""

    stage: str
    outputs: Mapping[str, str]
    make_client: Callable[..., Any]

    def client(self, service: str, **options: Any) -> Any:
        """A client of this service, where the stack is; `options` are those of `boto3.client`."""
        return self.make_client(service, **options)

    def output(self, name: str) -> str:
        """What the stack calls this part of itself."""
        if name not in self.outputs:
            message = (
                f"The stack escalera-{self.stage} has no {name}: deploy the present version of it first."
            )
            raise CommandError(message)
        return self.outputs[name]

    def of_function(self, prefix: str, name: str) -> str | None:
        """The output of this kind for a function, by the name of its folder; None where it has none."""
        return self.outputs.get(prefix + _pascal(name))

    def names_with(self, prefix: str) -> list[str]:
        """The functions, or parts, that have an output of this kind, as their folders are called."""
        return sorted(_snake(name.removeprefix(prefix)) for name in self.outputs if name.startswith(prefix))


def connect(stage: str, state: Path = LOCAL_STATE) -> Connection:
    """Find the stack of this stage."""
    if stage == LOCAL:
        return connected(LocalStack.attach(state))
    return Connection(stage, _outputs(stage, _client_of_the_shell), _client_of_the_shell)


def connected(stack: LocalStack) -> Connection:
    """The stack deployed to this local stack."""
    return Connection(LOCAL, _outputs(LOCAL, stack.client), stack.client)


def no_such(what: str, name: str, known: list[str]) -> CommandError:
    """There is no such thing; these there are."""
    return CommandError(f"There is no {what} {name!r}. Known here: {', '.join(known)}.", code=PROBLEMS)


def _client_of_the_shell(service: str, **options: Any) -> Any:
    """A client with the credentials and the region that the shell is signed in with."""
    return boto3.client(service, **options)  # type: ignore[call-overload]


def _outputs(stage: str, make_client: Callable[[str], Any]) -> dict[str, str]:
    name = f"escalera-{stage}"
    client = make_client("cloudformation")
    try:
        [found] = client.describe_stacks(StackName=name)["Stacks"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        where = f"{client.meta.region_name}: deploy it with `npx cdk deploy -c stage={stage}`, or name another --stage"
        message = f"There is no stack {name} in {where}."
        raise CommandError(message) from error
    return {output["OutputKey"]: output["OutputValue"] for output in found.get("Outputs", ())}


def _snake(name: str) -> str:
    return "".join(f"_{letter.lower()}" if letter.isupper() else letter for letter in name).lstrip("_")


def _pascal(name: str) -> str:
    return "".join(part[:1].upper() + part[1:] for part in name.replace("-", "_").split("_"))
