"""The customers' pages, as a browser and a mail program see them: what is sent, kept and shown back."""

import base64
import json
import re
from dataclasses import replace
from datetime import timedelta
from urllib.parse import quote

import pytest

from escalera.domain.consent import with_suppression, with_unsubscribe
from escalera.domain.facts import Complaint, Opinion
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import Language, MessageChannel, SubjectName, SuppressionReason
from escalera.ports.customers import Change
from tests.fakes.desk_shop import XSS
from tests.fakes.house import ANA
from tests.support.portal import ORDER, PortalShop, a_portal_shop
from tests.support.visitor import CONTEXT, Visitor, request_event

ALL_BY_MAIL = {
    "email-relationship": "yes",
    "email-promotion": "yes",
    "subject-ideas": "yes",
    "subject-opinions": "yes",
}


@pytest.fixture
def shop() -> PortalShop:
    return a_portal_shop(language="en")


@pytest.fixture
def ana(shop: PortalShop) -> Visitor:
    return Visitor(shop.handler, headers={"accept-language": "en"})


def checked(body: str) -> set[str]:
    """The boxes and numbers that are chosen."""
    boxes = re.findall(r'<input type="(?:checkbox|radio)" name="([^"]+)" value="([^"]*)"( checked)?', body)
    return {f"{name}={value}" for name, value, on in boxes if on}


# --- preferences ---


def test_what_is_allowed_now_is_shown_and_no_address_in_full(shop, ana):
    seen = ana.get(shop.link(LinkPurpose.PREFERENCES))

    assert checked(seen.body) == {
        "email-relationship=yes", "email-promotion=yes", "subject-ideas=yes", "subject-opinions=yes", "frequency=",
    }  # fmt: skip
    assert "a•••@example.com" in seen.text
    assert "ana@example.com" not in seen.body
    assert "Ana" not in seen.text


def test_what_is_chosen_is_saved_at_once_and_shown_back(shop, ana):
    page = shop.link(LinkPurpose.PREFERENCES)
    day = (shop.house.clock.now() + timedelta(days=20)).date()
    form = {
        "email-promotion": "yes",
        "sms-relationship": "yes",
        "subject-opinions": "yes",
        "frequency": "1-30",
        "pause_until": str(day),
        "language": "pt",
    }
    sent = ana.post(page, form)
    back = ana.get(sent.location)

    assert (sent.status, sent.location) == (303, f"{page}?said=saved")
    assert shop.allowed() == {"promotion-email", "relationship-sms"}
    assert checked(back.body) == {
        "email-promotion=yes", "sms-relationship=yes", "subject-opinions=yes", "frequency=1-30",
    }  # fmt: skip
    assert "Salvo. A partir de agora escrevemos assim." in back.text
    assert f'value="{day}"' in back.body
    kept = shop.house.ana()
    assert kept.contact.language is Language.PORTUGUESE
    assert kept.paused_until is not None
    assert kept.paused_until.isoformat() == f"{day - timedelta(days=1)}T23:00:00+00:00"  # midnight in Madrid


def test_the_form_sent_twice_or_unchanged_says_nothing_new(shop, ana):
    page = shop.link(LinkPurpose.PREFERENCES)
    ana.post(page, {"email-promotion": "yes", "frequency": "1-7", "language": "en"})
    shop.house.publish()
    before = len(shop.house.bus.published)
    ana.post(page, {"email-promotion": "yes", "frequency": "1-7", "language": "en"})

    shop.house.publish()
    assert len(shop.house.bus.published) == before


def test_nothing_of_all_this_is_one_button(shop, ana):
    ana.post(shop.link(LinkPurpose.PREFERENCES), {**ALL_BY_MAIL, "nothing": "yes"})
    assert shop.allowed() == set()
    assert shop.house.ana().subjects == {}


def test_who_left_by_one_click_can_come_back_here(shop, ana):
    ana.post(shop.link(LinkPurpose.UNSUBSCRIBE))
    assert shop.allowed() == set()
    shop.house.clock.go_on(minutes=1)
    ana.post(shop.link(LinkPurpose.PREFERENCES), ALL_BY_MAIL)
    assert shop.allowed() == {"relationship-email", "promotion-email"}


