"""Every command in README.md and docs/ exists, with the arguments it is given."""

import re
import shlex
from typing import Any

import boto3
import pytest
import typer
from botocore import xform_name
from botocore.exceptions import UnknownServiceError

from escalera_cli.main import app
from infra.settings import STAGES
from tests.docs.pages import ROOT, Block, blocks

TARGETS = set(
    re.findall(r"^([a-z][a-z0-9-]*):.*## ", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)
)
CDK = {"bootstrap", "deploy", "diff"}
PARAMETERS_OF_THE_AWS_CLI = {"query", "region", "profile", "output"}


def commands(block: Block) -> list[list[str]]:
    return [shlex.split(line.partition(" > ")[0]) for line in block.text.splitlines() if line.strip()]


SHELL = [
    pytest.param(command, id=f"{block} {' '.join(command)}"[:90])
    for block in blocks("sh", "bash", "console", "shell")
    for command in commands(block)
]


def problem_of(command: list[str]) -> str | None:
    """What is wrong with a command; None if it would be understood."""
    name, arguments = command[0].removeprefix(".venv/bin/"), command[1:]
    judge = {
        "make": problem_of_make,
        "escalera": problem_of_escalera,
        "npx": problem_of_npx,
        "aws": problem_of_aws,
    }
    if name in judge:
        return judge[name](arguments)
    if name == "python":
        return None if (ROOT / arguments[0]).is_file() else f"there is no {arguments[0]}"
    return (
        None if command == ["source", ".venv/bin/activate"] else "a command that no test knows how to check"
    )


def problem_of_make(arguments: list[str]) -> str | None:
    target, *rest = arguments
    takes = "NAME=" if target == "new-event" else "ARGS="
    known = target in TARGETS and all(one.startswith(takes) for one in rest)
    return None if known else f"make has no target {target}, or takes no {rest}"


def problem_of_npx(arguments: list[str]) -> str | None:
    """Of the CDK, what we use: a verb, and a stage that there is."""
    tool, verb, *rest = arguments
    stages = [["-c", f"stage={stage}"] for stage in STAGES]
    stages += [[*stage, "-c", "firewall=true"] for stage in stages]
    return (
        None
        if tool == "cdk" and verb in CDK and rest in [[], *stages, ["aws://ACCOUNT/us-east-1"]]
        else "cdk would not understand this"
    )


def problem_of_escalera(arguments: list[str]) -> str | None:
    """By the names of commands and options alone: files in examples need not be there."""
    commands: Any = typer.main.get_command(app)
    if arguments == ["--help"]:
        return None
    command = commands.commands.get(arguments[0])
    if command is not None and hasattr(command, "commands"):  # a command of commands
        arguments = arguments[1:] or ["--help"]
        command = command if arguments[0] == "--help" else command.commands.get(arguments[0])
    if command is None:
        return f"escalera has no command {arguments[0]}"
    options = {name: one for one in command.params for name in (*one.opts, *one.secondary_opts)}
    rest = iter(arguments[1:])
    # Some have a place for as many as there are.
    places = [
        place
        for one in command.params
        if one.param_type_name == "argument"
        for place in [one] * (1 if one.nargs > 0 else len(arguments))
    ]
    for given in rest:
        if given == "--help":
            return None
        if not given.startswith("-"):
            if not places:
                return f"{arguments[0]} has no place for {given}"
            places.pop(0)
        elif given not in options:
            return f"{arguments[0]} has no option {given}"
        elif not options[given].is_flag:
            next(rest)
    missing = [one.name for one in places if one.required]
    return f"{arguments[0]} wants {missing}" if missing else None


def problem_of_aws(arguments: list[str]) -> str | None:
    service, operation, *options = arguments
    try:
        model = boto3.client(service, region_name="eu-west-1").meta.service_model  # type: ignore[call-overload]
    except UnknownServiceError as error:
        return str(error)
    operations = {xform_name(name, "-"): name for name in model.operation_names}
    if operation not in operations:
        return f"{service} has no {operation}"
    shape = model.operation_model(operations[operation]).input_shape
    known = {xform_name(name, "-") for name in shape.members} if shape else set()
    given = {one.removeprefix("--") for one in options if one.startswith("--")}
    strange = given - known - PARAMETERS_OF_THE_AWS_CLI
    return f"{operation} takes no {sorted(strange)}" if strange else None


@pytest.mark.parametrize("command", SHELL)
def test_command_is_understood(command):
    assert problem_of(command) is None


def test_there_are_commands_to_check():
    assert len(SHELL) > 20


@pytest.mark.parametrize(
    "wrong",
    [
        "make nothing",
        "escalera check one two",
        "make demo now",
        "make demo NAME=ReviewWritten",
        "escalera fly",
        "escalera value fly",
        "escalera value fit",
        "escalera check --fly",
        "npx cdk deploy -c stage=moon",
        "npx cdk fly",
        "aws sns set-sms-attributes --fly",
        "aws sns fly",
        "aws fly high",
        "python docs/fly.py",
        "curl https://example.com",
    ],
)
def test_wrong_command_is_noticed(wrong):
    assert problem_of(shlex.split(wrong))


def test_commands_named_in_a_sentence_exist():
    """`escalera redrive`, `make docs`: in words, too."""
    for block in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        text = block.read_text(encoding="utf-8")
        for spoken in re.findall(r"`((?:make|escalera) [a-z][^`\n]*)`", text):
            assert problem_of(shlex.split(spoken)) is None, f"{block.name}: {spoken}"
