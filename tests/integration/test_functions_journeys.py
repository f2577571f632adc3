"""Functions of the ring beside the inboxes: what changed is told, steps are done, journeys end, sweeps look."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

from escalera import bootstrap
from escalera.adapters.dynamodb.records import customer_record, fact_record
from escalera.adapters.memory import InMemoryEventPublisher, InMemoryJourneyRuns
from escalera.domain.closings import Address, Closing
from escalera.domain.customer import ActiveEntry, Contact, Customer
from escalera.domain.errors import ContractError, RetryableError
from escalera.domain.facts import Entry, Promise, PromiseStatus, Waiting
from escalera.domain.vocabulary import CustomerId, EntryId, JourneyName, MessageChannel, Purpose
from escalera.ports.customers import Change, SaveOutcome, When, Write
from escalera.ports.journeys import RunState
from tests.fakes.clock import SetClock
from tests.fakes.facts import ANA, NOON, a_promise, an_order
from tests.fakes.table import TABLE
from tests.support.functions import invoke, left_to_the_queue
from tests.support.lambda_events import batch, on_the_bus

PAYLOADS = Path(__file__).resolve().parents[1] / "contract" / "step_payloads"


def changed(number: int, new: Any = None, old: Any = None) -> dict[str, Any]:
    images = {"NewImage": new, "OldImage": old}
    return {
        "eventID": str(number),
        "eventName": "MODIFY" if old else "INSERT",
        "eventSource": "aws:dynamodb",
        "dynamodb": {
            "SequenceNumber": f"{number:03}",
            "StreamViewType": "NEW_AND_OLD_IMAGES",
            **{name: image for name, image in images.items() if image is not None},
        },
    }


class Publisher(InMemoryEventPublisher):
    """Refuses the orders it was told to."""

    def __init__(self, *refused: str) -> None:
        super().__init__()
        self._refused = refused

    def publish(self, events: Any) -> list[int]:
        super().publish(events)
        return [index for index, event in enumerate(events) if event.detail.get("order_id") in self._refused]


@pytest.fixture
def runs(cloud, monkeypatch) -> InMemoryJourneyRuns:
    found = InMemoryJourneyRuns()
    monkeypatch.setattr(bootstrap, "runs", lambda: found)
    return found


def at(monkeypatch, moment: datetime) -> None:
    monkeypatch.setattr(bootstrap, "clock", lambda: SetClock(moment))


def put(cloud, customer: Customer, *writes: Write) -> None:
    (saved,) = cloud.customers.save([Change(Customer(customer.id), customer, writes)])
    assert saved.outcome is SaveOutcome.SAVED


def test_changes_of_the_table_are_told_on_the_bus(cloud, monkeypatch):
    publisher = Publisher()
    monkeypatch.setattr(bootstrap, "publisher", lambda _bus: publisher)
    identity = {"pk": {"S": "IDENTITY#email#0"}, "sk": {"S": "IDENTITY"}, "customer_id": {"S": ANA}}
    order = fact_record(an_order())
    records = [changed(1, order), changed(2, identity), changed(3, order, order), changed(4, old=order)]
    assert invoke("publish_changes", {"Records": records}) == {"batchItemFailures": []}
    assert [event.name for event in publisher.published] == ["PurchaseRecorded"]


def test_what_an_import_writes_is_told_to_nobody_and_what_follows_is_told_as_ever(cloud, monkeypatch):
    publisher = Publisher()
    monkeypatch.setattr(bootstrap, "publisher", lambda _bus: publisher)
    quiet = replace(Customer(ANA), orders=1, last_order_at=NOON, quiet_since=NOON)
    cloud.customers.save([Change(Customer(ANA), quiet, (Write(an_order()),), told=False)])
    imported = everything_of(cloud, ANA)
    assert invoke("publish_changes", {"Records": [changed(n, new) for n, new in enumerate(imported)]})
    assert publisher.published == []
    before = cloud.customers.load([ANA])[ANA]
    cloud.customers.save([Change(before, replace(before, quiet_since=None), (Write(an_order(order="o-2")),))])
    records = [
        changed(9, new, old)
        for new in everything_of(cloud, ANA)
        if new not in imported
        for old in [next((one for one in imported if one["sk"] == new["sk"]), None)]
    ]
    assert invoke("publish_changes", {"Records": records}) == {"batchItemFailures": []}
    assert {event.name for event in publisher.published} == {"CustomerReturned", "PurchaseRecorded"}


def test_number_that_said_stop_is_silent_before_anybody_hears_of_who_took_it_up(cloud, monkeypatch):
    heard: list[bool] = []

    class Bus(Publisher):
        def publish(self, events: Any) -> list[int]:
            heard.append(MessageChannel.SMS in cloud.customers.load([ANA])[ANA].unsubscribed)
            return super().publish(events)

    monkeypatch.setattr(bootstrap, "publisher", lambda _bus: Bus())
    number = Address.of(MessageChannel.SMS, "+34600000001")
    bootstrap.addresses(TABLE).close(number, Closing.STOP, NOON)
    put(cloud, Customer(ANA, contact=Contact(phone="+34600000001")), Write(an_order()))
    records = [changed(number, new) for number, new in enumerate(everything_of(cloud, ANA))]
    assert invoke("publish_changes", {"Records": records}) == {"batchItemFailures": []}
    assert heard == [True]


def everything_of(cloud, customer_id: CustomerId) -> list[dict[str, Any]]:
    client: Any = boto3.client("dynamodb", region_name="eu-west-1")
    found: list[dict[str, Any]] = client.scan(TableName=TABLE)["Items"]
    return [item for item in found if item["pk"]["S"] == f"CUSTOMER#{customer_id}"]


def test_from_the_first_change_not_told_on_the_stream_brings_all_again(cloud, monkeypatch):
    monkeypatch.setattr(bootstrap, "publisher", lambda _bus: Publisher("o-2", "o-4"))
    records = [changed(number, fact_record(an_order(order=f"o-{number}"))) for number in range(1, 5)]
    answer = invoke("publish_changes", {"Records": records})
    assert left_to_the_queue(answer) == ["002", "003", "004"]


def test_bus_that_takes_nothing_fails_the_whole_batch(cloud):
    records = [changed(number, fact_record(an_order(order=f"o-{number}"))) for number in (1, 2)]
    assert left_to_the_queue(invoke("publish_changes", {"Records": records})) == ["001", "002"]
    assert cloud.dead_letters() == []


def test_change_reaches_the_bus_itself(cloud):
    events: Any = boto3.client("events", region_name="eu-west-1")
    events.create_event_bus(Name="escalera")
    record = customer_record(replace(Customer(ANA), version=1))
    answer = invoke("publish_changes", {"Records": [changed(1, record), changed(2, fact_record(an_order()))]})
    assert answer == {"batchItemFailures": []}


@pytest.fixture
def programme(tmp_path_factory, monkeypatch) -> None:
    from escalera.adapters.programme import load_goals, load_programme
    from programme_compiler.compile import compile_programme

    root = tmp_path_factory.mktemp("programme")
    compile_programme(Path(__file__).parents[2] / "programme", root / "escalera_programme_of_handlers")
    monkeypatch.syspath_prepend(str(root))
    monkeypatch.setattr(bootstrap, "programme", lambda: load_programme("escalera_programme_of_handlers"))
    monkeypatch.setattr(bootstrap, "goals", lambda: load_goals("escalera_programme_of_handlers"))


def payload(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((PAYLOADS / f"v1-{name}.json").read_text())
    return found


def test_step_is_done_and_the_answer_has_every_field(cloud, programme, runs, monkeypatch):
    asked = payload("enter-least")
    now = datetime(2026, 3, 1, 8, 1, tzinfo=UTC)
    at(monkeypatch, now)
    customer_id = CustomerId(asked["customer_id"])
    last = datetime.fromisoformat(asked["cause"]["last_order_at"])
    put(cloud, replace(Customer(customer_id), orders=1, last_order_at=last, quiet_since=now))
    assert invoke("perform_step", asked) == {"outcome": "done", "reason": "", "seconds": 0}
    entered = cloud.customers.load([customer_id])[customer_id]
    assert [entry.execution for entry in entered.active_entries.values()] == [asked["execution"]]


def test_step_that_is_no_step_fails_by_the_name_of_its_error(cloud, programme, runs):
    asked = payload("enter-least")
    asked["step"]["longest"] = "ask ana@example.com"
    with pytest.raises(ContractError, match=r"step\.enter\.longest") as raised:
        invoke("perform_step", asked)
    assert "ana@" not in str(raised.value)


def an_entry(**fields: Any) -> ActiveEntry:
    told: dict[str, Any] = {
        "journey": JourneyName("thank-you"),
        "kind": Purpose.RELATIONSHIP,
        "priority": 1,
        "execution": "run-1",
        "entered_at": NOON,
        "until": NOON + timedelta(days=30),
        "cause": "PurchaseRecorded-1",
        "subject": "o-1",
    }
    return ActiveEntry(**(told | fields))


def news(name: str, **detail: Any) -> dict[str, Any]:
    about = {"event_id": f"{name}-2", "version": 1, "occurred_at": NOON.isoformat(), "customer_id": ANA}
    return on_the_bus(name, about | detail, source="escalera")


def test_news_ends_the_journey_that_leaves_on_it(cloud, programme, runs, monkeypatch):
    at(monkeypatch, NOON)
    entries = {EntryId("e-1"): an_entry(leaves_on=("ComplaintOpened",))}
    put(cloud, replace(Customer(ANA), active_entries=entries))
    heard = batch(
        news("ComplaintOpened", complaint_id="c-1"), "not json", news("RungChanged") | {"detail": 1}
    )
    assert left_to_the_queue(invoke("leave_journeys", heard)) == []
    assert runs.stopped == {"run-1": "ComplaintOpened"}
    assert len(cloud.dead_letters()) == 2


def test_news_wakes_the_journey_that_waits_for_it_about_the_same_order(cloud, programme, runs, monkeypatch):
    at(monkeypatch, NOON)
    waiting = an_entry(waiting_for="DeliveryRecorded", task_token="token-1")
    put(cloud, replace(Customer(ANA), active_entries={EntryId("e-1"): waiting}))
    invoke("leave_journeys", batch(news("DeliveryRecorded", order_id="o-2")))
    assert runs.woken == []
    invoke("leave_journeys", batch(news("DeliveryRecorded", order_id="o-1")))
    assert runs.woken == ["token-1"]


def run_ended(status: str = "FAILED", execution: str = "run-1", **fields: Any) -> dict[str, Any]:
    """Step Functions' own word, as it comes by the default bus."""
    started_by = json.dumps({"detail": {"customer_id": ANA, "event_id": "PurchaseRecorded-1"}})
    detail = {
        "executionArn": execution,
        "stateMachineArn": "arn:of-a-release-before",
        "status": status,
        "input": started_by,
        "redriveCount": 0,
    }
    name = "Step Functions Execution Status Change"
    return on_the_bus(name, detail | fields, source="aws.states")


