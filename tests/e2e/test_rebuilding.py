"""The table is emptied by an accident: a rebuild brings back every record, quietly, and nobody is written to again."""

import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from escalera.adapters.dynamodb.records import RESTORED
from escalera.domain.facts import Answer, Reward
from escalera.domain.vocabulary import (
    AnswerId,
    ComplaintId,
    CustomerId,
    EntryId,
    MessageChannel,
    RewardId,
)
from escalera.ports.customers import Change, SaveOutcome, When, Write
from escalera.use_cases.portal.own_data import erase_customer
from escalera_cli.local_shop import WebPorts, running_shop
from escalera_cli.main import app
from tests.e2e.conftest import TEN_IN_THE_MORNING
from tests.e2e.shop import Shop
from tests.fakes.clock import SetClock
from tests.fakes.facts import a_task, an_audit

FIVE_DAYS_IN_A_SECOND = 1 / (5 * 86_400)
"""Each test waits for the ends of journeys that take up to two months."""
PHONE = "+447700900321"
NOT_COMPARED = ("SWEEP#", "PROBE")
"""What the clock writes, and the rebuild itself."""


@pytest.fixture(scope="module")
def own_shop(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shop]:
    """A stack whose table nobody else needs."""
    state: Path = tmp_path_factory.mktemp("rebuilt")
    web = WebPorts.free()
    with running_shop(state, wait_scale=FIVE_DAYS_IN_A_SECOND, web=web, report=lambda *_: None) as (
        stack,
        found,
    ):
        stack.set_clock(TEN_IN_THE_MORNING, 1)
        yield Shop(stack, found.outputs, TEN_IN_THE_MORNING, web)


def records(shop: Shop) -> dict[tuple[str, str], dict[str, Any]]:
    pages = shop.client("dynamodb").get_paginator("scan").paginate(TableName=shop.outputs["TableName"])
    items = [item for page in pages for item in page["Items"]]
    return {
        (item["pk"]["S"], item["sk"]["S"]): {name: value for name, value in item.items() if name != RESTORED}
        for item in items
        if not item["sk"]["S"].startswith(NOT_COMPARED)
    }


def empty(shop: Shop) -> None:
    client, table = shop.client("dynamodb"), shop.outputs["TableName"]
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            client.delete_item(TableName=table, Key={name: item[name] for name in ("pk", "sk")})


def executions(shop: Shop, **which: str) -> set[str]:
    client = shop.client("stepfunctions")
    return {
        run["executionArn"]
        for machine in client.list_state_machines()["stateMachines"]
        if "Dispatch" not in machine["name"]
        for run in client.list_executions(stateMachineArn=machine["stateMachineArn"], **which)["executions"]
    }


def quiet(shop: Shop) -> dict[tuple[str, str], dict[str, Any]]:
    """All records, once every journey is over and nothing changes any more."""
    shop.wait_until(lambda: not executions(shop, statusFilter="RUNNING"), "every journey is over", within=200)
    seen = [records(shop)]

    def same() -> bool:
        shop.settle(2)
        seen.append(records(shop))
        return seen[-1] == seen[-2]

    shop.wait_until(same, "nothing changes any more", within=60)
    return seen[-1]


def run(shop: Shop, *words: object) -> Result:
    return CliRunner().invoke(app, [str(one) for one in (*words, "--state", shop.stack.state)])


def a_past(shop: Shop, tmp_path: Path) -> tuple[Path, dict[str, str]]:
    """Customers to whom all sorts of things happened; the events of the shop as a file, and who is who."""
    who = {
        "erased": shop.new_customer(mailbox="erased@example.com"),
        "stopped": shop.new_customer(phone=PHONE),
        "bounced": shop.new_customer(mailbox="bounce-rebuilt@example.com"),
        "complained": shop.new_customer(),
        "thanked": shop.new_customer(),
    }
    events = [shop.purchase(one, f"{one}-1") for one in who.values()]
    events += [
        shop.event(
            "ComplaintRaised", who["complained"], complaint_id="k1", subject="Broken", text="It came broken."
        ),
        shop.event("ConsentWithdrawn", who["thanked"], purpose="promotion", for_channel="email"),
    ]
    shop.put(*events)
    buyers = [who[one] for one in ("thanked", "complained", "erased")]
    shop.wait_until(
        lambda: all(shop.customer(one).orders == 1 for one in buyers), "the purchases are recorded", within=60
    )
    shop.wait_until(lambda: shop.mails_to(f"{who['thanked']}@example.com"), "the thank-you", within=60)
    shop.wait_until(lambda: shop.customer(who["bounced"]).suppressed, "the bounce", within=60)
    reply = {"originationNumber": PHONE, "destinationNumber": "+447700900000", "messageBody": "STOP"}
    shop.client("sns").publish(TopicArn=shop.outputs["SmsRepliesTopic"], Message=json.dumps(reply))
    shop.wait_until(lambda: shop.customer(who["stopped"]).unsubscribed, "the STOP", within=60)
    erase_customer(CustomerId(who["erased"]), customers=shop.customers, clock=SetClock(shop.now))
    shop.wait_until(lambda: shop.customer(who["complained"]).open_complaints, "the complaint", within=60)
    staff_works(shop, who["thanked"])
    file = tmp_path / "past.json"
    plain = [
        {"source": one["Source"], "detail-type": one["DetailType"], "detail": json.loads(one["Detail"])}
        for one in events
    ]
    file.write_text(json.dumps(plain), encoding="utf-8")
    return file, who


