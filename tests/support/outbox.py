"""The outbox of a local stack with a mail and a text in it."""

import json
from pathlib import Path

LONG = "Donaudampfschifffahrtsgesellschaftskapitän"
"""One word that is wider than a phone at most sizes of text."""
ONE_CLICK = {
    "List-Unsubscribe": "<https://casa.example.com/unsubscribe/x>, <mailto:hola@casa.example.com>",
    "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
}


def fill_outbox(
    folder: Path, *, subject: str, text: str = "Gracias.", recipient: str = "ana@example.com"
) -> None:
    """Write the mail `m1` and the text `t1`, as the emulator does."""
    mail = {
        "message_id": "m1",
        "at": "2026-03-02T10:00:00+00:00",
        "sender": "Casa <hola@casa.example.com>",
        "recipients": [recipient],
        "subject": subject,
        "text": text,
        "html": "<html><head><title>x</title></head><body><p>Gracias</p></body></html>",
        "headers": ONE_CLICK,
        "tags": {},
        "configuration_set": "c",
        "file": "m1.eml",
    }
    message = {
        "message_id": "t1",
        "at": "2026-03-02T11:00:00+00:00",
        "phone": "+442079460018",
        "message": "Casa: gracias. Para salir, responde BAJA.",
        "attributes": {},
    }
    (folder / "emails.jsonl").write_text(json.dumps(mail) + "\n", encoding="utf-8")
    (folder / "texts.jsonl").write_text(json.dumps(message) + "\n", encoding="utf-8")
    (folder / "m1.eml").write_text("From: Casa\nTo: ana\n\nGracias.", encoding="utf-8")
