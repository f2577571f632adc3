"""What holds for the open sessions of the console, in memory and in the table."""

from datetime import timedelta

from tests.fakes.facts import NOON

UNTIL = NOON + timedelta(hours=10)


def test_a_session_is_open_once_it_is_recorded(kept):
    assert not kept.sessions.is_open("sub-marta/#", "s1")
    kept.sessions.open("sub-marta/#", "s1", until=UNTIL)
    assert kept.sessions.is_open("sub-marta/#", "s1")


def test_it_is_open_for_its_own_person_alone(kept):
    kept.sessions.open("marta", "s1", until=UNTIL)
    assert not kept.sessions.is_open("bruno", "s1")
    assert not kept.sessions.is_open("marta", "s2")


def test_a_closed_session_stays_closed_and_the_others_open(kept):
    for session in ("s1", "s2"):
        kept.sessions.open("marta", session, until=UNTIL)
    for _ in range(2):
        kept.sessions.close("marta", "s1")
        assert not kept.sessions.is_open("marta", "s1")
    assert kept.sessions.is_open("marta", "s2")


def test_closing_an_unknown_session_records_nothing(kept):
    kept.sessions.close("marta", "s1")
    assert not kept.sessions.is_open("marta", "s1")
    assert kept.sessions.close_all("marta") == 0


def test_all_sessions_of_one_person_are_closed_together(kept):
    for person, session in (("marta", "s1"), ("marta", "s2"), ("marta", "s3"), ("bruno", "s4")):
        kept.sessions.open(person, session, until=UNTIL)
    kept.sessions.close("marta", "s3")
    assert kept.sessions.close_all("marta") == 2
    assert not any(kept.sessions.is_open("marta", session) for session in ("s1", "s2", "s3"))
    assert kept.sessions.is_open("bruno", "s4")
    assert kept.sessions.close_all("marta") == 0


def test_sessions_are_none_of_the_colleagues(kept):
    kept.sessions.open("marta", "s1", until=UNTIL)
    assert kept.colleagues.known(NOON) == ()
