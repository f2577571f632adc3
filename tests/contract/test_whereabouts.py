"""What every `Whereabouts` promises, asked of each."""

from dataclasses import replace
from datetime import timedelta

from escalera.domain.facts import Entry, EntryStatus, FactKey, Waiting
from escalera.domain.work import ended_in, waiting_at
from escalera.ports.customers import Change, When, Write
from tests.fakes.facts import ANA, NOON, an_entry

HOUR = timedelta(hours=1)
WAITS = Waiting("2-wait-5d", NOON, NOON + timedelta(days=5))


def put(kept, entry: Entry) -> FactKey:
    known = kept.customers.load([ANA])[ANA]
    kept.customers.save([Change(known, known, (Write(entry, When.ALWAYS),))])
    return entry.key


def entry_in(kept, key: FactKey) -> Entry:
    (entry,) = kept.customers.load_facts([key]).values()
    assert isinstance(entry, Entry)
    return entry


def test_where_somebody_waits_is_noted_on_their_entry_and_leaves_the_rest_of_it(kept):
    key = put(kept, an_entry())
    assert kept.whereabouts.note(key, WAITS)
    assert entry_in(kept, key) == an_entry(waiting=WAITS)


def test_the_next_wait_takes_the_place_of_the_last_in_the_entry_and_in_the_lists(kept):
    key = put(kept, an_entry())
    kept.whereabouts.note(key, WAITS)
    held = Waiting("3-send-offer", NOON + HOUR, NOON + 9 * HOUR, "quiet_hours")
    assert kept.whereabouts.note(key, held)
    assert kept.work.page(waiting_at(an_entry().journey, "2-wait-5d")).facts == ()
    assert kept.work.page(waiting_at(an_entry().journey, held.step)).facts == (an_entry(waiting=held),)


def test_the_same_word_twice_changes_nothing(kept):
    key = put(kept, an_entry())
    assert kept.whereabouts.note(key, WAITS)
    assert kept.whereabouts.note(key, WAITS)
    assert entry_in(kept, key).waiting == WAITS


def test_an_earlier_word_that_comes_late_is_not_heard(kept):
    """A step whose answer was lost may be asked again, while the journey is already further on."""
    key = put(kept, an_entry())
    kept.whereabouts.note(key, replace(WAITS, since=NOON + timedelta(microseconds=500)))
    for earlier in (NOON, NOON - timedelta(days=1)):
        assert not kept.whereabouts.note(key, Waiting("1-send-a", earlier, NOON + HOUR))
    assert entry_in(kept, key).waiting == replace(WAITS, since=NOON + timedelta(microseconds=500))


def test_who_has_left_waits_nowhere_any_more(kept):
    key = put(kept, an_entry())
    kept.whereabouts.note(key, WAITS)
    over = an_entry(status=EntryStatus.LEFT, ended_at=NOON + HOUR, reason="PurchaseRecorded")
    put(kept, over)
    assert not kept.whereabouts.note(key, replace(WAITS, since=NOON + 2 * HOUR))
    assert entry_in(kept, key) == over
    assert kept.work.page(waiting_at(over.journey, WAITS.step)).facts == ()
    assert kept.work.page(ended_in(over.journey, NOON.date())).facts == (over,)


def test_of_an_entry_that_is_not_there_nothing_is_noted(kept):
    key = an_entry(entry="nobody").key
    assert not kept.whereabouts.note(key, WAITS)
    assert kept.customers.load_facts([key]) == {}
