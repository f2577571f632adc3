"""Mails doubled and lost while AWS is in trouble: each service that a journey calls fails, each way, for half an hour.

Half an hour of a state machine's time is a few seconds here. Each round sells, lets the journeys begin, breaks one service
in one way, repairs it, and waits until everybody is thanked.
"""

import time
from contextlib import suppress
from typing import Any

from bench.local_stack import Shop, deployed, wait_until

BUYERS = 5
SECONDS = 4
"""So long a fault lasts, in real time: half an hour of a state machine's."""
HALF_AN_HOUR = 1800
ROUNDS: tuple[tuple[str, tuple[str, ...]], ...] = (
    # The table: every read and write of every function.
    ("dynamodb", ("500", "503", "throttle", "conflict", "expired", "denied", "gone", "lost")),
    # Step Functions: the dispatch that sends, and the stop of a journey.
    ("states", ("500", "throttle", "expired", "denied", "lost")),
    # The keys that links are sealed with.
    ("secretsmanager", ("503", "denied")),
    # The bus, on which a journey's start is published.
    ("events", ("500", "throttle")),
    # The call of perform_step itself.
    ("lambda", ("500", "throttle", "import", "timeout", "lost")),
)
STARTS_BEHIND = frozenset({"events"})
"""Whose failing keeps journeys from beginning: there the fault comes first."""


def faults() -> dict[str, Any]:
    """What became of the purchases of each round."""
    with deployed(wait_scale=SECONDS / HALF_AN_HOUR) as shop:
        return {f"{service} {way}": _round(shop, service, way) for service, ways in ROUNDS for way in ways}


def _round(shop: Shop, service: str, way: str) -> dict[str, int]:
    before = _executions(shop)
    if service in STARTS_BEHIND:
        shop.stack.fail_calls(**{service: way})
        buyers, _ = shop.sell(BUYERS)
    else:
        shop.stack.fail_calls(**{"lambda": "throttle"})  # no step is done before the trouble begins
        buyers, _ = shop.sell(BUYERS)
        wait_until(lambda: _executions(shop) >= before + BUYERS, "the journeys have begun")
        shop.stack.fail_calls(**{service: way})
    time.sleep(SECONDS)
    during = shop.thanked()
    shop.stack.fail_calls()
    with suppress(AssertionError):  # who is not thanked by then counts as lost
        wait_until(lambda: set(buyers) <= shop.thanked().keys(), "everybody thanked", within=60)
    time.sleep(1)  # for whatever would be sent a second time
    mails = shop.thanked()
    return {
        "purchases": BUYERS,
        "thanked meanwhile": sum(one in during for one in buyers),
        "doubled": sum(len(mails.get(one, ())) > 1 for one in buyers),
        "lost": sum(one not in mails for one in buyers),
        "journeys failed": _executions(shop, "FAILED"),
    }


def _executions(shop: Shop, status: str = "") -> int:
    """How many runs of the thank-you there are, of this status or of any."""
    machine = shop.connection.output("JourneyThankYou")
    wanted = {"statusFilter": status} if status else {}
    pages = shop.connection.client("stepfunctions").get_paginator("list_executions")
    return sum(len(page["executions"]) for page in pages.paginate(stateMachineArn=machine, **wanted))
