"""`make audit` tells apart: nothing known, something known, and nobody could be asked."""

import json

import pytest

from layers.audit import FOUND, NOT_ASKED, Audit, audit_node, audit_python, exit_code

FLAW = {"id": "PYSEC-2026-1", "fix_versions": ["2.0"], "description": "", "aliases": []}
GOOD = {"name": "good", "version": "1.0", "vulns": []}
BAD = {"name": "bad", "version": "1.0", "vulns": [FLAW]}
SKIPPED = {"name": "skipped", "skip_reason": "no advisories here"}


def says(written: object, said: str = ""):
    return lambda _: (written if isinstance(written, str) else json.dumps(written), said)


@pytest.mark.parametrize(
    ("packages", "known", "asked", "code"),
    [
        ([GOOD], 0, True, 0),
        ([GOOD, BAD], 1, True, FOUND),
        ([GOOD, SKIPPED], 0, False, NOT_ASKED),
        ([BAD, SKIPPED], 1, False, FOUND),
    ],
)
def test_python_lock(packages, known, asked, code):
    audit = audit_python("runtime", says({"dependencies": packages, "fixes": []}))
    assert (len(audit.known), not audit.trouble, exit_code([audit])) == (known, asked, code)
    assert ("bad 1.0: PYSEC-2026-1, fixed in 2.0" in str(audit)) is bool(known)
    assert ("could not ask" in str(audit)) is not asked


def test_python_lock_without_an_answer_is_not_a_good_one():
    audit = audit_python("runtime", says("", "Traceback\nConnectionError: no route to host\n"))
    assert str(audit) == "requirements/runtime.txt: could not ask (ConnectionError: no route to host)"
    assert exit_code([Audit("other"), audit]) == NOT_ASKED


@pytest.mark.parametrize(
    ("answer", "code", "words"),
    [
        ({"vulnerabilities": {}}, 0, "no known vulnerabilities"),
        ({"vulnerabilities": {"bad": {"severity": "high", "range": "<2"}}}, FOUND, "bad <2: high"),
        ({"message": "405 Method Not Allowed"}, NOT_ASKED, "could not ask (405 Method Not Allowed)"),
        ("", NOT_ASKED, "could not ask (it said nothing)"),
    ],
)
def test_node_lock(answer, code, words):
    audit = audit_node(says(answer))
    assert words in str(audit)
    assert exit_code([audit]) == code
