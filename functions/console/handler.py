"""The staff's console: every page of it."""

from functools import cache
from pathlib import Path

from aws_lambda_powertools.event_handler import APIGatewayHttpResolver

from escalera import bootstrap
from escalera.runtime import environment
from escalera.web.console.site import console_site
from escalera.web.origin import OriginKeys, only_by_cloudfront
from escalera.web.site import web_handler


class ConsoleEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    SITE_URL: str
    SESSION_KEYS: str
    ORIGIN_KEYS: str
    SIGN_IN_PAGES: str
    USER_POOL: str
    USER_POOL_CLIENT: str
    DISPATCH: str
    SENDER: str
    CONFIGURATION_SET: str


def _site(env: ConsoleEnv) -> APIGatewayHttpResolver:
    parts = bootstrap.console_parts(
        table=env.TABLE_NAME,
        keys=env.SESSION_KEYS,
        pool=env.USER_POOL,
        client=env.USER_POOL_CLIENT,
        pages=env.SIGN_IN_PAGES,
        site=env.SITE_URL,
        dispatch=env.DISPATCH,
        sender=env.SENDER,
        configuration_set=env.CONFIGURATION_SET,
    )
    return console_site(Path(__file__).parent, parts, address=env.SITE_URL)


@cache
def _origin_keys() -> OriginKeys:
    return bootstrap.origin_keys(ConsoleEnv.read().ORIGIN_KEYS)


handler = only_by_cloudfront(web_handler(ConsoleEnv, _site), _origin_keys)
