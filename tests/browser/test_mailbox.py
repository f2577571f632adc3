"""The mailbox of the local stack in a real browser."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from escalera_cli.local_stack.launch import free_port
from escalera_cli.mailbox import Mailbox
from tests.support.browsing import PHONE, mistakes_for_readers, outgrown_widths
from tests.support.outbox import LONG, fill_outbox


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[Mailbox]:
    fill_outbox(tmp_path, subject=f"Gracias {LONG}", text=f"Gracias {LONG}", recipient=f"{LONG}@example.com")
    with Mailbox(tmp_path, port=free_port(), links={"Console": "http://127.0.0.1:8400"}) as listening:
        yield listening


@pytest.mark.parametrize("place", ["/", "/?to=ana", "/?to=nobody", "/message/m1", "/message/t1"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_fits_a_phone_and_reads_well(mailbox, browsing, place, scheme):
    page = browsing.window(width=PHONE, scheme=scheme)
    page.goto(mailbox.url + place)
    assert outgrown_widths(page) == []
    assert mistakes_for_readers(page) == []
