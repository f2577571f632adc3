"""What the table is asked, how often, and what becomes of its moods."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from escalera.adapters.dynamodb.ledger import DynamoDBMessageLedger
from escalera.adapters.dynamodb.records import customer_record, from_image
from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.adapters.dynamodb.sweeps import DynamoDBSweeps
from escalera.adapters.dynamodb.work import DynamoDBWorkLists
from escalera.domain.customer import Contact, Customer
from escalera.domain.errors import StoreBusyError
from escalera.domain.facts import MessageStatus
from escalera.domain.vocabulary import CustomerId
from escalera.journeys.programme import TeamTerms
from escalera.ports.customers import Change, DueKind, Saved, SaveOutcome, Write
from escalera.runtime.aws_errors import retryable
from escalera.use_cases.desk.show_customer import show_customer
from escalera.use_cases.desk.show_today import show_today
from escalera.use_cases.find_quiet_customers import find_quiet_customers
from tests.fakes.clock import SetClock
from tests.fakes.facts import ANA, LUIS, NOON, a_message, a_promise, a_task, an_order
from tests.fakes.house import PROGRAMME
from tests.fakes.table import TABLE, CountedCalls, FollowedCustomers, make_table

SAVED = Saved(SaveOutcome.SAVED)


@pytest.fixture
def calls() -> Iterator[CountedCalls]:
    with mock_aws():
        make_table()
        yield CountedCalls()


@pytest.fixture
def customers(calls: CountedCalls) -> DynamoDBCustomerRepository:
    return DynamoDBCustomerRepository(TABLE, calls.connect, sleep=lambda _: None)


def bought(customer: Customer, order: str = "o-1", **fields: Any) -> Change:
    after = replace(customer, orders=customer.orders + 1, **fields)
    return Change(customer, after, (Write(an_order(customer.id, order)),))


def rows() -> list[dict[str, Any]]:
    return boto3.client("dynamodb", region_name="eu-west-1").scan(TableName=TABLE)["Items"]


def fail_first(
    repository: DynamoDBCustomerRepository, operation: str, *errors: dict[str, Any] | None
) -> None:
    """The first answers of an operation, None for the real one; they reach the adapter as AWS's own would."""
    client, left = repository._table.client, list(errors)
    real = getattr(client, operation)

    def answer(**asked: Any) -> Any:
        error = left.pop(0) if left else None
        if error is None:
            return real(**asked)
        refused = ClientError(error, operation)  # type: ignore[arg-type]
        raise retryable(refused, "dynamodb") or refused

    setattr(client, operation, answer)


def cancelled(*codes: str) -> dict[str, Any]:
    reasons = [{"Code": code} for code in codes]
    return {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}


def test_search_by_name_is_one_query_that_asks_for_no_more_than_it_needs(calls, customers):
    named = Contact(given_name="Ana", family_name="Ruiz")
    changes = [
        Change(Customer(CustomerId(f"c-{n}")), Customer(CustomerId(f"c-{n}"), contact=named))
        for n in range(30)
    ]
    FollowedCustomers().save(changes)
    assert len(customers.find_by_name("ana", limit=5)) == 5
    assert [(name, asked["Limit"]) for name, asked in calls.asked] == [("Query", 10)]


def test_card_of_a_customer_is_two_questions_to_the_table(calls, customers):
    customers.save([bought(Customer(ANA))])
    calls.asked.clear()
    brief = show_customer(ANA, customers=customers, programme=PROGRAMME, clock=SetClock(NOON))
    assert [one.order_id for one in brief.orders] == ["o-1"]
    assert [name for name, _ in calls.asked] == ["GetItem", "Query"]


