"""However often, in whatever order and by however many an event is brought: it counts once."""

import random
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from escalera.domain.facts import Complaint, Order, Refund
from escalera.domain.vocabulary import Rung
from tests.fakes.failing import Failing
from tests.fakes.house import ANA, House, Run


@pytest.fixture
def house() -> House:
    house = House()
    house.ana_registers()
    return house


def thank_for_everything(house: House) -> None:
    """Whatever was told starts a run of thank-you, and is told twice, as a bus may."""
    for event in house.publish():
        if event.name == "PurchaseRecorded":
            for execution in ("first", "second"):
                run = Run(
                    house, "thank-you", event.name, event.detail, f"{execution}-{event.detail['order_id']}"
                )
                if run.enter().outcome == "done":
                    run.send("thanks")


def test_a_purchase_told_fifty_times_is_one_order_and_one_thank_you(house):
    events = [house.event("PurchaseCompleted", f"told-{n}", order_id="1") for n in range(50)]
    start = Barrier(5)

    def worker(number: int) -> None:
        start.wait()
        for first in range(number * 10, number * 10 + 10, 5):
            house.record(events[first : first + 5])

    with ThreadPoolExecutor(5) as workers:
        list(workers.map(worker, range(5)))
    thank_for_everything(house)

    ana = house.ana()
    assert (ana.orders, ana.spending["EUR"].bought) == (1, 4590)
    assert len(house.facts(Order)) == 1
    assert len(house.told("PurchaseRecorded")) == 1
    assert house.sent == ["thanks"]


def test_different_purchases_of_one_customer_told_at_once_all_count_and_all_are_thanked(house):
    start = Barrier(6)

    def worker(number: int) -> None:
        start.wait()
        house.tell("PurchaseCompleted", order_id=str(number), total={"amount": 100, "currency": "EUR"})

    with ThreadPoolExecutor(6) as workers:
        list(workers.map(worker, range(6)))
    thank_for_everything(house)

    ana = house.ana()
    assert (ana.orders, ana.spending["EUR"].bought) == (6, 600)
    assert ana.rung is Rung.FREQUENT
    assert sorted(order.number for order in house.facts(Order)) == [1, 2, 3, 4, 5, 6]
    assert house.sent == ["thanks"] * 6


def test_a_purchase_and_a_complaint_at_the_same_time_are_both_there(house):
    meanwhile = Failing(house.store)
    complaint = house.event("ComplaintRaised", complaint_id="c")

    def complain(method: str) -> None:
        if method == "save" and meanwhile.calls["save"] == 1:
            house.record([complaint])

    meanwhile.between = complain
    house.record([house.event("PurchaseCompleted", order_id="1")], customers=meanwhile)
    assert house.ana().orders == 1
    assert house.ana().has_open_complaint


def test_of_a_batch_with_a_duplicate_the_others_are_counted(house):
    house.tell("PurchaseCompleted", order_id="1")
    outcomes = house.record([house.event("PurchaseCompleted", order_id=order) for order in ("2", "1", "3")])
    assert [outcome.duplicate for outcome in outcomes] == [False, True, False]
    assert house.ana().orders == 3


def test_a_refund_that_is_twice_in_one_batch_is_given_back_once(house):
    house.tell("PurchaseCompleted", order_id="1")
    back = house.event("PurchaseRefunded", order_id="1", amount={"amount": 100, "currency": "EUR"})
    house.record([back, back])
    assert house.ana().spending["EUR"].refunded == 100
    assert [order.refunded for order in house.facts(Order)] == [100]


def test_a_batch_is_one_read_and_one_save_whoever_it_is_about(house):
    counted = Failing(house.store)
    events = [house.event("PurchaseCompleted", order_id=str(n), customer_id=f"c-{n % 3}") for n in range(9)]
    house.record(events, customers=counted)
    assert counted.calls == {"load": 1, "save": 1}


