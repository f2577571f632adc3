"""The bench counts what AWS would bill: a figure is only worth what its counting is."""

from types import SimpleNamespace
from typing import Any

import pytest

from bench.house import Clock
from bench.machine import Agenda, Machines
from bench.pricing import priced
from bench.table import BillingTable


def record(sk: str = "PROFILE", letters: int = 0, **more: Any) -> dict[str, Any]:
    return {"pk": {"S": "CUSTOMER#ana"}, "sk": {"S": sk}, "text": {"S": "a" * letters}, **more}


def put(item: dict[str, Any], condition: str | None = None) -> dict[str, Any]:
    return {"Put": {"Item": item, **({"ConditionExpression": condition} if condition else {})}}


def test_a_transaction_costs_twice_and_by_the_kilobyte():
    table = BillingTable()
    table.answer("TransactWriteItems", {"TransactItems": [put(record()), put(record("ORDER#1", 1500))]})
    assert table.units["write"] == 2 * 1 + 2 * 2


def test_a_move_in_the_index_is_billed_at_both_places():
    table = BillingTable()
    due: dict[str, Any] = {"due_pk": {"S": "quiet#2026-03-02#0"}}
    table.answer("PutItem", {"Item": record(due_sk={"S": "1"}, **due)})
    assert table.units["write"] == 1 + 1
    table.answer("PutItem", {"Item": record(due_sk={"S": "2"}, **due)})
    assert table.units["write"] == 2 + (1 + 2)


def test_the_index_that_copies_records_is_billed_for_every_change_by_the_kilobyte():
    table = BillingTable()
    work: dict[str, Any] = {"work_pk": {"S": "MESSAGES#2026-03-02"}, "work_sk": {"S": "1"}}
    table.answer("PutItem", {"Item": record(letters=1500, **work)})
    assert table.units["write"] == 2 + 2
    table.answer("PutItem", {"Item": record(letters=1500, more={"S": "a"}, **work)})
    assert table.units["write"] == 4 + (2 + 2)
    table.answer("PutItem", {"Item": record(letters=10)})
    assert table.units["write"] == 8 + (2 + 2)


def test_one_refused_record_keeps_the_whole_transaction_out():
    table, new = BillingTable(), "attribute_not_exists(pk)"
    table.answer("PutItem", {"Item": record()})
    status, answer = table.answer(
        "TransactWriteItems", {"TransactItems": [put(record("ORDER#1"), new), put(record(), new)]}
    )
    assert status == 400
    assert [reason["Code"] for reason in answer["CancellationReasons"]] == ["None", "ConditionalCheckFailed"]
    assert ("CUSTOMER#ana", "ORDER#1") not in table.items


@pytest.mark.parametrize(("kilobytes", "units"), [(0, 1), (3, 1), (5, 2)])
def test_a_read_costs_by_four_kilobytes(kilobytes, units):
    table = BillingTable()
    table.answer("PutItem", {"Item": record(letters=kilobytes * 1024)})
    table.answer("GetItem", {"Key": record()})
    assert table.units["read"] == units


def test_every_state_of_a_journey_counts_and_its_waits_pass_on_the_clock():
    house: Any = SimpleNamespace(clock=Clock())
    began = house.clock.at
    agenda = Agenda(house)
    machines = Machines(agenda, lambda _: {"outcome": "hold", "seconds": 3600})
    task = {"Type": "Task", "Resource": "arn:aws:states:::lambda:invoke", "Parameters": {"Payload": {}}}
    kept = {"seconds.$": "$.Payload.seconds", "outcome.$": "$.Payload.outcome"}
    choice = {"Variable": "$.result.outcome", "StringEquals": "hold", "Next": "hold"}
    machines.start(
        "journey",
        {
            "StartAt": "send",
            "States": {
                "send": {**task, "ResultSelector": kept, "Next": "outcome"},
                "outcome": {"Type": "Choice", "Choices": [choice], "Default": "end"},
                "hold": {"Type": "Wait", "SecondsPath": "$.result.seconds", "Next": "end"},
                "end": {"Type": "Succeed"},
            },
        },
        {},
    )
    agenda.go_on()
    assert machines.transitions == 4
    assert (house.clock.at - began).total_seconds() == 3600


def test_prices_are_per_unit():
    assert priced({"write": 1_000_000, "transition": 1000})["write"] == pytest.approx(0.625)
    assert priced({"transition": 1000})["transition"] == pytest.approx(0.025)
