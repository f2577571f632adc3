"""Makes AWS clients from one session; each adapter says with which settings, and all raise errors of one kind."""

from collections.abc import Mapping
from functools import cache
from threading import Lock
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from botocore.session import Session

_MAKING = Lock()  # botocore's clients may be shared between threads, but not made in several at once


def connect(service: str, settings: Mapping[str, Any]) -> Any:
    """A client of this service with these botocore settings; the region and endpoint come from the environment.

    From botocore itself: boto3's resources and transfers would be loaded for nothing. Who we are is said in a header
    made once: botocore's own is put together, letter by letter, twice for each call, a sixth of all that a call costs.
    Errors that a later try may get past are raised as `escalera.runtime.aws_errors` says.
    """
    from botocore import __version__  # noqa: PLC0415 - a handler that needs no client loads no botocore
    from botocore.config import Config  # noqa: PLC0415

    from escalera.runtime.aws_errors import translate_errors  # noqa: PLC0415

    with _MAKING:
        ours = Config(user_agent=f"escalera Botocore/{__version__}")
        client = _session().create_client(service, config=ours.merge(Config(**settings)))
    return translate_errors(client)


@cache
def _session() -> "Session":
    from botocore.session import get_session  # noqa: PLC0415 - see above

    return get_session()
