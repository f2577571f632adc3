"""What a site answers is only for requests that came by CloudFront: it adds a header whose value nobody else knows."""

import hmac
import time
from collections.abc import Callable, Mapping
from typing import Any

from escalera.contracts.origin import ORIGIN_HEADER
from escalera.domain.errors import StoreBusyError
from escalera.domain.seals import KeyRing
from escalera.runtime.observability import Handler

READ_AGAIN_SECONDS = 60.0


class OriginKeys:
    """The values that are right just now: all of a ring, so that a new one can be there before the old one goes.

    A value that is unknown has the ring read again, once a minute at most: whoever changes keys restarts no function.
    """

    def __init__(self, read: Callable[[], KeyRing], *, seconds: Callable[[], float] = time.monotonic) -> None:
        self._read = read
        self._seconds = seconds
        self._ring: KeyRing | None = None
        self._read_at = 0.0

    def know(self, value: str) -> bool:
        """Whether CloudFront may have sent it; compared in constant time. Error: `StoreBusyError`."""
        if self._is_one_of(value):
            return True
        now = self._seconds()
        if self._ring is not None and now - self._read_at < READ_AGAIN_SECONDS:
            return False
        self._read_at = now
        self._ring = self._read()
        return self._is_one_of(value)

    def _is_one_of(self, value: str) -> bool:
        keys = self._ring.keys.values() if self._ring else ()
        # All of them, so that the time tells nothing of which one was nearly right.
        given = value.encode(errors="replace")
        return sum(hmac.compare_digest(given, key) for key in keys) > 0


def only_by_cloudfront(handler: Handler, keys: Callable[[], OriginKeys]) -> Handler:
    """The handler, behind a check that costs next to nothing: what came by another way is answered with 403."""

    def guarded(event: Mapping[str, Any], context: Any) -> Any:
        try:
            known = keys().know((event.get("headers") or {}).get(ORIGIN_HEADER, ""))
        except StoreBusyError:
            return _plain(503, "Please try again in a minute.")
        return handler(event, context) if known else _plain(403, "Please use the site's own address.")

    return guarded


def _plain(status: int, text: str) -> dict[str, Any]:
    headers = {"Content-Type": "text/plain; charset=utf-8", "Cache-Control": "no-store"}
    return {"statusCode": status, "headers": headers, "body": text, "isBase64Encoded": False}
