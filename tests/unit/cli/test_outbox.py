"""What the local stack would have sent."""

import json

import pytest

MAIL = {
    "message_id": "m1",
    "at": "2026-03-02T09:00:00+00:00",
    "sender": "Casa Nogal <hola@example.com>",
    "recipients": ["ana@example.com"],
    "subject": "Gracias por tu compra",
    "text": "Gracias, Ana",
    "html": "<p>Gracias, Ana</p>",
    "headers": {},
    "tags": {},
    "configuration_set": "",
    "file": "emails/m1.eml",
}
TEXT = {
    "message_id": "t1",
    "at": "2026-03-01T09:00:00+00:00",
    "phone": "+34600000000",
    "message": "Te echamos de menos",
    "attributes": {},
}


@pytest.fixture
def state(tmp_path):
    (tmp_path / "outbox").mkdir()
    (tmp_path / "outbox/emails.jsonl").write_text(json.dumps(MAIL) + "\n")
    (tmp_path / "outbox/texts.jsonl").write_text(json.dumps(TEXT) + "\n")
    return tmp_path


def test_emails_and_texts_are_listed_by_time(escalera, state):
    lines = escalera("outbox", "--state", state).output.splitlines()
    assert "Te echamos de menos" in lines[1]
    assert "Gracias por tu compra" in lines[2]


def test_one_of_them_is_shown_whole(escalera, state):
    assert "Gracias, Ana" in escalera("outbox", 2, "--state", state).output
    assert "<p>Gracias, Ana</p>" in escalera("outbox", 2, "--html", "--state", state).output
    assert "text to +34600000000" in escalera("outbox", 1, "--state", state).output


def test_number_stays_the_same_when_only_some_are_listed(escalera, state):
    found = json.loads(escalera("outbox", "--to", "ANA@", "--json", "--state", state).output)
    assert [(one["number"], one["subject"]) for one in found] == [(2, "Gracias por tu compra")]


def test_number_that_is_not_there_ends_in_one(escalera, state):
    assert escalera("outbox", 3, "--state", state).exit_code == 1


def test_without_an_outbox_it_says_what_to_run(escalera, tmp_path):
    result = escalera("outbox", "--state", tmp_path)
    assert result.exit_code == 3
    assert "escalera demo" in result.output
