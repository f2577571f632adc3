"""Every quarter of an hour: can what ended in the dead letters by a failure be handled by now?"""

import json
import random
from dataclasses import asdict
from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.redrive_dead_letters import Redriven, redrive_dead_letters

RESERVE_MS = 60_000
"""One more call of a function, and releasing what is held, take less."""


class RedriveEnv(environment.PowertoolsEnv):
    """What this function is told."""

    CONSUMERS: str
    """JSON: by name, the URL of a dead-letter queue and the function that handles it; an empty name: journeys start."""


env = cache(RedriveEnv.read)


def redrive(url: str, function: str, context: Any) -> Redriven:
    """Redrive one queue."""
    return redrive_dead_letters(
        bootstrap.dead_letter_queue(url),
        bootstrap.dead_letter_consumer(function) if function else bootstrap.journey_starter(),
        out_of_time=lambda: context.get_remaining_time_in_millis() < RESERVE_MS,
    )


@observed
def handler(_event: Any, context: Any) -> dict[str, Any]:
    """Redrive every queue, in any order, so that none waits for ever behind others; a broken one stops no other."""
    consumers = list(json.loads(env().CONSUMERS).items())
    random.shuffle(consumers)
    answer: dict[str, Any] = {}
    for name, (url, function) in consumers:
        try:
            redriven = redrive(url, function, context)
        except Exception as error:  # noqa: BLE001 - whatever it is, the other queues are redriven
            logger().exception("dead letters not redriven", queue=name)
            answer[name] = {"error": type(error).__name__}
            continue
        answer[name] = asdict(redriven)
        if any(answer[name].values()):
            logger().info("dead letters redriven", queue=name, **answer[name])
            metrics().add_metric("DeadLettersHandled", "Count", redriven.handled)
    return answer
