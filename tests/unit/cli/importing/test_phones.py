"""Phone numbers as six countries write them; what is none says why."""

import csv

import pytest

from escalera_cli.importing.forms import WrongFormError
from escalera_cli.importing.phones import e164, is_country

READ = {
    "": {"+34 600-000-001": "+34600000001", "0034600000001": "+34600000001"},
    "ES": {"600 000 001": "+34600000001", "34600000001": "+34600000001", "(+34) 600000001": "+34600000001"},
    "AR": {
        "5491155551234": "+5491155551234",
        "011 15-5555-1234": "+5491155551234",
        "(0381) 154-123456": "+5493814123456",
        "1155551234 int 3": "+541155551234",
        "1155551234 / 1166665678": "+541155551234",
    },
    "MX": {
        "044 55 1234 5678": "+525512345678",
        "045 55 1234 5678": "+525512345678",
        "01 55 1234 5678": "+525512345678",
        "+52 1 55 1234 5678": "+525512345678",
        "5512345678": "+525512345678",
    },
    "BR": {
        "(11) 91234-5678": "+5511912345678",
        "0 15 11 91234-5678": "+5511912345678",
        "5511912345678": "+5511912345678",
    },
    "CO": {"03 310 1234567": "+573101234567", "310 1234567": "+573101234567"},
    "IT": {"06 1234 5678": "+390612345678"},
}


@pytest.mark.parametrize(
    ("country", "text", "number"),
    [(where, text, number) for where, all_ in READ.items() for text, number in all_.items()],
)
def test_number_is_read_as_its_country_writes_it(country, text, number):
    assert e164(text, country) == number


@pytest.mark.parametrize(
    ("country", "text", "why"),
    [
        ("", "600000001", "has no country code: give --country, such as ES"),
        ("", "no tiene", "is no phone number of any country"),
        ("AR", "no tiene", "is no phone number of AR"),
        ("AR", "0", "is no phone number of AR"),
        ("AR", "5.49116E+12", "was cut short by a spreadsheet"),
        ("AR", "5,49116E+12", "was cut short by a spreadsheet"),
        ("ES", "+34 12", "is no phone number of ES"),
    ],
)
def test_what_is_no_number_says_why(country, text, why):
    with pytest.raises(WrongFormError, match=why.replace("(", r"\(")):
        e164(text, country)


def test_country_is_an_iso_code():
    assert [is_country(one) for one in ("ES", "BR", "XX", "es", "")] == [True, True, False, False, False]


def test_real_numbers_of_argentina_are_right_or_left_out(shared_data):
    with (shared_data / "faults" / "phones_argentina.csv").open(encoding="utf-8") as file:
        texts = [row["Phone"] for row in csv.DictReader(file)]
    read = {}
    for text in texts:
        try:
            read[text] = e164(text, "AR")
        except WrongFormError:
            read[text] = ""
    assert sorted(read.values()) == [
        *("", "", "", "+541155551234", "+541155551234"),
        *("+5491155551234", "+5491155551234", "+5491155551234", "+5493814123456"),
    ]