@pytest.mark.parametrize("day", ["2026-02-30", "yesterday", "2026-03-01", "2031-01-01", XSS])
def test_a_pause_that_cannot_be_is_said_and_nothing_is_changed(shop, ana, day):
    version = shop.house.ana().version
    seen = ana.post(shop.link(LinkPurpose.PREFERENCES), {"pause_until": day})

    assert seen.status == 422
    assert "Choose a day from tomorrow on" in seen.text
    assert shop.house.ana().version == version
    assert "<script>alert" not in seen.body


def test_a_pause_before_the_first_day_of_all_is_one_that_cannot_be_wherever_one_lives(shop, ana):
    """In Tokyo the first day that a calendar knows begins before the first moment that UTC knows."""
    known = shop.house.ana()
    contact = replace(known.contact, time_zone="Asia/Tokyo")
    shop.house.store.save([Change(known, replace(known, contact=contact))])
    assert ana.post(shop.link(LinkPurpose.PREFERENCES), {"pause_until": "0001-01-01"}).status == 422


def test_a_channel_that_bounced_or_was_stopped_says_so(shop, ana):
    kept, now = shop.house.ana(), shop.house.clock.now()
    closed = with_suppression(kept, MessageChannel.EMAIL, SuppressionReason.SPAM_COMPLAINT, now, address=None)
    shop.house.store.save([Change(kept, with_unsubscribe(closed, MessageChannel.SMS, now))])
    seen = ana.get(shop.link(LinkPurpose.PREFERENCES))

    assert "were marked as unwanted" in seen.text
    assert "You stopped everything here" in seen.text


def test_unknown_boxes_and_values_are_nobodys_wish(shop, ana):
    ana.post(
        shop.link(LinkPurpose.PREFERENCES),
        {
            **ALL_BY_MAIL,
            "service-email": "no",
            "frequency": "0-1",
            "subject-x": "yes",
            "language": "xx",
            "email-service": "yes",
        },
    )
    kept = shop.house.ana()
    assert (kept.wished_cap, kept.subjects, kept.contact.language) == (None, {}, Language.ENGLISH)
    assert shop.allowed() == {"relationship-email", "promotion-email"}


def test_the_link_to_the_data_goes_to_the_mailbox_and_not_to_the_page(shop, ana):
    page = shop.link(LinkPurpose.PREFERENCES)
    sent = ana.post(f"{page}/data")
    back = ana.get(sent.location)

    assert (sent.status, sent.location) == (303, f"{page}?said=asked")
    assert "/data/" not in back.body.replace(f"{page}/data", "")
    assert len(shop.house.told("OwnDataRequested")) == 1


# --- the way out ---


def test_a_mail_program_ends_it_by_one_post_without_cookies_or_redirect(shop):
    link = shop.link(LinkPurpose.UNSUBSCRIBE)
    mail_program = Visitor(shop.handler)
    seen = mail_program.post(link, {"List-Unsubscribe": "One-Click"})

    assert seen.status == 200
    assert (seen.location, seen.cookies) == ("", [])
    assert shop.allowed() == set()
    assert len(shop.house.told("ConsentLost")) == 2


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/x-www-form-urlencoded", "List-Unsubscribe=One-Click"),
        (
            "multipart/form-data; boundary=x",
            '--x\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--x--\r\n',
        ),
        ("text/plain", ""),
    ],
)
def test_the_post_may_have_any_form_that_rfc_8058_allows(shop, kind, body):
    """As API Gateway hands on what a mailbox provider posts: forms in base64."""
    link = shop.link(LinkPurpose.UNSUBSCRIBE)
    event = request_event("POST", link, headers={"content-type": kind, "user-agent": "mailbox"}, body=body)
    event |= {"body": base64.b64encode(body.encode()).decode(), "isBase64Encoded": True}
    answer = shop.handler(event, CONTEXT)

    assert answer["statusCode"] == 200
    assert "Location" not in answer["headers"]
    assert shop.allowed() == set()


