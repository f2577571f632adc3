"""Pages are served to the browser as Lambda serves them."""

import time
import urllib.request
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.support.served import served


def test_requests_at_the_same_time_are_handled_one_after_the_other():
    now: list[str] = []

    def handler(event: Any, _context: Any) -> Any:
        now.append(event["rawPath"])
        time.sleep(0.02)  # the others come meanwhile
        return {"statusCode": 200, "body": now[-1]}

    with served() as here:
        here.handler = handler

        def get(path: str) -> str:
            with urllib.request.urlopen(here.url + path) as answer:  # noqa: S310 (our own address)
                return str(answer.read().decode())

        paths = [f"/{number}" for number in range(8)]
        with ThreadPoolExecutor(len(paths)) as browsers:
            assert list(browsers.map(get, paths)) == paths
