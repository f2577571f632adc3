"""DynamoDB: items expire by the simulated clock, and the stream hears of it."""

import threading
import time
from typing import Any

from ministack.core import responses
from ministack.services import dynamodb

from .registry import mend
from .settings import Settings

LOOK_EVERY_SECONDS = 2
BY_LIFETIME = {"type": "Service", "principalId": "dynamodb.amazonaws.com"}


def expired(table: dict[str, Any], attribute: str, now: float) -> list[tuple[str, str]]:
    """Give the keys of the items whose time has come."""
    return [
        (pk, sk)
        for pk, items in table["items"].items()
        for sk, item in items.items()
        if (moment := (item.get(attribute) or {}).get("N")) is not None and float(moment) <= now
    ]


def expire_items(now: float) -> None:
    """Delete what has expired from every table, as the service itself does."""
    for (account, region, name), lifetime in list(dynamodb._ttl_settings.all_items()):
        table = dynamodb._tables.get_scoped(account, region, name)
        if not table or lifetime.get("TimeToLiveStatus") != "ENABLED":
            continue
        responses.set_request_account_id(account)
        responses.set_request_region(region)
        with dynamodb._lock:
            for pk, sk in expired(table, lifetime["AttributeName"], now):
                old = upstream_remove_item(table, pk, sk)
                before = len(dynamodb._stream_records.get(name) or ())
                dynamodb._emit_stream_event(name, "REMOVE", old, None)
                for record in (dynamodb._stream_records.get(name) or [])[before:]:
                    record["userIdentity"] = BY_LIFETIME


upstream_remove_item = dynamodb._remove_item


@mend(
    "items expire by the real clock, so what is written in a simulated past is deleted, and unseen by the stream",
    {
        "services.dynamodb._ttl_reaper": "66841bfd6027",
        "services.dynamodb._remove_item": "5cce50c99688",
        "services.dynamodb._emit_stream_event": "8568d0446f26",
    },
)
def expire_by_the_simulated_clock(settings: Settings) -> None:
    """Put upstream's reaper, which runs since its import, out of work and do its work by the simulated clock."""

    def remove_item(table: dict[str, Any], pk: str, sk: str) -> Any:
        if threading.current_thread().name == "dynamodb-ttl-reaper":
            return None
        return upstream_remove_item(table, pk, sk)

    def look() -> None:
        while True:
            time.sleep(LOOK_EVERY_SECONDS)
            expire_items(settings.now().timestamp())

    dynamodb._remove_item = remove_item
    threading.Thread(target=look, daemon=True, name="escalera-lifetime").start()
