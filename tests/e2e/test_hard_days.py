"""Throttling, crashes, bad events, bounces, STOP, rights: what must hold on a bad day."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest

from escalera.domain.facts import MessageStatus
from escalera.domain.vocabulary import MessageChannel
from tests.e2e.shop import Shop


def test_with_ses_throttled_nine_times_of_ten_every_message_goes_out_once(shop: Shop) -> None:
    shop.stack.throttle_email(0.9)
    customers = [shop.nobody_yet() for _ in range(10)]
    shop.put(*(shop.purchase(one, f"{one}-1", contact={"email": f"{one}@example.net"}) for one in customers))

    def all_thanked() -> bool:
        return all(shop.mails_to(f"{one}@example.net") for one in customers)

    shop.wait_until(all_thanked, "all thanked in the end", within=120)
    shop.settle()
    assert [len(shop.mails_to(f"{one}@example.net")) for one in customers] == [1] * 10


@pytest.mark.parametrize("fault", [{"dynamodb": "gone"}, {"dynamodb": "lost"}, {"lambda": "import"}], ids=str)
def test_purchases_made_while_journeys_cannot_go_on_are_all_thanked_once(
    shop: Shop, fault: dict[str, str]
) -> None:
    """The table is away for 76 seconds of a state machine's time; or a release of perform_step cannot be imported."""
    shop.stack.set_wait_scale(1 / 20)
    customers = [shop.nobody_yet() for _ in range(5)]
    shop.stack.fail_calls(**{"lambda": "throttle"})  # no step is done before the trouble begins
    shop.put(*(shop.purchase(one, f"{one}-1", contact={"email": f"{one}@example.net"}) for one in customers))
    shop.wait_until(lambda: running(shop) >= len(customers), "the journeys have begun")
    shop.stack.change(fail_calls=fault)
    time.sleep(76 / 20)
    assert not any(shop.mails_to(f"{one}@example.net") for one in customers)
    shop.stack.fail_calls()
    shop.stack.set_wait_scale(1 / 86_400)

    def all_thanked() -> bool:
        return all(shop.mails_to(f"{one}@example.net") for one in customers)

    shop.wait_until(all_thanked, "all thanked in the end", within=120)
    shop.settle()
    assert [len(shop.mails_to(f"{one}@example.net")) for one in customers] == [1] * 5


def running(shop: Shop) -> int:
    machine = shop.outputs["JourneyThankYou"]
    found = shop.client("stepfunctions").list_executions(stateMachineArn=machine, statusFilter="RUNNING")
    return len(found["executions"])


@pytest.mark.parametrize("when", ["crash_before_send", "crash_after_send"])
def test_whoever_had_it_sent_is_killed_and_the_message_goes_out_once(shop: Shop, when: str) -> None:
    customer = shop.nobody_yet()
    shop.stack.change(**{when: 1})
    shop.put(shop.purchase(customer, f"{customer}-1", contact={"email": f"{customer}@example.com"}))
    told = {MessageStatus.SENT, MessageStatus.DELIVERED}

    def noted() -> bool:
        return [row.status in told for row in shop.messages(customer, "order-thanks")] == [True]

    shop.wait_until(noted, "the dispatch notes it, though nobody waits for its answer")
    shop.wait_until(lambda: shop.customer(customer).active_entries, "the journey goes on")
    shop.settle()
    assert len(shop.mails_to(f"{customer}@example.com")) == 1


def test_what_ses_took_but_broke_before_saying_so_is_settled_by_its_feedback(shop: Shop) -> None:
    customer = shop.nobody_yet()
    shop.stack.break_after_send(1)
    shop.put(shop.purchase(customer, f"{customer}-1", contact={"email": f"{customer}@example.com"}))
    told = {MessageStatus.SENT, MessageStatus.DELIVERED}

    def settled() -> bool:
        return [row.status in told for row in shop.messages(customer, "order-thanks")] == [True]

    shop.wait_until(settled, "the provider's word settles it")
    shop.settle()
    assert len(shop.mails_to(f"{customer}@example.com")) == 1


def test_what_ses_never_says_a_word_of_is_not_sent_again_and_the_journey_goes_on(shop: Shop) -> None:
    customer = shop.nobody_yet()
    shop.stack.set_wait_scale(1 / 300)  # one look at the unclear send a second, instead of hundreds
    shop.stack.break_before_send(1)
    shop.put(shop.purchase(customer, f"{customer}-1", contact={"email": f"{customer}@example.com"}))
    shop.wait_until(
        lambda: [row.status for row in shop.messages(customer, "order-thanks")] == [MessageStatus.SENDING],
        "the row of the unclear send",
    )
    shop.settle(2)
    shop.move_clock(timedelta(hours=2))
    shop.wait_until(
        lambda: (
            [row.status for row in shop.messages(customer, "order-thanks")] == [MessageStatus.UNCONFIRMED]
        ),
        "noted as unconfirmed",
    )
    shop.wait_until(lambda: shop.customer(customer).active_entries, "the journey goes on")
    assert shop.mails_to(f"{customer}@example.com") == []


def test_a_poison_event_is_set_aside_with_its_reason_and_blocks_nobody(shop: Shop) -> None:
    customer, other = shop.nobody_yet(), shop.nobody_yet()
    poison = shop.purchase(customer, f"{customer}-1")
    detail = json.loads(poison["Detail"])
    detail["total"]["amount"] = "12.50"
    detail["channel"] = "Ejemplo 600000001"
    shop.put(
        {**poison, "Detail": json.dumps(detail)},
        shop.purchase(other, f"{other}-1", contact={"email": f"{other}@example.com"}),
    )
    shop.wait_until(lambda: shop.mails_to(f"{other}@example.com"), "the other one is thanked")

    def set_aside() -> list[str]:
        return [
            letter["MessageAttributes"]["reason"]["StringValue"]
            for letter in shop.dead_letters("OnPurchaseCompleted")
            if customer in letter["Body"]
        ]

    [reason] = shop.wait_until(set_aside, "the poison event in the dead letters")
    assert "total.amount" in reason
    assert "channel: " in reason
    assert "600000001" not in reason