def everything(house: House) -> list[object]:
    """A small life: two purchases, one given back in two parts, delivered, complained about, no more offers."""
    first = {"order_id": "1", "total": {"amount": 1000, "currency": "EUR"}}
    earlier = house.clock.now()
    house.clock.go_on(days=7)
    day = house.event
    return [
        day("PurchaseCompleted", "a", **first, occurred_at=earlier),
        day("PurchaseCompleted", "b", order_id="2", total={"amount": 500, "currency": "EUR"}),
        day("PurchaseRefunded", "c", order_id="1", refund_id="x", amount={"amount": 400, "currency": "EUR"}),
        day("PurchaseRefunded", "d", order_id="1", refund_id="y", amount={"amount": 600, "currency": "EUR"}),
        day("DeliveryCompleted", "e", order_id="1"),
        day("ComplaintRaised", "f", complaint_id="c", occurred_at=earlier),
        day("ComplaintResolved", "g", complaint_id="c"),
        day("ConsentWithdrawn", "h", purpose="promotion"),
    ]


@pytest.mark.parametrize("seed", range(25))
def test_a_life_told_in_any_order_and_with_repetitions_ends_the_same(house, seed):
    events = everything(house) * 3
    random.Random(seed).shuffle(events)
    for event in events:
        house.record([event])
    ana = house.ana()
    assert (ana.orders, ana.orders_returned, ana.kept_orders) == (2, 1, 1)
    assert (ana.spending["EUR"].bought, ana.spending["EUR"].refunded) == (1500, 1000)
    assert ana.rung is Rung.BUYER
    assert not ana.has_open_complaint
    assert ana.refunds_awaiting_order == ana.deliveries_awaiting_order == {}
    orders = {order.order_id: order for order in house.facts(Order)}
    assert orders["1"].refunded == 1000
    assert orders["1"].delivered_at == house.clock.now()
    assert len(house.facts(Refund)) == 2
    told = Counter(event.name for event in house.publish())
    assert (told["PurchaseRecorded"], told["RefundRecorded"], told["DeliveryRecorded"]) == (2, 2, 1)


def test_a_refund_that_comes_first_waits_for_its_purchase(house):
    house.tell("PurchaseRefunded", order_id="1", refund_id="x")
    assert house.ana().kept_orders == 0
    house.tell("PurchaseCompleted", order_id="1")
    ana = house.ana()
    assert (ana.orders, ana.kept_orders, ana.rung) == (1, 0, Rung.PROSPECT)


def test_a_complaint_resolved_before_it_is_raised_is_never_open_and_starts_no_journey(house):
    raised_at = house.clock.now()
    house.clock.go_on(hours=3)
    house.tell("ComplaintResolved", complaint_id="c")
    house.tell("ComplaintRaised", complaint_id="c", occurred_at=raised_at)
    assert not house.ana().has_open_complaint
    assert house.told("ComplaintOpened") == []
    complaint = house.facts(Complaint)[0]
    assert (complaint.raised_at, complaint.resolved_at) == (raised_at, house.clock.now())


def test_a_purchase_of_last_week_counts_by_its_own_date_and_is_not_thanked_any_more(house):
    bought_at = house.clock.now()
    house.clock.go_on(days=7)
    house.tell("PurchaseCompleted", order_id="1", occurred_at=bought_at)
    assert house.ana(ANA).last_order_at == bought_at
    run = house.run_of("thank-you", "PurchaseRecorded")
    assert run.enter().reason == "too_late"
    assert run.send("thanks").outcome == "left"
    assert house.sent == []


def test_the_earlier_yes_does_not_undo_the_later_no(house):
    said_yes = house.clock.now()
    house.clock.go_on(days=1)
    house.tell("ConsentWithdrawn", "no", purpose="relationship")
    house.tell("ConsentGiven", "late", purpose="relationship", occurred_at=said_yes)
    assert [
        state.given for (purpose, _), state in house.ana().consents.items() if purpose == "relationship"
    ] == [False]
