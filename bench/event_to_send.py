"""How soon a mail follows its purchase. By the clock on the wall: it holds for this machine and its emulator."""

import time
from datetime import datetime
from functools import partial
from statistics import median, quantiles
from typing import Any

from bench.local_stack import Shop, deployed, wait_until
from escalera_cli.connection import Connection

WARMING = 3
EVENTS = 30
WINDOW_OF_PROD = 1  # seconds; infra/settings.py


def event_to_send() -> dict[str, Any]:
    """Seconds from before PutEvents of a purchase until SES took its thank-you: one event at a time, all else quiet.

    In it: bus, rule, queue (without a batching window as on the local stack, and with that of prod),
    on_purchase_completed, table, stream, publish_changes, bus, state machine, perform_step to enter and to send.
    """
    with deployed(wait_scale=1) as shop:
        found = {"no batching window": _latencies(shop)}
        _gather(shop.connection, seconds=WINDOW_OF_PROD)
        found[f"a window of {WINDOW_OF_PROD} s, as in prod"] = _latencies(shop)
    return found


def _latencies(shop: Shop) -> dict[str, float]:
    whole, entering, claiming, taking = [], [], [], []
    for turn in range(WARMING + EVENTS):
        buyers, began = shop.sell()
        taken = wait_until(partial(_taken, shop, buyers[0]), "the thank-you")
        time.sleep(0.5)  # what SES says of it is heard, too, before the next
        entry, row = shop.ledger(buyers[0])
        if entry is None or row is None:
            raise AssertionError("a mail went out that no journey knows of")
        if turn >= WARMING:
            whole.append((taken - began).total_seconds())
            entering.append((entry.entered_at - began).total_seconds())
            claiming.append((row.considered_at - entry.entered_at).total_seconds())
            taking.append((taken - row.considered_at).total_seconds())
    return {
        "median": median(whole),
        "p95": quantiles(whole, n=20)[-1],
        "least": min(whole),
        "most": max(whole),
        "median until the journey is entered": median(entering),
        "then until the send is asked for": median(claiming),
        "then until SES took it": median(taking),
    }


def _taken(shop: Shop, buyer: int) -> datetime | None:
    taken = shop.thanked().get(buyer)
    return taken[0] if taken else None


def _gather(connection: Connection, *, seconds: int) -> None:
    client, name = connection.client("lambda"), connection.output("FunctionOnPurchaseCompleted")
    for mapping in client.list_event_source_mappings(FunctionName=name)["EventSourceMappings"]:
        client.update_event_source_mapping(UUID=mapping["UUID"], MaximumBatchingWindowInSeconds=seconds)
