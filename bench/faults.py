"""Mails doubled and lost while AWS is in trouble: each service that a journey calls fails, each way, for half an hour.

Half an hour of a state machine's time is a few seconds here. Each round sells, lets the journeys begin, breaks one service
in one way, repairs it, and waits until everybody is thanked.
"""

import time
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from bench.local_stack import Shop, deployed, wait_until
from escalera.domain.facts import MessageStatus

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
    # SES itself, called by the dispatch. `500` breaks before SES took the mail, `lost` after: the answer tells no difference.
    ("ses", ("throttle", "500", "lost")),
    # The bus, on which a journey's start is published.
    ("events", ("500", "throttle")),
    # The call of perform_step itself.
    ("lambda", ("500", "throttle", "import", "timeout", "lost")),
)
EVERY_MAIL = 1_000_000
OF_SES: Mapping[str, Mapping[str, float]] = {
    "throttle": {"throttle_email": 1.0},
    "500": {"break_before_send": EVERY_MAIL},
    "lost": {"break_after_send": EVERY_MAIL},
}
HEALTHY = {"throttle_email": 0.0, "break_before_send": 0, "break_after_send": 0, "fail_calls": {}}
IN_DOUBT = frozenset({MessageStatus.SENDING, MessageStatus.UNCONFIRMED})
STARTS_BEHIND = frozenset({"events"})
"""Whose failing keeps journeys from beginning: there the fault comes first."""


def faults() -> dict[str, Any]:
    """What became of the purchases of each round."""
    with deployed(wait_scale=SECONDS / HALF_AN_HOUR) as shop:
        return {f"{service} {way}": _round(shop, service, way) for service, ways in ROUNDS for way in ways}


def _round(shop: Shop, service: str, way: str) -> dict[str, int]:
    trouble = OF_SES[way] if service == "ses" else {"fail_calls": {service: way}}
    before = _executions(shop)
    # Another clock has every worker begin anew: none remembers what it read before the trouble, such as the keys.
    shop.stack.set_clock(datetime.fromisoformat(shop.stack.settings()["now"]), 1)
    if service in STARTS_BEHIND:
        shop.stack.change(**trouble)
        buyers, _ = shop.sell(BUYERS)
    else:
        shop.stack.fail_calls(**{"lambda": "throttle"})  # no step is done before the trouble begins
        buyers, _ = shop.sell(BUYERS)
        wait_until(lambda: _executions(shop) >= before + BUYERS, "the journeys have begun")
        shop.stack.change(**{"fail_calls": {}, **trouble})
    time.sleep(SECONDS)
    during = shop.thanked()
    shop.stack.change(**HEALTHY)
    with suppress(AssertionError):  # who is not thanked by then counts as lost
        wait_until(
            lambda: set(buyers) <= shop.thanked().keys() | _in_doubt(shop, buyers), "thanked", within=60
        )
    time.sleep(1)  # for whatever would be sent a second time
    mails = shop.thanked()
    in_doubt = _in_doubt(shop, buyers) - mails.keys()
    return {
        "purchases": BUYERS,
        "thanked meanwhile": sum(one in during for one in buyers),
        "doubled": sum(len(mails.get(one, ())) > 1 for one in buyers),
        "in doubt, not sent again": len(in_doubt),
        "lost": sum(one not in mails and one not in in_doubt for one in buyers),
        "journeys failed": _executions(shop, "FAILED"),
    }


def _in_doubt(shop: Shop, buyers: range) -> set[int]:
    """Of whose mail nobody knows whether SES took it: by the doctrine of the send ledger it is never sent again."""
    rows = ((one, shop.ledger(one)[1]) for one in buyers)
    return {one for one, row in rows if row is not None and row.status in IN_DOUBT}


def _executions(shop: Shop, status: str = "") -> int:
    """How many runs of the thank-you there are, of this status or of any."""
    machine = shop.connection.output("JourneyThankYou")
    wanted = {"statusFilter": status} if status else {}
    pages = shop.connection.client("stepfunctions").get_paginator("list_executions")
    return sum(len(page["executions"]) for page in pages.paginate(stateMachineArn=machine, **wanted))
