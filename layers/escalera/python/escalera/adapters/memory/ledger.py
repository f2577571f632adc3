"""The ledger of messages in memory, on the shelves of the customers it belongs to."""

from dataclasses import replace
from datetime import datetime

from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.domain.facts import FactKey, Message, MessageStatus

_NOTED_OVER = frozenset({MessageStatus.HELD, MessageStatus.WITHHELD})


class InMemoryMessageLedger:
    """A `MessageLedger` over an in-memory repository."""

    def __init__(self, customers: InMemoryCustomerRepository) -> None:
        self._store = customers.store

    def note(self, message: Message) -> bool:
        """Write a held or withheld message unless it was ever claimed."""
        with self._store.lock:
            known = self._store.facts.get(message.key)
            if isinstance(known, Message) and known.status not in _NOTED_OVER:
                return False
            self._store.put_fact(message)
            return True

    def move(
        self,
        key: FactKey,
        to: MessageStatus,
        *,
        only_from: frozenset[MessageStatus],
        at: datetime,
        provider_id: str = "",
        reason: str = "",
    ) -> bool:
        """Move the row if it stands in `only_from`; an empty `provider_id` or `reason` leaves the one that is there."""
        with self._store.lock:
            known = self._store.facts.get(key)
            if not isinstance(known, Message) or known.status not in only_from:
                return False
            moved = replace(
                known,
                status=to,
                decided_at=at,
                provider_id=provider_id or known.provider_id,
                reason=reason or known.reason,
            )
            self._store.put_fact(moved)
            return True

    def begin(self, claimed: Message) -> bool:
        """Take the row from `claimed` to `sending`, if the claim is still this one."""
        with self._store.lock:
            known = self._store.facts.get(claimed.key)
            if not isinstance(known, Message) or known.status is not MessageStatus.CLAIMED:
                return False
            if known.decided_at != claimed.decided_at:
                return False
            self._store.put_fact(replace(known, status=MessageStatus.SENDING))
            return True