@pytest.mark.parametrize(("status", "reason"), [("FAILED", "step_failed"), ("ABORTED", "journey_removed")])
def test_the_end_of_a_run_closes_its_entry(cloud, runs, monkeypatch, status, reason):
    at(monkeypatch, NOON)
    monkeypatch.setattr(bootstrap, "journey_names", frozenset)
    key, entry = EntryId("e-1"), an_entry(journey=JourneyName("a-journey-of-old"))
    fact = Entry(ANA, entry.journey, key, "run-1", entry.cause, NOON, holdout=False)
    put(cloud, replace(Customer(ANA), active_entries={key: entry}), Write(fact))
    heard = batch(run_ended(execution="run-2"), run_ended(status), run_ended(input=None))
    assert left_to_the_queue(invoke("leave_journeys", heard)) == []
    [closed] = bootstrap.customers(TABLE).facts_of(ANA)
    assert isinstance(closed, Entry)
    assert (closed.reason, closed.ended_at) == (reason, NOON)
    assert len(cloud.dead_letters()) == 1, "a run of which nobody knows whose it was"


def test_sweep_closes_the_entry_that_nothing_moves(cloud, programme, runs, monkeypatch):
    at(monkeypatch, NOON)
    waiting = Waiting("1-wait-of-old", NOON - timedelta(days=2), NOON - timedelta(hours=2))
    fact = Entry(
        ANA, JourneyName("a-journey-of-old"), EntryId("e-1"), "run-1", "c", NOON, False, waiting=waiting
    )
    put(cloud, Customer(ANA), Write(fact))
    monkeypatch.setattr(bootstrap, "graphs", dict)
    monkeypatch.setattr(bootstrap, "journey_names", frozenset)
    bootstrap.journey_steps(TABLE).remember({"a-journey-of-old": frozenset({"1-wait-of-old"})})
    assert invoke("close_stranded_entries", {}) == {"looked_at": 1, "closed": 0}
    runs.ended["run-1"] = RunState.GONE
    bootstrap.whereabouts(TABLE).note(fact.key, waiting)
    assert invoke("close_stranded_entries", {}) == {"looked_at": 1, "closed": 1}
    [closed] = bootstrap.customers(TABLE).facts_of(ANA)
    assert isinstance(closed, Entry)
    assert closed.reason == "journey_removed"


