"""What every `MessageLedger` promises, asked of each."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from escalera.domain.customer import Customer
from escalera.domain.facts import MessageStatus
from escalera.ports.customers import Change, SaveOutcome, When, Write
from tests.fakes.facts import ANA, NOON, a_message

HELD, CLAIMED, SENT = MessageStatus.HELD, MessageStatus.CLAIMED, MessageStatus.SENT
SENDING, RELEASED = MessageStatus.SENDING, MessageStatus.RELEASED
LATER = NOON + timedelta(minutes=5)


def there(kept, status: MessageStatus | None, **fields: Any) -> None:
    if status:
        message = a_message(status=status, **fields)
        (answer,) = kept.customers.save([Change(Customer(ANA), Customer(ANA), (Write(message),))])
        assert answer.outcome is SaveOutcome.SAVED


def row(kept):
    return kept.customers.load_facts([a_message().key]).get(a_message().key)


@pytest.mark.parametrize("status", [None, HELD, MessageStatus.WITHHELD])
def test_decision_is_noted_while_nobody_has_claimed(kept, status):
    there(kept, status)
    note = a_message(status=MessageStatus.WITHHELD, reason="frequency_cap", decided_at=LATER)
    assert kept.ledger.note(note)
    assert row(kept) == note


@pytest.mark.parametrize("status", [one for one in MessageStatus if one.value not in {"held", "withheld"}])
def test_decision_comes_too_late_once_claimed(kept, status):
    there(kept, status)
    assert not kept.ledger.note(a_message(status=HELD, decided_at=LATER))
    assert row(kept) == a_message(status=status)


def test_held_message_is_claimed_afterwards_and_again_until_it_is_being_sent(kept):
    assert kept.ledger.note(a_message(status=HELD, reason="quiet_hours"))
    claim = Write(a_message(status=CLAIMED), When.UNSENT)

    def claims() -> Any:
        ana = kept.customers.load([ANA])[ANA]
        return kept.customers.save([Change(ana, ana, (claim,))])[0].outcome

    assert [claims(), claims()] == [SaveOutcome.SAVED] * 2
    assert kept.ledger.move(a_message().key, SENDING, only_from=frozenset({CLAIMED}), at=NOON)
    assert claims() is SaveOutcome.TAKEN


def test_move_writes_status_time_and_what_the_provider_said(kept):
    there(kept, CLAIMED)
    only = frozenset({CLAIMED})
    assert kept.ledger.move(a_message().key, SENT, only_from=only, at=LATER, provider_id="ses-1")
    assert row(kept) == a_message(status=SENT, decided_at=LATER, provider_id="ses-1")


def test_move_without_provider_id_or_reason_leaves_those_there(kept):
    there(kept, SENT, provider_id="ses-1", reason="was held")
    assert kept.ledger.move(
        a_message().key, MessageStatus.DELIVERED, only_from=frozenset({CLAIMED, SENT}), at=LATER
    )
    expected = a_message(status=SENT, provider_id="ses-1", reason="was held", decided_at=LATER)
    assert row(kept) == replace(expected, status=MessageStatus.DELIVERED)


@pytest.mark.parametrize("status", [None, HELD, SENT, MessageStatus.BOUNCED])
def test_move_from_elsewhere_changes_nothing(kept, status):
    there(kept, status)
    assert not kept.ledger.move(
        a_message().key, MessageStatus.UNCONFIRMED, only_from=frozenset({CLAIMED}), at=LATER, reason="silence"
    )
    assert row(kept) == (a_message(status=status) if status else None)


def test_move_from_nowhere_never_happens(kept):
    there(kept, CLAIMED)
    assert not kept.ledger.move(a_message().key, SENT, only_from=frozenset(), at=LATER)


def test_of_many_movers_one_moves(kept):
    there(kept, CLAIMED)

    def mover(_: int):
        return kept.ledger.move(a_message().key, SENT, only_from=frozenset({CLAIMED}), at=LATER)

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(mover, range(16))) == [False] * 15 + [True]
