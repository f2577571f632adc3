"""What customers do on their own pages: choosing, the way out, opinions, complaints, their data."""

import json
from datetime import timedelta
from functools import partial
from typing import Any

import pytest

from escalera.domain.customer import Contact
from escalera.domain.erasure import ERASED
from escalera.domain.errors import PermanentError
from escalera.domain.facts import Answer, Complaint, FactKind, Message, Opinion, Order
from escalera.domain.opinions import OpinionRules
from escalera.domain.preferences import Frequency, Preferences
from escalera.domain.vocabulary import (
    AnswerId,
    ComplaintId,
    CustomerId,
    Language,
    MessageChannel,
    OrderId,
    Purpose,
    SubjectName,
)
from escalera.ports.customers import Change, When, Write
from escalera.use_cases.portal import choose as choosing
from escalera.use_cases.portal import complain as complaining
from escalera.use_cases.portal import own_data
from escalera.use_cases.portal.complain import MOST_OPEN, NothingSaidError
from escalera.use_cases.portal.own_data import NOT_AGAIN_BEFORE, NotValidError
from escalera.use_cases.portal.saying import ErasedAlreadyError, NobodyThereError
from tests.fakes.failing import Failing
from tests.fakes.house import ANA, House

EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
PROMOTION, RELATIONSHIP = Purpose.PROMOTION, Purpose.RELATIONSHIP
ORDER = OrderId("5001")
SCORES = OpinionRules(low=2, high=5)
NOBODY = CustomerId("nobody")


class Pages:
    """The pages of one customer, over a house in memory."""

    def __init__(self, house: House, customer: CustomerId = ANA) -> None:
        ports: dict[str, Any] = {"customers": house.customers, "clock": house.clock}
        self.choose: Any = partial(choosing.choose, customer, rules=house.rules, **ports)
        self.take_way_out: Any = partial(choosing.take_way_out, customer, rules=house.rules, **ports)
        self.give_opinion: Any = partial(complaining.give_opinion, customer, ORDER, rules=SCORES, **ports)
        self.complain: Any = partial(complaining.complain, customer, **ports)
        self.request_data: Any = partial(own_data.request_data, customer, **ports)
        self.correct: Any = partial(
            own_data.correct_contact,
            customer,
            book=house.book,
            limits=house.limits,
            channels=tuple(MessageChannel),
            **ports,
        )
        self.erase: Any = partial(own_data.erase_customer, customer, **ports)
        self.read: Any = partial(own_data.read_own_data, customer, customers=house.customers)


@pytest.fixture
def house() -> House:
    found = House()
    found.ana_registers()
    found.tell("PurchaseCompleted", "p-0", order_id=ORDER)
    found.publish()
    found.clock.go_on(hours=1)
    return found


@pytest.fixture
def pages(house: House) -> Pages:
    return Pages(house)


# --- choosing ---


def test_what_is_chosen_is_kept_and_told_and_the_next_mail_obeys_it(house, pages):
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    pages.choose(
        Preferences(
            consents={(RELATIONSHIP, EMAIL): True, (PROMOTION, EMAIL): False, (RELATIONSHIP, SMS): False},
            subjects={SubjectName("ideas"): False},
            frequency=Frequency(1, timedelta(days=30)),
            language=Language.PORTUGUESE,
        )
    )

    assert run.send("offer").reason == "no_consent"
    assert house.ana().contact.language is Language.PORTUGUESE
    (told,) = house.told("PreferencesChanged")
    assert (told["most_messages"], told["within_days"], told["unwanted_subjects"]) == (1, 30, ["ideas"])
    assert [event["purpose"] for event in house.told("ConsentLost")] == ["promotion", "relationship"]


def test_saying_the_same_again_writes_and_tells_nothing(house, pages):
    told = Preferences(
        consents={(PROMOTION, EMAIL): False}, paused_until=house.clock.now() + timedelta(days=9)
    )
    pages.choose(told)
    version = house.ana().version
    pages.choose(told)

    assert house.ana().version == version


def test_a_no_to_offers_ends_the_journey_that_lives_by_it():
    house = House()
    run = house.ana_is_in_win_back()
    Pages(house).choose(Preferences(consents={(PROMOTION, EMAIL): False}))

    assert house.news("ConsentLost") == 1
    assert run.send("offer").outcome == "left"


def test_who_said_stop_to_texts_can_subscribe_again_and_it_is_told(house, pages):
    phone = house.ana().contact.phone
    assert house.stop(phone)
    house.publish()
    house.clock.go_on(hours=1)
    pages.choose(Preferences(consents={(RELATIONSHIP, SMS): True}))

    assert SMS not in house.ana().unsubscribed
    assert [event["for_channel"] for event in house.told("ChannelReopened")] == ["sms"]
    assert not house.stop(phone, at=house.clock.now() - timedelta(hours=1))


