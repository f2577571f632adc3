"""What is said to the state machine that sends, and what it answers: a contract between our code and its definition.

An order is `{"email": ...}` or `{"text": ...}`, the provider's own request; with a row to move it also holds `begin`,
`sent` and `released`, requests to the table. The answer is `{"end": ...}`: `sent` with `provider_id`, `turned_away` with
`error` and `cause`, or `taken`: the row was not there to be sent, and nothing was.
"""

from enum import StrEnum

PROVIDER_ID = ":new_provider_id"
"""Among the values of `sent`: what the state machine adds, `{"S": ...}`."""


class Kind(StrEnum):
    """The ways by which it sends."""

    EMAIL = "email"
    TEXT = "text"


class End(StrEnum):
    """How it may end; where it breaks instead, the provider may have the message."""

    SENT = "sent"
    TAKEN = "taken"
    TURNED_AWAY = "turned_away"