def test_a_scanner_that_opens_the_link_changes_nothing(shop):
    version = shop.house.ana().version
    for purpose in LinkPurpose:
        for path in (
            shop.link(purpose),
            f"{shop.link(purpose)}?score=1",
            f"{shop.link(purpose)}?said=thanks",
        ):
            Visitor(shop.handler).get(path)
    Visitor(shop.handler).get(f"{shop.link(LinkPurpose.DATA)}/erase?sure=yes")
    Visitor(shop.handler).get(f"{shop.link(LinkPurpose.DATA)}/file")

    assert shop.house.ana().version == version
    assert shop.facts(Opinion) == []


def test_done_twice_it_is_done_once_and_the_way_back_is_shown(shop, ana):
    link = shop.link(LinkPurpose.UNSUBSCRIBE)
    first, again = ana.post(link), ana.post(link)

    assert first.status == again.status == 200
    assert "It is done" in again.text
    found = re.search(r'href="https://paginas.casa.example.com(/preferences/[^"]+)"', again.body)
    assert found is not None
    assert ana.get(found[1]).status == 200
    assert len(shop.house.told("ConsentLost")) == 2


def test_texts_have_a_way_out_of_their_own(shop, ana):
    shop.house.tell("ConsentGiven", "sms", purpose="promotion", for_channel="sms")
    seen = ana.post(shop.link(LinkPurpose.UNSUBSCRIBE, subject="sms"))

    assert "no more text messages" in seen.text
    assert shop.allowed() == {"relationship-email", "promotion-email"}


# --- how was it ---


def test_a_tap_in_the_mail_opens_the_page_with_that_number(shop, ana):
    seen = ana.get(f"{shop.link(LinkPurpose.OPINION)}?score=2")

    assert checked(seen.body) == {"score=2"}
    assert "What went wrong?" in seen.text
    assert "tap.js" in seen.body


@pytest.mark.parametrize("score", ["0", "6", "-1", "five", "٣", "9" * 5000, "", XSS])
def test_other_numbers_choose_nothing(shop, ana, score):
    seen = ana.get(f"{shop.link(LinkPurpose.OPINION)}?score={quote(score)}")
    assert checked(seen.body) == set()
    assert ana.post(shop.link(LinkPurpose.OPINION), {"score": score}).status == 422
    assert shop.facts(Opinion) == []


def test_a_low_score_opens_a_complaint_and_says_that_somebody_looks(shop, ana):
    page = shop.link(LinkPurpose.OPINION)
    sent = ana.post(page, {"score": "1", "comment": "The lamp arrived broken"})
    back = ana.get(sent.location)

    (complaint,) = shop.facts(Complaint)
    assert (sent.status, sent.location) == (303, f"{page}?said=thanks")
    assert complaint.complaint_id in back.text
    assert "We are sorry" in back.text
    assert "reviews.example.com" not in back.body


def test_a_high_score_may_ask_for_a_review_and_a_middling_one_does_not(shop, ana):
    page = shop.link(LinkPurpose.OPINION)
    ana.post(page, {"score": "5"})
    assert "https://reviews.example.com/casa-nogal" in ana.get(f"{page}?said=thanks").body
    shop.house.clock.go_on(minutes=1)
    ana.post(page, {"score": "3"})
    middling = ana.get(f"{page}?said=thanks")

    assert "reviews.example.com" not in middling.body
    assert "We have noted it" in middling.text


def test_the_same_tap_twice_opens_one_complaint_and_the_script_stays_on_its_page(shop, ana):
    page = shop.link(LinkPurpose.OPINION)
    for _ in range(2):
        seen = ana.post(page, {"score": "1", "tap": "yes"})
        assert (seen.status, seen.body) == (204, "")
    ana.post(page, {"score": "1", "comment": "Broken"})

    (complaint,) = shop.facts(Complaint)
    assert complaint.subject == "Broken"


def test_thanks_are_given_only_for_what_was_said(shop, ana):
    assert "Thank you for telling us" not in ana.get(f"{shop.link(LinkPurpose.OPINION)}?said=thanks").text


# --- complain ---


