"""Phone numbers as people and exports write them, read with the numbering plan of their country (libphonenumber)."""

import re
from functools import lru_cache

import phonenumbers

from escalera_cli.importing.forms import WrongFormError

_BY_A_SPREADSHEET = re.compile(r"\d(?:[.,]\d+)?[eE]\+?\d+")
_SECOND_NUMBER = re.compile(r"\s*(?:[/;|]| (?:o|ou|or|y|e) )\s*")


_MEXICAN_DIALLING = re.compile(r"(?:52)?(?:044|045|01|1)(\d{10})")
"""How Mexico dialled until 2020, and wrote its numbers: libphonenumber reads it no more (seen with 9.0.43)."""


def is_country(code: str) -> bool:
    """Whether this is an ISO 3166 code of a country with a numbering plan."""
    return code in phonenumbers.SUPPORTED_REGIONS


@lru_cache(maxsize=1 << 16)
def e164(text: str, country: str) -> str:
    """The first number of the text, as E.164 and without its extension; `country`: of those without a code, or empty.

    WrongFormError says why there is none.
    """
    if _BY_A_SPREADSHEET.fullmatch(text.strip()):
        raise WrongFormError("was cut short by a spreadsheet (5.49116E+12): export it as text")
    for one in filter(None, _SECOND_NUMBER.split(text)):
        found = _read(one, country)
        if found is not None and phonenumbers.is_valid_number(found):
            return phonenumbers.format_number(found, phonenumbers.PhoneNumberFormat.E164)
    if not country and not text.strip().startswith(("+", "00")) and any(map(str.isdigit, text)):
        raise WrongFormError("has no country code: give --country, such as ES")
    raise WrongFormError(
        "is no phone number of any country" if not country else f"is no phone number of {country}"
    )


def _read(text: str, country: str) -> phonenumbers.PhoneNumber | None:
    international = re.sub(r"^\s*00(?=[1-9])", "+", text)
    forms = [text, international] if country else [international]
    digits = re.sub(r"\D", "", international)
    mexican = _MEXICAN_DIALLING.fullmatch(digits)
    if mexican and (country == "MX" or digits.startswith("52")):
        forms.append(f"+52{mexican[1]}")
    for form in dict.fromkeys(forms):
        try:
            found = phonenumbers.parse(form, country or None)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number(found):
            return found
    return None
