"""Mails doubled and lost while the worker that sends them is killed by kill -9, again and again.

Chance has a say: the moments are drawn from a seed, but where a process then stands, the machine decides.
"""

import os
import random
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from bench.local_stack import Shop, deployed, wait_until
from escalera.domain.facts import UNSENT, Message, MessageStatus

SENDS = 200
SEEDS = (1, 2, 3)
WORST = 20  # sends of a round killed at each of the two worst moments
LIFE = (0.3, 0.6)
"""CPU seconds that a worker lives, drawn anew for each. About 0.35 of them go into its start; a message takes 0.02."""
LOOK_EVERY = 300  # an unclear send is looked at every 300 s, which is a second here


def killed() -> dict[str, Any]:
    """What became of 200 mails while senders were killed: at random, by a seed; and at the two worst moments.

    The worst: when the message reaches SES, and right after SES took it.
    """
    results = {}
    with deployed(wait_scale=1 / LOOK_EVERY) as shop:
        for seed in SEEDS:
            results[f"at random, seed {seed}"] = _round(shop, _killing(shop, random.Random(seed)))  # noqa: S311 - no secret
        results["at the worst moments"] = _round(shop, _crashing(shop))
    return results


def _round(shop: Shop, killing: AbstractContextManager[Callable[[], int]]) -> dict[str, int]:
    shop.stack.set_clock(datetime.now(UTC), 1)
    with killing as kills:
        buyers, _ = shop.sell(SENDS)
        waiting = set(buyers)
        wait_until(lambda: _nobody_waits(shop, waiting), "all sends tried", within=600)
    _hear_ses_out(shop, buyers)
    shop.stack.set_clock(datetime.now(UTC) + timedelta(hours=2), 1)  # beyond `settle_after`
    try:
        rows = wait_until(lambda: _settled(shop, buyers), "all sends settled")
    except AssertionError as error:
        raise AssertionError(f"{error}; in doubt: {_in_doubt(shop, buyers)}") from error
    mails = shop.thanked()
    return {
        "sends": len(buyers),
        "kills": kills(),
        "killed at the send": len(failed := _killed_at_the_send(shop, buyers)),
        "of them after SES took it": sum(one in mails and mails[one][0] < at for one, at in failed.items()),
        "doubled": sum(len(mails.get(one, ())) > 1 for one in buyers),
        "lost": sum(one not in mails for one in buyers),
        "noted as unconfirmed": sum(row.status is MessageStatus.UNCONFIRMED for row in rows),
    }


def _nobody_waits(shop: Shop, waiting: set[int]) -> bool:
    """Whether all are past their send; those who are leave the set and are not looked at again."""
    waiting -= {one for one in waiting if _is_past_the_send(shop.ledger(one)[1])}
    return not waiting


def _hear_ses_out(shop: Shop, buyers: range) -> None:
    """Let SES's word on all that it took arrive: what is left in doubt then is lost.

    Where whoever was noting it is killed, too, the queue gives it out anew, but only after three minutes.
    """
    unheard = shop.thanked().keys() & set(buyers)

    def all_heard() -> bool:
        unheard.difference_update(one for one in list(unheard) if _is_known(shop.ledger(one)[1]))
        return not unheard

    wait_until(all_heard, "SES's word on all that it took", within=600)


def _is_known(row: Message | None) -> bool:
    return row is not None and row.status not in {MessageStatus.SENDING, MessageStatus.UNCONFIRMED}


def _is_past_the_send(row: Message | None) -> bool:
    return row is not None and row.status not in UNSENT


def _settled(shop: Shop, buyers: range) -> list[Message]:
    rows = [row for row in (shop.ledger(one)[1] for one in buyers) if row is not None]
    return rows if all(row.status is not MessageStatus.SENDING for row in rows) else []


def _in_doubt(shop: Shop, buyers: range) -> list[str]:
    """Where the journeys of those stand whose send is not settled."""
    machines, found = shop.connection.client("stepfunctions"), []
    for one in buyers:
        entry, row = shop.ledger(one)
        if entry is not None and row is not None and row.status is MessageStatus.SENDING:
            run = machines.describe_execution(executionArn=entry.execution)
            events = machines.get_execution_history(executionArn=entry.execution, maxResults=1000)["events"]
            last = ", ".join(f"{event['timestamp']:%H:%M:%S} {event['type']}" for event in events[-6:])
            found.append(f"customer {one}: {run['status']}, {last}")
    return found


def _killed_at_the_send(shop: Shop, buyers: range) -> dict[int, datetime]:
    """Whose thank-you had its sender killed, and when that was noticed."""
    machines = shop.connection.client("stepfunctions")
    killed_at: dict[int, datetime] = {}
    for one in buyers:
        entry, row = shop.ledger(one)
        if entry is None or row is None:
            raise AssertionError(f"customer {one} is in no journey")
        history = machines.get_execution_history(executionArn=entry.execution, maxResults=1000)["events"]
        state = ""
        for event in history:
            state = event.get("stateEnteredEventDetails", {}).get("name", state)
            if event["type"] == "TaskFailed" and state == row.step:
                killed_at.setdefault(one, event["timestamp"])
    return killed_at


@contextmanager
def _crashing(shop: Shop) -> Iterator[Callable[[], int]]:
    """The next sends are killed, first when they reach SES, then after it took them."""
    shop.stack.change(crash_before_send=WORST, crash_after_send=WORST)
    yield lambda: 2 * WORST


@contextmanager
def _killing(shop: Shop, chance: random.Random) -> Iterator[Callable[[], int]]:
    """Kill every worker of perform_step at the end of a life drawn by chance; gives how many were."""
    dead: list[int] = []
    over = threading.Event()
    name = shop.connection.output("FunctionPerformStep")

    def kill() -> None:
        ends: dict[int, float] = {}
        while not over.wait(0.002):
            for worker in _workers(name):
                if _cpu_seconds(worker) > ends.setdefault(worker, chance.uniform(*LIFE)):
                    with suppress(ProcessLookupError):
                        os.kill(worker, signal.SIGKILL)
                        dead.append(worker)
                    ends[worker] = float("inf")

    killer = threading.Thread(target=kill, daemon=True)
    killer.start()
    try:
        yield lambda: len(dead)
    finally:
        over.set()
        killer.join()


def _cpu_seconds(process: int) -> float:
    """What it has used so far; nothing once it is gone."""
    with suppress(OSError):
        fields = (Path("/proc") / str(process) / "stat").read_text().rpartition(")")[2].split()
        return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
    return 0.0


def _workers(function: str) -> list[int]:
    """The processes that run this function now."""
    wanted = f"AWS_LAMBDA_FUNCTION_NAME={function}".encode()
    found = []
    for process in Path("/proc").iterdir():
        with suppress(OSError):
            if process.name.isdigit() and wanted in (process / "environ").read_bytes().split(b"\0"):
                found.append(int(process.name))
    return found