def test_a_complaint_is_heard_with_its_reference_and_the_promised_hours(shop, ana):
    page = shop.link(LinkPurpose.COMPLAIN)
    asked = ana.get(page)
    sent = ana.post(page, {**asked.fields(), "words": "The lamp is broken.\nAll of it."})
    again = ana.post(page, {**asked.fields(), "words": "The lamp is broken.\nAll of it."})
    back = ana.get(sent.location)

    (complaint,) = shop.facts(Complaint)
    assert "within 24 hours" in asked.text
    assert sent.location == again.location, "sent twice, it is one complaint"
    assert complaint.order_id == ORDER
    assert complaint.complaint_id in back.text
    assert "The lamp is broken. All of it." in back.text
    assert "within 24 hours" in back.text


def test_a_form_without_a_word_asks_for_one(shop, ana):
    seen = ana.post(shop.link(LinkPurpose.COMPLAIN), {"form": "f", "words": " \n "})
    assert seen.status == 422
    assert "Write a word or two" in seen.text


def test_somebody_with_many_open_complaints_is_asked_to_call(shop, ana):
    page = shop.link(LinkPurpose.COMPLAIN)
    for number in range(10):
        ana.post(page, {"form": f"f-{number}", "words": "Broken"})
        shop.house.clock.go_on(hours=1)
    refused = ana.post(page, {"form": "one-more", "words": "Broken"})

    assert refused.status == 409
    assert "The fastest way is to talk" in refused.text
    assert "<textarea" not in ana.get(page).body


def test_the_case_of_another_is_not_shown(shop, ana):
    shop.house.tell("CustomerRegistered", "r", customer_id="eve", email="eve@example.com", phone=None)
    secret = {"subject": "A secret", "text": "A secret of Eve's"}
    shop.house.tell("ComplaintRaised", "c", customer_id="eve", complaint_id="77", **secret)
    seen = ana.get(f"{shop.link(LinkPurpose.COMPLAIN)}?case=77")

    assert "secret" not in seen.text
    assert "Something is not right?" in seen.text


# --- my data ---


def test_all_of_it_is_one_file_in_json(shop, ana):
    page = shop.link(LinkPurpose.DATA)
    ana.post(shop.link(LinkPurpose.OPINION), {"score": "1", "comment": "The lamp arrived broken"})
    seen = ana.get(f"{page}/file")
    found = json.loads(seen.body)

    assert seen.headers["Content-Type"].startswith("application/json")
    assert seen.headers["Content-Disposition"] == 'attachment; filename="my-data.json"'
    assert seen.headers["Cache-Control"] == "no-store"
    assert found["customer"]["contact"]["email"] == "ana@example.com"
    assert found["orders"][0]["order_id"] == ORDER
    assert found["opinions"][0]["comment"] == "The lamp arrived broken"


def test_details_are_corrected_and_shown_back(shop, ana):
    page = shop.link(LinkPurpose.DATA)
    form = {
        "given_name": "Anna",
        "family_name": "Muster",
        "email": "ana@example.com",
        "phone": "+447700900123",
        "language": "pt",
    }
    sent = ana.post(page, form)
    back = ana.get(sent.location)

    assert (sent.status, sent.location) == (303, f"{page}?said=corrected")
    assert "Obrigado, está corrigido." in back.text
    for value in ("Anna", "Muster"):
        assert f'value="{value}"' in back.body


def test_what_cannot_be_right_is_said_beside_its_field_and_what_was_written_stays(shop, ana):
    seen = ana.post(
        shop.link(LinkPurpose.DATA),
        {"given_name": "Anna", "email": "anna at home", "phone": "12", "language": "en"},
    )

    assert seen.status == 422
    assert "Write it like ana@example.com." in seen.text
    assert "Write it like +34 600 000 000." in seen.text
    assert 'value="anna at home"' in seen.body
    assert shop.house.ana().contact.given_name == "Ana"


def test_erasing_asks_once_more_and_then_it_is_done(shop, ana):
    page = shop.link(LinkPurpose.DATA)
    asked = ana.get(f"{page}/erase")
    unsure = ana.post(f"{page}/erase")
    assert "This cannot be taken back." in asked.text
    assert (unsure.status, shop.house.ana().erased_at) == (422, None)
    sent = ana.post(f"{page}/erase", {"sure": "yes"})
    back = ana.get(sent.location)

    assert sent.status == 303
    assert back.status == 200
    assert "Your data is erased" in back.text
    assert shop.house.ana().contact.email is None
    assert ana.post(f"{page}/erase", {"sure": "yes"}).status == 303, "sent twice it does no harm"


