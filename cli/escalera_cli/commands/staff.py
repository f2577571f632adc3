"""`escalera staff`: who may sign in to the console."""

from typing import Annotated

import typer
from rich.console import Console
from rich.table import Table

from escalera.domain.staff import Role
from escalera_cli.connection import LOCAL, LOCAL_STATE, StageOption, StateOption, connect
from escalera_cli.endings import print_json
from escalera_cli.staff import StaffAccounts

staff = typer.Typer(
    name="staff", no_args_is_help=True, help="Say who may sign in to the console, and as what."
)
Email = Annotated[str, typer.Argument(help="Their e-mail address, by which they sign in.")]
RoleOption = Annotated[
    Role,
    typer.Option(
        help="owner: everything; service: complaints, tasks and cards; viewer: sees, changes nothing."
    ),
]


@staff.command()
def add(
    email: Email,
    *,
    role: RoleOption,
    name: Annotated[str, typer.Option(help="As colleagues read it.")] = "",
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Invite somebody: they get an e-mail with a password for the first time."""
    StaffAccounts(connect(stage, state)).invite(email, name=name, role=role)
    typer.echo(f"{email} is invited as {role.value}.")


@staff.command()
def role(
    email: Email, *, role: RoleOption, stage: StageOption = LOCAL, state: StateOption = LOCAL_STATE
) -> None:
    """Give somebody another role; whoever is signed in has to sign in again, at once."""
    StaffAccounts(connect(stage, state)).give_role(email, role)
    typer.echo(f"{email} is {role.value} now.")


@staff.command()
def remove(email: Email, *, stage: StageOption = LOCAL, state: StateOption = LOCAL_STATE) -> None:
    """Take somebody's account away; from then on no page opens for them any more."""
    StaffAccounts(connect(stage, state)).remove(email)
    typer.echo(f"{email} may not sign in any more.")


@staff.command(name="sign-out")
def sign_out(email: Email, *, stage: StageOption = LOCAL, state: StateOption = LOCAL_STATE) -> None:
    """End all open sessions of somebody at once, such as after a lost laptop or a change in Cognito itself."""
    ended = StaffAccounts(connect(stage, state)).sign_out(email)
    typer.echo(f"{email} is signed out everywhere ({ended} open {'session' if ended == 1 else 'sessions'}).")


@staff.command(name="list")
def list_all(
    *,
    as_json: Annotated[bool, typer.Option("--json", help="Print them as JSON.")] = False,
    stage: StageOption = LOCAL,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Show who may sign in, and as what."""
    found = StaffAccounts(connect(stage, state)).everybody()
    if as_json:
        print_json(found)
        return
    table = Table("E-mail", "Name", "Role", "Status")
    for one in found:
        table.add_row(one.email, one.name, one.role.value if one.role else "none", one.status)
    Console().print(table if found else "Nobody yet: invite somebody with `escalera staff add`.")
