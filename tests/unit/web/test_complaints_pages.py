import re
from dataclasses import replace
from datetime import timedelta

import pytest

from escalera.domain.facts import Answer, Audit, Entry, FactKind, MessageStatus
from escalera.domain.once import told_event_id
from escalera.domain.staff import Role
from escalera.domain.vocabulary import EntryId, JourneyName
from escalera.ports.customers import Change, When, Write
from escalera.web.console import complaints_pages
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.facts import a_complaint, a_message
from tests.fakes.sign_in import PEOPLE

DAY = timedelta(days=1)
PAGE = "/complaint?customer=eve%2F%23%3F%26&id=c%2F1"
WHOSE = {"customer": EVE, "id": "c/1"}


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)


@pytest.fixture
def service(signed_in):
    return signed_in(Role.SERVICE)


def _facts(store, kind):
    return store.facts_of(EVE, kind)


def _complaint(store):
    [found] = [one for one in _facts(store, FactKind.COMPLAINT) if one.complaint_id == "c/1"]
    return found


def _form(visitor, **fields) -> dict[str, str]:
    """The page's own hidden fields, and what somebody fills in."""
    return {**visitor.get(PAGE).fields(), **WHOSE, **fields}


def test_the_queue_begins_with_what_is_late(service):
    text = service.get("/complaints").text
    assert text.index("late, was due 60 minutes ago") < text.index("The lamp flickers")


def test_the_queue_can_be_narrowed_to_ones_own(service, store):
    assert "No complaint is open that is yours" in service.get("/complaints?whose=mine").text
    service.post("/complaint/assign", _form(service, mine="1"))
    assert "late, was due" in service.get("/complaints?whose=mine").text
    assert _complaint(store).owner_id == "id-service"


@pytest.mark.parametrize(
    ("owner", "found"),
    [
        ({"owner": "Service Person"}, True),  # as it was kept before ids were
        ({"owner": "As I Was Called Once", "owner_id": "id-service"}, True),
        ({"owner": "Service Person", "owner_id": "id-namesake"}, False),
        ({"owner": "Somebody Else"}, False),
    ],
)
def test_ones_own_is_known_by_ones_id_and_where_none_was_kept_by_name(service, store, clock, owner, found):
    _put(store, a_complaint(EVE, "c/1", raised_at=clock.now(), subject="It hums", **owner))
    assert ("It hums" in service.get("/complaints?whose=mine").text) is found
    offered = "I take care of it" in service.get(PAGE).text
    assert offered is not found


def test_ones_own_is_found_however_many_stand_before_it(service, store, clock, monkeypatch):
    monkeypatch.setattr(complaints_pages, "LOOKED_THROUGH", 200)
    _fill(store, clock, 120)
    ours = {"owner": "Service Person", "owner_id": "id-service"}
    _put(store, a_complaint(EVE, "last", raised_at=clock.now() + DAY, subject="It hums", **ours))
    page = service.get("/complaints?whose=mine")
    assert "It hums" in page.text
    assert "looked through" not in page.text


def test_where_the_bound_is_reached_before_the_end_that_is_said_and_one_can_look_on(
    service, store, clock, monkeypatch
):
    monkeypatch.setattr(complaints_pages, "LOOKED_THROUGH", 70)
    _fill(store, clock, 75)
    ours = {"owner": "Service Person", "owner_id": "id-service"}
    _put(store, a_complaint(EVE, "last", raised_at=clock.now() + DAY, subject="It hums", **ours))
    page = service.get("/complaints?whose=mine")
    assert "It hums" not in page.text
    assert "No complaint" not in page.text
    assert "70 open complaints were looked through for yours; there are more" in page.text
    [on] = re.findall(r'href="(/complaints\?whose=mine&amp;from=[^"]+)"', page.body)
    after = service.get(on.replace("&amp;", "&"))
    assert "It hums" in after.text
    assert "looked through" not in after.text


def _fill(store, clock, count: int) -> None:
    """So many complaints that somebody else takes care of, all due before now."""
    for number in range(count):
        _put(store, a_complaint(EVE, f"n{number}", raised_at=clock.now() - DAY, owner="Somebody Else"))


def _put(store, fact) -> None:
    known = store.load([fact.customer_id])[fact.customer_id]
    store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


