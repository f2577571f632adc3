import pytest

from escalera.domain.facts import FactKind
from escalera.domain.staff import Role
from tests.fakes.desk_shop import EVE, stock


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)


def test_a_team_sees_its_tasks_what_is_due_first_at_the_head(signed_in):
    text = signed_in(Role.SERVICE).get("/tasks?team=service").text
    assert text.index("Answer complaint") < text.index("Personal call")
    assert "Nothing is to be done by sales" in signed_in(Role.SERVICE).get("/tasks?team=sales").text


def test_a_task_is_done_once_with_what_came_of_it(signed_in, store):
    service = signed_in(Role.SERVICE)
    proof = service.get("/tasks").fields()["proof"]
    form = {
        "proof": proof,
        "customer": EVE,
        "task": "t/1",
        "note": "She is content.",
        "back": "/tasks?team=service",
    }
    answers = [service.post("/tasks/done", form) for _ in range(2)]
    assert [answer.location for answer in answers] == ["/tasks?team=service&said=done"] * 2
    assert "The task is done." in service.get(answers[0].location).text
    [task] = [one for one in store.facts_of(EVE, FactKind.TASK) if one.task_id == "t/1"]
    assert (task.done_by, task.note) == ("Service Person", "She is content.")
    assert len(store.facts_of(EVE, FactKind.AUDIT)) == 1
    assert "Answer complaint" not in service.get("/tasks?team=service").text


def test_who_is_slower_hears_that_another_did_it_and_not_that_their_words_were_kept(signed_in):
    service, owner = signed_in(Role.SERVICE), signed_in(Role.OWNER)
    form = {"customer": EVE, "task": "t/1", "note": "Called."}
    proofs = [one.get("/tasks").fields()["proof"] for one in (service, owner)]
    assert service.post("/tasks/done", {**form, "proof": proofs[0]}).status == 303
    late = owner.post("/tasks/done", {**form, "proof": proofs[1]})
    assert late.status == 409
    assert "Somebody was quicker" in late.text


@pytest.mark.parametrize("back", ["https://evil.example", "//evil.example", "/\\evil.example", "", "/x\ny"])
def test_a_form_leads_back_to_this_site_and_nowhere_else(signed_in, back):
    service = signed_in(Role.SERVICE)
    form = {"proof": service.get("/tasks").fields()["proof"], "customer": EVE, "task": "t/1", "back": back}
    assert service.post("/tasks/done", form).location == "/tasks?said=done"


def test_a_viewer_finishes_nothing(signed_in, store):
    viewer = signed_in(Role.VIEWER)
    assert "It is done" not in viewer.get("/tasks").text
    answer = viewer.post("/tasks/done", {"customer": EVE, "task": "t/1"})
    assert answer.status == 403
    assert store.facts_of(EVE, FactKind.AUDIT) == []


@pytest.mark.parametrize("who", ["eve@example.com", "+44 20 7946 0018", "o/1"])
def test_who_is_meant_for_certain_is_opened_at_once(signed_in, who):
    answer = signed_in(Role.SERVICE).get(f"/find?who={who.replace('+', '%2B')}")
    assert (answer.status, answer.location) == (303, "/customer?id=eve%2F%23%3F%26")


def test_namesakes_are_listed_to_choose_from(signed_in):
    page = signed_in(Role.SERVICE).get("/find?who=ejemplo")
    assert "ana@example.com" in page.text
    assert "eve@example.com" in page.text


def test_while_somebody_types_only_what_was_found_is_sent(signed_in):
    part = signed_in(Role.SERVICE).get("/find?who=ejem", hx_request="true")
    assert "ana@example.com" in part.text
    assert "<html" not in part.body


def test_nobody_is_found_by_what_nobody_is_called(signed_in):
    page = signed_in(Role.SERVICE).get("/find?who=%3Cb%3Ezzz")
    assert "Nobody is known by" in page.text
    assert "<b>zzz" not in page.body
