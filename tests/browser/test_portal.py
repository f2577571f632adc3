"""The customers' pages in a real browser: on a phone, with the keyboard alone, for readers, and without scripts."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from escalera.domain.address_changes import with_pending_address
from escalera.domain.facts import Complaint, Opinion
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import MessageChannel
from escalera.ports.customers import Change
from tests.support.browsing import (
    PHONE,
    Browsing,
    mistakes_for_readers,
    outgrown_widths,
    path_of_the_keyboard,
)
from tests.support.portal import PortalShop, portal_on_show

PAGES = {
    "preferences": (LinkPurpose.PREFERENCES, ""),
    "saved": (LinkPurpose.PREFERENCES, "?said=saved"),
    "unsubscribe": (LinkPurpose.UNSUBSCRIBE, ""),
    "opinion": (LinkPurpose.OPINION, ""),
    "tapped": (LinkPurpose.OPINION, "?score=2"),
    "complain": (LinkPurpose.COMPLAIN, ""),
    "data": (LinkPurpose.DATA, ""),
    "erase": (LinkPurpose.DATA, "/erase"),
    "confirm": (LinkPurpose.CONFIRM, ""),
    "taken back": (LinkPurpose.TAKE_BACK, "?said=taken_back"),
}
NEW_ADDRESS = "new@example.org"


@pytest.fixture(scope="module", autouse=True)
def _named() -> Iterator[None]:
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("POWERTOOLS_SERVICE_NAME", "portal")
        environment.setenv("POWERTOOLS_METRICS_NAMESPACE", "Escalera")
        yield


@pytest.fixture
def shop() -> Iterator[PortalShop]:
    with portal_on_show(language="en") as found:
        asks_for_another_address(found)
        yield found


def asks_for_another_address(shop: PortalShop) -> None:
    """Ana did, and has not confirmed it."""
    ana, now = shop.house.ana(), shop.house.clock.now()
    waiting = with_pending_address(ana, MessageChannel.EMAIL, NEW_ADDRESS, now)
    shop.house.store.save([Change(ana, waiting)])


def address(shop: PortalShop, name: str) -> str:
    purpose, rest = PAGES[name]
    if purpose is LinkPurpose.CONFIRM:
        return f"{shop.url}{shop.link(purpose, subject='email', sent_to=NEW_ADDRESS)}{rest}"
    return f"{shop.url}{shop.link(purpose)}{rest}"


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_reads_well_for_everybody(shop, browsing, name, scheme):
    window = browsing.window(width=PHONE, scheme=scheme)
    window.goto(address(shop, name))

    assert mistakes_for_readers(window) == []
    assert outgrown_widths(window) == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["es", "pt"])
def test_every_page_reads_well_in_the_other_languages(browsing, language, scheme):
    with portal_on_show(language=language) as shop:
        asks_for_another_address(shop)
        window = browsing.window(width=PHONE, scheme=scheme)
        for name in PAGES:
            window.goto(address(shop, name))
            assert mistakes_for_readers(window) == [], name
            assert outgrown_widths(window) == [], name


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_what_went_wrong_reads_well_too(shop, browsing, scheme):
    window = browsing.window(width=PHONE, scheme=scheme)
    window.goto(f"{shop.url}{shop.link(LinkPurpose.DATA)}x")
    assert mistakes_for_readers(window) == []
    assert outgrown_widths(window) == []
    (said,) = browsing.complaints
    assert "404" in said
    browsing.complaints.clear()  # the browser itself notes the status


def test_mistakes_and_thanks_read_well_too(shop, browsing):
    window = browsing.window(width=PHONE, java_script_enabled=True)
    window.goto(address(shop, "data"))
    window.get_by_label("E-mail address").evaluate("field => field.type = 'text'")
    window.get_by_label("E-mail address").fill("ana at home")
    window.get_by_role("button", name="Save").click()
    expect(window.get_by_role("alert")).to_be_visible()
    assert mistakes_for_readers(window) == []

    window.goto(address(shop, "complain"))
    window.get_by_label("What is wrong with your order 5001?").fill("The lamp is broken")
    window.get_by_role("button", name="Send").click()
    expect(window.get_by_text("The lamp is broken")).to_be_visible()
    assert mistakes_for_readers(window) == []

    window.goto(address(shop, "opinion"))
    window.locator(".scores label").last.click()
    window.get_by_role("button", name="Send").click()
    expect(window.get_by_role("link", name="Write a review")).to_be_visible()
    assert mistakes_for_readers(window) == []
    assert all("422" in said for said in browsing.complaints)
    browsing.complaints.clear()


def without_scripts(browsing: Browsing) -> Page:
    return browsing.window(width=PHONE, java_script_enabled=False)


def test_preferences_are_saved_and_shown_back_without_scripts(shop, browsing):
    window = without_scripts(browsing)
    window.goto(address(shop, "preferences"))
    by_mail = window.get_by_role("group", name="By e-mail")
    by_mail.get_by_label("Offers and presents").uncheck()
    window.get_by_label("Once a month at most").check()
    window.get_by_label("Ideas and help with choosing").uncheck()
    window.get_by_label("In which language").select_option("pt")
    window.get_by_role("button", name="Save", exact=True).click()

    expect(window.get_by_role("status")).to_contain_text("Salvo.")
    expect(window.get_by_label("No máximo uma vez por mês")).to_be_checked()
    expect(window.get_by_label("Ideias e ajuda para escolher")).not_to_be_checked()
    assert shop.allowed() == {"relationship-email"}


def test_one_tap_ends_the_mails_without_scripts(shop, browsing):
    window = without_scripts(browsing)
    window.goto(address(shop, "unsubscribe"))
    assert shop.allowed(), "opening the page changed nothing"
    window.get_by_role("button", name="Send me no more of it").click()

    expect(window.get_by_role("heading", name="It is done")).to_be_visible()
    assert shop.allowed() == set()
    window.get_by_role("link", name="Choose what I want to hear after all").click()
    expect(window.get_by_role("heading", name="What you hear from us")).to_be_visible()


def test_an_opinion_takes_one_tap_more_without_scripts(shop, browsing):
    window = without_scripts(browsing)
    window.goto(address(shop, "tapped"))
    assert shop.facts(Opinion) == []
    window.get_by_label("What went wrong?").fill("It came late")
    window.get_by_role("button", name="Send").click()

    expect(window.get_by_role("status")).to_contain_text("We are sorry")
    assert [opinion.score for opinion in shop.facts(Opinion)] == [2]
    assert len(shop.facts(Complaint)) == 1


@pytest.mark.parametrize("sign", ["mouse", "touch", "key"])
def test_with_scripts_the_tap_in_the_mail_was_the_answer_as_soon_as_somebody_is_there(shop, browsing, sign):
    window = browsing.window(width=PHONE, has_touch=sign == "touch")
    window.goto(address(shop, "tapped"))
    window.wait_for_timeout(300)
    assert shop.facts(Opinion) == [], "a scanner that runs scripts gives no opinion"
    if sign == "mouse":
        window.mouse.move(50, 60)
    elif sign == "touch":
        window.touchscreen.tap(20, 20)
    else:
        window.keyboard.press("Tab")

    expect(window.get_by_text("Noted.")).to_be_visible()
    assert [opinion.score for opinion in shop.facts(Opinion)] == [2]
    assert len(shop.facts(Complaint)) == 1
    window.get_by_label("What went wrong?").fill("It came late")
    window.get_by_role("button", name="Send").click()
    expect(window.get_by_role("status")).to_contain_text("We are sorry")
    (complaint,) = shop.facts(Complaint)
    assert complaint.subject == "It came late"


def test_the_keyboard_alone_reaches_everything_and_chooses_a_number(shop, browsing):
    window = browsing.window()
    window.goto(address(shop, "opinion"))
    names = path_of_the_keyboard(window)
    assert names[:2] == ["To the page", "Casa Nogal"]
    assert "Send" in names

    window.goto(address(shop, "opinion"))
    for _ in range(3):
        window.keyboard.press("Tab")
    for _ in range(3):
        window.keyboard.press("ArrowRight")
    for _ in range(2):
        window.keyboard.press("Tab")
    window.keyboard.press("Enter")
    expect(window.get_by_role("heading", name="Thank you for telling us")).to_be_visible()
    assert len(shop.facts(Opinion)) == 1


@pytest.mark.parametrize("name", PAGES)
def test_whatever_has_the_focus_is_seen(shop, browsing, name):
    window = browsing.window(width=PHONE)
    window.goto(address(shop, name))
    assert len(path_of_the_keyboard(window)) >= 4


def test_all_data_is_downloaded_and_erased_after_asking_once_more(shop, browsing):
    window = browsing.window(width=PHONE, accept_downloads=True)
    window.goto(address(shop, "data"))
    with window.expect_download() as waiting:
        window.get_by_role("link", name="Download all of it").click()
    found = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert waiting.value.suggested_filename == "my-data.json"
    assert found["customer"]["contact"]["email"] == "ana@example.com"

    window.get_by_role("link", name="Erase my data").click()
    window.get_by_role("button", name="Erase my data").click()
    assert shop.house.ana().erased_at is None, "the box was not ticked"
    window.get_by_label("Yes, I am sure.").check()
    window.get_by_role("button", name="Erase my data").click()
    expect(window.get_by_role("heading", name="Your data is erased")).to_be_visible()
    assert shop.house.ana().contact.email is None


def test_a_new_address_is_confirmed_and_taken_back_without_scripts(shop, browsing):
    window = without_scripts(browsing)
    back = f"{shop.url}{shop.link(LinkPurpose.TAKE_BACK, subject='email')}"
    window.goto(address(shop, "confirm"))
    window.get_by_role("button", name="Yes, I asked for it").click()
    expect(window.get_by_role("heading", name="It is confirmed")).to_be_visible()
    assert shop.house.ana().contact.email == NEW_ADDRESS
    window.get_by_role("link", name="Choose what I want to hear").click()
    expect(window.get_by_label("Offers and presents").first).not_to_be_checked()

    window.goto(back)
    window.get_by_role("button", name="Yes, take it back").click()
    expect(window.get_by_role("heading", name="The change is taken back")).to_be_visible()
    assert shop.house.ana().contact.email == "ana@example.com"


def test_too_often_reads_well_and_keeps_what_was_written(shop, browsing):
    window = browsing.window(width=PHONE)
    for _ in range(6):
        window.goto(address(shop, "complain"))
        window.get_by_label("What is wrong with your order 5001?").fill("The lamp is broken")
        window.get_by_role("button", name="Send").click()
    expect(window.get_by_role("alert")).to_contain_text("we have to ask for a pause")
    expect(window.get_by_label("What is wrong with your order 5001?")).to_have_value("The lamp is broken")
    assert mistakes_for_readers(window) == []
    assert all("429" in said for said in browsing.complaints)
    browsing.complaints.clear()
