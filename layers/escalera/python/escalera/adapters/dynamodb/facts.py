"""Facts as records of the table, and back: one pair of functions per kind. Unknown attributes are read past."""

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from escalera.adapters.dynamodb.attributes import Plain
from escalera.adapters.dynamodb.dealings import (
    read_complaint,
    read_opinion,
    read_order,
    read_promise,
    read_refund,
    read_silence,
    write_complaint,
    write_opinion,
    write_order,
    write_promise,
    write_refund,
    write_silence,
)
from escalera.adapters.dynamodb.desk import read_answer, read_audit, write_answer, write_audit
from escalera.adapters.dynamodb.journeys import (
    read_entry,
    read_message,
    read_reward,
    read_task,
    write_entry,
    write_message,
    write_reward,
    write_task,
)
from escalera.domain.facts import Fact, FactKey, FactKind


class _Mapping(NamedTuple):
    write: Callable[[Any], Plain]
    read: Callable[[FactKey, Plain], Fact]


_MAPPINGS: Mapping[FactKind, _Mapping] = {
    FactKind.ORDER: _Mapping(write_order, read_order),
    FactKind.REFUND: _Mapping(write_refund, read_refund),
    FactKind.COMPLAINT: _Mapping(write_complaint, read_complaint),
    FactKind.PROMISE: _Mapping(write_promise, read_promise),
    FactKind.MESSAGE: _Mapping(write_message, read_message),
    FactKind.ENTRY: _Mapping(write_entry, read_entry),
    FactKind.TASK: _Mapping(write_task, read_task),
    FactKind.REWARD: _Mapping(write_reward, read_reward),
    FactKind.SILENCE: _Mapping(write_silence, read_silence),
    FactKind.OPINION: _Mapping(write_opinion, read_opinion),
    FactKind.ANSWER: _Mapping(write_answer, read_answer),
    FactKind.AUDIT: _Mapping(write_audit, read_audit),
}


def write_fact(fact: Fact) -> Plain:
    """Everything but the keys; the identities stand in the keys alone."""
    return _MAPPINGS[fact.key.kind].write(fact)


def read_fact(key: FactKey, plain: Plain) -> Fact:
    """The fact behind the record."""
    return _MAPPINGS[key.kind].read(key, plain)
