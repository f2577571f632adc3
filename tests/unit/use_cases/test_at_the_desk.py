"""What the shop's people do: once, in the customer's own transaction, with a row that tells who did it."""

from dataclasses import replace
from typing import Any

import pytest

from escalera.adapters.memory import InMemoryWorkLists
from escalera.domain.errors import AnsweredMeanwhileError, NotAllowedError, NotThereError, PermanentError
from escalera.domain.facts import Answer, Audit, Complaint, Promise, PromiseStatus, Task
from escalera.domain.staff import Role, StaffMember
from escalera.domain.vocabulary import ComplaintId, CustomerId, TaskId
from escalera.domain.work import audit_of, open_tasks
from escalera.use_cases.desk.finish_task import LONGEST_NOTE, DoneByAnotherError, finish_task
from escalera.use_cases.desk.tend_complaints import (
    LONGEST_ANSWER,
    answer_complaint,
    assign_complaint,
    resolve_complaint,
)
from escalera.use_cases.desk.tend_tasks import TakenByAnotherError, hand_over_task, leave_task, take_task
from tests.fakes.failing import Failing
from tests.fakes.house import ANA, DAY, MARTA, House, Run

VIEWER = StaffMember("sub-vera", "Vera", "vera@casa.example.com", Role.VIEWER)
OWNER = StaffMember("sub-olga", "Olga", "olga@casa.example.com", Role.OWNER)
CAUSES = ("packaging", "late-delivery")


def assign(house: House, to: str = "Marta", complaint: str = "c", by: StaffMember = OWNER) -> bool:
    known = ComplaintId(complaint)
    return assign_complaint(ANA, known, to=to, by=by, customers=house.customers, clock=house.clock)


def resolve(house: House, cause: str = "packaging", by: StaffMember = MARTA) -> bool:
    asked: dict[str, Any] = {"causes": CAUSES, "by": by, "customers": house.customers, "clock": house.clock}
    return resolve_complaint(ANA, ComplaintId("c"), cause=cause, **asked)


def audits(house: House) -> list[tuple[str, str, str, str]]:
    return [(one.by, one.what, one.about, one.detail) for one in house.facts(Audit)]


def the_complaint(house: House) -> Complaint:
    (complaint,) = house.facts(Complaint)
    assert isinstance(complaint, Complaint)
    return complaint


@pytest.fixture
def house() -> House:
    """Ana complained, and was promised an answer within the day."""
    house = House()
    house.ana_registers()
    house.tell("ComplaintRaised", complaint_id="c")
    recovery = house.run_of("complaint-recovery", "ComplaintOpened")
    recovery.enter()
    recovery.step("promise", kind="answer-complaint", due=DAY)
    recovery.step("task", kind="answer-complaint", team="service", due=DAY)
    return house


def test_task_done_leaves_the_list_and_says_who_did_it_and_when(house):
    work = InMemoryWorkLists(house.store)
    assert len(work.page(open_tasks()).facts) == 1
    assert house.finish_tasks(note="Called.\r\nAll is well\x00 ") == [True]
    (task,) = house.facts(Task)
    assert (task.done_by, task.done_at, task.note) == ("Marta", house.clock.now(), "Called.\nAll is well")
    assert work.page(open_tasks()).facts == ()
    assert audits(house) == [("Marta", "task finished", task.task_id, "answer-complaint")]
    assert house.told("TaskDone")[0]["task_id"] == task.task_id


def test_task_is_done_once_by_whoever_was_first(house):
    house.finish_tasks()
    assert house.finish_tasks() == [False]
    with pytest.raises(DoneByAnotherError, match="Marta"):
        house.finish_tasks(by=OWNER)
    assert house.facts(Task)[0].done_by == "Marta"
    assert len(house.facts(Audit)) == 1
    assert len(house.told("TaskDone")) == 1


NAMESAKE = StaffMember("sub-marta-2", "Marta", "marta2@casa.example.com", Role.SERVICE)
RENAMED = replace(MARTA, name="Marta Ruiz")


def test_two_of_one_name_are_two_people_and_one_who_is_called_otherwise_is_still_one(house):
    house.finish_tasks()
    assert house.finish_tasks(by=RENAMED) == [False]
    with pytest.raises(DoneByAnotherError):
        house.finish_tasks(by=NAMESAKE)
    seen = {"customers": house.customers, "clock": house.clock, "seen": ""}
    assert answer_complaint(ANA, ComplaintId("c"), text="One", form="1", by=MARTA, **seen)
    assert answer_complaint(ANA, ComplaintId("c"), text="Two", form="2", by=RENAMED, **seen)
    with pytest.raises(AnsweredMeanwhileError):
        answer_complaint(ANA, ComplaintId("c"), text="Three", form="3", by=NAMESAKE, **seen)
    assert (the_complaint(house).owner, the_complaint(house).owner_id) == ("Marta", MARTA.id)


