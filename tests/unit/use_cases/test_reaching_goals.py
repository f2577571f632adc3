"""Who reaches what a journey is for is marked on their entry: during the journey, or soon enough after its end."""

from datetime import datetime

import pytest

from escalera.domain.facts import Entry
from tests.fakes.house import House, Run


@pytest.fixture
def house() -> House:
    return House()


def converted(house: House, journey: str = "win-back") -> list[datetime | None]:
    return [entry.converted_at for entry in house.facts(Entry) if entry.journey == journey]


def buys(house: House, order: str = "new") -> datetime:
    bought_at = house.clock.at
    house.tell("PurchaseCompleted", f"p-{order}", order_id=order, occurred_at=bought_at)
    house.clock.go_on(seconds=5)
    house.news("PurchaseRecorded")
    return bought_at


def through(house: House) -> Run:
    run = house.ana_is_in_win_back()
    house.clock.go_on(days=20)
    run.finish()
    return run


def test_a_purchase_that_ends_the_journey_reaches_its_goal(house):
    house.ana_is_in_win_back()
    assert converted(house) == [None]
    house.clock.go_on(days=2)
    bought_at = buys(house)
    assert converted(house) == [bought_at]


def test_a_purchase_soon_after_the_end_reaches_it_too(house):
    through(house)
    house.clock.go_on(days=30)
    bought_at = buys(house)
    assert converted(house) == [bought_at]
    assert house.facts(Entry)[0].reason == ""


def test_a_purchase_long_after_the_end_does_not(house):
    through(house)
    house.clock.go_on(days=31)
    buys(house)
    assert converted(house) == [None]


def test_the_first_purchase_counts_and_no_later_one_moves_it(house):
    through(house)
    house.clock.go_on(days=3)
    first = buys(house)
    house.clock.go_on(days=3)
    buys(house, "another")
    assert converted(house) == [first]


def test_the_same_news_twice_changes_nothing(house):
    through(house)
    bought_at = buys(house)
    written = len(house.store.stream)
    assert house.news("PurchaseRecorded") == 0
    assert len(house.store.stream) == written
    assert converted(house) == [bought_at]


def test_who_left_at_their_next_step_before_the_news_came_has_reached_it_as_well(house):
    run = house.ana_is_in_win_back()
    bought_at = house.clock.at
    house.tell("PurchaseCompleted", "p-new", order_id="new", occurred_at=bought_at)
    assert run.send("miss-you").outcome == "left"
    house.news("PurchaseRecorded")
    assert converted(house) == [bought_at]


def test_who_was_left_alone_for_measuring_is_counted_in_the_same_way():
    house = House(holdout_share=1.0)
    run = house.ana_is_in_win_back()
    run.finish()
    bought_at = buys(house)
    assert converted(house) == [bought_at]
    assert house.facts(Entry)[0].holdout


def test_a_purchase_from_before_the_entry_that_is_told_late_does_not_count(house):
    house.ana_is_in_win_back()
    house.tell("PurchaseCompleted", "p-late", order_id="late", occurred_at=house.clock.at.replace(year=2025))
    house.news("PurchaseRecorded")
    assert converted(house) == [None]


def test_a_journey_without_a_goal_is_reached_by_nobody(house):
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-1", order_id="o-1")
    house.run_of("thank-you", "PurchaseRecorded").enter()
    buys(house)
    assert converted(house, "thank-you") == [None]
