import re
from urllib.parse import urlencode

import pytest

from escalera.domain.facts import FactKind
from escalera.domain.staff import Role
from escalera.ports.customers import Change, When, Write
from escalera.web.console import tasks_pages
from tests.fakes.desk_shop import EVE, XSS, stock
from tests.fakes.facts import a_task


@pytest.fixture(autouse=True)
def stocked(store, clock):
    stock(store, clock)


def test_a_team_sees_its_tasks_what_is_due_first_at_the_head(signed_in):
    text = signed_in(Role.SERVICE).get("/tasks?team=service").text
    assert text.index("Answer complaint") < text.index("Personal call")
    assert "Nothing is to be done by sales" in signed_in(Role.SERVICE).get("/tasks?team=sales").text


def test_all_tasks_are_one_list_that_tells_whose_each_is(signed_in, store):
    _put(store, a_task(EVE, "t/3", team="", kind="wrap-a-gift", due_at=None))
    text = signed_in(Role.SERVICE).get("/tasks").text
    assert text.index("service · nobody has it yet") < text.index("no team · nobody has it yet")
    alone = signed_in(Role.SERVICE).get("/tasks?whose=no-team").text
    assert "Wrap a gift" in alone
    assert "Personal call" not in alone
    assert 'href="/tasks?whose=no-team"' in signed_in(Role.SERVICE).get("/").body


def test_tasks_of_a_team_that_the_programme_names_no_more_are_found_and_given_to_one_that_it_names(
    signed_in, store
):
    _put(store, a_task(EVE, "t/9", team="porters & co", kind="carry-it-up"))
    service = signed_in(Role.SERVICE)
    page = service.get("/tasks")
    assert "Carry it up" in page.text
    [there] = re.findall(r'href="(/tasks\?team=porters[^"]*)"', page.body)
    theirs = service.get(there)
    assert "The programme names no team porters & co (any more)" in theirs.text
    assert re.findall(r"<details open>\s*<summary>([^<]+)", theirs.body) == ["Give it away"]
    form = {**theirs.fields(), "team": "sales"}
    given = service.post("/tasks/hand-over", form)
    assert given.location == f"{there}&said=handed_over"
    assert "Nothing is to be done by porters & co" in service.get(there).text
    assert "porters" not in service.get("/tasks").text
    assert "Carry it up" in service.get("/tasks?team=sales").text


def test_a_teams_name_is_shown_and_never_run(signed_in, store):
    _put(store, a_task(EVE, "t/9", team=XSS))
    service = signed_in(Role.SERVICE)
    for address in (
        "/tasks",
        f"/tasks?{urlencode({'team': XSS})}",
        "/",
        f"/customer?{urlencode({'id': EVE})}",
    ):
        body = service.get(address).body
        assert "<script>alert" not in body
        assert ">49<" not in body


def test_a_task_one_takes_is_among_ones_own_until_one_leaves_it(signed_in, store):
    service, owner = signed_in(Role.SERVICE), signed_in(Role.OWNER)
    assert "Nothing is to be done that you took" in service.get("/tasks?whose=mine").text
    form = {**service.get("/tasks").fields(), "task": "t/2", "back": "/tasks"}
    assert service.post("/tasks/take", form).location == "/tasks?said=taken"
    mine = service.get("/tasks?whose=mine&said=taken").text
    assert "The task is yours." in mine
    assert "Personal call" in mine
    assert "Answer complaint" not in mine
    assert "Personal call" not in owner.get("/tasks?whose=mine").text
    theirs = {**form, "proof": owner.get("/tasks").fields()["proof"]}
    late = owner.post("/tasks/take", theirs)
    assert (late.status, "Somebody was quicker" in late.text) == (409, True)
    assert owner.post("/tasks/leave", theirs).location == "/tasks?said=task_left"
    assert "Nothing is to be done that you took" in service.get("/tasks?whose=mine").text
    assert service.post("/tasks/leave", form).location == "/tasks?said=task_unchanged"


@pytest.mark.parametrize("asked", ["whose=mine", "team=sales", "whose=no-team"])
def test_what_stands_far_down_the_list_is_found_or_said_to_be_further_on(
    signed_in, store, clock, monkeypatch, asked
):
    monkeypatch.setattr(tasks_pages, "LOOKED_THROUGH", 60)
    for number in range(59):
        _put(store, a_task(EVE, f"n{number}", team="service", due_at=clock.now()))
    team = {"team=sales": "sales", "whose=no-team": ""}.get(asked, "service")
    ours = {"owner": "Service Person", "owner_id": "id-service", "team": team, "kind": "carry-it-up"}
    _put(store, a_task(EVE, "last", due_at=None, **ours))
    service = signed_in(Role.SERVICE)
    first = service.get(f"/tasks?{asked}")
    assert "Carry it up" not in first.text
    assert "Nothing" not in first.text
    assert "60 tasks were counted by team, those due first; there are more." in first.text
    assert "60 open tasks were looked through for these; there are more." in first.text
    [on] = re.findall(r'href="([^"]*from=[^"]+)"', first.body)
    assert "Carry it up" in service.get(on.replace("&amp;", "&")).text


def _put(store, fact) -> None:
    known = store.load([fact.customer_id])[fact.customer_id]
    store.save([Change(known, known, (Write(fact, When.ALWAYS),))])


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
    page = viewer.get("/tasks").text
    assert not [said for said in ("It is done", "I take it", "Give it away") if said in page]
    for change in ("done", "take", "leave", "hand-over"):
        answer = viewer.post(f"/tasks/{change}", {"customer": EVE, "task": "t/1", "team": "sales"})
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