def test_a_hard_bounce_closes_the_address_for_ever(shop: Shop) -> None:
    customer = shop.new_customer(mailbox="bounce-e2e@example.com")
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.customer(customer).suppressed, "the suppression")
    shop.put(shop.purchase(customer, f"{customer}-2"))
    shop.wait_until(
        lambda: "suppressed" in {row.reason for row in shop.messages(customer, "order-thanks")},
        "the second thank-you is withheld",
    )
    assert len(shop.mails_to("bounce-e2e@example.com")) == 1


def test_stop_by_text_ends_all_texts_for_whoever_has_the_number_or_takes_it_up(shop: Shop) -> None:
    phone = "+447700900777"
    both = [shop.new_customer(phone=phone) for _ in range(2)]
    reply = {"originationNumber": phone, "destinationNumber": "+447700900000", "messageBody": "Baja."}
    shop.client("sns").publish(TopicArn=shop.outputs["SmsRepliesTopic"], Message=json.dumps(reply))
    shop.wait_until(lambda: all(shop.customer(one).unsubscribed for one in both), "the STOP is kept")
    later = shop.new_customer(phone=phone)
    shop.wait_until(lambda: shop.customer(later).unsubscribed, "who takes up the number is silenced")
    assert {frozenset(shop.customer(one).unsubscribed) for one in (*both, later)} == {
        frozenset({MessageChannel.SMS})
    }


def test_logs_hold_no_address_name_or_phone_number(shop: Shop) -> None:
    phone = "+447700900555"
    customer = shop.new_customer(mailbox="secret.mailbox@example.com", phone=phone)
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.mails_to("secret.mailbox@example.com"), "the thank-you")
    logs = shop.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    lines = [
        event["message"]
        for group in groups
        if "DirectPublish" not in group
        for event in logs.filter_log_events(logGroupName=group)["events"]
    ]
    assert any(customer in line or "on_purchase_completed" in line for line in lines), (
        "there are logs to look at"
    )
    for secret in ("secret.mailbox", phone, "Ejemplo"):
        assert not [line for line in lines if secret in line]


def test_no_execution_of_a_journey_holds_an_address_or_a_text(shop: Shop) -> None:
    """What is sent passes through Step Functions; where it keeps a history, none of it may stand there."""
    customer = shop.new_customer(mailbox="kept.nowhere@example.com")
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.mails_to("kept.nowhere@example.com"), "the thank-you")
    [mail] = shop.mails_to("kept.nowhere@example.com")
    machines = shop.client("stepfunctions")
    runs = {
        one["name"]: machines.list_executions(stateMachineArn=one["stateMachineArn"])["executions"]
        for one in machines.list_state_machines()["stateMachines"]
    }
    assert [len(found) for name, found in runs.items() if "Dispatch" in name] == [0]
    histories = [
        json.dumps(
            machines.get_execution_history(executionArn=one["executionArn"], maxResults=1000), default=str
        )
        for found in runs.values()
        for one in found
    ]
    assert any(customer in history for history in histories), "there are histories to look at"
    assert not [one for one in histories if "kept.nowhere" in one or mail.subject in one]


def test_a_dispatch_stripped_of_its_right_to_send_sends_nothing(shop: Shop) -> None:
    """The roles are enforced: without ses:SendEmail the very same purchase is not thanked until it is given back."""
    machines = shop.client("stepfunctions")
    machine = machines.describe_state_machine(stateMachineArn=shop.outputs["DispatchMachine"])
    is_not_thanked_without(shop, machine["roleArn"], "ses:SendEmail", MessageStatus.RELEASED)


def test_a_function_stripped_of_its_right_to_have_sent_sends_nothing(shop: Shop) -> None:
    """And leaves a claim, which leads to nothing."""
    name = shop.outputs["FunctionPerformStep"]
    function = shop.client("lambda").get_function_configuration(FunctionName=name)
    is_not_thanked_without(shop, function["Role"], "states:StartSyncExecution", MessageStatus.CLAIMED)


def is_not_thanked_without(shop: Shop, role: str, action: str, left: MessageStatus) -> None:
    """Somebody buys while a role lacks this action: their thank-you is `left` so, and goes out once it has it again."""
    customer = shop.nobody_yet()
    with stripped(shop.client("iam"), role.rsplit("/", 1)[1], action):
        shop.put(shop.purchase(customer, f"{customer}-1", contact={"email": f"{customer}@example.com"}))
        shop.wait_until(
            lambda: [row.status for row in shop.messages(customer)] == [left], f"the row that is {left}"
        )
        assert shop.mails_to(f"{customer}@example.com") == []
    shop.wait_until(lambda: shop.mails_to(f"{customer}@example.com"), "thanked once the right is back")


@contextmanager
def stripped(iam: Any, role: str, action: str) -> Iterator[None]:
    """Meanwhile the role lacks this one action, which one statement of one of its policies grants."""
    policies = {
        policy: iam.get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
        for policy in iam.list_role_policies(RoleName=role)["PolicyNames"]
    }
    [(policy, document)] = [one for one in policies.items() if action in json.dumps(one[1])]
    kept = [one for one in document["Statement"] if action not in json.dumps(one["Action"])]
    assert len(kept) == len(document["Statement"]) - 1
    without = json.dumps({**document, "Statement": kept})
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=without)
    try:
        yield
    finally:
        iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(document))
