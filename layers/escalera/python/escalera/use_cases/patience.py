"""How often, and after what pauses, a decision is made anew that somebody else came in between of."""

import random
from collections.abc import Callable, Iterator

ATTEMPTS = 10


def attempts(pause: Callable[[float], None]) -> Iterator[int]:
    """The numbers of the attempts; before each but the first a pause, somewhere below a bound that doubles."""
    for attempt in range(ATTEMPTS):
        if attempt:
            pause(random.uniform(0, 0.01 * 2**attempt))  # noqa: S311 - jitter is no secret
        yield attempt