def test_what_a_customer_wrote_is_shown_and_never_run(service):
    for address in ("/complaints", PAGE, "/tasks", "/find?who=ejemplo", "/complaints/trends"):
        page = service.get(address)
        assert page.status == 200
        assert "<script>alert" not in page.body
        assert ">49<" not in page.body
    assert "&lt;script&gt;" in service.get(PAGE).body


def test_an_answer_is_kept_as_written_and_said_to_be_on_its_way(service, store):
    answer = service.post("/complaint/answer", _form(service, text="Thank you.\r\nA new lamp leaves today."))
    assert answer.status == 303
    assert "on its way" in service.get(answer.location).text
    [kept] = _facts(store, FactKind.ANSWER)
    assert isinstance(kept, Answer)
    assert (kept.text, kept.by) == ("Thank you.\nA new lamp leaves today.", "Service Person")
    assert _complaint(store).answered_at is not None


def test_the_same_form_sent_twice_is_one_answer_and_another_form_another(service, store):
    form = _form(service, text="Thank you.")
    assert [service.post("/complaint/answer", form).status for _ in range(3)] == [303] * 3
    assert len(_facts(store, FactKind.ANSWER)) == 1
    service.post("/complaint/answer", _form(service, text="Thank you."))
    assert len(_facts(store, FactKind.ANSWER)) == 2


def test_a_form_sent_once_more_with_other_words_is_another_answer(service, store):
    form = _form(service, text="Thank you.")
    service.post("/complaint/answer", form)
    service.post("/complaint/answer", {**form, "text": "Thank you. The lamp leaves today."})
    assert {one.text for one in _facts(store, FactKind.ANSWER)} == {
        "Thank you.",
        "Thank you. The lamp leaves today.",
    }


def test_two_who_answer_at_once_hear_of_each_other_and_lose_nothing_typed(signed_in, service, store):
    form = _form(service, text="A new lamp leaves today.")
    owner = signed_in(Role.OWNER)
    owner.post("/complaint/answer", _form(owner, text="Your money comes back."))
    page = service.post("/complaint/answer", form)
    assert page.status == 409
    assert "A colleague answered meanwhile" in page.text
    assert "Your money comes back." in page.text
    assert ">A new lamp leaves today.</textarea>" in page.body
    assert len(_facts(store, FactKind.ANSWER)) == 1
    again = {**page.fields(), "text": form["text"]}
    assert [service.post("/complaint/answer", again).status for _ in range(2)] == [303, 303]
    assert len(_facts(store, FactKind.ANSWER)) == 2


def test_an_answer_sent_again_after_a_colleagues_is_still_the_same_answer(signed_in, service, store):
    form = _form(service, text="Thank you.")
    service.post("/complaint/answer", form)
    owner = signed_in(Role.OWNER)
    owner.post("/complaint/answer", _form(owner, text="Your money comes back."))
    assert service.post("/complaint/answer", form).status == 303
    assert len(_facts(store, FactKind.ANSWER)) == 2


def test_the_key_enter_gives_a_complaint_to_whom_was_typed(service):
    """Browsers press the first button of a form for whoever presses Enter in one of its fields."""
    forms = [form for form in service.get(PAGE).body.split("<form") if 'name="to"' in form]
    (buttons,) = [re.findall("<button[^>]*>", form.partition("</form>")[0]) for form in forms]
    assert buttons == ['<button class="quiet">']


def test_an_empty_answer_is_asked_for_again_and_nothing_is_sent(service, store):
    answer = service.post("/complaint/answer", _form(service, text="  \n "))
    assert answer.status == 422
    assert 'aria-invalid="true"' in answer.body
    assert "Nothing was sent" in answer.text
    assert _facts(store, FactKind.ANSWER) == []


def test_what_was_typed_is_still_there_after_a_mistake(service):
    page = service.post("/complaint/answer", _form(service, text="x" * 5001))
    assert page.status == 422
    assert "x" * 5001 in page.body


def test_a_complaint_is_solved_with_its_cause(service, store):
    refused = service.post("/complaint/resolve", _form(service, cause="no such"))
    assert (refused.status, _complaint(store).is_open) == (422, True)
    answer = service.post("/complaint/resolve", _form(service, cause="broken-on-the-way"))
    assert answer.status == 303
    assert _complaint(store).cause == "broken-on-the-way"
    assert not _complaint(store).is_open
    assert "Broken on the way" in service.get(PAGE).text


