"""HTTP APIs: what a function is told of a request."""

from typing import Any

from ministack.services import lambda_svc

from .registry import mend
from .settings import Settings


def with_cookies(event: dict[str, Any]) -> dict[str, Any]:
    """Tell the cookies of a request (payload format 2.0) as a list of their own, and no more among its headers."""
    headers = event.get("headers") or {}
    if event.get("version") != "2.0" or "cookie" not in headers or "cookies" in event:
        return event
    others = {name: value for name, value in headers.items() if name != "cookie"}
    cookies = [one.strip() for one in headers["cookie"].split(";") if one.strip()]
    return {**event, "headers": others, "cookies": cookies}


@mend(
    "the event of a request has its cookies among its headers, not in `cookies`, where Lambda finds them",
    {
        "services.apigateway._invoke_lambda_proxy": "fbe5024fcd36",
        "services.lambda_svc._execute_function_with_config_scope": "26a9d5f64e17",
    },
)
def hand_over_cookies(_: Settings) -> None:
    """Put them where API Gateway does."""
    upstream = lambda_svc._execute_function_with_config_scope

    def execute(record: Any, event: Any, *rest: Any, **options: Any) -> Any:
        told = with_cookies(event) if isinstance(event, dict) else event
        return upstream(record, told, *rest, **options)

    lambda_svc._execute_function_with_config_scope = execute
