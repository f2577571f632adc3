"""Silences are noticed and promises watched, at a cost that follows who is due."""

from dataclasses import replace
from datetime import timedelta

import pytest

from escalera.adapters.memory import InMemoryCustomerRepository, InMemorySweeps
from escalera.domain.customer import Customer
from escalera.domain.errors import StoreBusyError
from escalera.domain.facts import Promise
from escalera.domain.vocabulary import CustomerId, Rung
from escalera.ports.customers import Change, DueKind, Write
from escalera.use_cases.find_broken_promises import find_broken_promises
from escalera.use_cases.sweeping import look_back_days
from tests.fakes.clock import SetClock
from tests.fakes.facts import NOON, a_promise
from tests.fakes.failing import Failing, Failure
from tests.fakes.house import DAY, House, Run


@pytest.fixture
def house() -> House:
    return House()


class Counting:
    """Counts the items that are read, of the index and of the table."""

    def __init__(self, real: InMemoryCustomerRepository) -> None:
        self.real, self.items = real, 0

    def load(self, ids):
        found = self.real.load(ids)
        self.items += len(found)
        return found

    def load_facts(self, keys):
        asked = list(keys)
        self.items += len(asked)
        return self.real.load_facts(asked)

    def find_due(self, kind, until, *, look_back_days):
        for due in self.real.find_due(kind, until, look_back_days=look_back_days):
            self.items += 1
            yield due

    def __getattr__(self, name):
        return getattr(self.real, name)


def test_a_sweep_over_a_hundred_thousand_of_whom_five_hundred_are_due_reads_fewer_than_1500_items(house):
    house.tell("PurchaseCompleted", order_id="1")
    bought = house.ana()
    due_at = bought.quiet_due_at
    assert due_at is not None
    for number in range(100_000):
        # Five hundred bought as long ago as Ana; the others on one of the ninety-nine days after.
        later = timedelta(days=0 if number < 499 else 1 + number % 99)
        last = bought.first_order_at + later if bought.first_order_at else None
        one = CustomerId(f"c-{number}")
        house.store.store.customers[one] = replace(
            bought, id=one, quiet_due_at=due_at + later, first_order_at=last, last_order_at=last
        )
    house.clock.at = due_at + timedelta(hours=1)
    counting = Counting(house.store)
    house.customers = counting
    assert house.sweep() == 500
    assert counting.items < 1_500
    first = counting.items
    assert house.sweep() == 0
    assert counting.items == first  # who was noticed is not due any more


@pytest.mark.parametrize("away", [20, 90, 399])
def test_a_silence_that_began_while_nobody_looked_is_noticed_by_the_next_sweep(house, away):
    house.tell("PurchaseCompleted", order_id="1")
    due_at = house.ana().quiet_due_at
    house.clock.at = due_at - timedelta(hours=1)
    assert house.sweep() == 0
    house.clock.go_on(days=away)
    assert house.sweep() == 1


def test_a_promise_that_ran_out_while_nobody_looked_is_found_broken(house):
    promised(house)
    assert house.look_at_promises() == 0
    house.clock.go_on(days=60)
    assert house.look_at_promises() == 1


def test_a_sweep_that_failed_is_no_look_and_the_next_goes_back_to_the_one_before(house):
    house.tell("PurchaseCompleted", order_id="1")
    house.clock.at = house.ana().quiet_due_at - timedelta(hours=1)
    house.sweep()
    for days in (30, 30):
        house.clock.go_on(days=days)
        house.customers = Failing(house.store, [Failure("save", error=lambda: StoreBusyError("slow down"))])
        with pytest.raises(StoreBusyError):
            house.sweep()
    house.customers = house.store
    assert house.sweep() == 1


def test_days_looked_back_on_reach_the_last_look_a_week_at_least_and_hardly_more_than_a_year():
    sweeps, days = InMemorySweeps(), []
    for last in (None, *(NOON - timedelta(days=away) for away in (-2, 0, 6, 8, 365, 5000))):
        if last is not None:
            sweeps.done(DueKind.QUIET, last)
        days.append(look_back_days(DueKind.QUIET, NOON, sweeps=sweeps))
    assert days == [30, 7, 7, 7, 8, 365, 400]
    assert look_back_days(DueKind.PROMISE, NOON, sweeps=sweeps) == 30


