"""What every `Colleagues` promises, asked of each."""

from dataclasses import replace
from datetime import timedelta

from escalera.domain.staff import Role, StaffMember
from escalera.ports.colleagues import REMEMBERED
from tests.fakes.facts import NOON

MARTA = StaffMember("sub-marta/#", "Marta", "marta@casa.example.com", Role.SERVICE)
BRUNO = StaffMember("sub-bruno", "Bruno", "bruno@casa.example.com", Role.OWNER)
LATER = NOON + timedelta(days=3)


def test_where_nobody_signed_in_nobody_is_known(kept):
    assert kept.colleagues.known(NOON) == ()


def test_those_who_signed_in_are_known_by_name(kept):
    kept.colleagues.note(MARTA, NOON)
    kept.colleagues.note(BRUNO, NOON)
    assert kept.colleagues.known(NOON) == (BRUNO, MARTA)


def test_the_newest_word_on_somebody_counts(kept):
    kept.colleagues.note(MARTA, NOON)
    now = replace(MARTA, name="Marta Ruiz", role=Role.OWNER)
    kept.colleagues.note(now, LATER)
    assert kept.colleagues.known(LATER) == (now,)


def test_who_has_not_come_for_long_is_forgotten_and_others_are_not(kept):
    kept.colleagues.note(MARTA, NOON)
    kept.colleagues.note(BRUNO, LATER)
    assert kept.colleagues.known(NOON + REMEMBERED - timedelta(seconds=1)) == (BRUNO, MARTA)
    assert kept.colleagues.known(NOON + REMEMBERED) == (BRUNO,)


def test_somebody_without_a_name_is_kept_too(kept):
    nameless = replace(MARTA, name="", email="")
    kept.colleagues.note(nameless, NOON)
    assert kept.colleagues.known(NOON) == (nameless,)
