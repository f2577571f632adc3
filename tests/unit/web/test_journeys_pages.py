"""The journeys on the console: drawn with their people, what came of them, paused and resumed."""

from datetime import timedelta

import pytest

from escalera.domain.facts import Audit
from escalera.domain.staff import Role
from escalera.domain.vocabulary import CustomerId
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.journeys import GRAPHS, keep, people_in_journeys, who_waits

WIN_BACK = "/journey?name=win-back"


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)
    keep(store, *people_in_journeys(clock.now(), [EVE, CustomerId("ana")]))


def audits(store) -> list[Audit]:
    return [fact for fact in store.store.facts.values() if isinstance(fact, Audit)]


def pause(visitor, name: str = "win-back", change: str = "pause"):
    return visitor.post(
        f"/journey/{change}", {"proof": visitor.get(WIN_BACK).fields()["proof"], "name": name}
    )


def test_every_journey_is_listed_with_its_state_and_its_people(signed_in):
    text = signed_in(Role.VIEWER).get("/journeys").text
    for name in GRAPHS:
        assert name.replace("-", " ").capitalize() in text
    assert "Win back" in text
    assert text.count("runs") == len(GRAPHS)
    assert "2 in it now" in text


def test_a_journey_is_drawn_with_the_people_at_each_step(signed_in):
    page = signed_in(Role.VIEWER).get(WIN_BACK)
    assert "We miss you" in page.text
    assert 'aria-label="2 people here now"' in page.body
    assert 'href="/journey/people?name=win-back&amp;step=2-wait-5d"' in page.body
    assert "style=" not in page.body


def test_people_who_went_over_to_a_next_wait_are_found_where_they_were_noted(signed_in, store, clock):
    keep(
        store,
        who_waits(
            CustomerId("c-9"),
            "2-wait-for-DeliveryRecorded",
            clock.at - timedelta(hours=1),
            journey="thank-you",
        ),
    )
    body = signed_in(Role.VIEWER).get("/journey?name=thank-you").body
    assert body.count('href="/journey/people?name=thank-you&amp;step=2-wait-for-DeliveryRecorded"') == 2
    assert "step=3-wait-4d" not in body


def test_the_people_at_a_step_lead_to_their_cards(signed_in):
    page = signed_in(Role.SERVICE).get("/journey/people?name=win-back&step=2-wait-5d")
    assert "/customer?id=eve/%23%3F%26" in page.body
    assert XSS not in page.body
    assert "Ana Ejemplo" in page.text


def test_who_is_held_is_listed_with_the_reason(signed_in, store, clock):
    keep(
        store,
        who_waits(
            EVE, "1-send-we-miss-you", clock.at + timedelta(hours=3), reason="frequency_cap", holdout=True
        ),
    )
    text = signed_in(Role.SERVICE).get("/journey/people?name=win-back&step=1-send-we-miss-you").text
    assert "the customer had enough messages for a while" in text
    assert "left alone for measuring" in text


def test_what_came_of_a_journey_is_counted_with_its_reasons(signed_in):
    text = signed_in(Role.VIEWER).get(WIN_BACK).text
    assert "2 left before" in text
    assert "a purchase 2" in text
    assert "the customer had not said yes to it 2" in text
    assert "100 %" in text


def test_spans_of_time_are_those_offered_and_no_others(signed_in):
    viewer = signed_in(Role.VIEWER)
    assert 'aria-current="true" class="tag">30 days' in viewer.get(f"{WIN_BACK}&days=30").body
    assert 'aria-current="true" class="tag">7 days' in viewer.get(f"{WIN_BACK}&days=9999").body


def test_a_journey_that_names_no_goal_shows_none(signed_in):
    text = signed_in(Role.VIEWER).get("/journey?name=complaint-recovery").text
    assert "The journey names no goal" in text


