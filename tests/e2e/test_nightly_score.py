"""The night on the deployed template: export, score, write back what changed, tell it, keep the day's measures."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import timedelta
from random import Random
from typing import Any

import pytest

from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.domain.vocabulary import AbcClass
from escalera_cli import nights
from escalera_cli.connection import Connection, connected
from escalera_cli.demonstration.listener import Listener
from escalera_cli.endings import CommandError
from tests.e2e.shop import Shop

DAYS = timedelta(days=1)
CUSTOMERS = 80


@pytest.fixture
def connection(shop: Shop) -> Connection:
    return connected(shop.stack)


@pytest.fixture
def told(connection: Connection) -> Iterator[list[dict[str, Any]]]:
    heard: list[dict[str, Any]] = []
    with Listener(connection, heard.append):
        yield heard


def a_past(customers: Sequence[str]) -> Iterator[tuple[str, int, int]]:
    """Who bought, how many days ago, for how much; as unlike each other as a model needs them. The first spends most.

    Nothing within the last month: no journey begins.
    """
    draw = Random(3)
    for place, customer in enumerate(customers):
        every, leaves, mean = (
            draw.gammavariate(1, 1 / 40),
            draw.betavariate(0.8, 2),
            draw.gammavariate(4, 1500),
        )
        day, times = draw.randint(90, 360), 0
        while day > 35:
            yield customer, day, 500_000 if place == 0 else max(100, int(draw.gammavariate(5, mean / 5)))
            times += 1
            if times > 1 and draw.random() < leaves:
                break
            day -= max(1, round(draw.expovariate(every)))


@pytest.fixture
def bought(shop: Shop) -> list[str]:
    """The customers of a shop with a past."""
    customers = [shop.nobody_yet() for _ in range(CUSTOMERS)]
    past = list(a_past(customers))
    shop.put(
        *(
            shop.purchase(customer, f"{customer}-{number}", amount=amount, ago=DAYS * days)
            for number, (customer, days, amount) in enumerate(past)
        )
    )
    orders = Counter(customer for customer, *_ in past)
    shop.wait_until(
        lambda: all(shop.customer(one).orders == orders[one] for one in customers),
        "all their orders are recorded",
        within=90,
    )
    return customers


def a_night(connection: Connection) -> dict[str, Any]:
    execution, _ = nights.start(connection)
    return nights.follow(connection, execution, lambda *_: None).told


def test_night_scores_everybody_tells_it_and_run_again_writes_nothing(
    shop: Shop,
    connection: Connection,
    told: list[dict[str, Any]],
    bought: list[str],
) -> None:
    customers, best = bought, bought[0]
    assert shop.customer(best).score is None

    night = a_night(connection)

    assert night["day"] == "2026-03-02", "the day of the simulated clock"
    assert night["measures_kept"] is True
    # Customers of other tests may move on in between: they are judged anew, and may need no writing any more.
    assert CUSTOMERS <= night["written"] <= night["changed"]
    assert night["left"] == 0
    after = shop.customer(best)
    assert after.abc_class is AbcClass.A
    assert after.score is not None
    assert "most-valuable" in [one.group for one in after.score.groups]
    assert night["value_model"] is not None, night["no_value_because"]
    assert after.score.alive is not None
    assert after.score.expected_value is not None
    assert after.score.expected_value > 0
    assert {shop.customer(one).abc_class for one in customers} >= {AbcClass.A, AbcClass.C}
    kept = DynamoDBShopScores(connection.output("TableName"), lambda name, _: shop.client(name)).latest()
    assert kept is not None
    assert kept.as_of.isoformat() == night["as_of"]

    def heard(name: str) -> set[str]:
        return {one["detail"]["customer_id"] for one in told if one["detail-type"] == name}

    shop.wait_until(lambda: set(customers) <= heard("ClassChanged"), "every new class is told")
    shop.wait_until(lambda: best in heard("GroupJoined"), "who joined a group is told")

    versions = {one: shop.customer(one).version for one in customers}
    shop.move_clock(timedelta(minutes=5))
    again = a_night(connection)

    assert again["written"] == again["changed"] == 0
    assert again["measures_kept"] is False, "those of the day stay as they are"
    assert again["classes"] == night["classes"]
    assert {one: shop.customer(one).version for one in customers} == versions


def test_two_nights_never_run_at_once(shop: Shop, connection: Connection) -> None:
    machine, client = connection.output("NightlyScore"), shop.client("stepfunctions")
    shop.stack.set_wait_scale(1)  # the first now waits 20 seconds for its export
    first, _ = nights.start(connection)
    shop.settle(1)

    followed, started = nights.start(connection)
    assert (followed, started) == (first, False), "escalera score follows the one that runs"

    second = client.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    with pytest.raises(CommandError, match="AnotherNightRuns"):
        nights.follow(connection, second, lambda *_: None)

    client.stop_execution(executionArn=first)
    shop.stack.set_wait_scale(0.00001)
    assert a_night(connection)["left"] == 0, "the turn of a night that was stopped is taken over"


def test_night_that_fails_says_why_and_the_next_one_succeeds(shop: Shop, connection: Connection) -> None:
    lambdas, name = shop.client("lambda"), connection.outputs["FunctionSettleScore"]
    config = lambdas.get_function_configuration(FunctionName=name)
    variables = config["Environment"]["Variables"]

    def environment(**changed: str) -> None:
        lambdas.update_function_configuration(
            FunctionName=name, Environment={"Variables": {**variables, **changed}}
        )

    environment(NIGHT_FILES="")
    try:
        with pytest.raises(CommandError, match="SettleEnv needs NIGHT_FILES"):
            a_night(connection)
    finally:
        environment()
    assert a_night(connection)["left"] == 0


def test_files_of_a_night_lie_in_its_own_folder(shop: Shop, connection: Connection) -> None:
    customer = shop.nobody_yet()  # a base without anybody has no histories
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the order is counted")
    a_night(connection)
    listed = shop.client("s3").list_objects_v2(Bucket=connection.output("NightFiles"))
    names = [one["Key"] for one in listed["Contents"]]
    folders = {name.split("/")[2] for name in names}
    assert folders == {"AWSDynamoDB", "histories", "summaries", "score", "results"}
    assert {name.split("/")[0] for name in names} == {"nights"}
