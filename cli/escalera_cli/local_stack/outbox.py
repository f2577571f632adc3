"""What the local stack would have sent, read back from its outbox."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class SentEmail:
    """An e-mail that SES accepted; `at` is simulated time when the stack has a clock, `file` the whole message."""

    message_id: str
    at: datetime
    sender: str
    recipients: tuple[str, ...]
    subject: str
    text: str
    html: str
    headers: dict[str, str]
    tags: dict[str, str]
    configuration_set: str
    file: Path


@dataclass(frozen=True)
class SentText:
    """A text message that SNS accepted."""

    message_id: str
    at: datetime
    phone: str
    message: str
    attributes: dict[str, str]


@dataclass(frozen=True)
class Sent:
    """An e-mail or a text, as a row and as a whole."""

    at: datetime
    channel: str
    to: str
    title: str
    whole: SentEmail | SentText


def everything_sent(folder: Path) -> list[Sent]:
    """E-mails and texts together, in order of time."""
    emails = [
        Sent(one.at, "e-mail", ", ".join(one.recipients), one.subject, one) for one in read_emails(folder)
    ]
    texts = [Sent(one.at, "text", one.phone, one.message, one) for one in read_texts(folder)]
    return sorted([*emails, *texts], key=lambda one: one.at)


def read_emails(folder: Path) -> list[SentEmail]:
    """Read all e-mails in the order in which they were accepted."""
    return [
        SentEmail(
            **{
                **line,
                "at": datetime.fromisoformat(line["at"]),
                "recipients": tuple(line["recipients"]),
                "file": folder / line["file"],
            }
        )
        for line in _lines(folder / "emails.jsonl")
    ]


def read_texts(folder: Path) -> list[SentText]:
    """Read all texts in the order in which they were accepted."""
    return [
        SentText(**{**line, "at": datetime.fromisoformat(line["at"])})
        for line in _lines(folder / "texts.jsonl")
    ]


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    if path.exists():
        whole, _, _ = path.read_text(encoding="utf-8").rpartition(
            "\n"
        )  # a line still being written is left out
        yield from (json.loads(line) for line in whole.splitlines() if line)
