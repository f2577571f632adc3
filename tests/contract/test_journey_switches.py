"""What every `JourneySwitches` promises, asked of each."""

from dataclasses import replace
from datetime import timedelta

from escalera.domain.switches import Switches
from escalera.domain.work import audit_of
from tests.fakes.facts import NOON, an_audit

DAY = timedelta(days=1)


def turned(kept, journey: str, at=NOON) -> tuple[Switches, Switches]:
    before = kept.switches.read()
    return before, before.having(journey, before.of(journey).paused(at))


def test_where_nothing_was_ever_paused_everything_moves(kept):
    assert kept.switches.read() == Switches()


def test_a_pause_is_kept_and_so_is_its_end(kept):
    assert kept.switches.write(*turned(kept, "win-back"), an_audit())
    assert kept.switches.read().of("win-back").paused_since == NOON
    before = kept.switches.read()
    after = before.having("win-back", before.of("win-back").resumed(NOON + DAY))
    assert kept.switches.write(before, after, an_audit(audit="a-2"))
    assert kept.switches.read() == replace(after, version=2)


def test_who_did_it_is_written_with_it(kept):
    audit = an_audit(what="journey paused", about="win-back")
    kept.switches.write(*turned(kept, "win-back"), audit)
    assert kept.work.page(audit_of(NOON.date())).facts == (audit,)


def test_of_two_who_turn_at_once_one_is_told_to_look_again_and_leaves_no_row(kept):
    first, second = turned(kept, "win-back"), turned(kept, "thank-you")
    assert kept.switches.write(*first, an_audit())
    assert not kept.switches.write(*second, an_audit(audit="a-2"))
    assert kept.switches.read().of("thank-you").paused_since is None
    assert [audit.audit_id for audit in kept.work.page(audit_of(NOON.date())).facts] == ["a-1"]
    assert kept.switches.write(*turned(kept, "thank-you"), an_audit(audit="a-2"))
    assert set(kept.switches.read().journeys) == {"win-back", "thank-you"}
