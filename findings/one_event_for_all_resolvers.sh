#!/usr/bin/env bash
# aws-lambda-powertools 3.37.0: the resolvers of the event handler keep the current event on their common base class. A
# route that has another resolver answer a request (say to compose a page of parts, or in a test that serves two sites)
# reads the other's event afterwards, though the two resolvers are objects of their own.
set -euo pipefail
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
python3 -m venv "$work/venv"
"$work/venv/bin/pip" install --quiet --disable-pip-version-check aws-lambda-powertools==3.37.0
"$work/venv/bin/python" - <<'PY'
from importlib.metadata import version

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

page, part = APIGatewayHttpResolver(), APIGatewayHttpResolver()


def request(path):
    return {
        "version": "2.0",
        "routeKey": "$default",
        "rawPath": path,
        "headers": {},
        "requestContext": {"http": {"method": "GET", "path": path}, "stage": "$default"},
        "isBase64Encoded": False,
    }


@part.get("/part")
def answer_part():
    return {}


@page.get("/page")
def answer_page():
    before = page.current_event.path
    part.resolve(request("/part"), None)
    return {"before": before, "after": page.current_event.path}


body = page.resolve(request("/page"), None)["body"]
print("aws-lambda-powertools", version("aws-lambda-powertools"), "path that the page's route reads:", body)
raise SystemExit(0 if body == '{"before":"/page","after":"/part"}' else "this has changed")
PY
