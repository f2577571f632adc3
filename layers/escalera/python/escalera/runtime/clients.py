"""Makes AWS clients from one session; each adapter says with which settings."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session

_MAKING = Lock()  # botocore's clients may be shared between threads, but not made in several at once


def connect(service: str, settings: Mapping[str, Any]) -> Any:
    """A client of this service with these botocore settings; the region and endpoint come from the environment.

    From botocore itself: boto3's resources and transfers would be loaded for nothing.
    """
    from botocore.config import Config  # noqa: PLC0415 - a handler that needs no client loads no botocore

    with _MAKING:
        return _session().create_client(service, config=Config(**settings))


@cache
def _session() -> "Session":
    from botocore.session import get_session  # noqa: PLC0415 - see above

    return get_session()
