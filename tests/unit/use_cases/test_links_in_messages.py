"""The links a message carries, and the headers by which mail programs show the way out."""

import re
from dataclasses import replace

import pytest

from escalera.domain.links import Link, LinkPurpose, address_mark, read_token
from escalera.domain.vocabulary import MessageChannel, SubjectName
from escalera.ports.messages import RenderedMessage
from tests.fakes.house import ANA, RING, House, PlainRenderer

ORDINARY = tuple(one for one in LinkPurpose if one not in (LinkPurpose.CONFIRM, LinkPurpose.TAKE_BACK))
HEADER = re.compile(r"<(https://[^<>\s]+)>, <mailto:hola@casa\.example\.com\?subject=unsubscribe>")


class Showing(PlainRenderer):
    """Shows the links it is given, if the message is said to mention any."""

    def __init__(self, *, mentions: bool = True) -> None:
        self.mentioned = mentions
        self.seen: list[dict[str, object]] = []

    def render(self, message, channel, language, context):
        self.seen.append(dict(context))
        return RenderedMessage(text=message, subject=message, html=message)

    def mentions(self, message, channel, language, fact):
        return self.mentioned and fact == "links."


def opened(house: House, url: str, purpose: LinkPurpose) -> Link:
    base, page, token = url.rsplit("/", 2)
    assert (base, page) == ("https://paginas.casa.example.com", purpose.value)
    return read_token(token, purpose, RING, house.clock.now())


def thanked(house: House, message: str = "thanks", **settings: object) -> None:
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-0", order_id="5001")
    run = house.run_of("thank-you", "PurchaseRecorded")
    assert run.enter().outcome == "done"
    assert run.send(message, **settings).outcome == "done"


def test_a_message_about_an_order_links_to_the_pages_of_this_customer_and_order():
    house = House()
    house.renderer = showing = Showing()
    thanked(house)

    links = showing.seen[0]["links"]
    assert isinstance(links, dict)
    subjects = {purpose: opened(house, links[purpose.value], purpose) for purpose in ORDINARY}
    assert {link.customer_id for link in subjects.values()} == {ANA}
    assert {purpose: link.subject for purpose, link in subjects.items()} == {
        LinkPurpose.PREFERENCES: "",
        LinkPurpose.UNSUBSCRIBE: "email",
        LinkPurpose.OPINION: "5001",
        LinkPurpose.COMPLAIN: "5001",
        LinkPurpose.DATA: "",
    }


def test_a_message_that_is_about_no_order_has_no_link_to_an_opinion():
    house = House()
    house.renderer = showing = Showing()
    house.ana_is_in_win_back().send("miss-you")

    links = showing.seen[0]["links"]
    assert isinstance(links, dict)
    assert set(links) == set(ORDINARY) - {LinkPurpose.OPINION}


def test_every_link_carries_the_mark_of_the_address_it_is_sent_to():
    house = House()
    house.renderer = showing = Showing()
    thanked(house)

    links = showing.seen[0]["links"]
    assert isinstance(links, dict)
    marks = {opened(house, links[purpose.value], purpose).mark for purpose in ORDINARY}
    assert marks == {address_mark(MessageChannel.EMAIL, "ana@example.com")}


@pytest.mark.parametrize(
    ("given_name", "greeted"),
    [("Ana", "Ana"), ("Visit https://spam.example", ""), ("www.spam.example", ""), ("A" * 41, "")],
)
def test_only_what_looks_like_a_name_is_greeted(given_name, greeted):
    house = House()
    house.renderer = showing = Showing()
    house.tell("CustomerRegistered", given_name=given_name)
    house.tell("PurchaseCompleted", "p-0", order_id="5001")
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    run.send("thanks")

    assert showing.seen[0]["customer"] == {"name": greeted, "orders": 1}
    assert house.ana().contact.given_name == given_name, "what the shop tells is kept as it is"


def test_links_are_made_only_for_a_text_that_mentions_them():
    house = House()
    house.renderer = showing = Showing(mentions=False)
    thanked(house)

    assert "links" not in showing.seen[0]


@pytest.mark.parametrize("message", ["how-was-it", "offer"])
def test_whoever_is_thanked_or_sold_to_finds_the_way_out_in_the_mail_program(message):
    house = House()
    thanked(house, message)

    (sent,) = house.email.sent
    found = HEADER.fullmatch(sent.headers["List-Unsubscribe"])
    assert found is not None
    assert opened(house, found[1], LinkPurpose.UNSUBSCRIBE).subject == MessageChannel.EMAIL.value
    assert sent.headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert set(sent.headers) == {"List-Unsubscribe", "List-Unsubscribe-Post", "List-Id"}


def test_service_mails_and_texts_carry_no_such_header():
    house = House()
    thanked(house)
    house.tell("ConsentGiven", "sms", purpose="relationship", for_channel="sms")
    assert house.run_of("thank-you", "PurchaseRecorded").send("how-was-it", via=["sms"]).outcome == "done"

    assert [message.headers for message in (*house.email.sent, *house.sms.sent)] == [{}, {}]


@pytest.mark.parametrize(
    ("name", "subject", "list_id"),
    [
        ("Casa", None, '"Casa" <relationship.casa.example.com>'),
        ("Casa", "opinions", '"Casa" <opinions.casa.example.com>'),
        ('The "old" house', None, '"The \\"old\\" house" <relationship.casa.example.com>'),
        ("Señora Ñandú", None, "=?utf-8?b?U2XDsW9yYSDDkWFuZMO6?= <relationship.casa.example.com>"),
    ],
)
def test_the_list_is_named_by_shop_and_subject_so_that_people_can_file_it(name, subject, list_id):
    house = House()
    terms = house.programme.messages["how-was-it"]
    about = replace(terms, subject=SubjectName(subject) if subject else None)
    house.programme = replace(
        house.programme,
        shop=replace(house.programme.shop, name=name),
        messages={**house.programme.messages, "how-was-it": about},
    )
    thanked(house, "how-was-it")

    assert house.email.sent[0].headers["List-Id"] == list_id


def test_no_header_is_folded_or_holds_what_a_header_may_not():
    house = House()
    shop = replace(house.programme.shop, name="Ultramarinos y Coloniales de la Señora Ñandú")
    house.programme = replace(house.programme, shop=shop)
    thanked(house, "how-was-it")

    for value in house.email.sent[0].headers.values():
        assert re.fullmatch(r"[ -~]+", value)
