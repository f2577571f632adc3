"""The mailbox's pages; the browser tests click through them."""

from dataclasses import replace
from pathlib import Path

import pytest

from escalera_cli.local_stack.outbox import read_emails
from escalera_cli.mailbox import Mailbox
from escalera_cli.mailbox import site as site_module
from escalera_cli.mailbox.mails import WayOut, one_click_address, shown
from tests.support.outbox import ONE_CLICK, fill_outbox
from tests.support.visitor import words

XSS = "<script>alert(1)</script>\"'>{{7*7}}"


@pytest.fixture
def outbox(tmp_path: Path) -> Path:
    fill_outbox(tmp_path, subject=f"Gracias {XSS}")
    return tmp_path


@pytest.fixture
def mailbox(outbox: Path) -> Mailbox:
    return Mailbox(outbox, port=1, links={"Console": "http://127.0.0.1:8400"})


def _text(answer) -> str:
    return " ".join(words(answer[2].decode()))


def test_everything_sent_is_listed_newest_first(mailbox):
    page = _text(mailbox.answer("GET", "/"))
    assert page.index("+442079460018") < page.index("ana@example.com")


def test_a_search_shows_only_what_fits(mailbox):
    page = _text(mailbox.answer("GET", "/?to=ana@"))
    assert "ana@example.com" in page
    assert "+442079460018" not in page
    assert "No message fits that" in _text(mailbox.answer("GET", "/?to=nobody"))


def test_a_mail_is_shown_as_it_looks_with_links_that_open_beside(mailbox):
    status, headers, html = mailbox.answer("GET", "/message/m1/html")
    assert status == 200
    assert headers["Content-Security-Policy"].startswith("sandbox ")
    assert '<head><base target="_blank" rel="noopener"><title>' in html.decode()


def test_a_mail_has_its_source(mailbox):
    assert mailbox.answer("GET", "/message/m1/source")[2] == b"From: Casa\nTo: ana\n\nGracias."


def test_what_a_shop_writes_is_never_run(mailbox):
    page = mailbox.answer("GET", "/message/m1")[2].decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "49" not in _text(mailbox.answer("GET", "/message/m1")).split()


def test_a_text_says_what_it_costs(mailbox):
    page = _text(mailbox.answer("GET", "/message/t1"))
    assert "41 of 160 units (GSM-7), 1 segment" in page


@pytest.mark.parametrize("address", ["/message/none", "/message/m1x/html", "/elsewhere", "/message"])
def test_what_is_not_there_says_so(mailbox, address):
    assert mailbox.answer("GET", address)[0] == 404


def test_the_mail_program_unsubscribes_with_one_post_and_says_what_came_of_it(mailbox, monkeypatch):
    asked = []

    def takes_it(address: str) -> WayOut:
        asked.append(address)
        return WayOut(200)

    monkeypatch.setattr(site_module, "unsubscribe", takes_it)
    page = _text(mailbox.answer("POST", "/message/m1/unsubscribe"))
    assert asked == ["https://casa.example.com/unsubscribe/x"]
    assert "Unsubscribed: the sender answered 200" in page
    monkeypatch.setattr(site_module, "unsubscribe", lambda _: WayOut(303))
    assert "did not work: the sender answered 303" in _text(mailbox.answer("POST", "/message/m1/unsubscribe"))


def test_looking_at_a_mail_unsubscribes_nobody(mailbox, monkeypatch):
    monkeypatch.setattr(site_module, "unsubscribe", lambda _: pytest.fail("asked without being told to"))
    mailbox.answer("GET", "/message/m1")
    mailbox.answer("GET", "/message/m1/unsubscribe")


@pytest.mark.parametrize(
    ("headers", "address"),
    [
        (ONE_CLICK, "https://casa.example.com/unsubscribe/x"),
        ({**ONE_CLICK, "List-Unsubscribe-Post": "One-Click"}, ""),
        ({"List-Unsubscribe": "<https://casa.example.com/u>"}, ""),
        ({**ONE_CLICK, "List-Unsubscribe": "<mailto:hola@casa.example.com>"}, ""),
        ({**ONE_CLICK, "List-Unsubscribe": "<http://casa.example.com/u>"}, ""),
        ({**ONE_CLICK, "List-Unsubscribe": "<http://127.0.0.1:8401/u>"}, "http://127.0.0.1:8401/u"),
    ],
)
def test_one_click_is_offered_as_rfc_8058_says(outbox, headers, address):
    [mail] = read_emails(outbox)
    assert one_click_address(replace(mail, headers=headers)) == address


def test_a_mail_without_a_head_is_shown_too():
    assert shown("<p>x</p>") == '<base target="_blank" rel="noopener"><p>x</p>'
