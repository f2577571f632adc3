"""A purchase changes the class at once, by the score that its process read some minutes ago: what that costs, and tells."""

from datetime import UTC, datetime, timedelta

import pytest

from escalera import bootstrap
from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.score import ClassCuts
from escalera.domain.vocabulary import AbcClass, CustomerId
from escalera.runtime.latest_score import REFRESH_AFTER
from tests.fakes.clock import SetClock
from tests.fakes.scores import YEAR, a_shop_score
from tests.fakes.table import TABLE, CountedCalls, connect
from tests.support.functions import invoke, left_to_the_queue
from tests.support.lambda_events import batch, on_the_bus

ANA = CustomerId("c-1001")
NIGHT = datetime(2025, 11, 3, 2, tzinfo=UTC)


@pytest.fixture
def scores(cloud):
    found = DynamoDBShopScores(TABLE, connect)
    cuts = ClassCuts(YEAR, a=50_000, b=20_000)
    assert found.keep(a_shop_score(as_of=NIGHT, class_cuts=cuts, value_model=None))
    return found


@pytest.fixture
def calls(monkeypatch):
    counted = CountedCalls()
    monkeypatch.setattr(bootstrap, "connect", counted.connect)
    return counted


@pytest.fixture
def clock(monkeypatch):
    found = SetClock(datetime(2025, 11, 3, 18, tzinfo=UTC))
    monkeypatch.setattr(bootstrap, "clock", lambda: found)
    return found


def buys(order: str, amount: int) -> None:
    example = {**SHOP_EVENTS["PurchaseCompleted"].EXAMPLE, "event_id": order, "order_id": order}
    event = example | {"total": {"amount": amount, "currency": "EUR"}}
    del event["contact"]
    assert (
        left_to_the_queue(invoke("on_purchase_completed", batch(on_the_bus("PurchaseCompleted", event))))
        == []
    )


def test_purchase_over_the_line_is_classed_at_once(cloud, scores):
    buys("o-1", 19_000)
    assert cloud.customers.load([ANA])[ANA].abc_class is AbcClass.C
    buys("o-2", 1_000)
    assert cloud.customers.load([ANA])[ANA].abc_class is AbcClass.B
    buys("o-3", 30_000)
    ana = cloud.customers.load([ANA])[ANA]
    assert [spell.abc_class.value for spell in ana.class_history] == ["C", "B", "A"]


def test_purchase_in_a_warm_process_is_one_read_and_one_transaction_of_two_writes(
    cloud, scores, calls, clock
):
    """And in a process that has just begun one read more: that of the shop's score."""
    buys("o-1", 10_000)
    assert [name for name, _ in calls.asked] == ["GetItem", "GetItem", "TransactWriteItems"]
    calls.asked.clear()
    buys("o-2", 50_000)
    assert [name for name, _ in calls.asked] == ["GetItem", "TransactWriteItems"]
    assert len(calls.asked[1][1]["TransactItems"]) == 2
    assert cloud.customers.load([ANA])[ANA].abc_class is AbcClass.A


def test_new_night_is_heard_of_within_minutes(cloud, scores, calls, clock):
    buys("o-1", 10_000)
    scores.keep(a_shop_score(as_of=NIGHT + timedelta(days=1), class_cuts=ClassCuts(YEAR, a=10_000)))
    buys("o-2", 1)
    assert cloud.customers.load([ANA])[ANA].abc_class is AbcClass.C
    clock.at += REFRESH_AFTER
    buys("o-3", 1)
    assert cloud.customers.load([ANA])[ANA].abc_class is AbcClass.A


def test_before_the_first_night_nobody_has_a_class(cloud, calls, clock):
    buys("o-1", 10_000_000)
    buys("o-2", 1)
    assert cloud.customers.load([ANA])[ANA].abc_class is None
    assert calls.names["GetItem"] == 3, "that there is no score is not asked again with every purchase"


def test_rhythm_is_judged_by_the_model_of_the_last_night(cloud, scores, clock):
    buys("o-1", 1_000)
    before = cloud.customers.load([ANA])[ANA].quiet_due_at
    scores.keep(a_shop_score(as_of=NIGHT + timedelta(days=1)))
    clock.at += REFRESH_AFTER
    rules = bootstrap.rules(TABLE)
    assert rules.value_model is not None
    assert rules.value_model.to_json() == a_shop_score().value_model
    assert rules.score == scores.latest()
    buys("o-2", 1_000)
    assert cloud.customers.load([ANA])[ANA].quiet_due_at != before


def test_scores_in_the_stream_are_told_to_nobody(cloud, scores):
    from escalera.adapters.dynamodb import keys
    from escalera.adapters.dynamodb.records import from_image

    (item,) = scores._table.get([keys.shop_score()])
    assert from_image(item) is None
