from datetime import UTC, datetime, timedelta
from pathlib import Path

from escalera.domain.facts import Waiting
from escalera.journeys.ahead import Ahead, look_ahead, stands_at
from programme_compiler.graphs import graph_of
from programme_compiler.source import read_source

DEFAULT = Path(__file__).parents[3] / "programme"
GRAPHS = {name: graph_of(one.journey) for name, one in read_source(DEFAULT).journeys.items()}
NOW = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)


def waits(step: str, until: datetime) -> Waiting:
    return Waiting(step, NOW, until)


def days(count: float) -> timedelta:
    return timedelta(days=count)


def ahead(journey: str, node_id: str, until: datetime) -> dict[str, Ahead]:
    found = look_ahead(GRAPHS[journey], waits(node_id, until), NOW)
    return {one.node.name: one for one in found}


def test_dates_behind_plain_waits_are_certain():
    found = ahead("win-back", "2-wait-5d", NOW + days(3))
    asked = found["why-did-you-leave"]
    assert asked.sure
    assert asked.earliest == asked.latest == NOW + days(19)


def test_what_only_some_are_sent_is_perhaps():
    found = ahead("win-back", "2-wait-5d", NOW + days(3))
    assert not found["comeback-offer"].sure
    assert not found["personal-call"].sure
    assert found["comeback-offer"].earliest == NOW + days(3)


def test_an_event_that_is_waited_for_makes_a_span_of_the_date():
    found = ahead("thank-you", "2-wait-for-DeliveryRecorded", NOW + days(10))
    asked = found["how-was-it"]
    assert (asked.earliest, asked.latest) == (NOW + days(4), NOW + days(14))


def test_who_may_wait_in_vain_is_sure_of_nothing_behind():
    found = ahead("complaint-recovery", "5-wait-for-ComplaintClosed", NOW + days(7))
    assert not found["complaint-solved"].sure
    assert found["complaint-solved"].latest == NOW + days(42)


def test_the_longest_way_there_makes_the_latest_date():
    answered = NOW + timedelta(hours=20)
    found = ahead("complaint-recovery", "3-wait-for-ComplaintAnswerRecorded", answered)
    assert found["stuck-complaint"].earliest == NOW
    assert found["stuck-complaint"].latest == answered + timedelta(hours=4) + days(7)


def test_a_message_that_is_held_is_itself_still_to_come():
    found = ahead("win-back", "1-send-we-miss-you", NOW + timedelta(hours=9))
    assert found["we-miss-you"].sure
    assert found["we-miss-you"].earliest == NOW + timedelta(hours=9)


def test_who_came_to_the_end_of_one_wait_stands_in_the_next():
    woken = waits("2-wait-for-DeliveryRecorded", NOW - days(1))
    assert stands_at(GRAPHS["thank-you"], woken, NOW) == "3-wait-4d"
    assert stands_at(GRAPHS["thank-you"], woken, NOW - days(2)) == "2-wait-for-DeliveryRecorded"
    assert ahead("thank-you", woken.step, woken.until)["how-was-it"].earliest == NOW + days(3)


def test_what_should_have_happened_is_about_to():
    found = ahead("win-back", "4-wait-16d", NOW - timedelta(minutes=1))
    assert found["why-did-you-leave"].earliest == NOW


def test_nothing_is_foretold_to_one_who_stands_in_an_earlier_version():
    assert ahead("win-back", "7-wait-9d", NOW) == {}
