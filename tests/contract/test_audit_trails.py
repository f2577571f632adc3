"""What every `AuditTrail` promises, asked of each."""

from datetime import timedelta

from escalera.domain.work import audit_of
from tests.fakes.facts import NOON, an_audit


def test_a_row_is_written_once_whatever_else_it_says_the_second_time(kept):
    first = an_audit(what="test sent")
    later = an_audit(audit="a-2", what="test sent", at=NOON + timedelta(seconds=1))
    assert kept.trail.add(first, once="form-1")
    assert not kept.trail.add(later, once="form-1")
    assert kept.work.page(audit_of(NOON.date())).facts == (first,)
    assert kept.trail.add(later, once="form-2")
    assert len(kept.work.page(audit_of(NOON.date())).facts) == 2
