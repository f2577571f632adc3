"""What journeys leave behind, as records: messages, entries, tasks, rewards."""

from datetime import timedelta

from escalera.adapters.dynamodb.attributes import Plain, instant, maybe_instant, sortable, written
from escalera.adapters.dynamodb.keys import EXPIRY
from escalera.domain.facts import Entry, EntryStatus, FactKey, Message, MessageStatus, Reward, Task, Waiting
from escalera.domain.vocabulary import (
    EntryId,
    JourneyName,
    Language,
    MessageChannel,
    MessageKey,
    MessageName,
    Purpose,
    RewardId,
    TaskId,
)

MESSAGES_ARE_KEPT = timedelta(days=400)
"""Longer than any cap, wait or question about a message; then DynamoDB deletes the row."""


def write_message(message: Message) -> Plain:
    """A considered message."""
    return {
        "message": message.message,
        "purpose": message.purpose.value,
        "journey": message.journey,
        "entry_id": message.entry_id,
        "step": message.step,
        "status": message.status.value,
        "considered_at": written(message.considered_at),
        "decided_at": written(message.decided_at),
        "channel": message.channel,
        "language": message.language,
        "reason": message.reason,
        "provider_id": message.provider_id,
        "claimed_at": written(message.claimed_at),
        EXPIRY: int((message.decided_at + MESSAGES_ARE_KEPT).timestamp()),
    }


def read_message(key: FactKey, plain: Plain) -> Message:
    """A considered message."""
    return Message(
        customer_id=key.customer_id,
        message_key=MessageKey(key.parts[0]),
        message=MessageName(plain.get("message", "")),
        purpose=Purpose(plain["purpose"]),
        journey=JourneyName(plain.get("journey", "")),
        entry_id=EntryId(plain.get("entry_id", "")),
        step=plain.get("step", ""),
        status=MessageStatus(plain["status"]),
        considered_at=instant(plain["considered_at"]),
        decided_at=instant(plain["decided_at"]),
        channel=MessageChannel(plain["channel"]) if "channel" in plain else None,
        language=Language(plain["language"]) if "language" in plain else None,
        reason=plain.get("reason", ""),
        provider_id=plain.get("provider_id", ""),
        claimed_at=maybe_instant(plain.get("claimed_at")),
    )


def write_entry(entry: Entry) -> Plain:
    """A customer's way through a journey."""
    return {
        "execution": entry.execution,
        "cause": entry.cause,
        "entered_at": written(entry.entered_at),
        "holdout": entry.holdout,
        "status": entry.status.value,
        "ended_at": written(entry.ended_at),
        "reason": entry.reason,
        "converted_at": written(entry.converted_at),
        "waiting": None if entry.waiting is None else write_waiting(entry.waiting),
    }


def read_entry(key: FactKey, plain: Plain) -> Entry:
    """A customer's way through a journey."""
    return Entry(
        customer_id=key.customer_id,
        journey=JourneyName(key.parts[0]),
        entry_id=EntryId(key.parts[1]),
        execution=plain.get("execution", ""),
        cause=plain.get("cause", ""),
        entered_at=instant(plain["entered_at"]),
        holdout=plain["holdout"],
        status=EntryStatus(plain["status"]),
        ended_at=maybe_instant(plain.get("ended_at")),
        reason=plain.get("reason", ""),
        converted_at=maybe_instant(plain.get("converted_at")),
        waiting=_read_waiting(plain["waiting"]) if "waiting" in plain else None,
    )


def write_waiting(waiting: Waiting) -> Plain:
    """Where somebody waits. Since when is compared in the table: it is written so that it sorts."""
    return {
        "step": waiting.step,
        "since": sortable(waiting.since),
        "until": sortable(waiting.until),
        "reason": waiting.reason,
    }


def _read_waiting(plain: Plain) -> Waiting:
    return Waiting(
        plain.get("step", ""), instant(plain["since"]), instant(plain["until"]), plain.get("reason", "")
    )


def write_task(task: Task) -> Plain:
    """Something to be done in person."""
    return {
        "kind": task.kind,
        "team": task.team,
        "about": task.about,
        "created_at": written(task.created_at),
        "due_at": written(task.due_at),
        "journey": task.journey,
        "done_at": written(task.done_at),
        "done_by": task.done_by,
        "done_by_id": task.done_by_id,
        "owner": task.owner,
        "owner_id": task.owner_id,
        "note": task.note,
    }


def read_task(key: FactKey, plain: Plain) -> Task:
    """Something to be done in person."""
    return Task(
        customer_id=key.customer_id,
        task_id=TaskId(key.parts[0]),
        kind=plain.get("kind", ""),
        team=plain.get("team", ""),
        about=plain.get("about", ""),
        created_at=instant(plain["created_at"]),
        due_at=maybe_instant(plain.get("due_at")),
        journey=JourneyName(plain.get("journey", "")),
        done_at=maybe_instant(plain.get("done_at")),
        done_by=plain.get("done_by", ""),
        done_by_id=plain.get("done_by_id", ""),
        owner=plain.get("owner", ""),
        owner_id=plain.get("owner_id", ""),
        note=plain.get("note", ""),
    )


def write_reward(reward: Reward) -> Plain:
    """A code granted."""
    return {
        "reward": reward.reward,
        "code": reward.code,
        "granted_at": written(reward.granted_at),
        "valid_until": written(reward.valid_until),
        "entry_id": reward.entry_id,
    }


def read_reward(key: FactKey, plain: Plain) -> Reward:
    """A code granted."""
    return Reward(
        customer_id=key.customer_id,
        reward_id=RewardId(key.parts[0]),
        reward=plain.get("reward", ""),
        code=plain.get("code", ""),
        granted_at=instant(plain["granted_at"]),
        valid_until=instant(plain["valid_until"]),
        entry_id=EntryId(plain.get("entry_id", "")),
    )
