"""The API behind a site answers nobody who comes past CloudFront, whose part the local gateways play."""

import urllib.error
import urllib.request

import pytest

from escalera.contracts.origin import ORIGIN_HEADER
from tests.e2e.shop import Shop


def status(address: str, **headers: str) -> int:
    request = urllib.request.Request(address, headers=headers)  # noqa: S310 - an address of this machine
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:  # noqa: S310
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code


@pytest.mark.parametrize(
    ("site", "page", "found"), [("Portal", "/nowhere", 404), ("Console", "/signed-out", 200)]
)
def test_the_api_itself_refuses_what_the_site_answers(shop: Shop, site: str, page: str, found: int) -> None:
    direct = f"{shop.stack.endpoint}/_aws/execute-api/{shop.outputs[f'{site}Api']}/$default{page}"
    web = {"Portal": shop.web.portal_url, "Console": shop.web.console_url}[site]

    assert status(direct) == 403
    assert status(direct, **{ORIGIN_HEADER: "a guess" * 10}) == 403
    assert status(f"{web}{page}") == found
    assert status(f"{web}{page}", **{ORIGIN_HEADER: "a guess"}) == found, (
        "CloudFront's own value goes over it"
    )
