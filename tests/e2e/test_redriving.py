"""What could not be handled comes back by the operator's own command, and counts once."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from escalera.adapters.dynamodb.work import DynamoDBWorkLists
from escalera.domain.work import failed_journeys
from escalera_cli.connection import connected
from escalera_cli.demonstration.listener import Listener
from escalera_cli.main import app
from tests.e2e.shop import Shop


@pytest.fixture
def redrive(shop: Shop) -> Any:
    """Runs `escalera redrive` on the shop's stack; gives what it printed."""

    def run(*words: str) -> str:
        result = CliRunner().invoke(app, ["redrive", *words, "--state", str(shop.stack.state)])
        assert result.exit_code == 0, result.output
        return result.stdout

    return run


def test_a_poison_event_that_was_mended_is_counted(shop: Shop, redrive: Any, tmp_path: Path) -> None:
    customer, file = shop.nobody_yet(), tmp_path / "dead.json"
    poison = shop.purchase(customer, f"{customer}-1")
    right = json.loads(poison["Detail"])
    wrong = right | {"total": right["total"] | {"amount": "12.50"}}
    shop.put({**poison, "Detail": json.dumps(wrong)})

    def set_aside() -> list[dict[str, Any]]:
        letters = json.loads(redrive("on_purchase_completed", "--json"))
        return [one for one in letters if one["event"]["detail"]["customer_id"] == customer]

    [letter] = shop.wait_until(set_aside, "the poison event in the dead letters")
    assert "total.amount" in letter["reason"]
    assert shop.customer(customer).orders == 0

    letter["event"]["detail"]["total"] = right["total"]
    file.write_text(json.dumps([letter]), encoding="utf-8")
    assert "Put 1 back" in redrive("on_purchase_completed", "--file", str(file))

    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the order is counted")
    assert set_aside() == []


def test_a_misspelt_event_is_kept_and_counted_by_its_right_name(shop: Shop, redrive: Any) -> None:
    customer = shop.nobody_yet()
    shop.put(shop.purchase(customer, f"{customer}-1") | {"DetailType": "PurchaseComplete"})

    def kept() -> str:
        return redrive("unknown_events") if "0  unknown_events" not in redrive() else ""

    assert "write PurchaseCompleted, which is near" in shop.wait_until(kept, "the misspelt event is kept")
    assert shop.customer(customer).orders == 0

    redrive("unknown_events", "--rename", "PurchaseComplete=PurchaseCompleted")

    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the order is counted")
    assert "0  unknown_events" in redrive()


def test_events_of_a_long_trouble_are_recorded_by_themselves_when_it_is_over(shop: Shop) -> None:
    customers = [shop.nobody_yet() for _ in range(5)]
    client, name = shop.client("lambda"), shop.outputs["FunctionOnPurchaseCompleted"]
    healthy = client.get_function_configuration(FunctionName=name)["Environment"]
    broken = {key: value for key, value in healthy["Variables"].items() if key != "TABLE_NAME"}
    inbox = shop.outputs["InboxOnPurchaseCompleted"]
    sqs = shop.client("sqs")
    policy = sqs.get_queue_attributes(QueueUrl=inbox, AttributeNames=["RedrivePolicy"])["Attributes"]
    few = json.dumps(json.loads(policy["RedrivePolicy"]) | {"maxReceiveCount": 3})
    client.update_function_configuration(FunctionName=name, Environment={"Variables": broken})
    sqs.set_queue_attributes(QueueUrl=inbox, Attributes={"RedrivePolicy": few})
    try:
        shop.put(*(shop.purchase(customer, f"{customer}-1") for customer in customers))
        shop.wait_until(lambda: _waiting(shop) == 5, "all five in the dead letters", within=60)
        client.get_waiter("function_updated_v2").wait(FunctionName=name)
        still_broken = shop.invoke("RedriveDeadLetters")["on_purchase_completed"]
        why = "failed: EnvironmentIncompleteError"
        assert still_broken == {"handled": 0, "failed": 3, "for_a_person": 0, "why": why}
        assert _waiting(shop) == 5
    finally:
        client.update_function_configuration(FunctionName=name, Environment=healthy)
        sqs.set_queue_attributes(QueueUrl=inbox, Attributes=policy)
    client.get_waiter("function_updated_v2").wait(FunctionName=name)
    redriven = shop.invoke("RedriveDeadLetters")["on_purchase_completed"]
    assert redriven == {"handled": 5, "failed": 0, "for_a_person": 0, "why": ""}
    assert _waiting(shop) == 0
    assert [shop.customer(customer).orders for customer in customers] == [1] * 5


def test_letter_with_a_reason_is_left_to_a_person_when_all_is_healthy(shop: Shop, redrive: Any) -> None:
    customer = shop.nobody_yet()
    good = json.loads(shop.purchase(customer, f"{customer}-1")["Detail"])
    shop.put(shop.purchase(customer, f"{customer}-1") | {"Detail": json.dumps(good | {"total": 12})})
    shop.wait_until(lambda: _waiting(shop) == 1, "the wrong event in the dead letters")
    assert "1 with a reason stay for a person" in redrive("--when-healthy")
    assert _waiting(shop) == 1
    shop.client("sqs").purge_queue(QueueUrl=shop.outputs["DeadLettersOnPurchaseCompleted"])


