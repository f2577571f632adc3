"""The card of one customer: why did, or didn't, Ana get this?"""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from escalera.adapters.dynamodb.projections import DynamoDBProjections
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.scores import DynamoDBShopScores
from escalera.domain.customer import ClassSpell, ConsentState, Contact, Customer, Person, Spending
from escalera.domain.facts import Complaint, Entry, MessageStatus
from escalera.domain.projections import projection
from escalera.domain.vocabulary import (
    AbcClass,
    ComplaintId,
    EntryId,
    JourneyName,
    MessageChannel,
    Purpose,
    Rung,
)
from escalera.ports.customers import Change, When, Write
from tests.fakes.facts import ANA, LUIS, NOON, a_message
from tests.fakes.scores import a_customer_score, a_shop_score


@pytest.fixture
def ana(stack):
    customers = DynamoDBCustomerRepository("customers", lambda _service, _settings: boto3.client("dynamodb"))
    known = replace(
        Customer(ANA),
        contact=Contact(given_name="Ana", email="ana@example.com"),
        orders=3,
        last_order_at=NOON,
        quiet_since=NOON + timedelta(days=60),
        spending={"EUR": Spending(12345, 1000)},
        rung=Rung.CUSTOMER,
        rung_reason="went_quiet",
        abc_class=AbcClass.A,
        class_history=(ClassSpell(AbcClass.B, NOON - timedelta(days=9)), ClassSpell(AbcClass.A, NOON)),
        score=a_customer_score(),
        people=(Person("Luis", "purchasing", "luis@example.com"),),
        consents={(Purpose.PROMOTION, MessageChannel.EMAIL): ConsentState(given=False, at=NOON)},
    )
    writes = (
        Complaint(ANA, ComplaintId("31"), raised_at=NOON, subject="Arrived broken"),
        Entry(ANA, JourneyName("win-back"), EntryId("e"), "arn", "cause", NOON, holdout=False),
        a_message(status=MessageStatus.WITHHELD, reason="open_complaint"),
        a_message(key="m-2", status=MessageStatus.SENT, channel=MessageChannel.SMS,
                  decided_at=datetime(2026, 3, 9, tzinfo=UTC)),
    )  # fmt: skip
    DynamoDBShopScores("customers", lambda _service, _settings: boto3.client("dynamodb")).keep(a_shop_score())
    customers.save([Change(Customer(ANA), known, tuple(Write(one, When.ALWAYS) for one in writes))])
    follows = projection(None, replace(known, version=1))
    assert follows is not None
    projections = DynamoDBProjections("customers", lambda _service, _settings: boto3.client("dynamodb"))
    assert list(projections.write([follows]).left) == []


def test_card_says_rung_rhythm_sums_and_consents(escalera, ana):
    result = escalera("customer", "ana", "--stage", "dev")
    assert result.exit_code == 0, result.output
    for said in (
        "customer (went quiet)",
        "quiet since 2026-05-01",
        "123.45 EUR, 10.00 EUR of it given back",
        "no to promotion by e-mail",
        "31 open: Arrived broken",
        "win-back since 2026-03-02: active",
    ):
        assert said in result.output


def test_card_says_class_value_fifths_and_groups_with_their_reasons(escalera, ana):
    output = " ".join(escalera("customer", "ana", "--stage", "dev").output.split())
    for said in (
        "class A (B since 2026-02-21, A since 2026-03-02)",
        "93% likely to be a customer still, expected to bring 441.00 EUR",
        "3.2 purchases expected, the next around 2026-04-11",
        "rfm 545 (how lately, how often, how much: 5 is the best fifth), on 2026-03-02",
        "people Luis, purchasing, luis@example.com",
        "most-valuable since 2026-03-02: among the top 10 % (610.00 EUR)",
    ):
        assert said in output


def test_card_of_one_whom_no_night_has_seen_says_so(escalera, ana):
    customers = DynamoDBCustomerRepository("customers", lambda _service, _settings: boto3.client("dynamodb"))
    customers.save([Change(Customer(LUIS), replace(Customer(LUIS), orders=1, last_order_at=NOON))])
    output = escalera("customer", "luis", "--stage", "dev").output
    assert "not judged yet" in output
    assert "value" not in output
    assert "rfm" not in output


def test_card_says_of_each_message_why_it_went_or_not(escalera, ana):
    output = escalera("customer", "ana", "--stage", "dev").output
    assert "order-thanks (thank-you): withheld: a complaint was still open" in output
    assert "order-thanks by text (thank-you): sent" in output


def test_card_says_what_to_say_next_and_sells_nothing_over_a_complaint(escalera, ana):
    output = escalera("customer", "ana", "--stage", "dev").output
    said = output[output.index("What to say next:") :].splitlines()[1:]
    assert (
        said[0]
        == "  Apologise for the late answer, and give it now (the answer was due: Arrived broken, 2026-03-03)"
    )
    assert said[1].startswith("  Sell nothing now (a complaint was raised and is not solved")
    assert "31 open: Arrived broken (raised 2026-03-02 12:00, answer due 2026-03-03 12:00)" in output


def test_fewer_messages_are_the_last_ones(escalera, ana):
    output = escalera("customer", "ana", "--stage", "dev", "--messages", "1").output
    assert "by text" in output
    assert "withheld" not in output


def test_json_holds_everything(escalera, ana):
    found = json.loads(escalera("customer", "ana", "--stage", "dev", "--json").output)
    assert found["customer"]["spending"] == {"EUR": {"bought": 12345, "refunded": 1000}}
    assert found["customer"]["consents"]["promotion.email"]["given"] is False
    assert {fact["kind"] for fact in found["facts"]} == {"COMPLAINT", "ENTRY", "MESSAGE", "SILENCE"}


def test_customer_is_found_by_email(escalera, ana):
    assert escalera("customer", "Ana@example.com", "--stage", "dev").output.startswith("ana  Ana")


@pytest.mark.parametrize("who", ["nobody", "nobody@example.com"])
def test_unknown_customer_ends_in_one(escalera, ana, who):
    result = escalera("customer", who, "--stage", "dev")
    assert result.exit_code == 1
    assert "Nobody is known" in result.output
