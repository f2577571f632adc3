#!/usr/bin/env bash
# phonenumbers 9.0.43: one mobile of Mexico, Argentina or Brazil is written in two ways in E.164: with and without the
# mobile mark (Mexico: 1, until 2019; Argentina: 9) or the ninth digit that Brazil added. Carriers, messengers and shops
# still send both. The library calls neither pair an exact match, and gives each pair another verdict.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check phonenumbers==9.0.43
"$work/venv/bin/python" - <<'PY'
import phonenumbers
from phonenumbers import MatchType, is_number_match, is_valid_number, parse

NAMES = {value: name for name, value in vars(MatchType).items() if name.isupper()}
PAIRS = {
    # country: (form with the mark, form without it, verdict, is each form valid?)
    "Mexico": ("+5215512345678", "+525512345678", "SHORT_NSN_MATCH", (False, True)),
    "Argentina": ("+5491155551234", "+541155551234", "SHORT_NSN_MATCH", (True, True)),
    "Brazil": ("+5511987654321", "+551187654321", "NO_MATCH", (True, False)),
}
print("phonenumbers", phonenumbers.__version__)
changed = False
for country, (marked, plain, expected, expected_valid) in PAIRS.items():
    verdict = NAMES[is_number_match(marked, plain)]
    valid = tuple(is_valid_number(parse(number)) for number in (marked, plain))
    print(f"{country}: {marked} and {plain}: {verdict}, valid: {valid}")
    changed |= (verdict, valid) != (expected, expected_valid)
raise SystemExit("this has changed" if changed else 0)
PY