def test_today_asks_the_index_a_bounded_number_of_times_and_reads_each_customer_once(calls, customers):
    ids = [CustomerId(f"c-{number}") for number in range(40)]
    customers.save(
        [Change(Customer(one), Customer(one), (Write(a_task(one)), Write(a_promise(one)))) for one in ids]
    )
    calls.asked.clear()
    work = DynamoDBWorkLists(TABLE, calls.connect)
    programme = replace(PROGRAMME, teams={"sales": TeamTerms("sales", "s@casa.example.com")})
    today = show_today(work=work, customers=customers, programme=programme, clock=SetClock(NOON))
    assert (len(today.tasks), len(today.promises), today.more_tasks) == (30, 30, True)
    assert calls.names["Query"] <= 20
    assert calls.names["BatchGetItem"] == 2
    assert set(calls.names) == {"Query", "BatchGetItem"}
    assert all(asked["Limit"] <= 501 for name, asked in calls.asked if name == "Query")


def test_ten_purchases_of_a_queue_batch_are_one_read_and_one_transaction(calls, customers):
    ids = [CustomerId(f"c-{number}") for number in range(10)]
    loaded = customers.load(ids)
    assert customers.save([bought(loaded[one]) for one in ids]) == [SAVED] * 10
    assert [name for name, _ in calls.asked] == ["BatchGetItem", "TransactWriteItems"]


def test_no_change_is_split_over_two_transactions(calls, customers):
    changes = [
        Change(
            Customer(CustomerId(f"c-{number}")),
            Customer(CustomerId(f"c-{number}")),
            tuple(Write(an_order(CustomerId(f"c-{number}"), f"o-{order}")) for order in range(29)),
        )
        for number in range(7)
    ]
    assert customers.save(changes) == [SAVED] * 7
    sizes = [len(asked["TransactItems"]) for _, asked in calls.asked]
    assert sizes == [90, 90, 30]


def test_change_too_large_for_a_transaction_is_refused_before_anything_is_written(customers):
    writes = tuple(Write(an_order(order=f"o-{number}")) for number in range(100))
    with pytest.raises(ValueError, match="101 writes"):
        customers.save([bought(Customer(LUIS)), Change(Customer(ANA), Customer(ANA), writes)])
    assert rows() == []


def test_each_attempt_has_a_token_of_its_own_and_a_repeat_by_botocore_keeps_it(calls, customers):
    client = customers._table.client
    sent: list[bytes] = []

    def lose_first_answer(request: Any, **_: Any) -> None:
        sent.append(request.body)
        if len(sent) == 1:
            request.url = "http://127.0.0.1:1/"  # nobody answers there

    client.meta.events.register_first("before-send.dynamodb.TransactWriteItems", lose_first_answer)
    assert customers.save([bought(Customer(ANA))]) == [SAVED]
    customers.save([bought(Customer(LUIS))])
    tokens = [asked["ClientRequestToken"] for _, asked in calls.asked]
    assert len(set(tokens)) == 2
    assert sent[0] == sent[1]
    assert tokens[0].encode() in sent[1]


def test_conflicting_transaction_makes_its_change_stale_and_saves_the_others(customers):
    fail_first(customers, "transact_write_items", cancelled("None", "None", "TransactionConflict", "None"))
    answers = customers.save([bought(Customer(ANA)), bought(Customer(LUIS))])
    assert [one.outcome for one in answers] == [SaveOutcome.SAVED, SaveOutcome.STALE]
    assert [customer.orders for customer in customers.load([ANA, LUIS]).values()] == [1, 0]


def test_throttled_transaction_is_tried_again(customers):
    fail_first(customers, "transact_write_items", *[cancelled("None", "ThrottlingError")] * 3)
    assert customers.save([bought(Customer(ANA))]) == [SAVED]


def test_throttled_for_long_is_busy_and_nothing_is_written(customers):
    fail_first(customers, "transact_write_items", *[cancelled("ProvisionedThroughputExceeded", "None")] * 99)
    with pytest.raises(StoreBusyError, match="throttles"):
        customers.save([bought(Customer(ANA))])
    assert rows() == []


@pytest.mark.parametrize("operation", ["get_item", "transact_write_items"])
def test_throttled_call_is_busy(customers, operation):
    throttle = {"Error": {"Code": "ThrottlingException"}}
    fail_first(customers, operation, throttle)
    with pytest.raises(StoreBusyError):
        customers.save([bought(customers.load([ANA])[ANA])])


