"""What is said to the state machine that sends, and what it answers: a contract between our code and its definition.

An order is `{"email": ...}` or `{"text": ...}`, the provider's own request; with a row to move it also holds `begin`,
`sent` and `released`, requests to the table. The answer is `{"end": ...}`: `sent` with `provider_id`, `turned_away` with
`error`, `not_begun` with `error`, or `taken`: the row does not stand as it was claimed, and nothing was sent.
"""

from enum import StrEnum

PROVIDER_ID = ":new_provider_id"
"""Among the values of `sent`: what the state machine adds, `{"S": ...}`."""
RUN = ":new_run"
"""Among the values of `begin`: which run it is, `{"S": ...}`; so that a run that takes the row twice takes it once."""


class Kind(StrEnum):
    """The ways by which it sends."""

    EMAIL = "email"
    TEXT = "text"


class End(StrEnum):
    """How it may end; where it breaks instead, the provider may have the message."""

    SENT = "sent"
    TAKEN = "taken"
    TURNED_AWAY = "turned_away"
    NOT_BEGUN = "not_begun"
