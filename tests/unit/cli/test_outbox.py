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


@pytest.fixture
def with_long_text(state):
    """A text of a whole segment, to an address as long as real ones are."""
    texts, mails = state / "outbox/texts.jsonl", state / "outbox/emails.jsonl"
    texts.write_text(json.dumps(TEXT | {"message": "Gracias por todo, Dominga. " * 6}) + "\n")
    mails.write_text(json.dumps(MAIL | {"recipients": ["dominga.olmedo@example.org"]}) + "\n")
    return state


def test_long_text_leaves_number_and_date_their_room_on_a_terminal(escalera, with_long_text, monkeypatch):
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "80")
    header, *lines = escalera("outbox", "--state", with_long_text).output.splitlines()
    assert "when" in header
    assert [line.split()[:4] for line in lines] == [
        ["1", "2026-03-01", "09:00", "text"],
        ["2", "2026-03-02", "09:00", "e-mail"],
    ]
    assert "dominga.olmedo@example.org" in lines[1]
    assert lines[0].rstrip().endswith("…")
    assert {len(line) for line in lines} == {80}


def test_piped_nothing_of_the_list_is_cut(escalera, with_long_text):
    lines = escalera("outbox", "--state", with_long_text).output.splitlines()
    assert lines[1].split()[:4] == ["1", "2026-03-01", "09:00", "text"]
    assert lines[1].count("Dominga.") == 6
    assert "…" not in "".join(lines)


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
