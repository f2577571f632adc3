"""A name is found by every beginning of it, however it is typed."""

import unicodedata

from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.customer import Contact, Customer
from escalera.domain.names import folded, looked_for_as
from escalera.domain.vocabulary import CustomerId

words = st.text(st.characters(codec="utf-8"), max_size=40)


@given(words)
def test_folding_twice_is_folding_once(text):
    assert folded(folded(text)) == folded(text)


@given(words)
def test_folded_name_fits_a_key_and_has_nothing_but_letters_digits_and_single_blanks(text):
    found = folded(text)
    assert len(found) <= 100
    assert all(sign.isalnum() or sign == " " for sign in found)
    assert found == " ".join(found.split())


@given(words, st.sampled_from(["NFC", "NFD", "NFKC", "NFKD"]))
def test_way_in_which_accents_are_stored_makes_no_difference(text, form):
    assert folded(unicodedata.normalize(form, text)) == folded(text)


@given(words, words)
def test_customer_is_looked_for_from_either_end(given_name, family_name):
    contact = Contact(given_name=given_name, family_name=family_name)
    names = looked_for_as(Customer(CustomerId("ana"), contact=contact))
    for text in (f"{given_name} {family_name}", f"{family_name}, {given_name}"):
        assert len(folded(text)) < 2 or folded(text) in names
