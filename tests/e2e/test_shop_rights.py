"""What the shop's own system may do with the policy that the stack offers it, with IAM enforced."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from typer.testing import CliRunner

from escalera_cli.main import app
from tests.e2e.shop import Shop


@pytest.fixture
def events_as_the_shop(shop: Shop) -> Iterator[Any]:
    """EventBridge, asked by somebody who has the shop's policy and nothing else."""
    iam, name = shop.client("iam"), "the-shops-system"
    iam.create_user(UserName=name)
    iam.attach_user_policy(UserName=name, PolicyArn=shop.outputs["ShopEventsPolicy"])
    key = iam.create_access_key(UserName=name)["AccessKey"]
    keys = {"aws_access_key_id": key["AccessKeyId"], "aws_secret_access_key": key["SecretAccessKey"]}
    yield boto3.client("events", **{**shop.stack.client_options(), **keys})
    iam.delete_access_key(UserName=name, AccessKeyId=key["AccessKeyId"])
    iam.detach_user_policy(UserName=name, PolicyArn=shop.outputs["ShopEventsPolicy"])
    iam.delete_user(UserName=name)


def unknown(shop: Shop, *words: str) -> str:
    result = CliRunner().invoke(app, ["redrive", "unknown_events", *words, "--state", str(shop.stack.state)])
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_shop_puts_events_on_its_bus_and_none_on_escaleras(shop: Shop, events_as_the_shop: Any) -> None:
    customer = shop.nobody_yet()
    purchase = shop.purchase(customer, f"{customer}-1")
    answer = events_as_the_shop.put_events(Entries=[purchase])
    assert answer["FailedEntryCount"] == 0, answer
    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the order is counted")

    erased = shop.event("CustomerErased", customer, erased_at=shop.now.isoformat())
    forged = {**erased, "Source": "escalera", "EventBusName": shop.outputs["OwnBusName"]}
    with pytest.raises(ClientError, match="not authorized to perform: events:PutEvents"):
        events_as_the_shop.put_events(Entries=[forged])


def test_an_event_of_escaleras_that_comes_by_the_shops_bus_is_set_aside(
    shop: Shop, events_as_the_shop: Any
) -> None:
    customer = shop.nobody_yet()
    forged = shop.event("PurchaseRecorded", customer) | {"Source": "escalera"}
    events_as_the_shop.put_events(Entries=[forged])

    def kept() -> list[Any]:
        letters = json.loads(unknown(shop, "--json"))
        return [one for one in letters if one["event"]["detail"]["customer_id"] == customer]

    [letter] = shop.wait_until(kept, "the forged event is set aside")
    assert "source: is 'escalera'" in letter["reason"]
    assert not shop.customer(customer).active_entries


def test_an_event_by_a_wrong_source_is_kept_and_counted_by_its_right_one(
    shop: Shop, events_as_the_shop: Any
) -> None:
    customer = shop.nobody_yet()
    events_as_the_shop.put_events(Entries=[shop.purchase(customer, f"{customer}-1") | {"Source": "myshop"}])
    shop.wait_until(lambda: customer in unknown(shop, "--json"), "the event is kept")
    assert shop.customer(customer).orders == 0

    unknown(shop, "--source", "myshop=shop")

    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the order is counted")
    assert customer not in unknown(shop, "--json")
