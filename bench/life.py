"""A customer's life, lived through the real functions and the compiled journeys, with everything counted that AWS bills.

Ana registers and says yes to news and offers; buys three times; returns the second order, complains about it, is
answered and helped; falls silent, and is won back by the offer. Every parcel arrives. Events come one by one, which is
the dearest way: batches share requests and time.
"""

import json
from collections import Counter
from datetime import timedelta
from typing import Any

from bench.house import ROOT, House
from bench.machine import Agenda, Machines
from bench.pricing import EXPRESS_GB_SECONDS, MEMORY_GB, SHARE_OF_CPU, priced
from escalera.contracts.registry import SHOP_EVENTS
from infra.project import project_assembly
from infra.settings import settings_for
from tests.support.lambda_events import batch, on_the_bus

ANA = "c-1002"  # not drawn into the holdout: who is hears less, and costs less
MONTH = 365.25 / 12
PURCHASES = 3
_INBOXES = {
    "CustomerRegistered": "on_customer_registered",
    "ConsentGiven": "on_consent_changed",
    "PurchaseCompleted": "on_purchase_completed",
    "PurchaseRefunded": "on_purchase_refunded",
    "DeliveryCompleted": "on_delivery_completed",
    "ComplaintRaised": "on_complaint_changed",
    "ComplaintAnswered": "on_complaint_changed",
    "ComplaintResolved": "on_complaint_changed",
}
_PER_QUEUED = 3  # sent, received, deleted