def test_throttled_after_a_first_transaction_answers_what_is_true_of_each(customers):
    ids = [CustomerId(f"c-{number}") for number in range(60)]
    fail_first(customers, "transact_write_items", None, {"Error": {"Code": "ThrottlingException"}})
    answers = customers.save([bought(Customer(one)) for one in ids])
    loaded = customers.load(ids)
    assert [one.outcome for one in answers] == [SaveOutcome.SAVED] * 50 + [SaveOutcome.STALE] * 10
    assert [loaded[one].orders for one in ids] == [1] * 50 + [0] * 10


def test_cancellation_nobody_understands_is_not_swallowed(customers):
    fail_first(customers, "transact_write_items", cancelled("ValidationError", "None"))
    with pytest.raises(ClientError):
        customers.save([bought(Customer(ANA))])


def test_unprocessed_keys_are_asked_for_again(calls, customers):
    customers.save([bought(Customer(ANA)), bought(Customer(LUIS))])
    client = customers._table.client
    real, asked_keys = client.batch_get_item, []

    def one_at_a_time(**asked: Any) -> Any:
        wanted = asked["RequestItems"][TABLE]["Keys"]
        asked_keys.append(len(wanted))
        assert asked["RequestItems"][TABLE]["ConsistentRead"]
        answer = real(RequestItems={TABLE: {"Keys": wanted[:1], "ConsistentRead": True}})
        if wanted[1:]:
            answer["UnprocessedKeys"] = {TABLE: {"Keys": wanted[1:]}}
        return answer

    client.batch_get_item = one_at_a_time
    loaded = customers.load([ANA, LUIS, CustomerId("nobody")])
    assert [customer.orders for customer in loaded.values()] == [1, 1, 0]
    assert asked_keys == [3, 2, 1]


def test_keys_unprocessed_for_ever_are_busy(customers):
    def nothing(**asked: Any) -> Any:
        return {"Responses": {}, "UnprocessedKeys": asked["RequestItems"]}

    customers._table.client.batch_get_item = nothing
    with pytest.raises(StoreBusyError):
        customers.load([ANA, LUIS])


def test_sweep_asks_one_query_per_day_and_shard_and_reads_only_who_is_due(calls, customers):
    ids = [CustomerId(f"c-{number}") for number in range(300)]
    customers.save(
        [
            Change(Customer(one), Customer(one, quiet_due_at=NOON + timedelta(days=number % 30)))
            for number, one in enumerate(ids)
        ]
    )
    calls.asked.clear()
    found = list(customers.find_due(DueKind.QUIET, NOON + timedelta(days=7, hours=1), look_back_days=2))
    assert {one.customer_id for one in found} == {
        one for number, one in enumerate(ids) if number % 30 in (5, 6, 7)
    }
    assert calls.names == {"Query": 24}
    assert len({str(asked["ExpressionAttributeValues"][":day"]) for _, asked in calls.asked}) == 24