def test_every_change_leaves_a_row_that_tells_who_made_it(service, store):
    service.post("/complaint/assign", _form(service, to="Marta"))
    service.post("/complaint/answer", _form(service, text="Thank you."))
    service.post("/complaint/resolve", _form(service, cause="broken-on-the-way"))
    rows = [row for row in _facts(store, FactKind.AUDIT) if isinstance(row, Audit)]
    assert sorted(row.what for row in rows) == [
        "complaint answered",
        "complaint assigned",
        "complaint solved",
    ]
    assert {(row.by, row.staff_id) for row in rows} == {("Service Person", "id-service")}


@pytest.mark.parametrize("change", ["assign", "answer", "resolve"])
@pytest.mark.parametrize("what", ["viewer", "no proof", "another's proof", "another site", "no form"])
def test_nobody_changes_a_complaint_who_may_not(signed_in, store, change, what):
    fields = {**WHOSE, "text": "x", "form": "f", "cause": "broken-on-the-way", "to": "Marta"}
    visitor = signed_in(Role.VIEWER if what == "viewer" else Role.SERVICE)
    proof = visitor.get("/complaints").fields().get("proof") or _proof(signed_in, what, visitor)
    headers = {"sec_fetch_site": "cross-site"} if what == "another site" else {}
    if what == "no form":
        headers["content_type"] = "application/json"
    before = _complaint(store)
    answer = visitor.post(f"/complaint/{change}", {**fields, "proof": proof}, **headers)
    assert answer.status == (400 if what == "no form" else 403)
    assert _complaint(store) == before
    assert _facts(store, FactKind.ANSWER) == []
    assert _facts(store, FactKind.AUDIT) == []


def _proof(signed_in, what, visitor):
    if what == "no proof":
        return ""
    other = signed_in(Role.SERVICE) if what == "another's proof" else visitor
    return other.get(PAGE).fields().get("proof", "")


def test_a_viewer_sees_all_and_is_offered_nothing_to_change(signed_in):
    page = signed_in(Role.VIEWER).get(PAGE)
    assert page.status == 200
    assert "<textarea" not in page.body
    assert "/complaint/" not in page.body


@pytest.mark.parametrize("address", ["/complaint", "/complaint?customer=ana&id=c%2F1", "/complaint?id=c%2F1"])
def test_a_complaint_that_is_not_there_says_so(service, address):
    assert service.get(address).status == 404


def test_a_change_to_what_is_not_there_says_so(service):
    assert service.post("/complaint/assign", _form(service, id="none", to="x")).status == 404


def test_trends_tell_causes_categories_and_how_soon_we_answer(service):
    text = service.get("/complaints/trends").text
    assert "3 raised" in text
    assert "50 % answered in time" in text  # one was answered in time, one is late, one is not due yet
    assert "Broken on the way 1" in text
    assert "lamps 1" in text
    assert "LAMP-1 1" in text
    assert "18 h to an answer" in text


def test_what_the_customer_wrote_and_the_order_it_is_about_stand_on_the_page(service, store):
    known = store.load([EVE])[EVE]
    complaint = replace(_complaint(store), text=f"It has a crack.\n{XSS}")
    store.save([Change(known, known, (Write(complaint, When.ALWAYS),))])
    page = service.get(PAGE)
    assert "It has a crack." in page.text
    assert "<script>alert" not in page.body
    assert "€19.99, placed" in page.text


def test_customer_whom_no_mail_reaches_is_to_be_called(service, store):
    assert "No e-mail can reach" not in service.get(PAGE).text
    known = store.load([EVE])[EVE]
    store.save([Change(known, replace(known, contact=replace(known.contact, email=None)))])
    text = service.get(PAGE).text
    assert "No e-mail can reach this customer now: no address known." in text
    assert "please call as well: +442079460018" in text


