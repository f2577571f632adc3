"""What opens a customer's page, and what does not: forged, old, swapped links, and people who are not there."""

import re
from datetime import timedelta

import pytest

from escalera.domain.links import LIFETIMES, LinkPurpose
from escalera.domain.seals import KeyRing, seal
from escalera.domain.vocabulary import CustomerId, Language
from escalera.runtime import observability
from tests.support.portal import PortalShop, a_portal_shop
from tests.support.visitor import Visitor

PAGES = {
    LinkPurpose.PREFERENCES: "What you hear from us",
    LinkPurpose.UNSUBSCRIBE: "No more e-mails?",
    LinkPurpose.OPINION: "How was it?",
    LinkPurpose.COMPLAIN: "Something is not right?",
    LinkPurpose.DATA: "What we know about you",
}
CONTACT = "hola@casa-nogal.example.com"


@pytest.fixture
def shop() -> PortalShop:
    return a_portal_shop(language="en")


@pytest.fixture
def anybody(shop: PortalShop) -> Visitor:
    return Visitor(shop.handler, headers={"accept-language": "en"})


@pytest.mark.parametrize("purpose", PAGES)
def test_a_link_opens_its_own_page(shop, anybody, purpose):
    seen = anybody.get(shop.link(purpose))

    assert seen.status == 200
    assert PAGES[purpose] in seen.text
    assert 'lang="en"' in seen.body


@pytest.mark.parametrize("purpose", PAGES)
@pytest.mark.parametrize("page", LinkPurpose)
def test_and_no_other(shop, anybody, purpose, page):
    token = shop.link(purpose).rpartition("/")[2]
    for send in (anybody.get, anybody.post):
        status = send(f"/{page.value}/{token}").status
        assert (status < 400 or status == 422) == (purpose is page)
        assert status in {200, 303, 404, 422}


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_forged_link_opens_nothing_and_says_what_to_do(shop, anybody, purpose):
    path = shop.link(purpose)
    ring = KeyRing("1", {"1": b"b" * 40})
    forged = (
        path[:-1] + ("a" if path[-1] != "a" else "b"),
        path[:-20],
        f"/{purpose.value}/{seal(b'1', use='link', ring=ring)}",
    )
    for one in forged:
        for send in (anybody.get, anybody.post):
            seen = send(one)
            assert seen.status == 404
            assert "This link does not open anything" in seen.text
            assert CONTACT in seen.text


@pytest.mark.parametrize("purpose", PAGES)
def test_an_old_link_says_so_and_works_until_its_time(shop, anybody, purpose):
    almost, over = LIFETIMES[purpose] - timedelta(seconds=2), LIFETIMES[purpose]
    assert anybody.get(shop.link(purpose, at_ago=almost)).status == 200
    seen = anybody.get(shop.link(purpose, at_ago=over))

    assert seen.status == 410
    assert "This link has grown too old" in seen.text
    assert CONTACT in seen.text
    assert (
        anybody.post(shop.link(purpose, at_ago=over), {"sure": "yes", "score": "1", "words": "x"}).status
        == 410
    )


def test_the_way_out_of_a_mail_of_two_years_ago_still_works(shop, anybody):
    link = shop.link(LinkPurpose.UNSUBSCRIBE, at_ago=timedelta(days=730))
    assert anybody.post(link).status == 200
    assert shop.allowed() == set()


def test_nothing_tells_whether_somebody_is_a_customer(shop, anybody):
    nobody = CustomerId("nobody")
    path = shop.link(LinkPurpose.PREFERENCES)
    known, unknown = anybody.get(path[:-1]), anybody.get(shop.link(LinkPurpose.PREFERENCES, nobody)[:-1])

    assert (known.status, known.body) == (unknown.status, unknown.body)
    assert anybody.get(shop.link(LinkPurpose.PREFERENCES, nobody)).body == known.body


def test_a_link_to_somebody_who_is_not_there_makes_nobody(shop, anybody):
    nobody = CustomerId("nobody")
    for purpose in LinkPurpose:
        anybody.post(shop.link(purpose, nobody), {"score": "1", "words": "x", "sure": "yes"})
    assert shop.house.store.load([nobody])[nobody].version == 0


def test_an_id_of_any_letters_is_its_own_customer(shop):
    odd = CustomerId("eve/#?&%2F..")
    link = shop.link(LinkPurpose.UNSUBSCRIBE, odd)
    assert Visitor(shop.handler).get(link).status == 200


@pytest.mark.parametrize(
    ("asks", "language", "says"),
    [
        ("pt-BR,pt;q=0.9,en;q=0.8", None, "Este link não abre nada"),
        ("fr,en;q=0.5,es;q=0.7", None, "Este enlace no abre nada"),
        ("en", None, "This link does not open anything"),
        ("fr", None, "Este enlace no abre nada"),
        ("", None, "Este enlace no abre nada"),
        ("en;q=nonsense,,;;q=", None, "This link does not open anything"),
    ],
)
def test_who_is_not_known_is_answered_in_a_language_their_browser_asks_for(shop, asks, language, says):
    seen = Visitor(shop.handler, headers={"accept-language": asks} if asks else {}).get("/preferences/1.a.b")
    assert says in seen.text


@pytest.mark.parametrize("language", Language)
def test_a_customers_pages_are_in_their_language_whatever_the_browser_asks_for(language):
    shop = a_portal_shop(language=language.value)
    seen = Visitor(shop.handler, headers={"accept-language": "en"}).get(shop.link(LinkPurpose.PREFERENCES))
    titles = {
        "es": "Lo que recibes de nosotros",
        "pt": "O que você recebe de nós",
        "en": "What you hear from us",
    }

    assert titles[language.value] in seen.text
    assert f'<html lang="{language.value}">' in seen.body


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_every_page_keeps_to_itself(shop, anybody, purpose):
    for seen in (
        anybody.get(shop.link(purpose)),
        anybody.get("/preferences/nothing"),
        anybody.post(shop.link(purpose)),
    ):
        headers = {name.lower(): value for name, value in seen.headers.items()}
        assert headers["cache-control"] == "no-store"
        assert headers["referrer-policy"] == "no-referrer", "the address is the key"
        if seen.status != 303:
            assert "default-src 'none'" in headers["content-security-policy"]
            assert "unsafe" not in headers["content-security-policy"]
            assert headers["x-robots-tag"] == "noindex"
            assert "<style" not in seen.body
            assert " style=" not in seen.body
            assert not re.search(r"<[^>]*\son[a-z]+=", seen.body)
        assert seen.cookies == []


def test_a_links_token_is_in_no_log(shop, capsys, monkeypatch):
    # A logger of its own: one of a name known before goes on writing where it did when it was made.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "links-and-logs")
    observability.logger.cache_clear()
    path = shop.link(LinkPurpose.PREFERENCES)
    token = path.rpartition("/")[2]
    visitor = Visitor(shop.handler)
    for one in (path, path[:-1], shop.link(LinkPurpose.DATA, at_ago=timedelta(days=30)), f"/data/{token}"):
        visitor.get(one)
    logged = capsys.readouterr()
    assert "request refused" in logged.out + logged.err
    assert token[:-1] not in logged.out + logged.err
    assert "ana@example.com" not in logged.out + logged.err


def test_nothing_else_is_there(anybody):
    for path in (
        "/",
        "/preferences",
        "/preferences/",
        "/static/../handler.py",
        "/static/x/handler.py",
        "/data/x/y/z",
    ):
        assert anybody.get(path).status == 404