def test_sweep_evaluates_only_who_is_due_however_many_are_due_later_on_the_same_days(calls, customers):
    due, later = 30, 800
    put_in_the_index(
        {
            **{f"due-{n}": NOON - timedelta(hours=n * 5) for n in range(due)},
            **{f"today-{n}": NOON + timedelta(seconds=1 + n) for n in range(later // 2)},
            **{f"later-{n}": NOON + timedelta(days=1 + n % 60) for n in range(later // 2)},
        }
    )
    sweeps = DynamoDBSweeps(TABLE, calls.connect)
    sweeps.done(DueKind.QUIET, NOON - timedelta(days=1))
    evaluated: list[int] = []

    def note(parsed: dict[str, Any], **_: Any) -> None:
        found = parsed.get("ScannedCount")
        evaluated.append(len(parsed["Responses"][TABLE]) if found is None else found)

    for operation in ("Query", "BatchGetItem"):
        customers._table.client.meta.events.register(f"after-call.dynamodb.{operation}", note)
    calls.asked.clear()
    found = find_quiet_customers(
        customers=customers, sweeps=sweeps, rules=PROGRAMME.policy.standing_rules(), clock=SetClock(NOON)
    )
    assert found == due
    assert due * 2 <= sum(evaluated) < due * 3
    assert calls.names["Query"] == 8 * 8
    assert calls.names["GetItem"] == calls.names["PutItem"] == 1
    assert calls.names["Scan"] == 0


def put_in_the_index(due: dict[str, datetime]) -> None:
    """Customers as they are kept, written at once: they bought long ago, and are due at these times."""
    client = boto3.client("dynamodb", region_name="eu-west-1")
    long_ago = NOON - timedelta(days=900)
    bought = Customer(ANA, version=1, orders=1, first_order_at=long_ago, last_order_at=long_ago)
    records = [
        customer_record(replace(bought, id=CustomerId(one), quiet_due_at=at)) for one, at in due.items()
    ]
    for start in range(0, len(records), 25):
        puts: Any = [{"PutRequest": {"Item": record}} for record in records[start : start + 25]]
        client.batch_write_item(RequestItems={TABLE: puts})


def test_customer_with_more_facts_than_a_page_is_read_whole(calls, customers):
    customers.save([bought(Customer(ANA))])
    for start in range(0, 240, 80):
        ana = customers.load([ANA])[ANA]
        orders = (an_order(order=f"{start + n:04}" + "x" * 900, delivered_at=NOON) for n in range(80))
        customers.save([Change(ana, ana, tuple(map(Write, orders)))])
    client = customers._table.client
    real, pages = client.query, []

    def in_small_pages(**asked: Any) -> Any:
        pages.append(asked)
        return real(**asked, Limit=50)

    client.query = in_small_pages
    assert len(customers.facts_of(ANA)) == 241
    assert len(pages) >= 5
    assert all(asked["ConsistentRead"] for asked in pages)


def test_message_rows_expire_and_nothing_else_does(customers):
    customers.save([Change(Customer(ANA), Customer(ANA), (Write(an_order()), Write(a_message())))])
    expiring = {row["sk"]["S"]: int(row["expires_at"]["N"]) for row in rows() if "expires_at" in row}
    assert expiring == {"MESSAGE#m-1": int((NOON + timedelta(days=400)).timestamp())}


def test_row_moved_by_the_ledger_reads_as_any_other(calls, customers):
    customers.save([Change(Customer(ANA), Customer(ANA), (Write(a_message()),))])
    ledger = DynamoDBMessageLedger(TABLE, calls.connect)
    calls.asked.clear()
    only = frozenset({MessageStatus.SENDING})
    assert ledger.move(a_message().key, MessageStatus.SENT, only_from=only, at=NOON, provider_id="s-1")
    assert [name for name, _ in calls.asked] == ["UpdateItem"]
    (row,) = (row for row in rows() if row["sk"]["S"].startswith("MESSAGE#"))
    assert from_image(row) == a_message(status=MessageStatus.SENT, provider_id="s-1")


def test_what_stands_in_the_console_can_be_read(customers):
    customers.save([bought(Customer(ANA), last_order_at=NOON, quiet_due_at=NOON + timedelta(days=40))])
    (profile,) = (row for row in rows() if row["sk"]["S"] == "PROFILE")
    assert profile == {
        "pk": {"S": "CUSTOMER#ana"},
        "sk": {"S": "PROFILE"},
        "due_pk": {"S": "quiet#2026-04-11#2"},
        "due_sk": {"S": "2026-04-11T12:00:00.000000Z#ana"},
        "version": {"N": "1"},
        "orders": {"N": "1"},
        "orders_returned": {"N": "0"},
        "last_order_at": {"S": "2026-03-02T12:00:00Z"},
        "rung": {"S": "suspect"},
        "rung_reason": {"S": "known"},
        "quiet_due_at": {"S": "2026-04-11T12:00:00Z"},
    }
