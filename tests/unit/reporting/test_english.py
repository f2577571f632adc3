"""The report's English is that of Babel and the Unicode CLDR, made without them."""

from datetime import date

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from escalera.domain.vocabulary import Language
from escalera.reporting.english import EnglishWords
from escalera.reporting.words import UNKNOWN
from escalera_cli.reporting.words import BabelWords

OURS, BABELS = EnglishWords("EUR"), BabelWords(Language.ENGLISH, "EUR")
# As measures are: shares of whole numbers, averages of amounts.
numbers = st.builds(lambda part, whole: part / whole, st.integers(-(10**9), 10**9), st.integers(1, 10**5))
shares = st.builds(lambda part, whole: part / whole, st.integers(0, 10**5), st.integers(1, 10**5))


@given(shares, st.integers(0, 1))
def test_shares_are_written_alike(share, digits):
    assert OURS.percent(share, digits) == BABELS.percent(share, digits)


@given(numbers, st.integers(0, 2))
def test_numbers_are_written_alike(number, digits):
    assert OURS.number(number, digits) == BABELS.number(number, digits)


@given(st.integers(-(10**6), 10**6))
def test_changes_are_written_alike(thousandths):
    change = thousandths / 1000
    assert OURS.points(change) == BABELS.points(change)
    assert OURS.signed_percent(change) == BABELS.signed_percent(change)


@given(
    st.integers(-(10**10), 10**10),
    st.booleans(),
    st.sampled_from(["EUR", "GBP", "USD", "BRL", "MXN", "JPY", "CHF"]),
)
def test_amounts_are_written_alike(minor, whole, currency):
    """But that Babel writes a minus before nothing: `-€0`."""
    assume(not (whole and -100 < minor < 0))
    assert OURS.money(minor, whole=whole, currency=currency) == BABELS.money(
        minor, whole=whole, currency=currency
    )


@given(st.dates(date(2000, 1, 1), date(2099, 12, 31)))
def test_days_are_written_alike(day):
    assert OURS.day(day) == BABELS.day(day)
    assert OURS.short_day(day) == BABELS.short_day(day)
    assert OURS.month(f"{day:%Y-%m}") == BABELS.month(f"{day:%Y-%m}")


@pytest.mark.parametrize("written", [OURS.percent(None), OURS.number(None), OURS.money(None)])
def test_what_is_not_known_is_not_written_as_nothing(written):
    assert written == UNKNOWN
