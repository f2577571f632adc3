"""Handle dead letters again once what they needed is back, and leave those to a person that no retry can help."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice

from escalera.ports.dead_letters import DeadLetter, DeadLetterConsumer, DeadLetterQueue

REASON = "reason"
"""A letter with this attribute was refused for what it is: only a person can correct it."""
FAILURES = 3
"""After so many failures in one run, the trouble is taken for not over."""
LARGEST_BATCH = 10
MOST_RECEIVED = 1000


@dataclass(frozen=True, slots=True)
class Redriven:
    """What became of one queue's dead letters in one run."""

    handled: int = 0
    failed: int = 0
    for_a_person: int = 0
    why: str = ""
    """Why the last of those that failed did."""


def redrive_dead_letters(
    queue: DeadLetterQueue, consumer: DeadLetterConsumer, *, out_of_time: Callable[[], bool]
) -> Redriven:
    """Probe with one letter, and with twice as many after each success; stop after `FAILURES` failures.

    A letter is deleted only once it is handled, so none is lost and none travels between queues.
    """
    held: dict[str, DeadLetter] = {}
    letters = _hold(queue, held)
    retryable = (letter for letter in letters if REASON not in letter.attributes)
    handled = failed = failures = 0
    size, why = 1, ""
    try:
        while failures < FAILURES and not out_of_time():
            batch = list(islice(retryable, size))
            if not batch:
                break
            refused = consumer.handle(batch)
            finished = [letter for letter in batch if letter.id not in refused]
            queue.delete(finished)
            for letter in finished:
                del held[letter.id]
            handled += len(finished)
            failed += len(batch) - len(finished)
            if refused:
                failures, size, why = failures + 1, 1, list(refused.values())[-1]
            else:
                size = min(size * 2, LARGEST_BATCH)
    finally:
        queue.release(list(held.values()))
    return Redriven(handled, failed, sum(REASON in letter.attributes for letter in held.values()), why)


def _hold(queue: DeadLetterQueue, held: dict[str, DeadLetter]) -> Iterator[DeadLetter]:
    """The letters of a queue; all that were received are held at once, for those not asked for must be released too."""
    received = 0
    for letters in queue.receive():
        held.update((letter.id, letter) for letter in letters)
        received += len(letters)
        yield from letters
        if received >= MOST_RECEIVED:
            return
