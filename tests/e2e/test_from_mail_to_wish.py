"""Clicked through the mailbox as a customer would: a mail is read, a wish is said on its page, and the next mail obeys."""

import re

from playwright.sync_api import Page, expect

from escalera.domain.facts import UNSENT, MessageStatus
from escalera.domain.vocabulary import Language
from tests.e2e.shop import Shop
from tests.support.browsing import Browsing


def _is_asked(shop: Shop, customer: str, order: int) -> None:
    """An order is bought and delivered, and how it was is asked, or decided not to be."""
    name = f"{customer}-{order}"
    shop.put(shop.purchase(customer, name))
    shop.wait_until(lambda: shop.customer(customer).orders == order, "the purchase is recorded")
    shop.put(shop.event("DeliveryCompleted", customer, order_id=name))
    shop.wait_until(
        lambda: len(_decided(shop, customer)) == order, "how it was is asked, or decided against", within=60
    )


def _decided(shop: Shop, customer: str) -> list[MessageStatus]:
    waiting = {MessageStatus.SENDING, *UNSENT}
    rows = sorted(shop.messages(customer, "how-was-it"), key=lambda row: row.considered_at)
    return [row.status for row in rows if row.status not in waiting]


def _open_mail(page: Page, shop: Shop, customer: str, subject: str) -> None:
    page.goto(f"{shop.web.mailbox_url}/?to={customer}@")
    page.get_by_role("navigation", name="Messages").get_by_role(
        "link", name=re.compile(subject)
    ).first.click()
    expect(page.get_by_role("heading", level=2)).to_contain_text(re.compile(subject))


def _follow(page: Page, link: str) -> Page:
    """Click a link of the mail that is open; it opens beside the mailbox."""
    with page.expect_popup() as opened:
        page.frame_locator("#mail").get_by_role("link", name=link).click()
    opened.value.wait_for_load_state()
    return opened.value


def test_a_preference_saved_from_a_mail_is_obeyed_by_the_next_one(shop: Shop, browsing: Browsing) -> None:
    customer, mailbox = shop.new_customer(), browsing.window()
    _is_asked(shop, customer, 1)

    _open_mail(mailbox, shop, customer, "How was your order")
    wishes = _follow(mailbox, "choose what you get and how often")
    expect(wishes.get_by_role("heading", level=1)).to_have_text("What you hear from us")
    wishes.get_by_label("In which language").select_option("pt")
    wishes.get_by_role("button", name="Save", exact=True).click()
    expect(wishes.get_by_role("status")).to_be_visible()
    assert shop.customer(customer).contact.language is Language.PORTUGUESE

    _is_asked(shop, customer, 2)
    _open_mail(mailbox, shop, customer, "Como foi a sua compra")

    wishes.reload()
    wishes.get_by_label("Agradecimentos, perguntas").uncheck()
    wishes.get_by_role("button", name="Salvar").click()
    expect(wishes.get_by_role("status")).to_be_visible()
    _is_asked(shop, customer, 3)
    assert _decided(shop, customer)[-1] is MessageStatus.WITHHELD
    assert [row.reason for row in shop.messages(customer, "how-was-it")].count("no_consent") == 1


def test_one_click_of_the_mail_program_ends_it_and_service_goes_on(shop: Shop, browsing: Browsing) -> None:
    customer, mailbox = shop.new_customer(), browsing.window()
    _is_asked(shop, customer, 1)

    _open_mail(mailbox, shop, customer, "How was your order")
    mailbox.get_by_role("button", name="Unsubscribe, as a mail program does").click()
    expect(mailbox.get_by_role("status")).to_contain_text("Unsubscribed: the sender answered 200")

    _is_asked(shop, customer, 2)
    assert _decided(shop, customer)[-1] is MessageStatus.WITHHELD
    thanks = [row.status for row in shop.messages(customer, "order-thanks")]
    assert len(thanks) == 2
    assert MessageStatus.WITHHELD not in thanks