def test_owner_known_by_name_alone_can_be_known_by_id_from_now_on(house):
    assert assign(house, "Marta")
    given = {"to": "Marta", "to_id": MARTA.id, "by": OWNER, "customers": house.customers}
    assert assign_complaint(ANA, ComplaintId("c"), **given, clock=house.clock)
    assert the_complaint(house).owner_id == MARTA.id
    assert not assign_complaint(ANA, ComplaintId("c"), **given, clock=house.clock)


def tend(house: House, do: Any, by: StaffMember = MARTA, **more: Any) -> bool:
    (task,) = house.facts(Task)
    return bool(do(ANA, task.task_id, by=by, customers=house.customers, clock=house.clock, **more))


def whose(house: House) -> tuple[str, str, str]:
    (task,) = house.facts(Task)
    assert isinstance(task, Task)
    return task.team, task.owner, task.owner_id


def test_task_is_taken_by_one_and_left_by_anybody(house):
    assert tend(house, take_task)
    assert whose(house) == ("service", "Marta", MARTA.id)
    assert not tend(house, take_task)
    for other in (OWNER, NAMESAKE):
        with pytest.raises(TakenByAnotherError, match="Marta"):
            tend(house, take_task, other)
    assert tend(house, leave_task, OWNER)
    assert whose(house) == ("service", "", "")
    assert not tend(house, leave_task)
    assert sorted(who[:2] for who in audits(house)) == [("Marta", "task taken"), ("Olga", "task left")]


def test_task_handed_over_is_the_other_teams_and_nobodys_in_it(house):
    tend(house, take_task)
    assert tend(house, hand_over_task, team="sales", teams=("sales", "service"))
    assert whose(house) == ("sales", "", "")
    assert not tend(house, hand_over_task, team="sales", teams=("sales", "service"))
    assert ("Marta", "task handed over", "sales") in [(by, what, to) for by, what, _, to in audits(house)]
    with pytest.raises(PermanentError, match="none of the programme's teams"):
        tend(house, hand_over_task, team="warehouse", teams=("sales", "service"))
    assert whose(house)[0] == "sales"


def test_what_is_done_is_neither_taken_nor_left_nor_handed_over(house):
    tend(house, take_task)
    house.finish_tasks()
    before = whose(house)
    assert not tend(house, take_task, OWNER)
    assert not tend(house, leave_task)
    assert not tend(house, hand_over_task, team="sales", teams=("sales",))
    assert whose(house) == before


def test_what_nobody_knows_cannot_be_changed(house):
    ports = {"by": MARTA, "customers": house.customers, "clock": house.clock}
    with pytest.raises(NotThereError, match="no task"):
        finish_task(ANA, TaskId("t-0"), **ports)
    with pytest.raises(NotThereError, match="no customer"):
        finish_task(CustomerId("nobody"), TaskId("t-0"), **ports)
    with pytest.raises(NotThereError, match="no complaint"):
        assign(house, complaint="other")
    assert house.facts(Audit) == []


def test_viewer_changes_nothing(house):
    before = len(house.store.stream)
    for change in (
        lambda: house.finish_tasks(by=VIEWER),
        lambda: tend(house, take_task, VIEWER),
        lambda: tend(house, leave_task, VIEWER),
        lambda: tend(house, hand_over_task, VIEWER, team="sales", teams=("sales",)),
        lambda: assign(house, by=VIEWER),
        lambda: house.answer("c", "Hello", by=VIEWER),
        lambda: resolve(house, by=VIEWER),
    ):
        with pytest.raises(NotAllowedError, match="viewer does not have the right `serve`"):
            change()
    assert len(house.store.stream) == before


def test_complaint_knows_by_when_an_answer_was_promised(house):
    (promise,) = house.facts(Promise)
    assert the_complaint(house).promised_at == promise.due_at


def test_complaint_is_given_to_somebody_and_back(house):
    assert assign(house, "  Marta \n Ruiz ")
    assert the_complaint(house).owner == "Marta Ruiz"
    assert not assign(house, "Marta Ruiz")
    assert assign(house, "")
    assert the_complaint(house).owner == ""
    assert sorted(audits(house)) == [
        ("Olga", "complaint assigned", "c", ""),
        ("Olga", "complaint assigned", "c", "Marta Ruiz"),
    ]


def test_answer_is_kept_told_and_keeps_the_promise_at_once(house):
    house.clock.go_on(hours=3)
    assert house.answer("c", "A new one\r\nis on its way.\n\n\n\nMarta\u202e")
    (answer,) = house.facts(Answer)
    assert (answer.text, answer.by) == ("A new one\nis on its way.\n\nMarta", "Marta")
    (promise,) = house.facts(Promise)
    assert (promise.status, promise.settled_at) == (PromiseStatus.KEPT, house.clock.now())
    complaint = the_complaint(house)
    assert (complaint.answered_at, complaint.owner) == (house.clock.now(), "Marta")
    (told,) = house.told("ComplaintAnswerWritten")
    assert told["answer_id"] == answer.answer_id
    assert "on its way" not in str(house.bus.published)
    assert len(house.told("ComplaintAnswerRecorded")) == 1


