"""Sealed texts: read by anybody, made by us alone, each for one use."""

import hmac

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.seals import KeyRing, KeyRingError, SealBrokenError, seal, unseal

RING = KeyRing("1", {"1": b"a" * 32, "0": b"b" * 40})


@given(payload=st.binary(max_size=200), use=st.text(max_size=20))
def test_what_was_sealed_is_read_again(payload, use):
    assert unseal(seal(payload, use=use, ring=RING), use=use, ring=RING) == payload


@given(payload=st.binary(max_size=40), uses=st.tuples(st.text(max_size=9), st.text(max_size=9)))
def test_a_seal_for_one_use_is_broken_for_every_other(payload, uses):
    one, other = uses
    if one != other:
        with pytest.raises(SealBrokenError):
            unseal(seal(payload, use=one, ring=RING), use=other, ring=RING)


@given(payload=st.binary(max_size=40), place=st.integers(min_value=0), letter=st.sampled_from("AZaz09-_.="))
def test_no_letter_of_it_can_be_changed(payload, place, letter):
    text = seal(payload, use="x", ring=RING)
    at = place % len(text)
    changed = text[:at] + letter + text[at + 1 :]
    if changed != text:
        with pytest.raises(SealBrokenError):
            unseal(changed, use="x", ring=RING)


@given(payload=st.binary(max_size=200))
def test_a_sealed_text_survives_any_mail_program(payload):
    text = seal(payload, use="x", ring=RING)
    assert set(text) <= set("abcdefghijklmnopqrstuvwxyz0123456789.")
    assert text[-1] != "."


@given(text=st.text(max_size=60))
def test_no_other_text_passes_for_a_sealed_one(text):
    with pytest.raises(SealBrokenError):
        unseal(text, use="x", ring=RING)


def test_a_key_that_is_no_longer_current_still_opens_what_it_sealed():
    older = KeyRing("0", {"0": RING.keys["0"]})
    assert unseal(seal(b"kept", use="x", ring=older), use="x", ring=RING) == b"kept"


def test_a_key_that_was_taken_off_the_ring_opens_nothing():
    text = seal(b"kept", use="x", ring=RING)
    with pytest.raises(SealBrokenError):
        unseal(text, use="x", ring=KeyRing("0", {"0": RING.keys["0"]}))


def test_a_seal_by_one_key_under_the_name_of_another_is_broken():
    text = seal(b"kept", use="x", ring=RING)
    with pytest.raises(SealBrokenError):
        unseal("0" + text[1:], use="x", ring=RING)


def test_seals_are_compared_in_constant_time(monkeypatch):
    asked, compare = [], hmac.compare_digest

    def compared(one, other):
        asked.append(other)
        return compare(one, other)

    monkeypatch.setattr(hmac, "compare_digest", compared)
    unseal(seal(b"kept", use="x", ring=RING), use="x", ring=RING)
    assert asked


def test_a_ring_says_its_keys_to_nobody():
    assert "aaaa" not in repr(RING)


@pytest.mark.parametrize(
    ("kept", "why"),
    [
        (["1"], "no JSON object"),
        ({"current": "2", "1": "x" * 32}, "no key '2'"),
        ({"1": "x" * 32}, "no key ''"),
        ({"current": "1", "1": "short"}, "5 bytes"),
        ({"current": "a.b", "a.b": "x" * 32}, "letters and digits"),
    ],
)
def test_a_ring_that_could_not_seal_safely_is_refused(kept, why):
    with pytest.raises(ValueError, match=why):
        KeyRing.from_json(kept)


def test_what_is_wrong_with_a_ring_is_said_without_its_keys():
    with pytest.raises(KeyRingError) as error:
        KeyRing.from_json({"current": "1", "1": "tiny-secret"})
    assert "tiny-secret" not in str(error.value)