def test_journeys_that_failed_go_on_where_they_stopped_and_nobody_is_thanked_twice(
    shop: Shop, redrive: Any
) -> None:
    """One fails before it is entered, one after its thank-you: by an error that somebody has to repair first."""
    outside, inside = shop.new_customer(), shop.new_customer()
    shop.put(shop.purchase(inside, f"{inside}-1"))

    def waiting() -> bool:
        return any(entry.waiting is not None for entry in shop.entries(inside, "thank-you"))

    shop.wait_until(waiting, "who is inside waits for the delivery")
    shop.stack.fail_calls(**{"lambda": "for good"})
    shop.put(
        shop.event("DeliveryCompleted", inside, order_id=f"{inside}-1"),
        shop.purchase(outside, f"{outside}-1"),
    )

    def stopped() -> dict[str, Any]:
        failed = [one for one in json.loads(redrive("journeys", "--json")) if one["journey"] == "thank-you"]
        found = {one["customer_id"]: one for one in failed}
        return found if found.keys() >= {inside, outside} else {}

    failed = shop.wait_until(stopped, "both are listed")
    assert failed[outside]["step"] == "enter"
    assert failed[inside]["step"] == "4-branch"
    assert {one["reason"] for one in failed.values()} == {"MissingFileError: a fault that was asked for"}
    work = DynamoDBWorkLists(shop.outputs["TableName"], lambda name, _: shop.client(name))

    def shown() -> set[str]:
        return {one.customer_id for one in work.page(failed_journeys()).facts}

    shop.wait_until(lambda: shown() >= {inside, outside}, "Today shows both")

    shop.stack.fail_calls()
    assert "failed journeys." in redrive("journeys", "--all")
    shop.wait_until(lambda: shop.mails_to(f"{outside}@example.com"), "the thank-you of who was outside")
    shop.wait_until(lambda: shop.messages(inside, "how-was-it"), "who was inside goes on")
    assert shown().isdisjoint({inside, outside})
    assert stopped() == {}
    shop.settle(2)
    for customer in (inside, outside):
        thanks = [mail for mail in shop.mails_to(f"{customer}@example.com") if "Thank you" in mail.subject]
        assert len(thanks) == 1


def _waiting(shop: Shop) -> int:
    """How many dead letters of purchases can be seen."""
    answer = shop.client("sqs").get_queue_attributes(
        QueueUrl=shop.outputs["DeadLettersOnPurchaseCompleted"],
        AttributeNames=["ApproximateNumberOfMessages"],
    )
    return int(answer["Attributes"]["ApproximateNumberOfMessages"])


def test_changes_that_were_given_up_are_told_again(shop: Shop, redrive: Any) -> None:
    customer = shop.nobody_yet()
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the order is counted")
    streams = shop.client("dynamodbstreams")
    (stream,) = streams.list_streams(TableName=shop.outputs["TableName"])["Streams"]
    (shard,) = streams.describe_stream(StreamArn=stream["StreamArn"])["StreamDescription"]["Shards"]
    place = {"StreamArn": stream["StreamArn"], "ShardId": shard["ShardId"]}
    numbers = [one["SequenceNumber"] for one in _changes(streams, place) if customer in str(one["Keys"])]
    note = {
        "streamArn": place["StreamArn"],
        "shardId": place["ShardId"],
        "startSequenceNumber": numbers[0],
        "endSequenceNumber": numbers[-1],
    }
    heard: list[Any] = []
    with Listener(connected(shop.stack), heard.append):
        shop.client("sqs").send_message(
            QueueUrl=shop.outputs["DeadLettersPublishChanges"],
            MessageBody=json.dumps({"DDBStreamBatchInfo": note}),
        )
        assert "Put 1 back; 0 stay." in redrive("publish_changes", "--all")

        def told_again() -> bool:
            purchases = [one["detail"] for one in heard if one["detail-type"] == "PurchaseRecorded"]
            return customer in {detail["customer_id"] for detail in purchases}

        shop.wait_until(told_again, "the purchase is told again")
    shop.settle()
    assert len(shop.entries(customer, "thank-you")) == 1, "told twice, the journey is entered once"


def test_an_unreadable_change_holds_up_nobody_and_is_kept(shop: Shop, redrive: Any) -> None:
    other, customer = shop.nobody_yet(), shop.nobody_yet()
    broken = {"pk": f"CUSTOMER#{other}", "sk": "ORDER#broken", "total": "no money"}
    shop.client("dynamodb").put_item(
        TableName=shop.outputs["TableName"], Item={name: {"S": value} for name, value in broken.items()}
    )
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.entries(customer, "thank-you"), "the journey that the purchase starts")

    [letter] = json.loads(redrive("publish_changes", "--json"))
    assert "unexpected KeyError" in letter["reason"]
    [record] = letter["event"]["Records"]
    assert record["dynamodb"]["Keys"]["sk"] == {"S": "ORDER#broken"}

    with pytest.raises(AssertionError, match="could not tell 1 of 1"):
        redrive("publish_changes", "--all")
    assert len(json.loads(redrive("publish_changes", "--json"))) == 1, "it is there once, not twice"


def _changes(streams: Any, place: dict[str, Any]) -> Iterator[Any]:
    """All that the shard holds, page by page: other tests of the day wrote to it, too."""
    following = streams.get_shard_iterator(**place, ShardIteratorType="TRIM_HORIZON")["ShardIterator"]
    while following:
        page = streams.get_records(ShardIterator=following)
        if not page["Records"]:
            return
        yield from (one["dynamodb"] for one in page["Records"])
        following = page.get("NextShardIterator")
