"""Changing one's address on the pages: what each link opens, and what it does not."""

from datetime import timedelta

import pytest

from escalera.domain.address_changes import with_confirmed_address, with_pending_address
from escalera.domain.facts import Complaint, Opinion
from escalera.domain.limits import PER_ADDRESS, PER_CUSTOMER, PER_LINK, Action
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.once import address_digest
from escalera.domain.vocabulary import Language, MessageChannel
from escalera.ports.customers import Change
from tests.support.portal import PortalShop, a_portal_shop
from tests.support.visitor import Visitor

EMAIL, OLD, NEW = MessageChannel.EMAIL, "ana@example.com", "new@example.org"
FORM = {"given_name": "Ana", "family_name": "Ejemplo", "email": NEW, "phone": "", "language": "en"}
SENT = {"words": "Broken", "score": "1", "sure": "yes", **FORM}


@pytest.fixture
def shop() -> PortalShop:
    return a_portal_shop(language="en")


@pytest.fixture
def ana(shop: PortalShop) -> Visitor:
    return Visitor(shop.handler, headers={"accept-language": "en"})


def confirm_link(shop: PortalShop, address: str = NEW) -> str:
    return shop.link(LinkPurpose.CONFIRM, subject="email", sent_to=address)


def take_back_link(shop: PortalShop) -> str:
    return shop.link(LinkPurpose.TAKE_BACK, subject="email")


def changed(shop: PortalShop) -> None:
    """Ana's address is the new one."""
    ana, now = shop.house.ana(), shop.house.clock.now()
    waiting = with_pending_address(ana, EMAIL, NEW, now)
    after = with_confirmed_address(waiting, EMAIL, address_mark(EMAIL, NEW), now)
    assert after is not None
    shop.house.store.save([Change(ana, after)])
    shop.house.clock.go_on(minutes=1)


def test_a_new_address_waits_and_the_page_says_for_what(shop, ana):
    page = shop.link(LinkPurpose.DATA)
    sent = ana.post(page, FORM)
    back = ana.get(sent.location)

    assert (sent.status, sent.location) == (303, f"{page}?said=asked")
    assert "One step is left" in back.text
    assert "n•••@example.org" in back.text
    assert f'value="{OLD}"' in back.body
    assert shop.house.ana().contact.email == OLD


def test_opened_the_link_asks_and_pressed_it_confirms_and_offers_to_choose_anew(shop, ana):
    ana.post(shop.link(LinkPurpose.DATA), FORM)
    page = confirm_link(shop)
    asked = ana.get(page)
    assert "Somebody asked us to write to n•••@example.org" in asked.text
    assert "Ana" not in asked.text
    assert OLD not in asked.body
    assert shop.house.ana().contact.email == OLD, "a scanner only looked"

    sent = ana.post(page)
    done = ana.get(sent.location)
    assert (sent.status, shop.house.ana().contact.email) == (303, NEW)
    assert "It is confirmed" in done.text
    assert shop.allowed() == set()
    choose = done.body.split('class="button" href="')[1].split('"')[0].removeprefix(shop.url)
    assert ana.get(choose).status == 200
    assert ana.post(page).status == 200, "pressed twice it is confirmed once"


def test_a_link_to_confirm_opens_nothing_else_and_is_nothing_without_a_request(shop, ana):
    assert ana.get(confirm_link(shop)).status == 410
    assert ana.post(confirm_link(shop)).status == 410
    ana.post(shop.link(LinkPurpose.DATA), FORM)
    assert ana.post(confirm_link(shop, "other@example.org")).status == 410
    unmarked = shop.house.links.to(LinkPurpose.CONFIRM, shop.house.ana().id, shop.house.clock.now(), "email")
    assert ana.post(unmarked.removeprefix(shop.url)).status == 410
    assert shop.house.ana().contact.email == OLD


@pytest.mark.parametrize(
    "purpose", [LinkPurpose.DATA, LinkPurpose.PREFERENCES, LinkPurpose.COMPLAIN, LinkPurpose.OPINION]
)
def test_before_it_is_confirmed_no_link_to_the_new_address_opens_anything(shop, ana, purpose):
    ana.post(shop.link(LinkPurpose.DATA), FORM)
    there = shop.link(purpose, sent_to=NEW)
    for seen in (ana.get(there), ana.post(there, SENT), ana.get(f"{there}/file")):
        assert seen.status in {404, 410}
        assert "Ana" not in seen.text


