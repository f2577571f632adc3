import contextlib
from collections.abc import Iterator, Sequence

from escalera.ports.dead_letters import DeadLetter
from escalera.use_cases.redrive_dead_letters import FAILURES, MOST_RECEIVED, Redriven, redrive_dead_letters


def letters(*names: str, **attributes: str) -> list[DeadLetter]:
    return [DeadLetter(name, f"receipt-{name}", name, 1, attributes) for name in names]


class Queue:
    """Hands out each letter once, ten at a time, until it is released."""

    def __init__(self, *held: DeadLetter) -> None:
        self.there = {letter.id: letter for letter in held}
        self.hidden: set[str] = set()

    def receive(self) -> Iterator[Sequence[DeadLetter]]:
        there = list(self.there.values())
        for start in range(0, len(there), 10):
            some = there[start : start + 10]
            self.hidden |= {letter.id for letter in some}
            yield some

    def delete(self, gone: Sequence[DeadLetter]) -> None:
        for letter in gone:
            del self.there[letter.id]
            self.hidden.remove(letter.id)

    def release(self, shown: Sequence[DeadLetter]) -> None:
        self.hidden -= {letter.id for letter in shown}


class Consumer:
    """Handles all but what is `broken`."""

    def __init__(self, *broken: str, whole: bool = False) -> None:
        self.broken = set(broken)
        self.whole = whole
        self.batches: list[list[str]] = []

    def handle(self, some: Sequence[DeadLetter]) -> dict[str, str]:
        names = [letter.id for letter in some]
        self.batches.append(names)
        failed = names if self.whole and self.broken & set(names) else self.broken & set(names)
        return dict.fromkeys(failed, "it is away")


def redrive(queue: Queue, consumer: Consumer, *, late: bool = False) -> Redriven:
    return redrive_dead_letters(queue, consumer, out_of_time=lambda: late)


MANY = [f"e{number:03}" for number in range(40)]


def test_one_is_tried_first_and_more_after_each_success():
    queue, consumer = Queue(*letters(*MANY)), Consumer()
    assert redrive(queue, consumer) == Redriven(handled=40)
    assert [len(one) for one in consumer.batches] == [1, 2, 4, 8, 10, 10, 5]
    assert queue.there == {}


def test_while_the_trouble_lasts_only_a_few_are_tried_and_all_stay_to_be_seen():
    queue, consumer = Queue(*letters(*MANY)), Consumer(*MANY)
    assert redrive(queue, consumer) == Redriven(failed=FAILURES, why="it is away")
    assert [len(one) for one in consumer.batches] == [1] * FAILURES
    assert list(queue.there) == MANY
    assert queue.hidden == set()


def test_one_that_kills_its_consumer_does_not_hold_up_the_others():
    queue, consumer = Queue(*letters(*MANY)), Consumer(MANY[0], whole=True)
    assert redrive(queue, consumer) == Redriven(handled=39, failed=1, why="it is away")
    assert list(queue.there) == MANY[:1]
    assert queue.hidden == set()


def test_what_was_refused_with_a_reason_is_left_to_a_person():
    queue = Queue(*letters("wrong", reason="total.amount: missing"), *letters("right"))
    consumer = Consumer()
    assert redrive(queue, consumer) == Redriven(handled=1, for_a_person=1)
    assert consumer.batches == [["right"]]
    assert list(queue.there) == ["wrong"]
    assert queue.hidden == set()


def test_what_failed_by_an_unexpected_error_is_tried_after_all_others_one_by_one():
    guilty = letters("u1", "u2", "u3", reason="unexpected KeyError", unexpected="true")
    queue, consumer = Queue(*guilty, *letters(*MANY[:4]), *letters("wrong", reason="x")), Consumer("u2")
    assert redrive(queue, consumer) == Redriven(handled=6, failed=1, for_a_person=1, why="it is away")
    assert [set(one) for one in consumer.batches[:3]] == [{MANY[0]}, set(MANY[1:3]), {MANY[3]}]
    assert sorted(consumer.batches[3:]) == [["u1"], ["u2"], ["u3"]]
    assert list(queue.there) == ["u2", "wrong"]
    assert queue.hidden == set()


def test_unexpected_ones_that_keep_failing_are_few_in_a_run_and_others_in_the_next():
    names = [f"u{number}" for number in range(10)]
    queue, orders = Queue(*letters(*names, reason="x", unexpected="true")), [names, names[::-1]]
    tried = []

    def shuffle(some: list[DeadLetter]) -> None:
        order = orders.pop(0)
        some.sort(key=lambda letter: order.index(letter.id))

    for _ in range(2):
        consumer = Consumer(*names)
        redrive_dead_letters(queue, consumer, out_of_time=lambda: False, shuffle=shuffle)
        tried += consumer.batches
    assert tried == [[name] for name in (*names[:FAILURES], *names[::-1][:FAILURES])]


def test_nothing_is_begun_without_time_to_end_it():
    queue, consumer = Queue(*letters(*MANY)), Consumer()
    assert redrive(queue, consumer, late=True) == Redriven()
    assert consumer.batches == []


def test_a_run_looks_at_so_many_and_no_more():
    queue = Queue(*letters(*map(str, range(MOST_RECEIVED + 5)), reason="no"))
    assert redrive(queue, Consumer()) == Redriven(for_a_person=MOST_RECEIVED)
    assert queue.hidden == set()


def test_letters_are_shown_again_when_the_queue_breaks_in_between():
    class Broken(Queue):
        def delete(self, gone: Sequence[DeadLetter]) -> None:
            raise OSError

    queue = Broken(*letters(*MANY))
    with contextlib.suppress(OSError):
        redrive(queue, Consumer())
    assert queue.hidden == set()
    assert len(queue.there) == 40
