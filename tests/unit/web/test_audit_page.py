from datetime import UTC, datetime

import pytest

from escalera.domain.staff import Role
from escalera.domain.vocabulary import CustomerId
from escalera.ports.customers import Change, Write
from escalera.web.console.audit_page import MOST
from tests.fakes.facts import an_audit

XSS = "<script>alert(1)</script>\"'>{{7*7}}"
EVE = CustomerId("eve/#?&")


def _keep(store, *changes) -> None:
    customer = store.load([EVE])[EVE]
    store.save([Change(customer, customer, tuple(Write(one) for one in changes))])


@pytest.fixture
def changed(store, clock):
    """Two changes of two days of the shop's clock, which UTC would call one day."""
    clock.at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    late = datetime(2026, 3, 1, 22, 30, tzinfo=UTC)
    midnight = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)  # half past midnight in Madrid, on the second
    _keep(
        store,
        an_audit(EVE, "one", at=late, by="Ana", what="task finished", detail=XSS),
        an_audit(EVE, "two", at=midnight, by="Eva", what="complaint resolved"),
    )


def test_changes_are_told_by_the_days_of_the_shops_own_clock(changed, signed_in):
    owner = signed_in(Role.OWNER)
    today = owner.get("/audit").text
    assert "complaint resolved" in today
    assert "task finished" not in today
    yesterday = owner.get("/audit?day=2026-03-01").text
    assert "task finished" in yesterday
    assert "complaint resolved" not in yesterday


def test_a_change_leads_to_its_customer_whatever_the_shop_calls_them(changed, signed_in):
    page = signed_in(Role.VIEWER).get("/audit").body
    assert 'href="/customer?id=eve/%23%3F%26"' in page


def test_what_was_written_is_shown_and_never_run(changed, signed_in):
    page = signed_in(Role.OWNER).get("/audit?day=2026-03-01").body
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page
    assert "{{7*7}}" in page


@pytest.mark.parametrize("day", ["nonsense", "2999-01-01", "0001-01-01", "9999-12-31", ""])
def test_a_day_that_is_none_or_too_far_or_has_not_come_is_today(changed, signed_in, day):
    assert "complaint resolved" in signed_in(Role.OWNER).get(f"/audit?day={day}").text


def test_who_changed_what_is_not_for_the_service(signed_in):
    assert signed_in(Role.SERVICE).get("/audit").status == 403


def test_a_day_without_changes_says_so(signed_in):
    assert "Nobody changed anything" in signed_in(Role.OWNER).get("/audit?day=2020-01-01").text


def test_changes_of_a_busy_next_day_hide_none_of_this_one(store, signed_in, clock):
    """UTC's first of March holds the evening of the first and the first hour of the second, in Madrid."""
    clock.at = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
    _keep(store, an_audit(EVE, "one", at=datetime(2026, 3, 1, 22, 30, tzinfo=UTC), what="task finished"))
    midnight = datetime(2026, 3, 1, 23, 30, tzinfo=UTC)
    _keep(store, *(an_audit(EVE, f"n{n}", at=midnight, what="noise") for n in range(MOST + 1)))
    assert "task finished" in signed_in(Role.OWNER).get("/audit?day=2026-03-01").text
