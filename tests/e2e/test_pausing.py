"""A journey is paused and resumed, on the deployed template: nobody is sent anything, ejected or lost."""

from datetime import timedelta
from pathlib import Path

from escalera.adapters.dynamodb.switches import DynamoDBJourneySwitches
from escalera.adapters.dynamodb.work import DynamoDBWorkLists
from escalera.domain.facts import EntryStatus, Waiting
from escalera.domain.staff import Role, StaffMember
from escalera.use_cases.desk.steer_journeys import pause_journey, resume_journey
from escalera.use_cases.look.people_in_journeys import people_in
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source
from tests.e2e.shop import Shop
from tests.fakes.clock import SetClock

OWNER = StaffMember("sub-berta", "Berta", "berta@casa.example.com", Role.OWNER)
RECOVERY = "complaint-recovery"
AN_HOUR_IN_A_SECOND = 1 / 3600
KNOWN_EVERYWHERE = timedelta(minutes=2)


def where(shop: Shop, customer: str) -> Waiting | None:
    entries = shop.entries(customer, RECOVERY)
    return entries[0].waiting if entries else None


def people(shop: Shop, switches: DynamoDBJourneySwitches) -> dict[str, int]:
    """Who stands where in the journey, as the console counts them."""
    work = DynamoDBWorkLists(shop.outputs["TableName"], lambda name, _: shop.client(name))
    journey = read_source(Path(__file__).parents[2] / "programme").journeys[RECOVERY].journey
    found = people_in(graph_of(journey), switches.read().of(RECOVERY), work=work, now=shop.now)
    return {step: one.count for step, one in found.items()}


def test_a_paused_journey_freezes_people_and_lets_them_go_on_when_it_is_resumed(shop: Shop) -> None:
    shop.stack.set_wait_scale(AN_HOUR_IN_A_SECOND)
    switches = DynamoDBJourneySwitches(shop.outputs["TableName"], lambda name, _: shop.client(name))
    inside, at_the_door = shop.new_customer(), shop.new_customer()
    shop.put(shop.event("ComplaintRaised", inside, complaint_id=f"{inside}-x", subject="A cracked shade"))
    shop.wait_until(
        lambda: (at := where(shop, inside)) and at.step == "3-wait-for-ComplaintAnswerRecorded",
        "it is waited for the answer",
    )

    paused_at = SetClock(shop.now)
    assert pause_journey(RECOVERY, by=OWNER, journeys=[RECOVERY], switches=switches, clock=paused_at)
    shop.move_clock(KNOWN_EVERYWHERE)
    shop.put(
        shop.event("ComplaintAnswered", inside, complaint_id=f"{inside}-x"),
        shop.event("ComplaintRaised", at_the_door, complaint_id=f"{at_the_door}-x", subject="A torn box"),
    )
    frozen = shop.wait_until(
        lambda: (at := where(shop, inside)) and at.reason == "journey_paused" and at,
        "who is inside is frozen",
    )
    assert frozen.step == "4-branch"
    # Others of the shop may stand elsewhere in the same journey; here nobody else does.
    shop.wait_until(lambda: people(shop, switches).get("4-branch") == 1, "the console counts who is frozen")
    shop.settle(2)
    assert shop.entries(at_the_door, RECOVERY) == []
    assert shop.mails_to(f"{at_the_door}@example.com") == []
    assert shop.entries(inside, RECOVERY)[0].status is EntryStatus.ACTIVE

    resumed_at = SetClock(shop.now)
    assert resume_journey(RECOVERY, by=OWNER, switches=switches, clock=resumed_at)
    shop.move_clock(KNOWN_EVERYWHERE)
    shop.wait_until(lambda: shop.mails_to(f"{at_the_door}@example.com"), "who stood at the door is heard")
    shop.wait_until(
        lambda: (at := where(shop, inside)) and at.step == "5-wait-for-ComplaintClosed",
        "who was inside goes on",
    )