# --- the way out ---


def test_one_click_ends_mails_nobody_needs_and_journeys_and_keeps_service():
    house = House()
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-0", order_id="old")
    house.until_quiet()
    win_back = house.run_of("win-back", "CustomerWentQuiet")
    win_back.enter()
    Pages(house).take_way_out(EMAIL)

    assert house.news("ConsentLost") == 1
    assert win_back.send("offer").outcome == "left"
    house.tell("PurchaseCompleted", "p-1", order_id="new")
    thanks = house.run_of("thank-you", "PurchaseRecorded", "run-2")
    thanks.enter()
    assert thanks.send("thanks").outcome == "done"
    assert thanks.send("how-was-it", via=["email"]).reason == "no_consent"


def test_one_click_twice_is_one_click(house, pages):
    pages.take_way_out(EMAIL)
    house.clock.go_on(minutes=1)
    pages.take_way_out(EMAIL)

    assert sorted(event["purpose"] for event in house.told("ConsentLost")) == ["promotion", "relationship"]


def test_one_click_of_somebody_unknown_or_erased_is_no_error(house, pages):
    Pages(house, NOBODY).take_way_out(EMAIL)
    pages.erase()
    pages.take_way_out(EMAIL)

    assert house.store.load([NOBODY])[NOBODY].version == 0


# --- opinions ---


def test_a_good_score_is_kept_and_told(house, pages):
    assert pages.give_opinion(score=5, comment="Lovely") is None

    (opinion,) = house.facts(Opinion)
    assert (opinion.score, opinion.comment) == (5, "Lovely")
    assert [(event["order_id"], event["score"]) for event in house.told("OpinionRecorded")] == [(ORDER, 5)]
    assert house.facts(Complaint) == []


def test_a_low_score_opens_one_complaint_however_often_it_is_tapped(house, pages):
    first = pages.give_opinion(score=1)
    house.clock.go_on(minutes=1)
    again = pages.give_opinion(score=1)
    later = pages.give_opinion(score=2, comment="The lamp\narrived broken")

    (complaint,) = house.facts(Complaint)
    assert {first, again, later} == {complaint.complaint_id}
    assert complaint.is_open
    assert (complaint.order_id, complaint.subject) == (ORDER, "The lamp arrived broken")
    assert complaint.text == "The lamp\narrived broken"
    assert len(house.told("ComplaintOpened")) == 1
    assert [event["score"] for event in house.told("OpinionRecorded")] == [1, 2]


def test_the_same_tap_again_writes_nothing(house, pages):
    pages.give_opinion(score=1)
    version = house.ana().version
    house.clock.go_on(minutes=1)
    pages.give_opinion(score=1)

    assert house.ana().version == version


def test_who_thinks_better_of_it_keeps_the_complaint_open_for_somebody_to_ask(house, pages):
    pages.give_opinion(score=1)
    house.clock.go_on(minutes=1)

    assert pages.give_opinion(score=5) is None
    assert house.ana().has_open_complaint


@pytest.mark.parametrize("score", [0, 6, -1])
def test_no_other_number_is_a_score(pages, score):
    with pytest.raises(ValueError, match="a score is 1 to 5"):
        pages.give_opinion(score=score)


# --- complaints ---


def test_a_complaint_is_kept_in_the_customers_words_and_one_form_sent_twice_is_one(house, pages):
    reference = pages.complain(words="It is broken.\n\nAll of it.", form="f-1", order_id=ORDER)
    assert pages.complain(words="It is broken.\n\nAll of it.", form="f-1", order_id=ORDER) == reference
    other = pages.complain(words="And late", form="f-2")

    first, second = sorted(house.facts(Complaint), key=lambda one: one.text, reverse=True)
    assert (first.complaint_id, first.text) == (reference, "It is broken.\n\nAll of it.")
    assert (second.complaint_id, second.order_id) == (other, None)
    assert len(house.told("ComplaintOpened")) == 2


def test_a_complaint_without_a_word_is_none(house, pages):
    for nothing in ("", "  \n\t "):
        with pytest.raises(NothingSaidError):
            pages.complain(words=nothing, form="f")
    assert house.facts(Complaint) == []


def test_somebody_with_many_open_complaints_needs_a_call_and_not_one_more_number(house, pages):
    for number in range(MOST_OPEN):
        pages.complain(words="Broken", form=str(number))
    with pytest.raises(PermanentError, match="somebody should call"):
        pages.complain(words="Broken", form="one more")
    pages.complain(words="Broken", form="0")

    assert len(house.facts(Complaint)) == MOST_OPEN


