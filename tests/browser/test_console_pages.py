"""The console as staff see it, by a real browser; what it shows lives in memory."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from escalera.domain.staff import Role
from tests.support.browsing import (
    PHONE,
    Browsing,
    mistakes_for_readers,
    outgrown_widths,
    path_of_the_keyboard,
)
from tests.support.console import ConsoleOnShow, console_on_show


@pytest.fixture(scope="module")
def console() -> Iterator[ConsoleOnShow]:
    with console_on_show() as shown:
        yield shown


def _sign_in(browsing: Browsing, console: ConsoleOnShow, role: Role, **window: object) -> Page:
    page = browsing.window(**window)  # type: ignore[arg-type]
    console.next_in = role
    page.goto(console.url)
    return page


def _places(page: Page) -> list[str]:
    links = page.get_by_role("navigation", name="Pages").get_by_role("link")
    expect(links.first).to_be_visible()
    return [str(link.get_attribute("href")) for link in links.all()]


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_page_can_be_read_by_everybody(browsing, console, role, scheme):
    page = _sign_in(browsing, console, role, scheme=scheme)
    for place in [*_places(page), *console.deeper_places(role)]:
        answer = page.goto(console.url + place)
        assert answer is not None
        assert answer.status == 200, place
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        assert mistakes_for_readers(page) == [], place


@pytest.mark.parametrize("role", [Role.OWNER, Role.SERVICE])
def test_every_page_fits_a_phone(browsing, console, role):
    page = _sign_in(browsing, console, role, width=PHONE)
    for place in [*_places(page), *console.deeper_places(role)]:
        page.goto(console.url + place)
        assert outgrown_widths(page) == [], place


def test_every_page_is_reached_by_the_keyboard_alone(browsing, console):
    page = _sign_in(browsing, console, Role.OWNER)
    for place in [*_places(page), *console.deeper_places(Role.OWNER)]:
        page.goto(console.url + place)
        names = path_of_the_keyboard(page, at_most=200)
        assert names[0] == "To the page", place
        assert {"Find", "Sign out", "Today", "Settings"} <= set(names), place


def test_the_pages_work_without_scripts(browsing, console):
    page = _sign_in(browsing, console, Role.OWNER, java_script_enabled=False)
    for place in [*_places(page), *console.deeper_places(Role.OWNER)]:
        answer = page.goto(console.url + place)
        assert answer is not None
        assert answer.status == 200, place
        assert page.locator("h1").count() == 1


def test_the_first_key_leads_past_the_frame(browsing, console):
    page = _sign_in(browsing, console, Role.OWNER)
    page.goto(f"{console.url}/settings")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator("main")).to_be_focused()


def test_settings_are_shown_to_those_who_may_see_them(browsing, console):
    page = _sign_in(browsing, console, Role.SERVICE)
    expect(page.get_by_role("navigation", name="Pages")).to_be_visible()
    expect(page.get_by_role("link", name="Settings")).to_have_count(0)


def test_somebody_who_signs_out_is_out(browsing, console):
    page = _sign_in(browsing, console, Role.OWNER)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert mistakes_for_readers(page) == []
