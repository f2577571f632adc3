"""What all commands have in common."""

import re

from escalera_cli import endings
from escalera_cli.endings import EXIT_CODES


def test_help_tells_every_exit_code_there_is(escalera):
    codes = {value for name, value in vars(endings).items() if name.isupper() and isinstance(value, int)}
    told = {int(code) for code in re.findall(r"\*\*(\d+)\*\*", EXIT_CODES)}
    assert told == codes | {0, 2}
    shown = " ".join(escalera("--help").output.split())
    assert "130 it was interrupted" in shown


def test_interrupted_command_ends_in_that_code(escalera, monkeypatch):
    def interrupted(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr("escalera_cli.commands.send_event.read_events", interrupted)
    assert escalera("send-event", "-", input="{}").exit_code == endings.INTERRUPTED
