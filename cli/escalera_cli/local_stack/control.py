"""Speaks to the emulator's control endpoint."""

import json
import urllib.error
import urllib.request
from typing import Any


class LocalStackError(RuntimeError):
    """The local stack did not start or does not answer; the text says what to do."""


def ask(endpoint: str, **changes: Any) -> dict[str, Any]:
    """Change settings live, if any are given, and give all of them as they now stand.

    Raises `ValueError` for a setting that makes no sense, `LocalStackError` when nobody answers.
    """
    body = json.dumps(changes).encode() if changes else None
    request = urllib.request.Request(f"{endpoint}/_escalera/settings", data=body)  # noqa: S310 (our own endpoint)
    try:
        with urllib.request.urlopen(request, timeout=10) as answer:  # noqa: S310
            found: dict[str, Any] = json.load(answer)
    except urllib.error.HTTPError as error:
        raise ValueError(error.read().decode()) from error
    except OSError as error:
        message = f"The local stack does not answer on {endpoint}: {error}"
        raise LocalStackError(message) from error
    return found
