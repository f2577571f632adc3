"""Staff sign in at the deployed user pool, and see what their role may see."""

import pytest
from playwright.sync_api import Page, expect

from escalera.domain.staff import Role
from escalera_cli.connection import connected
from escalera_cli.staff import LOCAL_PASSWORD, LOCAL_STAFF, StaffAccounts
from tests.e2e.shop import Shop
from tests.support.browsing import Browsing


def sign_in(page: Page, shop: Shop, role: Role, *, place: str = "/", email: str = "") -> None:
    """Go to a page of the console, and through the pool's own pages there."""
    page.goto(shop.web.console_url + place)
    page.get_by_label("Username").fill(email or LOCAL_STAFF[role][0])
    page.get_by_label("Password").fill(LOCAL_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(lambda url: url.startswith(shop.web.console_url))


def test_an_owner_signs_in_and_comes_out_where_they_wanted_to_go(shop: Shop, browsing: Browsing) -> None:
    page = browsing.window()
    sign_in(page, shop, Role.OWNER, place="/settings")
    expect(page.get_by_role("heading", name="Settings", level=1)).to_be_visible()
    expect(page.get_by_text("Olivia Owner")).to_be_visible()
    [cookie] = page.context.cookies(shop.web.console_url)
    assert (cookie["name"], cookie["httpOnly"], cookie["sameSite"]) == ("session", True, "Lax")


def test_the_service_is_kept_from_settings_by_the_console_itself(shop: Shop, browsing: Browsing) -> None:
    page = browsing.window()
    sign_in(page, shop, Role.SERVICE, place="/settings")
    expect(page.get_by_role("heading", name="This is not yours to do")).to_be_visible()
    answer = page.request.get(f"{shop.web.console_url}/settings")
    assert answer.status == 403


def test_who_signs_out_has_to_sign_in_again(shop: Shop, browsing: Browsing) -> None:
    page = browsing.window()
    sign_in(page, shop, Role.VIEWER, place="/settings")
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    page.goto(f"{shop.web.console_url}/settings")
    expect(page.get_by_label("Password")).to_be_visible()


def test_a_copy_of_the_cookie_is_refused_once_its_owner_signed_out(shop: Shop, browsing: Browsing) -> None:
    page = browsing.window()
    sign_in(page, shop, Role.OWNER, place="/settings")
    [cookie] = page.context.cookies(shop.web.console_url)
    copy = browsing.window()
    copy.context.add_cookies(
        [{"name": cookie["name"], "value": cookie["value"], "url": shop.web.console_url}]
    )
    settings = f"{shop.web.console_url}/settings"
    assert copy.request.get(settings, max_redirects=0).status == 200
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_role("heading", name="You are signed out")).to_be_visible()
    assert copy.request.get(settings, max_redirects=0).status == 303


def test_whose_role_is_taken_away_by_the_tool_is_refused_with_the_next_request(
    shop: Shop, browsing: Browsing
) -> None:
    accounts = StaffAccounts(connected(shop.stack))
    accounts.invite("eva@example.com", name="Eva Extra", role=Role.OWNER, password=LOCAL_PASSWORD)
    page = browsing.window()
    sign_in(page, shop, Role.OWNER, place="/settings", email="eva@example.com")
    settings = f"{shop.web.console_url}/settings"
    assert page.request.get(settings, max_redirects=0).status == 200
    accounts.give_role("eva@example.com", Role.SERVICE)
    assert page.request.get(settings, max_redirects=0).status == 303
    sign_in(page, shop, Role.SERVICE, place="/settings", email="eva@example.com")
    expect(page.get_by_role("heading", name="This is not yours to do")).to_be_visible()
    accounts.remove("eva@example.com")
    assert page.request.get(shop.web.console_url, max_redirects=0).status == 303


@pytest.mark.parametrize("role", Role)
def test_a_wrong_password_lets_nobody_in(shop: Shop, browsing: Browsing, role: Role) -> None:
    page = browsing.window()
    page.goto(f"{shop.web.console_url}/settings")
    page.get_by_label("Username").fill(LOCAL_STAFF[role][0])
    page.get_by_label("Password").fill("not it")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.request.get(f"{shop.web.console_url}/settings", max_redirects=0).status == 303