def test_answer_that_comes_too_late_leaves_the_promise_broken(house):
    house.clock.go_on(hours=25)
    house.answer("c", "Sorry")
    assert house.facts(Promise)[0].status is PromiseStatus.BROKEN


def test_same_form_twice_is_one_answer_and_two_forms_are_two(house):
    assert house.answer("c", "First")
    first = house.clock.now()
    house.clock.go_on(hours=1)
    assert not house.answer("c", "First")
    assert house.answer("c", "Second", form="form-2")
    assert sorted(one.text for one in house.facts(Answer)) == ["First", "Second"]
    assert the_complaint(house).answered_at == first
    assert len(house.told("ComplaintAnswerWritten")) == 2
    assert len({one["event_id"] for one in house.told("ComplaintAnswerWritten")}) == 2
    assert len(house.facts(Audit)) == 2


def test_owner_stays_who_it_was_when_another_answers(house):
    assign(house, "Olga")
    house.answer("c", "Hello")
    assert the_complaint(house).owner == "Olga"


@pytest.mark.parametrize("text", ["", " \r\n ", "\x00\u202e", "a" * (LONGEST_ANSWER + 1)])
def test_answer_that_says_nothing_or_too_much_is_refused(house, text):
    with pytest.raises(PermanentError, match=r"1 to 5000 signs.*nothing was kept"):
        house.answer("c", text)
    assert house.facts(Answer) == []


def test_longest_answer_fits(house):
    assert house.answer("c", "a" * LONGEST_ANSWER)


def test_long_note_is_cut(house):
    house.finish_tasks(note="a" * 3000)
    assert len(house.facts(Task)[0].note) == LONGEST_NOTE


def test_solved_complaint_has_its_cause_and_lets_the_shop_sell_again(house):
    assert house.ana().has_open_complaint
    assert resolve(house)
    assert the_complaint(house).cause == "packaging"
    assert not house.ana().has_open_complaint
    (closed,) = house.told("ComplaintClosed")
    assert closed["cause"] == "packaging"
    assert house.facts(Promise)[0].status is PromiseStatus.KEPT
    assert not resolve(house)
    assert not assign(house)


def test_cause_can_be_put_right_afterwards(house):
    resolve(house)
    solved = the_complaint(house)
    house.clock.go_on(days=1)
    assert resolve(house, "late-delivery")
    after = the_complaint(house)
    assert (after.cause, after.resolved_at) == ("late-delivery", solved.resolved_at)
    assert [what for _, what, *_ in audits(house)] == [
        "complaint solved",
        "cause of a complaint put right",
    ]
    assert len(house.told("ComplaintClosed")) == 1


def test_cause_the_programme_does_not_name_is_refused(house):
    with pytest.raises(PermanentError, match="packaging, late-delivery"):
        resolve(house, "gremlins")
    assert the_complaint(house).resolved_at is None


def test_what_the_shops_own_system_says_meanwhile_is_not_lost(house):
    """Somebody else's word comes between our reading and our writing: we look again."""
    told, real = iter([True]), house.customers

    def between(method: str) -> None:
        if method == "save" and next(told, False):
            house.record([house.event("ComplaintResolved", complaint_id="c", cause="carrier")], real)

    house.customers = Failing(real, between=between)
    house.clock.go_on(hours=1)
    assert house.answer("c", "Hello")
    complaint = the_complaint(house)
    assert complaint.cause == "carrier"
    assert complaint.resolved_at is not None
    assert complaint.answered_at is not None


def test_row_of_the_audit_lies_in_the_list_of_its_day(house):
    assign(house)
    house.clock.go_on(days=1)
    house.answer("c", "Hello")
    work = InMemoryWorkLists(house.store)
    (row,) = work.page(audit_of(house.clock.now().date())).facts
    assert (row.what, row.by, row.role, row.staff_id) == (
        "complaint answered",
        "Marta",
        Role.SERVICE,
        "sub-marta",
    )


def test_answer_reaches_the_customer_word_for_word(house):
    seen: list[dict[str, Any]] = []
    real = house.renderer

    class Watching:
        def render(self, message, channel, language, context):
            seen.append(dict(context))
            return real.render(message, channel, language, context)

        def mentions(self, message, channel, language, fact):
            return not fact.startswith("reward")

    house.renderer = Watching()
    house.answer("c", "One <b>\nTwo")
    run = Run(
        house, "complaint-answer", "ComplaintAnswerWritten", house.told("ComplaintAnswerWritten")[0], "run-a"
    )
    run.enter(kind="service")
    assert run.send("thanks").outcome == "done"
    assert seen[0]["answer"] == {"text": "One <b>\nTwo"}
    assert seen[0]["complaint"]["subject"] == the_complaint(house).subject != ""


def test_two_changes_of_one_instant_leave_two_rows(house):
    assert assign(house, "Marta")
    assert assign(house, "Olga")
    assert assign(house, "Marta")
    assert the_complaint(house).owner == "Marta"
    assert {row.at for row in house.facts(Audit)} == {house.clock.now()}
    assert {row.detail for row in house.facts(Audit)} == {"Marta", "Olga"}
