"""A release without journeys that people are in, and with another name for one: on the deployed template."""

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from escalera.domain.facts import Entry, EntryStatus
from escalera_cli.local_shop import WebPorts, running_shop
from tests.e2e.conftest import TEN_IN_THE_MORNING
from tests.e2e.releases import release
from tests.e2e.shop import Shop

A_DAY_IN_A_TENTH = 0.1 / 86_400
RECOVERY = "complaint-recovery"


def without_recovery_and_with_other_thanks(programme: Path) -> None:
    """complaint-recovery is removed together with those in it, thank-you gets another name, a message goes."""
    journeys = programme / "journeys"
    (journeys / f"{RECOVERY}.yaml").unlink()
    thanks = (journeys / "thank-you.yaml").read_text(encoding="utf-8")
    (journeys / "thank-you.yaml").unlink()
    renamed = thanks.replace("name: thank-you", "name: our-thanks\nformerly: [thank-you]")
    (journeys / "our-thanks.yaml").write_text(renamed, encoding="utf-8")
    with (programme / "programme.yaml").open("a", encoding="utf-8") as file:
        file.write(f"\nremoved_journeys: {{{RECOVERY}: leave}}\n")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """A stack of its own: what is released here is not for the other tests."""
    web = WebPorts.free()
    with running_shop(tmp_path / "shop", web=web, report=lambda *_: None) as (stack, connection):
        stack.set_clock(TEN_IN_THE_MORNING, 1)
        yield Shop(stack, connection.outputs, TEN_IN_THE_MORNING, web)


def entry(shop: Shop, customer: str, journey: str) -> Entry | None:
    return next(iter(shop.entries(customer, journey)), None)


def wait_for_step(shop: Shop, customer: str, journey: str, step: str) -> None:
    shop.wait_until(
        lambda: (found := entry(shop, customer, journey)) and found.waiting and found.waiting.step == step,
        f"somebody waits at {step}",
    )


def wait_for_end(shop: Shop, customer: str, journey: str) -> tuple[EntryStatus, str]:
    found: Entry = shop.wait_until(
        lambda: (found := entry(shop, customer, journey)) and found.ended_at and found,
        f"the entry of {journey} is closed",
    )
    return found.status, found.reason


def test_people_finish_or_leave_a_journey_that_a_release_removes(shop: Shop, tmp_path: Path) -> None:
    finishes, complains, stopped, stranded = (shop.new_customer() for _ in range(4))
    buyers = (finishes, stopped, stranded)
    shop.put(
        *(shop.purchase(buyer, f"{buyer}-1") for buyer in buyers),
        shop.event("ComplaintRaised", complains, complaint_id=f"{complains}-x", subject="A cracked shade"),
    )
    for buyer in buyers:
        wait_for_step(shop, buyer, "thank-you", "2-wait-for-DeliveryRecorded")
    wait_for_step(shop, complains, RECOVERY, "3-wait-for-ComplaintAnswerRecorded")
    shop.invoke("CloseStrandedEntries")  # as its schedule did before the release

    release(shop.stack, shop.web, tmp_path / "second", without_recovery_and_with_other_thanks)

    # Who may finish goes on by the definition they began with. Until here nobody moved, for waits took their real time.
    shop.stack.set_wait_scale(A_DAY_IN_A_TENTH)
    shop.put(shop.event("DeliveryCompleted", finishes, order_id=f"{finishes}-1"))
    shop.wait_until(
        lambda: (found := entry(shop, finishes, "thank-you")) and found.waiting
        and found.waiting.step != "2-wait-for-DeliveryRecorded",
        "the delivery woke who waited for it",
    )  # fmt: skip

    # Who is to leave leaves: closed by the sweep, or by the event of the execution that it stops, whichever comes first.
    shop.invoke("CloseStrandedEntries")
    assert wait_for_end(shop, complains, RECOVERY) == (EntryStatus.LEFT, "journey_removed")
    assert shop.customer(complains).active_entries == {}

    # Whose execution somebody stops leaves at once.
    machines = shop.client("stepfunctions")
    at_work = entry(shop, stopped, "thank-you")
    assert at_work is not None
    machines.stop_execution(executionArn=at_work.execution)
    assert wait_for_end(shop, stopped, "thank-you") == (EntryStatus.LEFT, "journey_removed")

    # The new name alone is started, and by the same cause nobody enters twice.
    new = shop.new_customer()
    shop.put(shop.purchase(new, f"{new}-1"))
    shop.wait_until(lambda: shop.entries(new, "our-thanks"), "the new name is started")
    assert shop.entries(new, "thank-you") == []

    # Whose state machine is deleted leaves with the sweep, an hour after they should have moved on.
    machine = machines.describe_execution(executionArn=at_work.execution)["stateMachineArn"]
    shop.wait_until(lambda: wait_ended(shop, finishes), "who finishes has come to the end")
    assert wait_for_end(shop, finishes, "thank-you") == (EntryStatus.FINISHED, "")
    assert [mail.subject for mail in shop.mails_to(f"{finishes}@example.com")][1:], "more than the thank-you"
    machines.delete_state_machine(stateMachineArn=machine)
    shop.move_clock(timedelta(days=60))
    assert shop.invoke("CloseStrandedEntries")["closed"] >= 1
    assert wait_for_end(shop, stranded, "thank-you") == (EntryStatus.LEFT, "journey_removed")


def wait_ended(shop: Shop, customer: str) -> bool:
    found = entry(shop, customer, "thank-you")
    return found is not None and found.ended_at is not None
