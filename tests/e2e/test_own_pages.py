"""From a mail to the customer's own pages to the next mail, on the deployed template."""

import json
import re
from datetime import timedelta
from html import unescape

from playwright.sync_api import expect

from escalera.domain.facts import Complaint, Opinion
from escalera.domain.vocabulary import CustomerId, Language, Purpose
from escalera_cli.local_stack.outbox import SentEmail
from tests.e2e.shop import Shop
from tests.support.browsing import PHONE, Browsing


def link(mail: SentEmail, page: str) -> str:
    """Where the mail's link to this page leads."""
    found = re.search(rf'href="([^"]*/{page}/[^"]*)"', mail.html)
    assert found is not None, f"the mail has no link to {page}"
    return unescape(found[1])


def asked_how_it_was(shop: Shop, customer: str) -> SentEmail:
    """The customer buys, gets it, and is asked."""
    address = f"{customer}@example.com"
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.mails_to(address), "the thank-you")
    shop.put(shop.event("DeliveryCompleted", customer, order_id=f"{customer}-1"))
    return shop.wait_until(  # type: ignore[no-any-return]
        lambda: next((mail for mail in shop.mails_to(address) if "/opinion/" in mail.html), None),
        "how-was-it",
    )


def test_a_preference_saved_from_a_mail_is_obeyed_by_the_next_mail(shop: Shop, browsing: Browsing) -> None:
    customer = shop.new_customer()
    mail = asked_how_it_was(shop, customer)
    page = browsing.window(width=PHONE)
    page.goto(link(mail, "preferences"))
    page.get_by_label("Questions about how it went").uncheck()
    page.get_by_label("In which language").select_option("pt")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_role("status")).to_contain_text("Salvo.")

    shop.put(shop.purchase(customer, f"{customer}-2"))
    address = f"{customer}@example.com"
    thanks = shop.wait_until(
        lambda: next((mail for mail in shop.mails_to(address) if f"{customer}-2" in mail.text), None),
        "the second thank-you",
    )
    assert "Obrigado" in thanks.text, "service goes out, in the language chosen"
    shop.put(shop.event("DeliveryCompleted", customer, order_id=f"{customer}-2"))
    rows = shop.wait_until(
        lambda: [row for row in shop.messages(customer, "how-was-it") if row.reason], "how-was-it is withheld"
    )
    assert [row.reason for row in rows] == ["unwanted_subject"]
    assert shop.customer(customer).contact.language is Language.PORTUGUESE


def test_a_mail_program_unsubscribes_by_the_headers_alone(shop: Shop, browsing: Browsing) -> None:
    customer = shop.new_customer()
    mail = asked_how_it_was(shop, customer)
    thanks = shop.mails_to(f"{customer}@example.com")[0]
    assert not {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"} & set(thanks.headers), "service"
    assert mail.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert mail.headers["List-Id"] == '"Casa Nogal" <opinions.casa-nogal.example.com>'
    found = re.fullmatch(r"<([^<>]+)>, <mailto:[^<>]+>", mail.headers["List-Unsubscribe"])
    assert found is not None
    sender = browsing.window().request
    looked = sender.get(found[1])
    assert looked.status == 200
    assert all(state.given for state in shop.customer(customer).consents.values()), "a scanner only looked"

    answer = sender.post(found[1], form={"List-Unsubscribe": "One-Click"}, max_redirects=0)
    assert answer.status == 200
    assert {state.given for state in shop.customer(customer).consents.values()} == {False}
    shop.put(shop.purchase(customer, f"{customer}-2"))
    shop.wait_until(lambda: len(shop.mails_to(f"{customer}@example.com")) == 3, "service goes on")
    shop.put(shop.event("DeliveryCompleted", customer, order_id=f"{customer}-2"))
    rows = shop.wait_until(
        lambda: [row for row in shop.messages(customer, "how-was-it") if row.reason], "how-was-it is withheld"
    )
    assert rows[0].reason == "no_consent"


def test_a_bad_score_tapped_in_the_mail_opens_a_complaint_that_is_answered_for(
    shop: Shop, browsing: Browsing
) -> None:
    customer = shop.new_customer()
    mail = asked_how_it_was(shop, customer)
    tap = link(mail, "opinion")
    assert tap.endswith("?score=1"), "the first of the five numbers"
    page = browsing.window(width=PHONE)
    page.goto(tap)
    page.get_by_label("What went wrong?").fill("The lamp arrived broken")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("status")).to_contain_text("We are sorry")

    facts = shop.facts(customer)
    [complaint] = [fact for fact in facts if isinstance(fact, Complaint)]
    [opinion] = [fact for fact in facts if isinstance(fact, Opinion)]
    assert (opinion.score, complaint.subject) == (1, "The lamp arrived broken")
    shop.wait_until(
        lambda: [
            one for one in shop.mails_to(f"{customer}@example.com") if complaint.complaint_id in one.text
        ],
        "complaint-heard",
    )