def test_a_silence_is_noticed_once_and_not_before_its_day(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    due_at = house.ana().quiet_due_at
    assert due_at is not None
    house.clock.at = due_at - timedelta(seconds=1)
    assert house.sweep() == 0
    house.clock.at = due_at
    assert house.sweep() == 1
    assert house.sweep() == 0
    told = house.told("CustomerWentQuiet")
    assert len(told) == 1
    assert told[0]["silence_days"] == told[0]["threshold_days"] == (due_at - bought_at(house)).days


def bought_at(house: House):
    last = house.ana().last_order_at
    assert last is not None
    return last


def test_a_purchase_while_the_sweep_looks_is_no_silence(house):
    house.tell("PurchaseCompleted", order_id="1")
    house.clock.at = house.ana().quiet_due_at or house.clock.at
    meanwhile = Failing(house.store)
    purchase = house.event("PurchaseCompleted", order_id="2")

    def buy(method: str) -> None:
        if method == "save":
            house.record([purchase], customers=house.store)

    meanwhile.between, house.customers = buy, meanwhile
    assert house.sweep() == 0
    assert house.ana().quiet_since is None


def test_who_was_quiet_returns_with_the_purchase_and_stands_again_where_they_stood(house):
    house.ana_registers()
    for order in range(3):
        house.tell("PurchaseCompleted", order_id=str(order))
        house.clock.go_on(days=10)
    assert house.ana().rung is Rung.FREQUENT
    house.until_quiet()
    assert house.ana().rung is Rung.CUSTOMER
    house.tell("PurchaseCompleted", order_id="back")
    assert house.ana().rung is Rung.FREQUENT
    assert house.ana().quiet_since is None
    reasons = [told["reason"] for told in house.told("RungChanged")]
    assert reasons[-2:] == ["went_quiet", "buys_in_rhythm"]
    assert len(house.told("CustomerReturned")) == 1


def test_an_old_purchase_heard_of_late_is_looked_at_in_the_next_sweep(house):
    house.clock.go_on(days=365)
    long_ago = house.clock.now() - timedelta(days=300)
    house.tell("PurchaseCompleted", order_id="1", occurred_at=long_ago)
    house.clock.go_on(days=1)
    assert house.sweep() == 1


def promised(house: House) -> Run:
    house.ana_registers()
    house.tell("ComplaintRaised", complaint_id="c")
    run = house.run_of("complaint-recovery", "ComplaintOpened")
    run.enter()
    for _ in range(2):
        assert run.step("promise", kind="answer-complaint", due=DAY).outcome == "done"
    return run


def test_a_promise_answered_in_time_is_kept(house):
    promised(house)
    house.clock.go_on(hours=5)
    house.tell("ComplaintAnswered", complaint_id="c")
    answered_at = house.clock.now()
    house.clock.go_on(hours=20)
    assert house.look_at_promises() == 0
    assert [(one.status.value, one.settled_at) for one in house.facts(Promise)] == [("kept", answered_at)]
    assert len(house.told("PromiseMade")) == len(house.told("PromiseKept")) == 1
    assert house.told("PromiseBroken") == []


def test_a_promise_nobody_kept_is_broken_once_and_told(house):
    promised(house)
    house.clock.go_on(hours=23)
    assert house.look_at_promises() == 0
    house.clock.go_on(hours=1)
    assert house.look_at_promises() == 1
    assert house.look_at_promises() == 0
    assert [told["about"] for told in house.told("PromiseBroken")] == ["c"]


def test_of_two_who_watch_at_once_one_finds_the_promise_broken(house):
    promised(house)
    house.clock.go_on(hours=24)
    meanwhile = Failing(house.store)
    found: list[int] = []

    def look_too(method: str) -> None:
        if method == "load" and not found:
            house.customers = house.store
            found.append(house.look_at_promises())

    meanwhile.between, house.customers = look_too, meanwhile
    assert (house.look_at_promises(), found) == (0, [1])
    assert len(house.told("PromiseBroken")) == 1


def test_an_answer_after_the_promised_hour_does_not_mend_the_promise(house):
    promised(house)
    house.clock.go_on(hours=25)
    house.tell("ComplaintAnswered", complaint_id="c")
    assert house.look_at_promises() == 1


def test_a_solution_is_an_answer_too(house):
    promised(house)
    house.clock.go_on(hours=2)
    house.tell("ComplaintResolved", complaint_id="c")
    house.clock.go_on(hours=25)
    assert house.look_at_promises() == 0
    assert [one.status.value for one in house.facts(Promise)] == ["kept"]


def test_two_promises_of_one_customer_and_those_of_hundreds_are_all_settled_at_once():
    customers, clock = InMemoryCustomerRepository(), SetClock(NOON)
    ids = [CustomerId(f"c-{number}") for number in range(250)]
    for one in ids:
        writes = tuple(Write(a_promise(one, name, due_at=NOON)) for name in ("p-1", "p-2"))
        customers.save([Change(Customer(one), Customer(one), writes)])
    found = [
        find_broken_promises(customers=customers, sweeps=InMemorySweeps(), clock=clock) for _ in range(2)
    ]
    assert found == [500, 0]
    assert all(customers.load([one])[one].version == 2 for one in ids)
