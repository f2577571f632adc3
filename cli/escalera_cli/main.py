"""`escalera`: the operator's tool. Each command is a module of `escalera_cli.commands`."""

import os
from typing import Any

import typer
from botocore.exceptions import BotoCoreError, ClientError
from typer.core import TyperGroup

from escalera_cli.commands import (
    check,
    customer,
    demo,
    doctor,
    import_past,
    outbox,
    rebuild,
    redrive,
    replay,
    report,
    score,
    send_event,
    staff,
    up,
    value,
)
from escalera_cli.endings import EXIT_CODES, NOT_REACHED, CommandError, give_up
from escalera_cli.local_stack import DeploymentError, LocalStackError
from programme_compiler.mjml import NodeMissingError

# The CDK's Node bridge warns on every start about a Node that is past its end of life.
os.environ.setdefault("JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION", "20,21,22,23")
os.environ.setdefault("JSII_SILENCE_WARNING_UNTESTED_NODE_VERSION", "1")
os.environ.setdefault("JSII_SILENCE_WARNING_DEPRECATED_NODE_VERSION", "1")
os.environ.setdefault("CDK_DISABLE_CLI_TELEMETRY", "true")


class Commands(TyperGroup):
    """The commands; what they cannot help ends in one sentence, never in a trace."""

    def invoke(self, ctx: Any) -> Any:
        """Run a command."""
        try:
            return super().invoke(ctx)
        except CommandError as error:
            give_up(error, code=error.code)
        except (LocalStackError, DeploymentError, NodeMissingError) as error:
            give_up(error)
        except (BotoCoreError, ClientError) as error:
            give_up(f"AWS says: {error}", code=NOT_REACHED)


app = typer.Typer(
    cls=Commands,
    name="escalera",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode="markdown",
    pretty_exceptions_show_locals=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=EXIT_CODES,
)


@app.callback()
def escalera() -> None:
    """Keep customers: thank them, notice their silence, hear their complaints.

    See it work with `escalera demo`; no AWS account is needed. Change the files in programme/, then run
    `escalera check`.

    Commands that look at a deployed stack take `--stage`: `local` is the local stack that `escalera up` or
    `escalera demo --serve` keeps running; any other stage is found in the AWS account you are signed in to.
    """


for command in (
    demo.demo,
    up.up,
    check.check,
    send_event.send_event,
    replay.replay,
    rebuild.rebuild,
    outbox.outbox,
    customer.customer,
    redrive.redrive,
    score.score,
    doctor.doctor,
    report.report,
):
    app.command()(command)
app.command(name="import")(import_past.import_past)  # a name that Python keeps for itself
app.add_typer(staff.staff)
app.add_typer(value.value)

if __name__ == "__main__":
    app()