def test_journey_that_could_not_be_stopped_is_left_to_the_queue(cloud, programme, monkeypatch):
    class Busy(InMemoryJourneyRuns):
        def stop(self, execution: str, *, reason: str) -> None:
            raise RetryableError("too many requests")

    monkeypatch.setattr(bootstrap, "runs", Busy)
    at(monkeypatch, NOON)
    entries = {EntryId("e-1"): an_entry(leaves_on=("ComplaintOpened",))}
    put(cloud, replace(Customer(ANA), active_entries=entries))
    answer = invoke("leave_journeys", batch(news("ComplaintOpened", complaint_id="c-1"), news("RungChanged")))
    assert left_to_the_queue(answer) == ["m0"]


def test_sweep_finds_who_is_quiet(cloud, monkeypatch):
    at(monkeypatch, NOON)
    last = NOON - timedelta(days=2000)
    put(
        cloud,
        replace(
            Customer(ANA),
            contact=Contact(given_name="Ana"),
            orders=1,
            first_order_at=last,
            last_order_at=last,
            quiet_due_at=NOON - timedelta(hours=1),
        ),
    )
    assert invoke("find_quiet_customers", {}) == {"found": 1}
    assert cloud.customers.load([ANA])[ANA].quiet_since is not None
    assert invoke("find_quiet_customers", {}) == {"found": 0}


def test_sweep_finds_the_promise_that_was_broken(cloud, monkeypatch):
    at(monkeypatch, NOON + timedelta(hours=25))
    put(cloud, Customer(ANA), Write(a_promise(), When.ALWAYS))
    assert invoke("find_broken_promises", {}) == {"found": 1}
    (promise,) = cloud.customers.facts_of(ANA)
    assert isinstance(promise, Promise)
    assert promise.status is PromiseStatus.BROKEN
