"""Keys never change: a release that made other keys would thank everybody twice."""

import re

import pytest

from escalera.domain.once import (
    address_digest,
    entry_id,
    message_key,
    promise_id,
    reward_code,
    reward_id,
    share_of,
    task_id,
    told_event_id,
)
from escalera.domain.vocabulary import CustomerId, EntryId, RewardId


@pytest.mark.parametrize(
    ("key", "as_released"),
    [
        (entry_id("win-back", CustomerId("c-1001"), "CustomerWentQuiet-1"), "7nvuz2rlegztdaulz6x3lwkigq"),
        (message_key(CustomerId("c-1001"), EntryId("e-1"), "3-send-offer"), "a5wiw2eeqkbymn5mb4pjxudoow"),
        (task_id(EntryId("e-1"), "2-task-call"), "h33jrw77v3g57tk2im5gveqrnh"),
        (reward_id(EntryId("e-1"), "4-reward-comeback"), "dmwqtt7fbagwhtqxl4qel4gacu"),
        (promise_id(EntryId("e-1"), "1-promise-answer"), "sgs4h6q24moyxbaeiva3z372uk"),
        (told_event_id("PurchaseRecorded", "c-1001", "5001"), "PurchaseRecorded-gmsuvoyct7yb3moikcbr5j6225"),
        (reward_code("BACK", RewardId("r-1")), "BACK-KFNHK6"),
        (reward_code("BACK", RewardId("r-2")), "BACK-QW7VJC"),
        (
            address_digest("ana@example.com"),
            "8e43ca37701228e74983efdbd0cff5c16b3b1e5d4e29a7c05626d4d25a018e11",
        ),
        (share_of(CustomerId("c-1001"), "spring"), 0.469061289566572),
    ],
)
def test_a_key_is_what_it_was_when_first_released(key, as_released):
    assert key == as_released


def test_keys_of_different_kinds_made_of_the_same_parts_never_meet():
    entry = EntryId("e-1")
    keys = [
        task_id(entry, "1"),
        reward_id(entry, "1"),
        promise_id(entry, "1"),
        told_event_id("x", "e-1", "1"),
    ]
    assert len(set(keys)) == len(keys)


def test_parts_do_not_run_into_one_another():
    assert task_id(EntryId("a"), "bc") != task_id(EntryId("ab"), "c")
    assert entry_id("a", CustomerId("b-c"), "d") != entry_id("a-b", CustomerId("c"), "d")


@pytest.mark.parametrize("changed", [("luis", "e-1", "1"), ("ana", "e-2", "1"), ("ana", "e-1", "2")])
def test_another_customer_entry_or_step_is_another_message(changed):
    customer, entry, step = changed
    known = message_key(CustomerId("ana"), EntryId("e-1"), "1")
    assert message_key(CustomerId(customer), EntryId(entry), step) != known


def test_keys_are_fit_for_tags_and_names():
    assert re.fullmatch(r"[a-z2-7]{26}", message_key(CustomerId("ña#1 x"), EntryId("e-1"), "1"))


def test_reward_codes_can_be_read_out_and_are_rarely_the_same():
    codes = {reward_code("BACK", RewardId(f"r-{number}")) for number in range(2000)}
    assert len(codes) >= 1990
    assert all(re.fullmatch(r"BACK-[2-9A-HJKMNP-TV-Z]{6}", code) for code in codes)


def test_an_address_is_the_same_however_it_is_written():
    assert address_digest(" Ana@Example.COM ") == address_digest("ana@example.com")
    assert address_digest("ana@example.com") != address_digest("ana@example.org")


def test_shares_are_spread_evenly_and_never_reach_one():
    shares = sorted(share_of(CustomerId(f"c-{number}"), "spring") for number in range(5000))
    assert shares[0] >= 0
    assert shares[-1] < 1
    assert max(abs(share - number / 5000) for number, share in enumerate(shares)) < 0.025
