"""Entering once, leaving at once, waking in time."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from escalera.domain.facts import Entry, Promise, Reward, Task
from tests.fakes.failing import CrashError, Failing, Failure
from tests.fakes.house import House, Run


@pytest.fixture
def house() -> House:
    return House()


def entries(house: House) -> dict[str, str]:
    return {entry.journey: entry.status.value for entry in house.facts(Entry)}


def test_of_two_runs_for_one_cause_only_one_enters(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    runs = [house.run_of("thank-you", "PurchaseRecorded", f"run-{number}") for number in range(6)]
    start = Barrier(6)

    def enter(run):
        start.wait()
        return run.enter().outcome, run.send("thanks").outcome

    with ThreadPoolExecutor(6) as workers:
        outcomes = list(workers.map(enter, runs))
    assert sorted(outcomes) == [("done", "done"), *[("left", "left")] * 5]
    assert house.sent == ["thanks"]
    assert len(house.facts(Entry)) == 1


def test_a_run_whose_answer_was_lost_finds_itself_in_the_journey(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    house.customers = Failing(house.store, [Failure("save", after=True)])
    with pytest.raises(CrashError):
        run.enter()
    assert run.enter().outcome == "done"
    assert len(house.facts(Entry)) == 1


def test_a_purchase_during_win_back_ends_it_before_anybody_was_told(house):
    run = house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    for message in ("miss-you", "offer"):
        outcome = run.send(message)
        assert outcome.outcome == "left"
    assert house.sent == []
    assert entries(house) == {"win-back": "left"}
    assert house.told("JourneyLeft")[0]["reason"] == "PurchaseRecorded"


def test_a_purchase_between_the_look_and_the_claim_ends_win_back_without_a_message(house):
    run = house.ana_is_in_win_back()
    meanwhile = Failing(house.store)
    purchase = house.event("PurchaseCompleted", order_id="back")

    def buy(method: str) -> None:
        if method == "save" and meanwhile.calls["save"] == 1:
            house.record([purchase], customers=house.store)

    meanwhile.between, house.customers = buy, meanwhile
    assert run.send("miss-you").outcome == "left"
    assert house.sent == []


@pytest.mark.parametrize(("do", "settings"), [("reward", {"reward": "comeback"}), ("task", {"kind": "call"})])
def test_nothing_is_granted_or_asked_for_after_the_purchase(house, do, settings):
    run = house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    assert run.step(do, **settings).outcome == "left"
    assert house.facts(Reward) == house.facts(Task) == []


def test_the_news_of_a_purchase_stops_the_run(house):
    house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    assert house.news("PurchaseRecorded") == 1
    assert house.runs.stopped == {"run-1": "PurchaseRecorded"}
    assert entries(house) == {"win-back": "left"}
    assert house.ana().active_entries == {}
    assert house.news("PurchaseRecorded") == 0


def test_a_run_that_died_noting_the_stop_is_stopped_by_the_news_told_again(house):
    house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    house.customers = Failing(house.store, [Failure("save")])
    with pytest.raises(CrashError):
        house.news("PurchaseRecorded")
    assert house.news("PurchaseRecorded") == 1
    assert house.ana().active_entries == {}


def test_the_purchase_that_started_a_journey_does_not_end_it(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter(leaves_on=["PurchaseRecorded"])
    assert house.news("PurchaseRecorded") == 0
    assert run.send("thanks").outcome == "done"


def test_who_bought_before_win_back_began_does_not_enter_it(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-0", order_id="old")
    house.until_quiet()
    run = house.run_of("win-back", "CustomerWentQuiet")
    house.tell("PurchaseCompleted", "p-1", order_id="back")
    house.news("PurchaseRecorded")  # nobody is in the journey yet: there is nothing to stop
    assert run.enter().outcome == "left"
    assert run.send("miss-you").outcome == "left"
    assert house.sent == []


@pytest.mark.parametrize(
    ("name", "fields"),
    [("ComplaintRaised", {"complaint_id": "c"}), ("ConsentWithdrawn", {"purpose": "promotion"})],
)
def test_a_complaint_or_a_no_ends_win_back_too(house, name, fields):
    run = house.ana_is_in_win_back()
    house.tell(name, **fields)
    assert run.send("miss-you").outcome == "left"
    assert house.sent == []


def test_a_second_complaint_ends_a_journey_entered_during_the_first(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-0", order_id="old")
    house.tell("ComplaintRaised", "c-1", complaint_id="1")
    house.until_quiet()
    run = house.run_of("win-back", "CustomerWentQuiet")
    assert run.enter().outcome == "done"
    house.tell("ComplaintRaised", "c-2", complaint_id="2")
    assert run.step("reward", reward="comeback").outcome == "left"


def test_a_promotional_journey_gives_way_to_one_that_matters_more(house):
    first = house.ana_is_in_win_back()
    second = house.run_of("birthday", "CustomerWentQuiet", "run-2")
    assert second.enter(kind="promotion", priority=20).reason == "busy"
    third = house.run_of("anniversary", "CustomerWentQuiet", "run-3")
    assert third.enter(kind="promotion", priority=21).outcome == "done"
    assert first.send("miss-you").outcome == "left"
    assert entries(house) == {"win-back": "left", "anniversary": "active"}
    assert third.send("offer").outcome == "done"


def test_a_journey_that_a_purchase_ended_does_not_keep_the_customer_from_the_one_it_starts(house):
    house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    run = house.run_of("goes-well-with", "PurchaseRecorded", "run-2")
    assert run.enter(kind="promotion", priority=1).outcome == "done"
    assert house.news("PurchaseRecorded") == 1
    assert house.runs.stopped == {"run-1": "PurchaseRecorded"}
    assert house.told("JourneyLeft")[0]["reason"] == "PurchaseRecorded"


def test_service_neither_displaces_nor_is_displaced(house):
    house.ana_is_in_win_back()
    house.tell("ComplaintRaised", complaint_id="c")
    house.tell("ComplaintResolved", complaint_id="c")
    assert house.run_of("complaint-recovery", "ComplaintOpened", "run-2").enter().outcome == "done"
    assert house.runs.stopped == {}


def test_win_back_is_entered_once_in_half_a_year(house):
    house.ana_is_in_win_back().finish()
    house.tell("PurchaseCompleted", "p-1", order_id="1")
    house.until_quiet()
    assert house.run_of("win-back", "CustomerWentQuiet", "run-2").enter().reason == "entered_before"
    house.clock.go_on(days=90)
    house.tell("PurchaseCompleted", "p-2", order_id="2")
    house.until_quiet()
    assert house.run_of("win-back", "CustomerWentQuiet", "run-3").enter().outcome == "done"


def being_thanked(house: House, order: str = "1") -> Run:
    house.ana_registers()
    house.tell("PurchaseCompleted", f"paid-{order}", order_id=order)
    run = house.run_of("thank-you", "PurchaseRecorded", f"run-{order}")
    run.enter()
    return run


def test_waiting_for_what_has_happened_already_wakes_at_once(house):
    run = being_thanked(house)
    house.tell("DeliveryCompleted", order_id="1")
    run.wait_for("DeliveryRecorded", "token-1")
    assert house.runs.woken == ["token-1"]


def test_what_happens_between_the_look_and_the_token_wakes_too(house):
    run = being_thanked(house)
    meanwhile = Failing(house.store)
    delivery = house.event("DeliveryCompleted", order_id="1")

    def deliver(method: str) -> None:
        if method == "save" and meanwhile.calls["save"] == 1:
            house.record([delivery], customers=house.store)
            house.news("DeliveryRecorded")  # finds no token yet

    meanwhile.between, house.customers = deliver, meanwhile
    run.wait_for("DeliveryRecorded", "token-1")
    assert house.runs.woken == ["token-1"]


def test_a_delivery_wakes_the_journey_of_its_own_order_only(house):
    for order in ("1", "2"):
        being_thanked(house, order).wait_for("DeliveryRecorded", f"token-{order}")
    house.tell("DeliveryCompleted", order_id="2")
    assert house.news("DeliveryRecorded") == 1
    assert house.runs.woken == ["token-2"]
    assert house.news("DeliveryRecorded") == 0


def test_an_answer_wakes_the_journey_of_its_own_complaint_only(house):
    house.ana_registers()
    for complaint in ("1", "2"):
        house.tell("ComplaintRaised", complaint_id=complaint)
        run = house.run_of("complaint-recovery", "ComplaintOpened", f"run-{complaint}")
        run.enter()
        run.wait_for("ComplaintAnswerRecorded", f"token-{complaint}")
    house.tell("ComplaintAnswered", complaint_id="1")
    house.news("ComplaintAnswerRecorded")
    assert house.runs.woken == ["token-1"]


def test_who_left_while_waiting_is_not_kept_waiting(house):
    run = house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    run.wait_for("CustomerReturned", "token-1")
    assert house.runs.woken == ["token-1"]
    assert run.send("miss-you").outcome == "left"


def test_a_run_that_is_over_asks_again_and_does_nothing(house):
    run = being_thanked(house)
    run.send("thanks")
    assert run.finish().outcome == "done"
    assert run.finish().outcome == "done"
    assert run.send("how-was-it").outcome == "left"
    assert house.sent == ["thanks"]
    assert len(house.told("JourneyFinished")) == 1


def test_a_journey_that_a_purchase_ended_just_before_its_end_was_left_not_finished(house):
    run = house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", order_id="back")
    run.finish()
    assert entries(house) == {"win-back": "left"}


def test_what_a_step_gave_stays_as_it_was_when_the_step_is_asked_for_again(house):
    run = house.ana_is_in_win_back()
    first = house.clock.now()
    for _ in range(3):
        assert run.step("reward", reward="comeback").outcome == "done"
        assert run.step("task", kind="call", team="sales", due=3600).outcome == "done"
        assert run.step("promise", kind="call", due=3600).outcome == "done"
        house.clock.go_on(hours=1)
    assert [reward.granted_at for reward in house.facts(Reward)] == [first]
    assert [task.created_at for task in house.facts(Task)] == [first]
    assert [promise.made_at for promise in house.facts(Promise)] == [first]


def test_a_late_branch_sees_what_is_true_now(house):
    run = being_thanked(house)
    cases = [{"order_delivered": True}, {"orders": {"at_most": 1}}]
    assert run.step("decide", cases=cases).outcome == "case-1"
    house.tell("DeliveryCompleted", order_id="1")
    assert run.step("decide", cases=cases).outcome == "case-0"


def test_a_branch_can_ask_whether_the_order_was_given_back(house):
    run = being_thanked(house)
    cases = [{"order_returned": False}, {"order_returned": True}]
    assert run.step("decide", cases=cases).outcome == "case-0"
    house.tell("PurchaseRefunded", order_id="1")
    assert run.step("decide", cases=cases).outcome == "case-1"


def test_a_branch_that_asks_nothing_of_the_order_reads_none(house, monkeypatch):
    run = being_thanked(house)
    monkeypatch.setattr(house.customers, "load_facts", None)
    assert run.step("decide", cases=[{"orders": {"at_most": 1}}]).outcome == "case-0"