class Life:
    """The ring around one customer."""

    def __init__(self) -> None:
        self.house = House()
        self.agenda = Agenda(self.house)
        self.machines = Machines(self.agenda, lambda payload: self._call("perform_step", payload))
        self.counts: Counter[str] = Counter()
        self.heard: Counter[str] = Counter()
        self.day_zero = self.house.clock.at
        self.assembly = project_assembly(ROOT, settings=settings_for("local"), prebuilt=True)
        self._last = self.day_zero
        self._mails = 0
        self._won_back = False

    def live(self) -> dict[str, Any]:
        """Live it; the answer is what it took and what that costs."""
        for day, name, fields in _DAYS:
            self._on(day, name, fields)
        for day in range(60, 180):
            self.agenda.at(self.day_zero + timedelta(days=day - 0.2), self._sweep)
        self.agenda.go_on()
        units = self.house.wire.table.units
        self.counts |= Counter(
            {
                "write": units["write"],
                "read": units["read"],
                "request": sum(self.house.calls.values()),
                "transition": self.machines.transitions,
                "mail": len(self.house.wire.mails),
                "express request": self.house.wire.calls["sfn.StartSyncExecution"],
            }
        )
        seconds = sum(self.house.cpu.values())
        counted = {
            **self.counts,
            "GB second": seconds / SHARE_OF_CPU * MEMORY_GB,
            "express GB second": self.counts["express request"] * EXPRESS_GB_SECONDS,
        }
        days = (self._last - self.day_zero) / timedelta(days=1)
        if self.heard["PurchaseRecorded"] != PURCHASES or not self.heard["CustomerReturned"]:
            raise AssertionError(f"this is not the life that was to be lived: {dict(self.heard)}")
        dollars = priced(counted)
        return {
            "days": days,
            "counts": counted,
            "CPU s": seconds,
            "calls by function": dict(sorted(self.house.calls.items())),
            "calls of AWS": dict(sorted(self.house.wire.calls.items())),
            "events told": dict(sorted(self.heard.items())),
            "USD": dollars,
            "USD a life": sum(dollars.values()),
            "USD a month": sum(dollars.values()) / (days / MONTH),
        }

    def _on(self, day: float, name: str, fields: dict[str, Any]) -> None:
        at = self.day_zero + timedelta(days=day)
        example = {
            key: value for key, value in SHOP_EVENTS[name].EXAMPLE.items() if key not in ("lines", "contact")
        }
        event_id = f"{name}-{day}-{fields.get('purpose', '')}"
        detail = {
            **example,
            "occurred_at": at.isoformat(),
            "customer_id": ANA,
            "event_id": event_id,
            **fields,
        }
        self.agenda.at(at, lambda: self._tell(name, detail))

    def _tell(self, name: str, detail: dict[str, Any]) -> None:
        self.counts["bus event"] += 1
        self._queued(_INBOXES[name], on_the_bus(name, detail))

    def _queued(self, function: str, body: Any) -> None:
        self.counts["queue request"] += _PER_QUEUED
        self._call(function, batch(body))

    def _sweep(self) -> None:
        """The daily look at everybody: its reads are shared by all customers, so they are not this one's."""
        house, wire = self.house, self.house.wire
        kept = Counter(wire.table.units), dict(house.cpu), dict(house.calls), Counter(wire.calls)
        if not house.invoke("find_quiet_customers", {})["found"]:
            wire.table.units, house.cpu, house.calls, wire.calls = kept
        self._after()

    def _call(self, function: str, event: Any) -> Any:
        answer = self.house.invoke(function, event)
        self._last = self.house.clock.at
        # What was written and sent is heard of once the caller has its answer.
        self.agenda.after(0, self._after)
        return answer

    def _after(self) -> None:
        wire = self.house.wire
        while wire.woken:
            self.machines.wake(wire.woken.pop(0))
        while wire.stopped:
            self.machines.stop(wire.stopped.pop(0))
        if changes := list(self.house.changes()):
            self.house.invoke("publish_changes", {"Records": changes})
        told, wire.told = wire.told, []
        for entry in told:
            self._heard(entry)
        for mail in wire.mails[self._mails :]:
            self._mails += 1
            self._feedback(mail, self._mails)

    def _heard(self, entry: dict[str, Any]) -> None:
        name, detail = entry["DetailType"], json.loads(entry["Detail"])
        self.counts["bus event"] += 1
        self.heard[name] += 1
        body = on_the_bus(name, detail, "escalera")
        if name in self.assembly.listened_to:
            self.agenda.after(0, lambda: self._queued("leave_journeys", body))
        for journey in self.assembly.journeys:
            if journey.starts_on == name:
                self.machines.start(journey.name, journey.definition, body)
        if name == "RewardGranted" and detail["reward"] == "comeback" and not self._won_back:
            self._won_back = True
            day = (self.house.clock.at - self.day_zero) / timedelta(days=1)
            self._on(day + 2, "PurchaseCompleted", {"order_id": "o-3"})
            self._on(day + 5, "DeliveryCompleted", {"order_id": "o-3"})

    def _feedback(self, mail: dict[str, Any], number: int) -> None:
        tags = {tag["Name"]: [tag["Value"]] for tag in mail["EmailTags"]}
        at = self.house.clock.at.isoformat()
        about = {
            "messageId": f"mail-{number}",
            "timestamp": at,
            "destination": ["ana@example.com"],
            "tags": tags,
        }
        for kind in ("Send", "Delivery"):
            detail = {"eventType": kind, "mail": about, kind.lower(): {"timestamp": at}}
            body = on_the_bus(f"Email {kind}", detail, "aws.ses")
            self.agenda.after(1, lambda body=body: self._queued("on_message_feedback", body))  # type: ignore[misc]


_DAYS: list[tuple[float, str, dict[str, Any]]] = [
    (0, "CustomerRegistered", {}),
    (0, "ConsentGiven", {"purpose": "relationship"}),
    (0, "ConsentGiven", {"purpose": "promotion"}),
    (1, "PurchaseCompleted", {"order_id": "o-1"}),
    (4, "DeliveryCompleted", {"order_id": "o-1"}),
    (40, "PurchaseCompleted", {"order_id": "o-2"}),
    (43, "DeliveryCompleted", {"order_id": "o-2"}),
    (45, "PurchaseRefunded", {"order_id": "o-2", "refund_id": "r-1"}),
    (46, "ComplaintRaised", {"order_id": "o-2"}),
    (46.2, "ComplaintAnswered", {}),
    (49, "ComplaintResolved", {}),
]