@pytest.mark.parametrize(
    ("status", "said"),
    [
        (None, "On its way to the customer."),
        (MessageStatus.SENT, "sent by e-mail"),
        (MessageStatus.HELD, "waits the customer said STOP"),
        (
            MessageStatus.WITHHELD,
            "did not go out the customer said STOP. Please call instead: +442079460018.",
        ),
    ],
)
def test_what_became_of_an_answer_is_told_beside_it(service, store, clock, status, said):
    service.post("/complaint/answer", _form(service, text="A new lamp leaves today."))
    [answer] = _facts(store, FactKind.ANSWER)
    cause = told_event_id("ComplaintAnswerWritten", EVE, "c/1", answer.answer_id)
    entry = Entry(
        EVE, JourneyName("complaint-answer"), EntryId("a"), "arn", cause, clock.now(), holdout=False
    )
    reason = {} if status is MessageStatus.SENT else {"reason": "unsubscribed"}
    message = a_message(EVE, "m", entry_id=EntryId("a"), status=status, claimed_at=clock.now(), **reason)
    known = store.load([EVE])[EVE]
    writes = (Write(entry), Write(message)) if status else (Write(entry),)
    store.save([Change(known, known, writes)])
    assert said in service.get(PAGE).text


def test_a_complaint_is_given_away_or_left_only_when_somebody_says_so(service, store):
    empty = service.post("/complaint/assign", _form(service, to=" "))
    assert (empty.status, "Write whom to give it to." in empty.text) == (422, True)
    given = service.post("/complaint/assign", _form(service, to="Marta"))
    assert "has its owner" in service.get(given.location).text
    assert _complaint(store).owner == "Marta"
    again = service.post("/complaint/assign", _form(service, to="Marta"))
    assert "It was so already" in service.get(again.location).text
    left = service.post("/complaint/assign", _form(service, nobody="1"))
    assert "Nobody takes care of the complaint now" in service.get(left.location).text
    assert _complaint(store).owner == ""


def test_a_colleague_is_found_by_name_or_address_and_kept_with_their_id(signed_in, service, store):
    signed_in(Role.OWNER)
    assert '<option value="Owner Person">' in service.get(PAGE).body
    for typed in (" owner  PERSON ", "OWNER@example.com"):
        service.post("/complaint/assign", _form(service, nobody="1"))
        given = service.post("/complaint/assign", _form(service, to=typed))
        assert "has its owner" in service.get(given.location).text
        assert (_complaint(store).owner, _complaint(store).owner_id) == ("Owner Person", "id-owner")


def test_whom_nobody_knows_by_that_name_is_kept_by_name_alone(service, store):
    service.post("/complaint/assign", _form(service, to="The joiner"))
    assert (_complaint(store).owner, _complaint(store).owner_id) == ("The joiner", "")


def test_of_two_colleagues_of_one_name_the_address_says_which(signed_in, service, store, sign_in):
    sign_in.people["id-owner"] = replace(PEOPLE[Role.OWNER], name="Service Person")
    signed_in(Role.OWNER)
    body = service.get(PAGE).body
    assert '<option value="owner@example.com">' in body
    assert '<option value="Service Person">' not in body
    unclear = service.post("/complaint/assign", _form(service, to="Service Person"))
    assert (unclear.status, "Two colleagues are called so" in unclear.text) == (422, True)
    assert 'value="Service Person"' in unclear.body
    service.post("/complaint/assign", _form(service, to="owner@example.com"))
    assert _complaint(store).owner_id == "id-owner"


@pytest.mark.parametrize("what", ["left the shop", "may only look"])
def test_nothing_is_given_to_a_colleague_who_could_not_do_it(signed_in, service, store, sign_in, what):
    signed_in(Role.OWNER)
    if what == "left the shop":
        del sign_in.people["id-owner"]
    else:
        sign_in.people["id-owner"] = replace(PEOPLE[Role.OWNER], role=Role.VIEWER)
    refused = service.post("/complaint/assign", _form(service, to="Owner Person"))
    assert (refused.status, "can take care of no complaints here" in refused.text) == (422, True)
    assert _complaint(store).owner == ""


@pytest.mark.parametrize(
    "address",
    [
        "/customer?id={}",
        "/complaint?customer={}&id=x",
        "/complaint?customer=eve&id={}",
        "/calendar/customer?id={}",
    ],
)
def test_an_id_longer_than_any_is_not_there(service, address):
    assert service.get(address.format("x" * 129)).status == 404
