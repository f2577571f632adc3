"""CPU of warm functions: purchases one by one and in batches, use case and mapping alone, steps, mails of a journey."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from bench.house import House
from bench.results import median_of
from escalera.adapters.memory import InMemoryCustomerRepository
from escalera.contracts.customers import CustomerRegisteredV1
from escalera.contracts.purchases import PurchaseCompletedV1
from tests.support.lambda_events import batch, on_the_bus

PURCHASES = 1000
SLICE = 100
MAILS = 600
DAY = 86_400


def purchase(number: int, customer: int, *, at: str = "2026-03-02T09:59:00Z") -> dict[str, Any]:
    """A purchase as a shop tells it."""
    return {
        **PurchaseCompletedV1.EXAMPLE,
        "event_id": f"order-{number}-paid",
        "order_id": f"o-{number}",
        "occurred_at": at,
        "customer_id": f"c-{customer}",
        "contact": {"given_name": "Ana", "email": f"c{customer}@example.com", "language": "es"},
    }


def registration(customer: int) -> dict[str, Any]:
    """Somebody registers."""
    return {
        **CustomerRegisteredV1.EXAMPLE,
        "event_id": f"registered-{customer}",
        "occurred_at": "2026-03-01T09:30:00Z",
        "customer_id": f"c-{customer}",
        "email": f"c{customer}@example.com",
        "phone": f"+4477009{customer:05}",
    }


def purchases() -> dict[str, Any]:
    """CPU s per 1,000 purchases in batches of 1, 10 and 100: the inbox alone, and with all that follows at once.

    Reckoned from the median of ten slices, so that one disturbed from outside does not count.
    """
    results: dict[str, Any] = {}
    for together in (1, 10, 100):
        house = House()
        _buy(house, range(-SLICE, 0), 10_000, together)
        house.wire.calls.clear()
        slices = []
        for start in range(0, PURCHASES, SLICE):
            house.cpu.clear()
            _buy(house, range(start, start + SLICE), 0, together)
            slices.append({name: cpu * 1000 / SLICE for name, cpu in house.cpu.items()})
        per = median_of(slices)
        results[f"batches of {together}"] = {
            "inbox": per["on_purchase_completed"],
            "publish_changes": per["publish_changes"],
            "all": sum(per.values()),
            "calls": {name: number / PURCHASES for name, number in sorted(house.wire.calls.items())},
        }
    return results


def _buy(house: House, numbers: range, of_customers_from: int, together: int) -> None:
    events = [
        on_the_bus("PurchaseCompleted", purchase(number, of_customers_from + number % 700))
        for number in numbers
    ]
    for start in range(0, len(events), together):
        _round(house, events[start : start + together])


def _round(house: House, events: list[Any]) -> None:
    house.invoke("on_purchase_completed", batch(*events))
    house.invoke("publish_changes", {"Records": list(house.changes())})


def alone() -> dict[str, float]:
    """CPU ms per purchase of the use case on memory, and of contract and table mapping beside it."""
    from escalera import bootstrap  # noqa: PLC0415 - made anew by each house
    from escalera.adapters.dynamodb.records import customer_record, fact_record, from_image  # noqa: PLC0415
    from escalera.domain.vocabulary import CustomerId  # noqa: PLC0415
    from escalera.use_cases.record_purchases import record_purchases  # noqa: PLC0415

    house, memory = House(), InMemoryCustomerRepository()
    plain = [purchase(number, number % 700) for number in range(PURCHASES)]
    rules = bootstrap.programme().policy.standing_rules()
    parsed: list[PurchaseCompletedV1] = []
    parsing = _cpu(lambda: parsed.extend(map(PurchaseCompletedV1.model_validate, plain)))

    def record(events: Iterable[PurchaseCompletedV1]) -> None:
        for event in events:
            record_purchases([event], customers=memory, rules=rules, clock=house.clock)

    recording = _cpu(lambda: record(parsed))
    customers = [memory.load([CustomerId(one.customer_id)])[CustomerId(one.customer_id)] for one in parsed]
    orders = [fact for number in range(700) for fact in memory.facts_of(CustomerId(f"c-{number}"))]
    images = [customer_record(one) for one in customers]
    reading = _cpu(lambda: [from_image(image) for image in images])
    writing = _cpu(
        lambda: [(customer_record(c), fact_record(o)) for c, o in zip(customers, orders, strict=True)]
    )
    parts = {"contract": parsing, "use case": recording, "read mapping": reading, "write mapping": writing}
    per = {name: cpu / PURCHASES * 1000 for name, cpu in parts.items()}
    return per | {"all": sum(per.values())}


def mails() -> dict[str, Any]:
    """A journey of two mails through `perform_step`: enter, send, send, finish; and each step by itself."""
    house = House()
    for customer in range(MAILS // 2 + 30):
        house.invoke(
            "on_customer_registered", batch(on_the_bus("CustomerRegistered", registration(customer)))
        )
        told = on_the_bus("PurchaseCompleted", purchase(customer, customer))
        house.invoke("on_purchase_completed", batch(told))
    house.wire.table.stream.clear()
    for customer in range(MAILS // 2, MAILS // 2 + 30):
        _walk(house, customer, {})
    house.forget_cost()
    house.wire.mails.clear()
    steps: dict[str, float] = {}
    for customer in range(MAILS // 2):
        _walk(house, customer, steps)
    if len(house.wire.mails) != MAILS:
        raise AssertionError(f"{len(house.wire.mails)} of {MAILS} mails left the house")
    house.forget_cost()
    records = list(house.changes())
    for start in range(0, len(records), 100):
        house.invoke("publish_changes", {"Records": records[start : start + 100]})
    of_steps = sum(steps.values()) * 1000 / MAILS
    telling = house.cpu["publish_changes"] * 1000 / MAILS
    journeys = MAILS // 2
    return {
        "CPU ms by step": {
            "enter": steps["enter"] / journeys * 1000,
            "send": (steps["1-send"] + steps["2-send"]) / MAILS * 1000,
            "finish": steps["finish"] / journeys * 1000,
        },
        "steps": of_steps,
        "publish_changes": telling,
        "all": of_steps + telling,
    }


def _walk(house: House, customer: int, steps: dict[str, float]) -> None:
    for payload in payloads(customer):
        before = house.cpu.get("perform_step", 0.0)
        answer = house.invoke("perform_step", payload)
        name = str(payload["step"]["id"])
        if answer["outcome"] != "done":
            raise AssertionError(f"{name}: {answer}")
        steps[name] = steps.get(name, 0.0) + house.cpu["perform_step"] - before


def payloads(customer: int) -> Iterator[dict[str, Any]]:
    """What `perform_step` is handed in a journey of two mails."""
    cause = {
        "event_id": f"recorded-{customer}",
        "version": 1,
        "occurred_at": "2026-03-02T09:59:00Z",
        "customer_id": f"c-{customer}",
        "order_id": f"o-{customer}",
        "total": {"amount": 4590, "currency": "EUR"},
        "placed_at": "2026-03-02T09:59:00Z",
        "order_number": 1,
    }
    sending = {
        "do": "send",
        "message": "order-thanks",
        "expires_after": 3 * DAY,
        "while_complaint_open": "hold",
    }
    entering = {"do": "enter", "kind": "service", "priority": 50, "leaves_on": [], "longest": 60 * DAY}
    for step in (
        {"id": "enter", **entering},
        {"id": "1-send", **sending},
        {"id": "2-send", **sending},
        {"id": "finish", "do": "finish", "result": "finished"},
    ):
        yield {
            "version": 1,
            "journey": "thank-you",
            "customer_id": cause["customer_id"],
            "event": "PurchaseRecorded",
            "cause": cause,
            "execution": f"arn:aws:states:us-east-1:123456789012:execution:thank-you:{customer}",
            "step": step,
        }


def _cpu(work: Callable[[], Any]) -> float:
    gc.collect()
    began = time.process_time()
    work()
    return time.process_time() - began
