"""What would have reached a customer: one line of JSON per e-mail and per text, and each e-mail as a file."""

import json
import threading
from pathlib import Path
from typing import Any


class Outbox:
    """Appends to `emails.jsonl` and `texts.jsonl` and keeps each e-mail as `<message id>.eml`."""

    def __init__(self, folder: Path) -> None:
        """Keep everything under `folder`."""
        self.folder = folder
        self.lock = threading.Lock()
        (folder / "emails").mkdir(parents=True, exist_ok=True)

    def keep_email(self, record: dict[str, Any], raw: bytes) -> None:
        """Keep an accepted e-mail; the file is whole before its line appears."""
        name = f"{record['message_id'].partition('@')[0]}.eml"
        (self.folder / "emails" / name).write_bytes(raw)
        self._append("emails.jsonl", {**record, "file": f"emails/{name}"})

    def keep_text(self, record: dict[str, Any]) -> None:
        """Keep an accepted text message."""
        self._append("texts.jsonl", record)

    def _append(self, name: str, record: dict[str, Any]) -> None:
        with self.lock, (self.folder / name).open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(record, ensure_ascii=False) + "\n")