@pytest.mark.parametrize(
    "purpose", [LinkPurpose.DATA, LinkPurpose.PREFERENCES, LinkPurpose.COMPLAIN, LinkPurpose.OPINION]
)
def test_after_it_the_links_of_the_former_address_open_nothing(shop, ana, purpose):
    former = shop.link(purpose)
    changed(shop)
    assert ana.get(former).status == 410
    assert ana.post(former, SENT).status == 410
    assert ana.get(shop.link(purpose, sent_to=NEW)).status == 200
    assert shop.facts(Complaint) == shop.facts(Opinion) == []


def test_the_way_out_of_a_former_mail_still_works_and_opens_no_preferences(shop, ana):
    changed(shop)
    left = ana.post(shop.link(LinkPurpose.UNSUBSCRIBE))
    assert left.status == 200
    assert "/preferences/" not in left.body
    assert "/preferences/" in ana.post(shop.link(LinkPurpose.UNSUBSCRIBE, sent_to=NEW)).body


def test_taken_back_the_links_to_the_new_address_open_nothing_nor_do_older_ones_to_the_data(shop, ana):
    older, page = shop.link(LinkPurpose.DATA), take_back_link(shop)
    changed(shop)
    links = [shop.link(purpose, sent_to=NEW) for purpose in (LinkPurpose.DATA, LinkPurpose.PREFERENCES)]
    assert [ana.get(one).status for one in links] == [200, 200]
    asked = ana.get(page)
    assert "Shall we write to a•••@example.com again" in asked.text
    assert shop.house.ana().contact.email == NEW, "a scanner only looked"
    done = ana.get(ana.post(page).location)

    assert "The change is taken back" in done.text
    assert shop.house.ana().contact.email == OLD
    assert [ana.get(one).status for one in links] == [410, 410]
    assert ana.get(older).status == 410, "whoever changed it may have this one"
    assert ana.get(shop.link(LinkPurpose.DATA)).status == 200
    assert ana.get(shop.link(LinkPurpose.PREFERENCES, at_ago=timedelta(days=3))).status == 200


def test_the_way_back_opens_once_and_two_weeks(shop, ana):
    page = take_back_link(shop)
    assert ana.post(page).status == 200, "nothing was changed: it is as it was"
    changed(shop)
    shop.house.clock.go_on(days=14)
    assert ana.post(page).status == 410
    assert ana.post(take_back_link(shop)).status == 410
    assert shop.house.ana().contact.email == NEW


def test_what_the_shop_says_meanwhile_counts(shop, ana):
    ana.post(shop.link(LinkPurpose.DATA), FORM)
    shop.house.clock.go_on(minutes=1)
    shop.house.tell("CustomerRegistered", "r-2", email="shop-says@example.com")
    assert ana.post(confirm_link(shop)).status == 410
    assert shop.house.ana().contact.email == "shop-says@example.com"
    assert ana.get(shop.link(LinkPurpose.DATA)).status == 410, "nor is the former one theirs any more"


def test_a_data_link_without_a_mark_opens_nothing(shop, ana):
    unmarked = shop.house.links.to(LinkPurpose.DATA, shop.house.ana().id, shop.house.clock.now())
    assert ana.get(unmarked.removeprefix(shop.url)).status == 410


@pytest.mark.parametrize("language", Language)
def test_the_pages_of_addresses_are_in_the_customers_language(language):
    shop = a_portal_shop(language=language.value)
    ana = Visitor(shop.handler)
    ana.post(shop.link(LinkPurpose.DATA), {**FORM, "language": ""})
    says = {"es": "¿Es tuya esta dirección?", "pt": "Este endereço é seu?", "en": "Is this yours?"}
    assert says[language.value] in ana.get(confirm_link(shop)).text


def test_what_is_no_name_is_refused_kindly_and_stays_in_the_form(shop, ana):
    spam = "Win at https://spam.example"
    seen = ana.post(shop.link(LinkPurpose.DATA), {**FORM, "email": OLD, "given_name": spam})
    assert seen.status == 422
    assert "Write it as people call you" in seen.text
    assert f'value="{spam}"' in seen.body
    assert shop.house.ana().contact.given_name == "Ana"