def staff_works(shop: Shop, customer: str) -> None:
    """A task is done, a reward granted, a complaint answered: what no event of the shop tells."""
    known = shop.customer(customer)
    done = a_task(known.id, done_at=shop.now, done_by="Marta")
    reward = Reward(
        known.id,
        RewardId("r"),
        "comeback",
        "HOLA-ABC234",
        shop.now,
        shop.now + timedelta(days=9),
        EntryId("e"),
    )
    answer = Answer(known.id, ComplaintId("k0"), AnswerId("a"), "Dear Ana", shop.now, "Marta")
    facts = (done, reward, answer, an_audit(known.id))
    writes = tuple(Write(fact, When.ALWAYS) for fact in facts)
    [saved] = shop.customers.save([Change(known, known, writes)])
    assert saved.outcome is SaveOutcome.SAVED


def test_emptied_table_is_rebuilt_record_by_record_and_nobody_hears_of_it(
    own_shop: Shop, tmp_path: Path
) -> None:
    shop = own_shop
    file, who = a_past(shop, tmp_path)
    before = quiet(shop)
    mails, texts, ran = len(shop.stack.emails()), len(shop.stack.texts()), executions(shop)
    assert {key for _, key in before} >= {"PROFILE", "CLOSINGS"}

    empty(shop)
    refused = run(shop, "replay", file)
    assert refused.exit_code == 1, refused.output
    assert "escalera rebuild" in refused.output
    assert records(shop) == {}

    looked = run(shop, "rebuild", "--dry-run", "--json")
    assert looked.exit_code == 0, looked.output
    assert records(shop) == {}, "a dry run writes nothing"
    done = run(shop, "rebuild", "--json")
    assert done.exit_code == 0, done.output

    after = records(shop)
    assert after == before
    shop.settle(3)
    assert records(shop) == before, "nothing follows from it"

    again = run(shop, "rebuild", "--json")
    assert json.loads(again.stdout)["restored"] == {}, "run again it changes nothing"
    replayed = run(shop, "replay", file)
    assert replayed.exit_code == 0, replayed.output
    shop.settle(5)
    assert quiet(shop) == before, "the events of the past are known"
    assert (len(shop.stack.emails()), len(shop.stack.texts())) == (mails, texts)
    assert executions(shop) == ran
    assert shop.customer(who["erased"]).erased_at is not None
    assert shop.customer(who["erased"]).contact.email is None
    assert shop.customer(who["stopped"]).unsubscribed.keys() == {MessageChannel.SMS}


def test_customer_who_bought_before_anybody_noticed_is_whole_again_and_thanked_once(
    own_shop: Shop, tmp_path: Path
) -> None:
    shop = own_shop
    customer = shop.new_customer()
    mailbox = f"{customer}@example.com"
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.mails_to(mailbox), "the first thank-you", within=60)
    quiet(shop)
    empty(shop)
    second = shop.purchase(customer, f"{customer}-2", contact={"email": mailbox})
    shop.put(second)
    shop.wait_until(
        lambda: any(f"{customer}-2" in mail.subject for mail in shop.mails_to(mailbox)),
        "the second thank-you",
        within=60,
    )
    quiet(shop)
    mails = len(shop.mails_to(mailbox))

    done = run(shop, "rebuild", "--json", "--set-aside", tmp_path / "aside.jsonl")
    assert done.exit_code == 0, done.output
    assert json.loads(done.stdout)["customers_begun_anew"] == 1
    restored = shop.customer(customer)
    assert (restored.orders, len(restored.consents)) == (1, 2), "as they were, with what they allow"
    assert f"{customer}-2" in (tmp_path / "aside.jsonl").read_text(encoding="utf-8")

    shop.put(second)
    shop.wait_until(
        lambda: shop.customer(customer).orders == 2, "the order since is counted again", within=60
    )
    quiet(shop)
    assert len(shop.mails_to(mailbox)) == mails


def test_table_that_dynamodb_restored_is_brought_back_into_the_stacks_own(own_shop: Shop) -> None:
    shop = own_shop
    before = quiet(shop)
    client, table = shop.client("dynamodb"), shop.outputs["TableName"]
    keys: dict[str, Any] = {"pk": "HASH", "sk": "RANGE"}
    client.create_table(
        TableName="restored",
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in keys],
        KeySchema=[{"AttributeName": name, "KeyType": kind} for name, kind in keys.items()],
    )
    for page in client.get_paginator("scan").paginate(TableName=table):
        for item in page["Items"]:
            client.put_item(TableName="restored", Item=item)
    empty(shop)

    done = run(shop, "rebuild", "--from-table", "restored", "--json")
    assert done.exit_code == 0, done.output
    assert records(shop) == before
    shop.settle(3)
    assert records(shop) == before, "nothing follows from it"
