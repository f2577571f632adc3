import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.journeys.durations import parse_duration, write_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("15m", 900), ("1h", 3600), ("5d", 432_000), ("2w", 1_209_600), ("0s", 0)],
)
def test_durations_are_read_as_seconds(written, seconds):
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["5", "d", "5 d", "5D", "-5d", "5.5d", "1h30m", "٥d", ""])
def test_anything_else_is_refused_with_an_example(written):
    with pytest.raises(ValueError, match="such as 90s, 1h or 5d"):
        parse_duration(written)


@given(st.integers(min_value=0, max_value=999_999_999))
def test_what_is_written_is_read_back(seconds):
    assert parse_duration(write_duration(seconds)) == seconds


def test_the_largest_unit_that_fits_is_written():
    assert [write_duration(seconds) for seconds in (432_000, 1_209_600, 90, 5400)] == [
        "5d",
        "2w",
        "90s",
        "90m",
    ]