# --- their data ---


def test_who_asks_for_their_data_is_sent_the_link_once(house, pages):
    pages.request_data()
    house.clock.go_on(seconds=NOT_AGAIN_BEFORE.total_seconds() - 1)
    pages.request_data()
    assert len(house.told("OwnDataRequested")) == 1

    house.clock.go_on(seconds=NOT_AGAIN_BEFORE.total_seconds())
    pages.request_data()
    assert len(house.told("OwnDataRequested")) == 2


def test_all_that_is_kept_can_be_read(house, pages):
    pages.give_opinion(score=1, comment="The lamp arrived broken")
    pages.choose(
        Preferences(subjects={SubjectName("ideas"): False}, frequency=Frequency(1, timedelta(days=30)))
    )
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    run.send("thanks")
    found = json.loads(json.dumps(pages.read()))

    ana = house.ana().contact
    for told in (
        ana.given_name,
        ana.email,
        ana.phone,
        "The lamp arrived broken",
        ORDER,
        "thanks",
        "30 days",
        "ideas",
    ):
        assert told in json.dumps(found)
    assert found["customer"]["consents"][0] == {
        "purpose": "promotion", "channel": "email", "given": True, "since": found["customer"]["consents"][0]["since"],
    }  # fmt: skip
    assert "run-1" not in json.dumps(found), (
        "how the software goes about its work tells nothing of the person"
    )


def test_every_kind_of_record_is_in_what_a_customer_can_read():
    assert set(own_data._PLURALS) == set(FactKind)


def test_nothing_is_read_of_whom_nobody_knows(house):
    with pytest.raises(NobodyThereError):
        Pages(house, NOBODY).read()


def test_names_and_language_are_corrected_at_once_and_addresses_wait(house, pages):
    before = house.ana().contact
    asked = pages.correct(
        {
            "given_name": "  Anna\tMaria ",
            "email": "anna@example.org",
            "phone": "0044 7700 900-999",
            "language": "en",
        }
    )

    contact = house.ana().contact
    assert asked
    assert (contact.given_name, contact.language) == ("Anna Maria", Language.ENGLISH)
    assert (contact.family_name, contact.email, contact.phone) == ("Ejemplo", before.email, before.phone)
    waiting = {channel: one.address for channel, one in house.ana().pending_addresses.items()}
    assert waiting == {EMAIL: "anna@example.org", SMS: "+447700900999"}
    (told,) = house.told("ContactCorrected")
    assert told["details"] == ["given_name", "language"]
    requests = house.told("AddressChangeRequested")
    assert [one["for_channel"] for one in requests] == ["email", "sms"]
    assert "anna" not in json.dumps([told, *requests]), "the bus names nobody"
    assert house.store.find_by_address(EMAIL, "anna@example.org") is None


def test_an_address_of_a_channel_that_the_shop_does_not_use_is_not_taken(house, pages):
    assert not pages.correct({"phone": "+447700900999"}, channels=(EMAIL,))
    assert dict(house.ana().pending_addresses) == {}


@pytest.mark.parametrize(
    "name", ["Visit https://spam.example", "www.spam.example", "win@spam.example", "Ana 4U", "spam.example"]
)
def test_what_is_no_name_is_not_taken_for_one(house, pages, name):
    for field in ("given_name", "family_name"):
        with pytest.raises(NotValidError) as error:
            pages.correct({field: name})
        assert error.value.fields == {field}


def test_a_name_that_the_shop_told_may_stay_as_it_is(house, pages):
    house.clock.go_on(hours=1)
    house.tell("CustomerRegistered", "r-2", given_name="Ana 2")
    pages.correct({"given_name": "Ana 2", "language": "pt"})
    assert house.ana().contact.language is Language.PORTUGUESE


def test_mending_nothing_tells_nothing(house, pages):
    contact = house.ana().contact
    pages.correct({"given_name": contact.given_name, "email": contact.email or ""})

    assert house.told("ContactCorrected") == []


@pytest.mark.parametrize(
    ("told", "wrong"),
    [
        ({"email": "anna.example.org"}, {"email"}),
        ({"email": "a@b.example, c@d.example"}, {"email"}),
        ({"phone": "call me"}, {"phone"}),
        ({"phone": "7700900999"}, {"phone"}),
        ({"language": "fr", "given_name": "A" * 101}, {"language", "given_name"}),
    ],
)
def test_what_cannot_be_so_is_named_and_nothing_is_kept(house, pages, told, wrong):
    version = house.ana().version
    with pytest.raises(NotValidError) as error:
        pages.correct({"family_name": "Otra", **told})

    assert error.value.fields == wrong
    assert house.ana().version == version


