"""What is wrong with a payload, in plain words."""

from escalera.contracts import error_messages
from escalera.runtime.observability import PERSONAL


def test_fields_that_logs_leave_out_are_not_described():
    assert PERSONAL <= error_messages._NOT_DESCRIBED