# --- how often ---


def test_so_many_complaints_an_hour_by_one_link_and_nothing_written_is_lost(shop, ana):
    page, most = shop.link(LinkPurpose.COMPLAIN), PER_LINK[Action.COMPLAIN].most
    for number in range(most):
        assert ana.post(page, {"form": f"f-{number}", "words": "Broken"}).status == 303
    refused = ana.post(page, {"form": "more", "words": "The <lamp> is broken"})

    assert refused.status == 429
    assert "we have to ask for a pause" in refused.text
    assert "The &lt;lamp&gt; is broken</textarea>" in refused.body
    assert len(shop.facts(Complaint)) == most
    assert ana.post(page, {"form": "empty", "words": ""}).status == 422
    other = shop.link(LinkPurpose.COMPLAIN, at_ago=timedelta(days=1))
    assert ana.post(other, {"form": "other", "words": "Broken"}).status == 303, (
        "by another link she may still"
    )
    shop.house.clock.go_on(hours=1)
    assert ana.post(page, {"form": "later", "words": "Broken"}).status == 303


def test_many_links_do_not_make_many_complaints(shop, ana):
    most, answers = PER_CUSTOMER[Action.COMPLAIN].most, []
    for number in range(most + 1):
        page = shop.link(LinkPurpose.COMPLAIN, at_ago=timedelta(days=number))
        answers.append(ana.post(page, {"form": f"f-{number}", "words": "Broken"}).status)
    assert answers == [303] * most + [429]


def test_corrections_have_a_limit_and_what_was_typed_stays(shop, ana):
    page = shop.link(LinkPurpose.DATA)
    for number in range(PER_LINK[Action.CORRECT].most):
        assert ana.post(page, {**FORM, "email": OLD, "given_name": "Ana" + "abcdef"[number]}).status == 303
    refused = ana.post(page, {**FORM, "given_name": "Anita"})
    assert refused.status == 429
    assert 'value="Anita"' in refused.body
    assert f'value="{NEW}"' in refused.body
    assert dict(shop.house.ana().pending_addresses) == {}


def test_the_address_that_was_asked_too_often_is_answered_like_that_too(shop, ana):
    limit = PER_ADDRESS[Action.CONFIRM_ADDRESS]
    for _ in range(limit.most):
        shop.house.limits.take(
            Action.CONFIRM_ADDRESS, f"email {address_digest(NEW)}", limit, shop.house.clock.now()
        )
    refused = ana.post(shop.link(LinkPurpose.DATA), FORM)
    assert refused.status == 429
    assert f'value="{NEW}"' in refused.body


def test_opinions_wishes_and_mailed_links_have_limits_too(shop, ana):
    opinion, wishes = shop.link(LinkPurpose.OPINION), shop.link(LinkPurpose.PREFERENCES)
    for _ in range(PER_LINK[Action.GIVE_OPINION].most):
        assert ana.post(opinion, {"score": "4", "comment": "Good"}).status == 303
    refused = ana.post(opinion, {"score": "1", "comment": "Not good at all"})
    assert refused.status == 429
    assert "Not good at all</textarea>" in refused.body
    assert [one.comment for one in shop.facts(Opinion)] == ["Good"]

    for _ in range(PER_LINK[Action.CHOOSE].most):
        assert ana.post(wishes, {"email-relationship": "yes"}).status == 303
    shop.house.clock.go_on(minutes=1)
    refused = ana.post(wishes, {"email-promotion": "yes", "frequency": "1-30"})
    assert refused.status == 429
    assert 'name="email-promotion" value="yes" checked' in refused.body
    assert shop.allowed() == {"relationship-email"}

    for _ in range(PER_LINK[Action.MAIL_LINK].most):
        assert ana.post(f"{wishes}/data").status == 303
    assert ana.post(f"{wishes}/data").status == 429


def test_the_way_out_has_no_limit(shop, ana):
    page = shop.link(LinkPurpose.UNSUBSCRIBE)
    assert {ana.post(page).status for _ in range(60)} == {200}
