"""The customers' own pages: every page of them."""

from functools import cache
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from escalera import bootstrap
from escalera.runtime import environment
from escalera.web.origin import OriginKeys, only_by_cloudfront
from escalera.web.portal.site import portal_site
from escalera.web.site import web_handler


class PortalEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    PORTAL_URL: str
    LINK_KEYS: str
    ORIGIN_KEYS: str


def _site(env: PortalEnv) -> APIGatewayHttpResolver:
    parts = bootstrap.portal_parts(table=env.TABLE_NAME, url=env.PORTAL_URL, keys=env.LINK_KEYS)
    return portal_site(Path(__file__).parent, parts, brand=[bootstrap.brand_of_pages()])


@cache
def _origin_keys() -> OriginKeys:
    return bootstrap.origin_keys(PortalEnv.read().ORIGIN_KEYS)


handler = only_by_cloudfront(web_handler(PortalEnv, _site), _origin_keys)