def test_every_other_page_of_the_erased_says_so_and_changes_nothing(shop, ana):
    ana.post(f"{shop.link(LinkPurpose.DATA)}/erase", {"sure": "yes"})
    version = shop.house.ana().version
    for purpose in (LinkPurpose.PREFERENCES, LinkPurpose.OPINION, LinkPurpose.COMPLAIN):
        for send in (ana.get, ana.post):
            seen = send(shop.link(purpose))
            assert seen.status == 410
            assert "Your data is erased" in seen.text
    assert ana.post(shop.link(LinkPurpose.UNSUBSCRIBE)).status == 200
    assert ana.post(shop.link(LinkPurpose.DATA), {"given_name": "Ana"}).status == 410
    assert "ana@example.com" not in ana.get(f"{shop.link(LinkPurpose.DATA)}/file").body
    assert shop.house.ana().version == version


# --- whatever is written ---


def test_nothing_that_is_written_anywhere_becomes_part_of_a_page():
    shop = a_portal_shop(language="en", given_name=XSS, family_name=XSS)
    ana = Visitor(shop.handler)
    opinion, complaint, data = (
        shop.link(purpose) for purpose in (LinkPurpose.OPINION, LinkPurpose.COMPLAIN, LinkPurpose.DATA)
    )
    ana.post(opinion, {"score": "1", "comment": XSS})
    heard = ana.post(complaint, {"form": XSS, "words": XSS})
    pages = [
        ana.get(opinion),
        ana.get(f"{opinion}?said=thanks"),
        ana.get(heard.location),
        ana.get(data),
        ana.get(f"{complaint}?case={'%3Cscript%3Ealert(1)%3C/script%3E'}&said=<script>alert(1)</script>"),
        ana.post(data, dict.fromkeys(("given_name", "family_name", "email", "phone", "language"), XSS)),
        ana.get(f"{data}/file"),
    ]

    for seen in pages[:-1]:
        assert seen.status < 500
        assert "<script>alert" not in seen.body
        assert "{{7*7}}" in seen.body or "49" not in seen.text
    assert json.loads(pages[-1].body)["customer"]["contact"]["given_name"] == XSS


def test_an_order_of_an_odd_number_is_shown_as_it_is():
    shop = a_portal_shop(language="en")
    seen = Visitor(shop.handler).get(shop.link(LinkPurpose.OPINION, subject='<b>"5001"</b>'))
    assert "<b>" not in seen.body.split("<main")[1]
    assert "&lt;b&gt;" in seen.body


@pytest.mark.parametrize(
    "purpose", [LinkPurpose.PREFERENCES, LinkPurpose.OPINION, LinkPurpose.COMPLAIN, LinkPurpose.DATA]
)
def test_what_is_no_form_of_ours_is_refused_and_breaks_nothing(shop, ana, purpose):
    version = shop.house.ana().version
    for kind in ("application/json", "multipart/form-data; boundary=x", ""):
        assert ana.post(shop.link(purpose), {"score": "1"}, content_type=kind).status == 400
    assert ana.post(shop.link(purpose), {f"f{number}": "x" for number in range(300)}).status == 400
    assert ana.post(shop.link(purpose), {"words": "x" * 70_000, "comment": "x" * 70_000}).status == 400
    assert shop.house.ana().version == version


def test_the_shops_subjects_are_named_in_the_customers_language(shop, ana):
    assert "Ideas and help with choosing" in ana.get(shop.link(LinkPurpose.PREFERENCES)).text
    ana.post(shop.link(LinkPurpose.PREFERENCES), {**ALL_BY_MAIL, "language": "pt"})
    assert "Ideias e ajuda para escolher" in ana.get(shop.link(LinkPurpose.PREFERENCES)).text
    assert SubjectName("ideas") in shop.house.programme.subjects
    assert shop.house.ana().id == ANA
