"""Amounts and dates as files write them: read for certain, or refused."""

from datetime import UTC, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera_cli.importing.forms import (
    AmountForm,
    DateForm,
    DateOrder,
    Decimals,
    WrongFormError,
    decimals_of,
    instant,
    minor,
    order_of,
)

POINT, COMMA = Decimals.POINT, Decimals.COMMA
NOW = datetime(2026, 3, 2, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("1.234,56", COMMA),
        ("1,234.56", POINT),
        ("1.234.567", COMMA),
        ("12,5", COMMA),
        ("6.95", POINT),
        ("0.125", POINT),
        ("1234,567", COMMA),
        ("€ 1.234,56", COMMA),
        ("1,234", None),
        ("1.234", None),
        ("12", None),
        ("free", None),
    ],
)
def test_the_sign_before_decimals_is_told_only_where_it_is_certain(text, told):
    assert decimals_of(text) is told


@pytest.mark.parametrize(
    ("text", "decimals", "amount"),
    [
        ("1,234.56", POINT, "1234.56"),
        ("1.234,56 €", COMMA, "1234.56"),
        ("R$ 1.234,50", COMMA, "1234.50"),
        ("1 234,56", COMMA, "1234.56"),
        ("-12", POINT, "-12"),
        ("(12.00)", POINT, "-12.00"),
        ("USD 5", POINT, "5"),
        (".5", POINT, "0.5"),
    ],
)
def test_amounts_are_read_exactly(text, decimals, amount):
    form = AmountForm(decimals)
    assert form.read(text) == Decimal(amount)
    assert form.read(text) == Decimal(amount)  # once more, from what is kept at hand


@pytest.mark.parametrize(
    ("text", "decimals"),
    [
        ("1,5", POINT),
        ("1.5", COMMA),
        ("two", POINT),
        ("1,23,456.0", POINT),
        ("", POINT),
        ("1e5", POINT),
        ("--1", POINT),
    ],
)
def test_what_does_not_fit_the_files_own_form_is_no_amount(text, decimals):
    with pytest.raises(WrongFormError, match="is no amount: write it like"):
        AmountForm(decimals).read(text)


@given(st.integers(-(10**9), 10**9), st.sampled_from([0, 2, 3]), st.sampled_from(Decimals))
def test_any_amount_written_in_a_form_is_read_back(units, digits, decimals):
    value = Decimal(units).scaleb(-digits)
    text = f"{value:,f}"
    if decimals is COMMA:
        text = text.translate(str.maketrans(",.", ".,"))
    assert minor(AmountForm(decimals).read(text), digits) == units


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("2024-03-01", DateOrder.YMD),
        ("31/12/2024", DateOrder.DMY),
        ("12/31/2024", DateOrder.MDY),
        ("01/02/2024", None),
        ("soon", None),
    ],
)
def test_the_order_of_a_date_is_told_only_where_it_is_certain(text, told):
    assert order_of(text) is told


@pytest.mark.parametrize(
    ("text", "order", "moment"),
    [
        ("2024-03-01", DateOrder.YMD, "2024-02-29T23:00:00+00:00"),
        ("2024-07-01 10:00:00", DateOrder.YMD, "2024-07-01T08:00:00+00:00"),
        ("2024-03-01 10:22:33 -0500", DateOrder.YMD, "2024-03-01T15:22:33+00:00"),
        ("2024-03-01T10:22:33Z", DateOrder.YMD, "2024-03-01T10:22:33+00:00"),
        ("1/2/24 9:05", DateOrder.DMY, "2024-02-01T08:05:00+00:00"),
        ("1/2/2024 9:05:07 PM", DateOrder.MDY, "2024-01-02T20:05:07+00:00"),
        ("2024/7/1", DateOrder.YMD, "2024-06-30T22:00:00+00:00"),
        ("31.12.2023", DateOrder.DMY, "2023-12-30T23:00:00+00:00"),
    ],
)
def test_a_date_without_an_offset_is_taken_in_the_shops_time_zone(text, order, moment):
    form = DateForm(order, ZoneInfo("Europe/Madrid"), NOW)
    assert instant(form.read(text)).isoformat() == moment
    assert instant(form.read(text)).isoformat() == moment


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("2026-03-03", "in the future"),
        ("1907-01-01", "before 1970"),
        ("31/02/2024", "is no date"),
        ("13/13/2024", "is no date"),
        ("yesterday", "write it like"),
    ],
)
def test_a_date_that_cannot_be_is_refused_with_the_reason(text, said):
    with pytest.raises(WrongFormError, match=said):
        DateForm(DateOrder.DMY, ZoneInfo("Europe/Madrid"), NOW).read(text)


@pytest.mark.parametrize("decimals", Decimals)
@pytest.mark.parametrize(
    ("text", "pesos"),
    [
        *(("10.990", 10_990), ("10,990", 10_990), ("$ 1.234.567", 1_234_567), ("1,234,567.00", 1_234_567)),
        *(("990", 990), ("10990.00", 10_990), ("10990,00", 10_990), ("-10.990", -10_990), ("0", 0)),
    ],
)
def test_currency_without_a_minor_unit_is_read_whole(text, pesos, decimals):
    assert AmountForm(decimals).read_whole(text) == pesos
