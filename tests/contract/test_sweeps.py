"""What every `Sweeps` promises, asked of each."""

from datetime import timedelta

from escalera.ports.customers import DueKind
from tests.fakes.facts import NOON


def test_the_last_look_of_each_kind_is_remembered(kept):
    assert [kept.sweeps.last(kind) for kind in DueKind] == [None, None]
    kept.sweeps.done(DueKind.QUIET, NOON)
    kept.sweeps.done(DueKind.QUIET, NOON + timedelta(days=1))
    kept.sweeps.done(DueKind.PROMISE, NOON)
    assert kept.sweeps.last(DueKind.QUIET) == NOON + timedelta(days=1)
    assert kept.sweeps.last(DueKind.PROMISE) == NOON
