"""Links into the customer's own pages: what they open, for whom, until when, and what does not open them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.domain.links import (
    LIFETIMES,
    ExpiredLinkError,
    ForgedLinkError,
    Link,
    LinkError,
    LinkPurpose,
    WrongPageError,
    expiry_of,
    make_token,
    read_token,
)
from escalera.domain.seals import KeyRing, seal, unseal
from escalera.domain.vocabulary import CustomerId

NOW = datetime(2026, 3, 2, 10, tzinfo=UTC)
RING = KeyRing("1", {"1": b"a" * 40})
ANA = CustomerId("c-1001")

purposes = st.sampled_from(LinkPurpose)
ids = st.text(st.characters(exclude_characters="\x1f", exclude_categories=["Cs"]), min_size=1, max_size=40)
links_made = st.builds(
    Link,
    purpose=purposes,
    customer_id=ids.map(CustomerId),
    expires_at=st.integers(1, 200_000_000).map(lambda seconds: NOW + timedelta(seconds=seconds)),
    subject=st.one_of(st.just(""), ids),
)


@given(links_made)
def test_what_was_signed_is_read_back_and_needs_no_escaping_in_an_address(link):
    token = make_token(link, RING)

    assert read_token(token, link.purpose, RING, NOW) == link
    assert set(token) <= set("abcdefghijklmnopqrstuvwxyz0123456789.")
    assert token[-1] != "."


@given(links_made, st.data())
def test_a_link_with_any_letter_changed_lost_or_added_opens_nothing(link, data):
    token = make_token(link, RING)
    place = data.draw(st.integers(0, len(token) - 1))
    letter = data.draw(st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789.-_%é"))
    changed = data.draw(
        st.sampled_from(
            [
                token[:place] + letter + token[place + 1 :],
                token[:place] + token[place + 1 :],
                token[:place] + letter + token[place:],
                token.upper(),
            ]
        )
    )
    if changed == token:
        return

    with pytest.raises(ForgedLinkError):
        read_token(changed, link.purpose, RING, NOW)


@given(st.text(max_size=80), purposes)
def test_whatever_else_is_sent_is_refused_as_forged_and_breaks_nothing(text, purpose):
    with pytest.raises(ForgedLinkError):
        read_token(text, purpose, RING, NOW)


@given(links_made, purposes)
def test_a_link_opens_its_own_page_and_no_other(link, page):
    token = make_token(link, RING)
    if page is link.purpose:
        assert read_token(token, page, RING, NOW) == link
    else:
        with pytest.raises(WrongPageError):
            read_token(token, page, RING, NOW)


def test_the_longest_ids_a_shop_may_use_open_in_whatever_letters():
    longest = "\N{GRINNING FACE}" * 128
    link = Link(LinkPurpose.OPINION, CustomerId(longest), NOW + timedelta(days=1), longest)
    assert read_token(make_token(link, RING), LinkPurpose.OPINION, RING, NOW) == link


def test_two_links_cannot_be_made_one_of_whose_parts_are_moved_between_them():
    ana = make_token(Link(LinkPurpose.DATA, ANA, NOW + timedelta(days=1)), RING)
    ben = make_token(Link(LinkPurpose.DATA, CustomerId("c-1002"), NOW + timedelta(days=1)), RING)
    swapped = ana.rpartition(".")[0] + "." + ben.rpartition(".")[2]

    with pytest.raises(ForgedLinkError):
        read_token(swapped, LinkPurpose.DATA, RING, NOW)


def test_the_customer_and_the_subject_never_run_into_one_another():
    one = make_token(Link(LinkPurpose.OPINION, CustomerId("a"), NOW + timedelta(days=1), "bc"), RING)
    other = make_token(Link(LinkPurpose.OPINION, CustomerId("ab"), NOW + timedelta(days=1), "c"), RING)

    assert one.split(".")[1] != other.split(".")[1]


@pytest.mark.parametrize("purpose", LinkPurpose)
def test_a_link_works_until_its_time_and_not_a_second_longer(purpose):
    until = expiry_of(purpose, NOW)
    token = make_token(Link(purpose, ANA, until), RING)

    assert read_token(token, purpose, RING, until - timedelta(seconds=1)).customer_id == ANA
    with pytest.raises(ExpiredLinkError):
        read_token(token, purpose, RING, until)


def test_the_way_out_works_for_two_years_and_the_data_for_a_week():
    assert LIFETIMES[LinkPurpose.UNSUBSCRIBE] >= timedelta(days=2 * 365 + 1)
    assert LIFETIMES[LinkPurpose.DATA] <= timedelta(days=7)


def test_a_forged_link_is_called_forged_even_when_it_is_old_and_for_another_page():
    token = make_token(Link(LinkPurpose.DATA, ANA, NOW - timedelta(days=900)), RING)

    with pytest.raises(ForgedLinkError):
        read_token(token[:-1] + ("a" if token[-1] != "a" else "q"), LinkPurpose.COMPLAIN, RING, NOW)


def test_after_a_change_of_keys_old_links_work_as_long_as_their_key_is_kept():
    old = make_token(Link(LinkPurpose.UNSUBSCRIBE, ANA, NOW + timedelta(days=731)), RING)
    both = KeyRing.from_json({"current": "2", "1": "a" * 40, "2": "b" * 40})
    new = make_token(Link(LinkPurpose.UNSUBSCRIBE, ANA, NOW + timedelta(days=731)), both)

    assert new.startswith("2.")
    later = NOW + timedelta(days=730)
    for token in (old, new):
        assert read_token(token, LinkPurpose.UNSUBSCRIBE, both, later).customer_id == ANA
    with pytest.raises(ForgedLinkError):
        read_token(old, LinkPurpose.UNSUBSCRIBE, KeyRing("2", {"2": b"b" * 40}), later)


def test_what_was_sealed_for_something_else_is_no_link():
    token = make_token(Link(LinkPurpose.DATA, ANA, NOW + timedelta(days=1)), RING)
    session = seal(unseal(token, use="link", ring=RING), use="session", ring=RING)

    with pytest.raises(ForgedLinkError):
        read_token(session, LinkPurpose.DATA, RING, NOW)


def test_a_link_of_a_later_form_is_not_misread():
    token = make_token(Link(LinkPurpose.DATA, ANA, NOW + timedelta(days=1)), RING)
    later = seal(b"3" + unseal(token, use="link", ring=RING)[1:], use="link", ring=RING)

    with pytest.raises(ForgedLinkError):
        read_token(later, LinkPurpose.DATA, RING, NOW)


def test_a_link_of_a_megabyte_is_refused_unread():
    with pytest.raises(ForgedLinkError):
        read_token(f"1.{'a' * 1_000_000}.aaaa", LinkPurpose.DATA, RING, NOW)


def test_everything_wrong_with_a_link_is_a_link_error():
    assert {ForgedLinkError, ExpiredLinkError, WrongPageError} <= set(LinkError.__subclasses__())
