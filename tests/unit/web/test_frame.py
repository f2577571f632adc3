import re
from pathlib import Path

import pytest

from escalera.domain.staff import Role
from tests.fakes.desk_shop import stock


@pytest.mark.parametrize(
    ("address", "place"),
    [
        ("/complaints", "Complaints"),
        ("/complaints/trends", "Complaints"),
        ("/complaint?customer=eve%2F%23%3F%26&id=c%2F1", "Complaints"),
        ("/tasks", "Tasks"),
        ("/audit", "Settings"),
        ("/settings", "Settings"),
    ],
)
def test_the_frame_shows_where_a_page_belongs(signed_in, store, clock, address, place):
    stock(store, clock)
    page = signed_in(Role.OWNER).get(address).body
    assert re.findall(r'aria-current="page">([^<]+)<', page) == [place]


def test_a_page_that_belongs_nowhere_claims_no_place(signed_in):
    assert 'aria-current="page"' not in signed_in(Role.OWNER).get("/find").body


TEMPLATES = Path(__file__).parents[3] / "functions/console/templates"


@pytest.mark.parametrize("page", sorted(TEMPLATES.glob("*.html")), ids=lambda path: path.name)
def test_every_table_scrolls_by_itself(page):
    """`parts.table` sees to it; a table of its own would make a page wider than a phone."""
    assert len(re.findall(r"<table\b", page.read_text())) == (1 if page.name == "parts.html" else 0)