def test_own_data_comes_by_mail_and_erased_it_stays_erased(shop: Shop, browsing: Browsing) -> None:
    customer = shop.new_customer()
    address = f"{customer}@example.com"
    mail = asked_how_it_was(shop, customer)
    page = browsing.window(width=PHONE)
    page.goto(link(mail, "preferences"))
    page.get_by_role("button", name="Send me the link to my data").click()
    way = shop.wait_until(
        lambda: next((one for one in shop.mails_to(address) if "/data/" in one.html), None),
        "the link to the data",
    )
    assert "/data/" not in mail.html, "a mail that is forwarded gives nobody the data"
    page.goto(link(way, "data"))
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Download all of it").click()
    found = json.loads(waiting.value.path().read_text(encoding="utf-8"))
    assert found["customer"]["contact"]["email"] == address

    def by_name() -> int:
        return list(shop.customers.find_by_name("ejemplo, an", limit=500)).count(CustomerId(customer))

    assert by_name() == 1
    page.get_by_role("link", name="Erase my data").click()
    page.get_by_label("Yes, I am sure.").check()
    page.get_by_role("button", name="Erase my data").click()
    expect(page.get_by_role("heading", name="Your data is erased")).to_be_visible()
    written = len(shop.mails_to(address))
    shop.wait_until(lambda: not shop.customer(customer).active_entries, "every journey has ended")
    shop.wait_until(lambda: by_name() == 0, "nobody finds them by name any more")
    shop.put(
        shop.event("CustomerRegistered", customer, given_name="Ana", email=address),
        shop.event("ConsentGiven", customer, purpose="promotion", for_channel="email"),
        shop.purchase(customer, f"{customer}-9", ago=timedelta(minutes=1)),
    )
    shop.wait_until(lambda: shop.customer(customer).orders == 2, "the order is counted")
    shop.settle(2)
    kept = shop.customer(customer)
    assert (kept.contact.email, kept.contact.given_name, dict(kept.consents)) == (None, "", {})
    assert len(shop.mails_to(address)) == written
    assert Purpose.PROMOTION not in {purpose for purpose, _ in kept.consents}


def test_nobody_has_the_shop_write_to_a_stranger_and_the_way_back_works(
    shop: Shop, browsing: Browsing
) -> None:
    customer = shop.new_customer()
    address, stranger = f"{customer}@example.com", f"stranger-of-{customer}@example.org"
    mail = asked_how_it_was(shop, customer)
    shop.put(shop.purchase(customer, f"{customer}-2"))  # nobody tells of its delivery
    did_it_arrive = shop.wait_until(
        lambda: next((one for one in shop.mails_to(address) if "/complain/" in one.html), None),
        "did-it-arrive",
        within=60,
    )
    page = browsing.window(width=PHONE)
    page.goto(link(mail, "preferences"))
    page.get_by_role("button", name="Send me the link to my data").click()
    way = shop.wait_until(
        lambda: next((one for one in shop.mails_to(address) if "/data/" in one.html), None),
        "the link to the data",
    )
    data = link(way, "data")
    spam = "Win at https://spam.example"
    sender = page.request
    form: dict[str, str | float | bool] = {
        "given_name": spam,
        "family_name": "Ejemplo",
        "email": stranger,
        "language": "en",
    }
    assert sender.post(data, form=form, max_redirects=0).status == 422, "that is no name"
    page.goto(data)
    page.get_by_label("E-mail address").fill(stranger)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("status")).to_contain_text("One step is left")
    complain = link(did_it_arrive, "complain")
    answers = [
        sender.post(complain, form={"form": f"spam-{n}", "words": f"{spam} {n}"}, max_redirects=0).status
        for n in range(6)
    ]
    assert answers == [303] * 5 + [429]

    asked = shop.wait_until(lambda: shop.mails_to(stranger), "the question at the new address")
    shop.wait_until(lambda: len(shop.messages(customer, "complaint-heard")) == 5, "all five are heard")
    shop.wait_until(
        lambda: all(
            row.status.value in {"sent", "delivered"} for row in shop.messages(customer, "complaint-heard")
        ),
        "all five are acknowledged",
    )
    assert len(shop.mails_to(stranger)) == 1
    told = asked[0].text + asked[0].html + asked[0].subject
    assert [word for word in ("Ana", "spam.example", address) if word in told.replace(stranger, "")] == []
    assert not any("spam.example" in one.text + one.html for one in shop.mails_to(address))

    # The stranger says yes, perhaps without a thought; the customer notices.
    page.goto(link(asked[0], "confirm"))
    assert shop.customer(customer).contact.email == address
    page.get_by_role("button", name="Yes, I asked for it").click()
    expect(page.get_by_role("heading", name="It is confirmed")).to_be_visible()
    kept = shop.customer(customer)
    assert kept.contact.email == stranger
    assert {state.given for state in kept.consents.values()} == {False}
    assert sender.get(data).status == 410, "the former link to the data"
    notice = shop.wait_until(
        lambda: next((one for one in shop.mails_to(address) if "/take-back/" in one.html), None),
        "the notice at the former address",
    )
    page.goto(link(notice, "take-back"))
    page.get_by_role("button", name="Yes, take it back").click()
    expect(page.get_by_role("heading", name="The change is taken back")).to_be_visible()
    assert shop.customer(customer).contact.email == address
    shop.settle(1)
    # While the address was confirmed, service mails about the complaints may have gone there; none quotes the asker.
    assert len([one for one in shop.mails_to(stranger) if "/confirm/" in one.html]) == 1
    assert not any("spam.example" in one.text + one.html for one in shop.mails_to(stranger))
