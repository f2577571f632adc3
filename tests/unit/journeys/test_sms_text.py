"""Sizes as 3GPP TS 23.038 counts them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.journeys.sms_text import needs_ucs2, plain_letters, sms_size


@pytest.mark.parametrize(
    ("text", "size"),
    [
        ("", ("GSM-7", 0, 1)),
        ("a" * 160, ("GSM-7", 160, 1)),
        ("a" * 161, ("GSM-7", 161, 2)),
        ("a" * 306, ("GSM-7", 306, 2)),
        ("a" * 307, ("GSM-7", 307, 3)),
        ("¿Qué tal, señor? à ù", ("GSM-7", 20, 1)),
        ("10 €", ("GSM-7", 5, 1)),
        ("í" * 70, ("UCS-2", 70, 1)),
        ("í" * 71, ("UCS-2", 71, 2)),
        ("ção", ("UCS-2", 3, 1)),
        ("😀", ("UCS-2", 2, 1)),
    ],
)
def test_text_messages_are_counted_as_networks_count_them(text, size):
    assert tuple(sms_size(text)) == size


def test_signs_that_cost_the_small_alphabet_are_named_once():
    assert needs_ucs2("María está aquí") == "íá"
    assert needs_ucs2("José señor à") == ""


def test_letters_are_made_plain_only_where_they_must_be():
    assert plain_letters("María José, sábado\u00a09 – 10 €") == "Maria José, sabado 9 - 10 €"


@given(st.text(alphabet=st.characters(max_codepoint=0x17F, exclude_categories=("Cc", "Cs"))))
def test_making_letters_plain_never_makes_a_text_dearer(text):
    assert sms_size(plain_letters(text)).segments <= sms_size(text).segments


@pytest.mark.parametrize(
    ("text", "segments"),
    [
        (
            "a" * 152 + "€" + "a" * 152,
            3,
        ),  # 306 units, two times 153; but the pair of the euro does not straddle
        ("a" * 151 + "€" + "a" * 153, 2),
        ("a" * 152 + "€" + "a" * 151, 2),
        ("á" * 66 + "😀" + "á" * 66, 3),  # nor does a surrogate pair: 134 units of UCS-2, two times 67
        ("á" * 65 + "😀" + "á" * 67, 2),
    ],
)
def test_sign_of_two_units_stays_whole_in_its_segment(text, segments):
    assert sms_size(text).segments == segments
