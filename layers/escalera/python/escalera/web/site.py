"""A site: pages by address, and what becomes of a request that no page answers or that fails."""

from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any, TypeVar

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver, Response
from aws_lambda_powertools.event_handler.api_gateway import Router
from aws_lambda_powertools.event_handler.exceptions import NotFoundError, ServiceError

from escalera.domain.errors import (
    NoSuchCursorError,
    NotAllowedError,
    NotThereError,
    PermanentError,
    RetryableError,
)
from escalera.runtime.environment import Environment
from escalera.runtime.observability import Handler, logger, metrics, observed
from escalera.web.answers import file
from escalera.web.forms import NotAFormError
from escalera.web.static_files import PREFIX, StaticFiles

E = TypeVar("E", bound=Environment)

Answer = Response[Any]
Trouble = Callable[[int], Answer]
"""Makes the page that says, by its HTTP status, that something is not there, not allowed, or failed."""


class RefusedError(PermanentError):
    """The visitor may not do this; `status` is the HTTP status that says so."""

    def __init__(self, status: int, why: str) -> None:
        super().__init__(why)
        self.status = status


def make_site(pages: Sequence[Router], *, static: StaticFiles, trouble: Trouble) -> APIGatewayHttpResolver:
    """The site of these pages and files."""
    site = APIGatewayHttpResolver()
    for router in pages:
        site.include_router(router)

    @site.get(f"{PREFIX}.+")
    def static_file() -> Answer:
        found = static.find(site.current_event.path)
        if found is None:
            return trouble(404)
        return file(found.content, found.content_type, cache_control=found.cache_control)

    @site.not_found
    def nothing_there(_error: NotFoundError) -> Answer:
        return trouble(404)

    def refused(error: Exception) -> Answer:
        status = _status_of(error)
        logger().info("request refused", status=status, error=type(error).__name__)
        return trouble(status)

    def not_now(error: RetryableError) -> Answer:
        logger().warning("page has to wait", error=type(error).__name__)
        return trouble(503)

    def failed(error: Exception) -> Answer:
        # The visitor learns that it failed, the log why; the alarm on the metric calls somebody.
        logger().exception("page failed", error=type(error).__name__)
        metrics().add_metric("PagesFailed", "Count", 1)
        return trouble(500)

    site.exception_handler([*_STATUS, RefusedError, ServiceError])(refused)
    site.exception_handler(RetryableError)(not_now)
    site.exception_handler(Exception)(failed)
    return site


_STATUS: dict[type[Exception], int] = {
    NotAFormError: 400,
    NotAllowedError: 403,
    NotThereError: 404,
    NoSuchCursorError: 404,
}
"""What errors that say no say in HTTP."""


def _status_of(error: Exception) -> int:
    if isinstance(error, RefusedError):
        return error.status
    if isinstance(error, ServiceError):
        return int(error.status_code)
    return next(status for kind, status in _STATUS.items() if isinstance(error, kind))


def routes() -> Router:
    """A router without routes yet."""
    return Router()  # type: ignore[no-untyped-call] # Powertools left this one without types


def web_handler(env: type[E], make: Callable[[E], APIGatewayHttpResolver]) -> Handler:
    """A Lambda handler that answers by the site, which is made with the first request and kept."""
    site = cache(lambda: make(env.read()))

    @observed
    def handler(event: Mapping[str, Any], context: Any) -> Any:
        http = event["requestContext"]["http"]
        if http["method"] != "HEAD":
            return site().resolve(dict(event), context)
        # RFC 9110, 9.3.2: answered as GET is, without the page. Scanners of links ask so before people do.
        context_of_get = {**event["requestContext"], "http": {**http, "method": "GET"}}
        answer = site().resolve({**event, "requestContext": context_of_get}, context)
        return {**answer, "body": "", "isBase64Encoded": False}

    return handler
