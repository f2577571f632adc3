#!/usr/bin/env bash
# Babel 2.19.0 shows an amount with the digits that CLDR names for its currency. For 15 currencies, the Colombian peso
# among them, that is not the minor unit of ISO 4217 (package iso4217 1.16.20260101): who keeps minor units by ISO and
# formats with Babel loses the cents in what people read. What is cut is rounded half to even: neighbours of one step
# (2.50 and 3.50 Chilean pesos) end two steps apart.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check Babel==2.19.0 iso4217==1.16.20260101
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from babel.numbers import format_currency, get_currency_precision
from iso4217 import Currency

print("Babel", version("Babel"), "iso4217", version("iso4217"))
differ = {
    currency.code: (currency.exponent, get_currency_precision(currency.code))
    for currency in Currency
    if currency.exponent is not None and currency.exponent != get_currency_precision(currency.code)
}
print("ISO 4217 digits, CLDR digits:", differ)
shown = {
    "1999.99 COP": format_currency(1999.99, "COP", locale="es_CO"),
    "2.50 CLP": format_currency(2.5, "CLP", locale="es_CL"),
    "3.50 CLP": format_currency(3.5, "CLP", locale="es_CL"),
}
print(shown)
expected_codes = "AFN ALL COP HUF IDR IQD IRR KPW LAK LBP MGA MMK SOS SYP YER".split()
same = sorted(differ) == expected_codes and differ["COP"] == (2, 0) and differ["IQD"] == (3, 0)
same &= [text[1:] for text in shown.values()] == ["2.000", "2", "4"]
raise SystemExit(0 if same else "this has changed")
PY
