"""Whatever way the archive's files lie, repeat or overlap with an export: they fold to the same records."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.record_history import Place, Position, RecordChange, RecordHistory, Removal, fold

START = datetime(2026, 3, 1, tzinfo=UTC)
PLACES = [("CUSTOMER#a", "PROFILE"), ("CUSTOMER#a", "ORDER#1"), ("SHOP", "SCORE")]
ACTS = ["put", "put", "put", "expire", "delete", "accident", "restore"]


@st.composite
def lives(draw):
    """What happens to some records: the table after every step, and what the stream tells of it."""
    there: dict[Place, bytes] = {}
    lost: dict[Place, bytes] = {}
    changes: list[RecordChange] = []
    tables = [there]
    for number, (act, place) in enumerate(
        draw(st.lists(st.tuples(st.sampled_from(ACTS), st.sampled_from(PLACES)), max_size=30))
    ):
        at, position = START + timedelta(seconds=number), Position("2026-03-01", number)
        if act == "put":
            image = f"{place} {number}".encode()
            changes.append(RecordChange(place, position, at, image, begins=place not in there))
            there = {**there, place: image}
        elif act == "restore" and place in lost:
            image = lost.pop(place)
            changes.append(
                RecordChange(place, position, at, image, begins=place not in there, restored_by=str(number))
            )
            there = {**there, place: image}
        elif act in {"expire", "delete", "accident"} and place in there:
            why = {"expire": Removal.EXPIRED, "delete": Removal.OURS, "accident": Removal.UNEXPLAINED}[act]
            changes.append(RecordChange(place, position, at, former=there[place], removal=why))
            if act == "accident":
                lost.setdefault(place, there[place])
            there = {one: image for one, image in there.items() if one != place}
        tables.append(there)
    return changes, tables, there | lost


def wanted(histories: Mapping[Place, RecordHistory]):
    return {place: one.wanted for place, one in histories.items() if one.wanted is not None}


@given(lives(), st.data())
def test_files_in_any_order_and_twice_give_what_was_there_or_was_lost(life, data):
    changes, _, ought = life
    told = data.draw(
        st.permutations([*changes, *data.draw(st.lists(st.sampled_from(changes)))] if changes else [])
    )
    assert wanted(fold([], None, told)) == ought


@given(lives(), st.data())
def test_export_and_the_archive_since_give_the_same_as_the_archive_alone(life, data):
    changes, tables, _ = life
    step = data.draw(st.integers(0, len(tables) - 1))
    accidents = [one.at for one in changes if one.removal is Removal.UNEXPLAINED]
    at = START + timedelta(seconds=step - 1)
    overlap = at - timedelta(seconds=data.draw(st.integers(0, 10)))
    if any(one <= at for one in accidents):
        return  # a rebuild takes an export of before the loss
    since = [one for one in changes if one.at >= overlap]
    assert wanted(fold(tables[step].items(), at, since)) == wanted(fold([], None, changes))


def test_record_of_a_replaced_table_is_lost_though_no_removal_was_told():
    place = PLACES[0]
    old = RecordChange(place, Position("2026-03-01", 9), START, b"old", begins=True)
    new = RecordChange(place, Position("2026-03-02", 1), START + timedelta(days=1), b"new", begins=True)
    assert fold([], None, [new, old])[place].wanted == b"old"
    exported = fold([(place, b"old")], START, [new])
    assert exported[place].wanted == b"old"


def test_update_that_keeps_the_mark_of_a_rebuild_is_not_taken_for_the_rebuild():
    place = PLACES[0]
    restored = RecordChange(place, Position("s", 1), START, b"1", begins=True, restored_by="r")
    gone = RecordChange(place, Position("s", 2), START, former=b"1", removal=Removal.UNEXPLAINED)
    again = RecordChange(place, Position("s", 3), START, b"1", begins=True, restored_by="q")
    later = RecordChange(place, Position("s", 4), START, b"2", restored_by="q")
    assert fold([], None, [restored, gone])[place].wanted == b"1"
    history = fold([], None, [restored, gone, again, later])[place]
    assert (history.wanted, history.lost) == (b"2", None)
