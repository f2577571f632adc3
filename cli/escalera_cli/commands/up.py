"""`escalera up`: the whole stack on this machine, until Ctrl-C."""

from contextlib import ExitStack
from typing import Annotated

import typer

from escalera_cli.connection import LOCAL_STATE, StateOption
from escalera_cli.local_shop import (
    WEB_PORT,
    WebPortOption,
    WebPorts,
    running_shop,
    say_where_the_sites_are,
    wait_for_interrupt,
)
from escalera_cli.progress import steps


def up(
    *,
    port: Annotated[int | None, typer.Option(help="The port to listen on; without it, any free one.")] = None,
    web_port: WebPortOption = WEB_PORT,
    state: StateOption = LOCAL_STATE,
) -> None:
    """Deploy Escalera to this machine and keep it running until Ctrl-C. No AWS account, no Docker.

    It is the very template that goes to AWS, with the real handlers, in real time; e-mails and texts land in an
    outbox (`escalera outbox`). The staff's console opens in a browser. Meanwhile, in another terminal: `escalera send-event`, `replay`, `customer`, `redrive`.
    Nothing runs on after it ends, and what its table held is gone then.
    """
    with ExitStack() as running:
        with steps() as report:
            web = WebPorts.from_first(web_port)
            stack, connection = running.enter_context(running_shop(state, port=port, web=web, report=report))
        typer.echo(f"Escalera runs on {stack.endpoint} (region {stack.region}, any credentials).")
        typer.echo(f"Bus {connection.output('BusName')}, table {connection.output('TableName')}.")
        typer.echo("Try: escalera send-event events/PurchaseCompleted/v1.example.json --as PurchaseCompleted")
        say_where_the_sites_are(web)
        typer.echo("Ctrl-C ends it.")
        wait_for_interrupt()
    typer.echo("Ended; nothing is left running.")