# --- erasure ---


def test_the_erased_leave_amounts_and_dates_and_are_written_to_no_more(house, pages):
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    pages.give_opinion(score=1, comment="The lamp arrived broken")
    ana = house.ana()
    answer = Answer(ANA, ComplaintId("C-1"), AnswerId("a"), "Dear Ana", house.clock.now(), "Marta")
    house.store.save([Change(ana, ana, (Write(answer, When.ALWAYS),))])
    contact = house.ana().contact
    house.publish()
    pages.erase()

    everything = repr((house.ana(), house.store.facts_of(ANA)))
    for told in (contact.given_name, contact.email, contact.phone, "lamp", "Dear Ana"):
        assert told not in everything
    assert house.facts(Order)[0].total.amount > 0
    assert (house.ana().orders, bool(house.ana().spending)) == (1, True)
    assert run.send("thanks").outcome == "left"
    assert [event["customer_id"] for event in house.told(ERASED)] == [ANA]
    assert house.statuses() == []


def test_every_journey_is_stopped_whatever_it_says_it_is_left_on(house, pages):
    house.run_of("thank-you", "PurchaseRecorded").enter()  # its `leaves_on` is empty
    pages.erase()

    assert house.news(ERASED) == 1
    assert house.runs.stopped
    assert house.ana().active_entries == {}


def test_what_is_told_of_the_erased_later_brings_nobody_back(house, pages):
    contact = house.ana().contact
    pages.erase()
    house.clock.go_on(hours=1)
    house.tell("CustomerRegistered", "again", given_name="Ana", email="ana@example.com")
    house.tell("ConsentGiven", "yes-again", purpose="promotion")
    house.tell(
        "PurchaseCompleted", "p-1", order_id="5002", contact={"email": "ana@example.com", "given_name": "Ana"}
    )
    house.tell("ComplaintRaised", "c", complaint_id="77", subject="The lamp again", text="It is Ana")
    house.tell("CustomerRegistered", "late", occurred_at=house.clock.now() - timedelta(days=9))
    house.publish()

    ana = house.ana()
    assert ana.erased_at is not None
    assert ana.contact == Contact()
    assert ana.orders == 2
    assert (ana.consents, ana.open_complaints, ana.quiet_due_at) == ({}, {}, None)
    everything = repr((ana, house.store.facts_of(ANA)))
    for told in (contact.given_name, contact.email, "lamp", "It is Ana"):
        assert told not in everything
    assert house.told("ComplaintOpened") == []
    assert house.run_of("thank-you", "PurchaseRecorded", "run-9").enter().reason == "erased"


def test_an_erasure_that_was_interrupted_goes_on_where_it_stopped(house, pages):
    for number in range(200):
        ana = house.ana()
        told = Opinion(ANA, OrderId(f"o-{number}"), 1, house.clock.now(), "The lamp", house.clock.now())
        house.store.save([Change(ana, ana, (Write(told),))])
    broken = Failing(house.store)
    seen = []

    def die(method):
        if method == "save":
            seen.append(1)
            if len(seen) == 2:
                raise KeyboardInterrupt

    broken.between = die
    with pytest.raises(KeyboardInterrupt):
        own_data.erase_customer(ANA, customers=broken, clock=house.clock)
    assert house.ana().erased_at is not None, "whoever it was is forgotten first"
    first = house.ana().erased_at
    house.clock.go_on(hours=1)
    pages.erase()

    assert "The lamp" not in repr(house.store.facts_of(ANA))
    assert house.ana().erased_at == first
    assert len(house.told(ERASED)) == 1


def test_of_the_erased_nothing_can_be_chosen_said_or_read_but_the_account(house, pages):
    pages.erase()
    for act in (
        partial(pages.choose, Preferences()),
        partial(pages.give_opinion, score=1),
        partial(pages.complain, words="Broken", form="f"),
        partial(pages.correct, {"given_name": "Ana"}),
        pages.request_data,
    ):
        with pytest.raises(ErasedAlreadyError):
            act()
    assert "contact" not in pages.read()["customer"] or pages.read()["customer"]["contact"] == {}


def test_a_link_to_somebody_nobody_knows_makes_nobody(house):
    pages = Pages(house, NOBODY)
    for act in (partial(pages.choose, Preferences()), partial(pages.give_opinion, score=1), pages.erase):
        with pytest.raises(NobodyThereError):
            act()
    assert house.store.load([NOBODY])[NOBODY].version == 0


def test_messages_sent_stay_counted_without_a_word_of_them(house, pages):
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    run.send("thanks")
    pages.erase()

    assert [row.message for row in house.facts(Message)] == ["thanks"]
