"""`escalera doctor`: whether an AWS account is ready."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any

import boto3
import typer
from rich.console import Console

from escalera_cli.endings import PROBLEMS, CommandError, print_json
from escalera_cli.readiness import account, email, journeys
from escalera_cli.readiness import texts as sms
from escalera_cli.readiness.findings import Client, Finding, Standing, looked, ok
from infra.settings import UnknownStageError, settings_for
from programme_compiler.source import read_source

_MARKS = {
    Standing.OK: ("ok", "green"),
    Standing.WARN: ("warn", "yellow"),
    Standing.MISSING: ("missing", "bold red"),
}


def doctor(
    *,
    stage: Annotated[str, typer.Option("--stage", help="Whose settings to judge by: dev or prod.")] = "prod",
    domain: Annotated[
        str, typer.Option(help="The domain mail comes from; without it, the programme's.")
    ] = "",
    programme: Annotated[Path, typer.Option(help="The programme's folder.", file_okay=False)] = Path(
        "programme"
    ),
    as_json: Annotated[bool, typer.Option("--json", help="Print the findings as JSON.")] = False,
) -> None:
    """Say what your AWS account still lacks for Escalera, and what to do about each.

    It reads only, with the credentials and region of your shell: the CDK's bootstrap, Lambda's concurrency, SES (identity,
    production access, DKIM, SPF, DMARC), texts by SNS (sandbox, spending limit, receipts), and state machines of
    journeys that were removed. Exit code 0 when
    nothing is missing (warnings may be there), 1 when something is, 3 without credentials.
    """
    from_ = domain or _domain(stage, programme)
    findings = []
    for finding in _look(boto3.client, stage, from_):  # type: ignore[arg-type]  # called with a name alone
        findings.append(finding)
        if not as_json:
            _print(finding)
    if as_json:
        print_json([finding.plain() for finding in findings])
    if any(finding.standing is Standing.MISSING for finding in findings):
        raise typer.Exit(PROBLEMS)


def _look(client: Client, stage: str, domain: str) -> Iterator[Finding]:
    caller: Any = client("sts").get_caller_identity()  # without credentials nothing else is worth a try
    yield ok("AWS account", f"{caller['Account']}, as {caller['Arn'].rpartition(':')[2]}")
    yield from looked("CDK bootstrap", lambda: account.bootstrap(client))
    yield from looked("Lambda concurrency", lambda: account.concurrency(client, reserved=_reserved(stage)))
    yield from looked("SES production access", lambda: email.sending(client))
    yield from looked("SES identity", lambda: email.identity(client, domain))
    yield from looked("SMS", lambda: sms.texts(client))
    yield from looked(journeys.SUBJECT, lambda: journeys.removed_journeys(client, stage=stage))


def _domain(stage: str, programme: Path) -> str:
    try:
        settings = settings_for(stage)
    except UnknownStageError as error:
        raise typer.BadParameter(str(error)) from error
    if settings.mail_domain:
        return settings.mail_domain
    if settings.sender:
        return settings.sender.rpartition("@")[2].rstrip(">")
    found = read_source(programme).programme
    if found is None:
        raise CommandError(f"{programme} cannot be read: run `escalera check`, or give --domain.")
    return found.shop.support_email.rpartition("@")[2]


def _reserved(stage: str) -> int:
    """What the functions of this stage reserve together."""
    settings = settings_for(stage)
    functions = Path(__file__).resolve().parents[3] / "functions"
    names = [folder.parent.name for folder in functions.glob("*/handler.py")]
    return sum(settings.function(name).reserved_concurrency or 0 for name in names)


def _print(finding: Finding) -> None:
    mark, style = _MARKS[finding.standing]
    console = Console()
    console.print(
        f"[{style}]{mark:>7}[/]  {finding.subject}: {finding.found}", highlight=False, soft_wrap=True
    )
    if finding.todo:
        console.print(f"         {finding.todo}", highlight=False, markup=False, soft_wrap=True)
