"""What class and group a customer is of reaches the bus and the journeys."""

import pytest

from escalera.domain.customer import Person
from escalera.domain.facts import Task
from tests.fakes.house import ANA, DAY, House

EUR = "EUR"


@pytest.fixture
def house() -> House:
    house = House()
    house.ana_registers()
    return house


def buys(house: House, order: str, amount: int, who: str = ANA) -> None:
    house.tell(
        "PurchaseCompleted", order, order_id=order, customer_id=who, total={"amount": amount, "currency": EUR}
    )


def test_class_is_told_by_night_and_again_only_when_it_changes(house):
    buys(house, "1", 5_000)
    buys(house, "2", 95_000, who="luis")
    assert house.told("ClassChanged") == []
    assert house.night() == 2
    told = {one["customer_id"]: one for one in house.told("ClassChanged")}
    assert told["luis"]["to_class"] == "A"
    assert told[ANA]["to_class"] == "C"
    assert "from_class" not in told[ANA]
    assert house.night() == 0
    assert len(house.told("ClassChanged")) == 2


def test_purchase_and_refund_between_nights_are_told_as_changes_of_class(house):
    buys(house, "1", 5_000)
    buys(house, "2", 95_000, who="luis")
    house.night()
    house.clock.go_on(hours=5)
    buys(house, "3", 90_000)
    assert house.told("ClassChanged")[-1]["from_class"] == "C"
    assert house.told("ClassChanged")[-1]["to_class"] == "A"
    assert house.told("ClassChanged")[-1]["occurred_at"] == "2026-03-02T15:00:00Z"
    house.tell(
        "PurchaseRefunded", "r", order_id="3", refund_id="r", amount={"amount": 90_000, "currency": EUR}
    )
    assert house.told("ClassChanged")[-1]["to_class"] == "C"
    assert [spell.abc_class.value for spell in house.ana().class_history] == ["C", "A", "C"]


def test_group_is_told_on_joining_with_its_reason_and_on_leaving(house):
    buys(house, "1", 5_000)
    house.tell("ComplaintRaised", complaint_id="c")
    house.night()
    (joined,) = house.told("GroupJoined")
    assert joined["group"] == "valuable-complained"
    assert joined["reason"] == "class A; complained; nothing was promised"
    house.clock.go_on(days=20)
    house.night()
    assert house.told("GroupLeft") == []
    house.clock.go_on(days=20)
    house.night()
    (left,) = house.told("GroupLeft")
    assert (left["group"], left["joined_at"]) == ("valuable-complained", joined["occurred_at"])
    assert len(house.told("GroupJoined")) == 1


@pytest.fixture
def in_the_group(house: House) -> House:
    buys(house, "1", 5_000)
    house.tell("ComplaintRaised", complaint_id="c")
    house.tell("ComplaintResolved", complaint_id="c")
    house.night()
    return house


def test_journey_starts_for_its_own_group_and_gives_its_task(in_the_group):
    run = in_the_group.run_of("call", "GroupJoined")
    assert run.enter(kind="relationship", groups=["valuable-complained"]).outcome == "done"
    run.step("task", kind="call", team="sales", due=DAY)
    assert [task.kind for task in in_the_group.facts(Task)] == ["call"]


def test_journey_of_another_group_is_left_at_the_door(in_the_group):
    run = in_the_group.run_of("call", "GroupJoined")
    outcome = run.enter(kind="relationship", groups=["volume-down", "lost"])
    assert (outcome.outcome, outcome.reason) == ("left", "another_group")


def test_conditions_ask_for_groups(in_the_group):
    run = in_the_group.run_of("call", "GroupJoined")
    run.enter(kind="relationship")
    cases = [{"group": ["volume-down"]}, {"group": ["volume-down", "valuable-complained"]}]
    assert run.step("decide", cases=cases).outcome == "case-1"


def test_categories_costs_and_discount_are_kept_with_the_order(house):
    line = {"sku": "L", "quantity": 2, "unit_price": {"amount": 500, "currency": EUR}, "category": "lamps"}
    cost = {"unit_cost": {"amount": 200, "currency": EUR}}
    other = {"sku": "R", "quantity": 1, "unit_price": {"amount": 300, "currency": EUR}, "category": "rugs"}
    foreign = {
        "sku": "G",
        "quantity": 1,
        "unit_price": {"amount": 900, "currency": "GBP"},
        "category": "rugs",
    }
    discount = {"amount": 50, "currency": EUR}
    total = {"amount": 950, "currency": EUR}
    house.tell(
        "PurchaseCompleted",
        "1",
        order_id="1",
        lines=[line | cost, line | cost],
        total=total,
        discount=discount,
    )
    house.tell("PurchaseCompleted", "2", order_id="2", lines=[line | cost, other, foreign], total=total)
    house.tell("PurchaseCompleted", "3", order_id="3", total=total)
    from escalera.domain.facts import Order

    kept = [(dict(one.categories), one.cost, one.discount) for one in house.facts(Order)]
    assert kept == [({"lamps": 2000}, 800, 50), ({"lamps": 1000, "rugs": 300}, None, 0), ({}, None, 0)]


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("discount", {"amount": 5, "currency": "GBP"}),
        (
            "lines",
            [
                {
                    "sku": "L",
                    "quantity": 1,
                    "unit_price": {"amount": 5, "currency": EUR},
                    "unit_cost": {"amount": 5, "currency": "GBP"},
                }
            ],
        ),
    ],
)
def test_costs_in_another_currency_than_the_total_are_refused_with_what_to_do(house, field, value):
    with pytest.raises(
        ValueError, match="GBP and the total in EUR: tell both in the currency the customer paid"
    ):
        house.event("PurchaseCompleted", **{field: value, "total": {"amount": 5, "currency": EUR}})


def test_people_of_a_company_are_kept_and_stay_when_nobody_speaks_of_them(house):
    people = [{"name": "Luis", "role": "purchasing"}, {"name": "Eva", "email": "eva@example.com"}]
    house.tell("CustomerRegistered", "1", people=people)
    house.clock.go_on(hours=1)
    house.tell("CustomerRegistered", "2", people=None)
    assert house.ana().people == (Person("Eva", email="eva@example.com"), Person("Luis", "purchasing"))


def test_what_stayed_as_it_was_is_not_told_again_when_something_else_changes(in_the_group):
    told = [len(in_the_group.told(name)) for name in ("ClassChanged", "GroupJoined", "GroupLeft")]
    buys(in_the_group, "2", 10)
    in_the_group.tell("ConsentWithdrawn", "no", purpose="promotion")
    assert [len(in_the_group.told(name)) for name in ("ClassChanged", "GroupJoined", "GroupLeft")] == told
