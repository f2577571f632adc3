"""The ring of keys in a secret: one JSON object, such as `{"current": "2", "1": "...", "2": "..."}`."""

import json
from collections.abc import Callable, Mapping
from functools import cached_property
from threading import Lock
from typing import Any

from escalera.domain.errors import RetryableError, StoreBusyError
from escalera.domain.seals import KeyRing, KeyRingError

Connect = Callable[[str, Mapping[str, Any]], Any]

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 1,
    "read_timeout": 3,
    "retries": {"mode": "standard", "total_max_attempts": 4},
}


class SecretsManagerSealKeys:
    """`SealKeys` in one secret. The client is made for the one read and not kept."""

    def __init__(self, secret: str, connect: Connect) -> None:
        self._secret = secret
        self._connect = connect
        self._reading = Lock()

    def ring(self) -> KeyRing:
        """The keys, and which of them seals; what failed is tried again by the next who asks."""
        with self._reading:
            return self._ring

    @cached_property
    def _ring(self) -> KeyRing:
        client = self._connect("secretsmanager", CLIENT_SETTINGS)
        try:
            kept = client.get_secret_value(SecretId=self._secret)["SecretString"]
        except RetryableError as error:
            raise StoreBusyError(f"the keys could not be read: {error}") from error
        try:
            told = json.loads(kept)
        except ValueError:
            # The error's own text would show the secret.
            raise KeyRingError("the secret of the keys holds no JSON") from None
        return KeyRing.from_json(told)