def test_an_owner_pauses_and_resumes_and_both_are_written_down(signed_in, store):
    owner = signed_in(Role.OWNER)
    answer = pause(owner)
    assert (answer.status, answer.location) == (303, "/journey?name=win-back&said=paused")
    page = owner.get(answer.location)
    assert "The journey stands still; nobody was ejected." in page.text
    assert "paused since" in page.text
    assert pause(owner, change="resume").location == "/journey?name=win-back&said=resumed"
    assert "paused since" not in owner.get(WIN_BACK).text
    assert [(one.what, one.about) for one in audits(store)] == [
        ("journey paused", "win-back"),
        ("journey resumed", "win-back"),
    ]


def test_a_second_click_pauses_no_second_time(signed_in, store):
    owner = signed_in(Role.OWNER)
    form = {"proof": owner.get(WIN_BACK).fields()["proof"], "name": "win-back"}
    assert [owner.post("/journey/pause", form).status for _ in range(2)] == [303, 303]
    assert len(audits(store)) == 1


@pytest.mark.parametrize("role", [Role.SERVICE, Role.VIEWER])
def test_who_may_not_steer_sees_no_switch_and_turns_none(signed_in, store, role):
    visitor = signed_in(role)
    page = visitor.get(WIN_BACK)
    assert "/journey/pause" not in page.body
    owners = signed_in(Role.OWNER).get(WIN_BACK).fields()["proof"]
    for change in ("pause", "resume"):
        for proof in ("", owners):
            answer = visitor.post(f"/journey/{change}", {"proof": proof, "name": "win-back"})
            assert answer.status == 403
    assert audits(store) == []


@pytest.mark.parametrize("proof", ["", "1.aaaa.bbbb"])
def test_a_form_that_is_not_of_this_session_pauses_nothing(signed_in, store, proof):
    answer = signed_in(Role.OWNER).post("/journey/pause", {"proof": proof, "name": "win-back"})
    assert answer.status == 403
    assert audits(store) == []


@pytest.mark.parametrize(
    "address",
    ["/journey?name=gone", "/journey", "/journey/people?name=win-back&step=gone", f"/journey?name={XSS}"],
)
def test_what_is_not_there_is_said_to_be_not_there(signed_in, address):
    page = signed_in(Role.VIEWER).get(address)
    assert page.status == 404
    assert XSS not in page.body


def test_a_journey_that_there_is_not_is_not_paused(signed_in, store):
    assert pause(signed_in(Role.OWNER), "gone").status == 409
    assert audits(store) == []


def test_people_on_an_earlier_version_are_shown_beside_the_drawing_and_listed(signed_in, store, clock, steps):
    steps.remember({"win-back": frozenset({"2-wait-5d", "2-wait-9d"})})
    keep(store, who_waits(EVE, "2-wait-9d", clock.at + timedelta(days=1)))
    viewer = signed_in(Role.VIEWER)
    page = viewer.get(WIN_BACK)
    assert "on an earlier version of this journey" in page.text
    assert 'href="/journey/people?name=win-back&amp;step=2-wait-9d"' in page.body
    people = viewer.get("/journey/people?name=win-back&step=2-wait-9d")
    assert people.status == 200
    assert "On an earlier version" in people.text
    assert "3 in it now" in viewer.get("/journeys").text
    assert viewer.get("/journey/people?name=win-back&step=2-wait-10d").status == 404


def test_people_in_a_journey_that_was_removed_are_counted_and_listed(signed_in, store, clock, steps):
    steps.remember({"spring": frozenset({"1-wait-9d"}), "autumn": frozenset({"1-wait-9d"})})
    keep(store, who_waits(EVE, "1-wait-9d", clock.at + timedelta(days=1), journey="spring"))
    viewer = signed_in(Role.VIEWER)
    text = viewer.get("/journeys").text
    assert "Spring is in the programme no more. 1 people are still in it, and finish it." in " ".join(
        text.split()
    )
    assert "Autumn" not in text
    assert (
        "which is in the programme no more" in viewer.get("/journey/people?name=spring&step=1-wait-9d").text
    )
    assert "1 people are on an earlier version" in viewer.get("/calendar").text
