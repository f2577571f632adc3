"""A request to a provider that is made, signed and begun, and whose content leaves only when the claim for it is given.

A provider acts on whole requests alone. So what takes long (the client, the signature, the connection and its TLS) is
behind us when the claim is asked for, and whoever dies after the claim has only one write to an open connection to die in.
"""

from collections.abc import Callable, Mapping
from contextvars import ContextVar
from time import monotonic
from typing import Any, TypeVar

from botocore.exceptions import ConnectTimeoutError, EndpointConnectionError, NoCredentialsError

from escalera.ports.messages import Claim

Connect = Callable[[str, Mapping[str, Any]], Any]
"""Makes the client of a service with these botocore settings."""
Answer = TypeVar("Answer")

# One attempt: after a read timeout the provider may have taken the message, and a second would be a second message.
ONE_ATTEMPT: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 10,
    "retries": {"mode": "standard", "total_max_attempts": 1},
}
NEVER_LEFT = (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError)
"""Nothing had been sent yet when these were raised."""
SERVER_ERROR = 500
"""From here on a provider does not say whether it took the message first."""

TRUSTED_FOR = 30.0
"""Seconds after a request in which its connection may carry another one.

Later it may be dead without our knowing: a frozen function hears no goodbye, a NAT gateway forgets a flow after 350 s.
A message written to a dead connection is neither taken nor surely not taken, and nobody repeats it.
"""


class _NotGivenError(Exception):
    """Breaks a request off: there is no claim to its content."""


class _KeptBack:
    """Stands in for the content of a request: to read it, which is how it is sent, is to ask for the claim."""

    def __init__(self, claim: Claim) -> None:
        self.refused = False
        self.trouble: Exception | None = None
        self._claim = claim
        self._content = b""

    def hold(self, content: bytes | str) -> None:
        """Keep this back."""
        self._content = content.encode() if isinstance(content, str) else content

    def read(self, _size: int = -1) -> bytes:
        """All of it at once, whatever the size: so it leaves in one write; then nothing."""
        content, self._content = self._content, b""
        if content:
            self._ask()
        return content

    def _ask(self) -> None:
        try:
            self.refused = not self._claim()
        except Exception as error:
            # botocore would take it for its own trouble, and a sender for the provider's.
            self.trouble = error
            raise _NotGivenError from error
        if self.refused:
            raise _NotGivenError


_KEPT: ContextVar[_KeptBack | None] = ContextVar("kept", default=None)
"""What this thread hands over now: clients are shared between threads."""


class _Exit:
    """Where the requests of one client pass on their way out: from here on their content is kept back."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self._passed_at = monotonic()

    def __call__(self, request: Any, **_: Any) -> None:
        kept = _KEPT.get()
        if kept is None:
            message = (
                "a message was about to leave without a claim: senders make their requests within hand_over"
            )
            raise RuntimeError(message)
        before, self._passed_at = self._passed_at, monotonic()
        if self._passed_at - before > TRUSTED_FOR:
            self._client.close()  # its idle connections; the next request opens a new one
        kept.hold(request.body)
        request.body = kept


def keep_back(client: Any, operation: str) -> None:
    """Let this client's requests of this operation wait for their claim; each has to be made within `hand_over`."""
    service = client.meta.service_model.service_id.hyphenize()
    client.meta.events.register(f"before-send.{service}.{operation}", _Exit(client))


def hand_over(
    call: Callable[[], Answer], claim: Claim, meaning: Callable[[Exception], Exception]
) -> Answer | None:
    """The answer to the one request that `call` makes, or None if there is no claim to it.

    What the claim raises is raised as it is; of any other error, `meaning` says what it means for the message.
    """
    kept = _KeptBack(claim)
    before = _KEPT.set(kept)
    try:
        return call()
    except Exception as error:
        if kept.trouble is not None:
            raise kept.trouble from None
        if kept.refused:
            return None
        told = meaning(error)
        if told is error:
            raise
        raise told from error
    finally:
        _KEPT.reset(before)
