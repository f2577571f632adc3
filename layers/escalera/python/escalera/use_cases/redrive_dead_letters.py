"""Handle dead letters again once what they needed is back, and leave those to a person that no retry can help."""

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from escalera.ports.dead_letters import DeadLetter, DeadLetterConsumer, DeadLetterQueue

REASON = "reason"
"""A letter with this attribute was refused for what it is: only a person can correct it ..."""
UNEXPECTED = "unexpected"
"""... unless it has this one, too: then it failed by an error that nobody expected, which another release may not make."""
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
    queue: DeadLetterQueue,
    consumer: DeadLetterConsumer,
    *,
    out_of_time: Callable[[], bool],
    shuffle: Callable[[list[DeadLetter]], None] = random.shuffle,
) -> Redriven:
    """Probe with one letter, and with twice as many after each success; stop after `FAILURES` failures.

    Those that failed by an unexpected error follow, one by one and in any order, so that none waits for ever behind others.
    A letter is deleted only once it is handled, so none is lost and none travels between queues.
    """
    run = _Run(queue, consumer, out_of_time)
    try:
        _hold(queue, run.held)
        letters = list(run.held.values())
        unexpected = [letter for letter in letters if UNEXPECTED in letter.attributes]
        shuffle(unexpected)
        run.hand_over([letter for letter in letters if REASON not in letter.attributes], LARGEST_BATCH)
        run.hand_over(unexpected, 1)
    finally:
        queue.release(list(run.held.values()))
    left = (letter.attributes for letter in run.held.values())
    return Redriven(
        run.handled, run.failed, sum(REASON in one and UNEXPECTED not in one for one in left), run.why
    )


@dataclass(slots=True)
class _Run:
    """One run over a queue: what it holds, and what became of what it handed over."""

    queue: DeadLetterQueue
    consumer: DeadLetterConsumer
    out_of_time: Callable[[], bool]
    held: dict[str, DeadLetter] = field(default_factory=dict)
    handled: int = 0
    failed: int = 0
    why: str = ""

    def hand_over(self, letters: Sequence[DeadLetter], largest_batch: int) -> None:
        """Hand these over until all are tried, too many failed, or the time is over."""
        start, size, failures = 0, 1, 0
        while start < len(letters) and failures < FAILURES and not self.out_of_time():
            batch = letters[start : start + size]
            start += len(batch)
            refused = self.consumer.handle(batch)
            finished = [letter for letter in batch if letter.id not in refused]
            self.queue.delete(finished)
            for letter in finished:
                del self.held[letter.id]
            self.handled += len(finished)
            self.failed += len(batch) - len(finished)
            if refused:
                failures, size, self.why = failures + 1, 1, list(refused.values())[-1]
            else:
                size = min(size * 2, largest_batch)


def _hold(queue: DeadLetterQueue, held: dict[str, DeadLetter]) -> None:
    """Receive the letters of a queue: each is held at once, for one that is not handled must be released."""
    for letters in queue.receive():
        held.update((letter.id, letter) for letter in letters)
        if len(held) >= MOST_RECEIVED:
            return
