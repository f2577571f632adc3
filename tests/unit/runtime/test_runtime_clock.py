from datetime import UTC, datetime, timedelta

import pytest

from escalera.domain.errors import PermanentError
from escalera.runtime.clock import ScaledClock, SystemClock, clock_from

REAL = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)


def test_without_settings_it_is_the_time_it_is():
    clock = clock_from({})
    assert isinstance(clock, SystemClock)
    before = datetime.now(UTC)
    assert before <= clock.now() <= datetime.now(UTC)
    assert clock.now().tzinfo is UTC


def test_a_second_lasts_a_day_when_the_scale_says_so():
    clock = ScaledClock(REAL, datetime(2025, 1, 1, tzinfo=UTC), 86400, lambda: REAL + timedelta(seconds=3))
    assert clock.now() == datetime(2025, 1, 4, tzinfo=UTC)


def test_settings_are_read_with_their_offsets():
    origin = "2026-03-02T11:00:00+01:00=2025-01-01T00:00:00Z"
    clock = clock_from({"ESCALERA_CLOCK_ORIGIN": origin, "ESCALERA_CLOCK_SCALE": "60"})
    assert isinstance(clock, ScaledClock)
    assert (clock.real, clock.simulated, clock.scale) == (REAL, datetime(2025, 1, 1, tzinfo=UTC), 60)


@pytest.mark.parametrize(
    ("origin", "scale"),
    [
        ("", "60"),
        ("2026-03-02T10:00:00Z", "60"),
        ("2026-03-02T10:00:00=2025-01-01T00:00:00Z", "60"),
        ("2026-03-02T10:00:00Z=2025-01-01T00:00:00Z", "fast"),
        ("2026-03-02T10:00:00Z=2025-01-01T00:00:00Z", "0"),
        ("2026-03-02T10:00:00Z=2025-01-01T00:00:00Z", "nan"),
    ],
)
def test_settings_that_make_no_sense_say_what_would(origin, scale):
    with pytest.raises(PermanentError, match="write two instants"):
        clock_from({"ESCALERA_CLOCK_ORIGIN": origin, "ESCALERA_CLOCK_SCALE": scale})
