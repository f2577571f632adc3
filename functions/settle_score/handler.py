"""The parts are summed up: what is the yardstick of this night?"""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.runtime import environment
from escalera.runtime.observability import logger, metrics, observed
from escalera.use_cases.score.nights import Night
from escalera.use_cases.score.settle_score import settle_score


class SettleEnv(environment.PowertoolsEnv):
    """What this function is told."""

    NIGHT_FILES: str
    TABLE_NAME: str


env = cache(SettleEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, Any]:
    """Fit and cut; the answer says whether there is a value model."""
    shop = settle_score(
        Night.from_json(event["night"]),
        files=bootstrap.night_files(env().NIGHT_FILES),
        scores=bootstrap.shop_scores(env().TABLE_NAME),
        rules=bootstrap.night_rules(),
    )
    fitted = shop.value_model is not None
    logger().info("settled the score", customers=shop.customers, fitted=fitted, why=shop.no_value_because)
    metrics().add_metric("ValueModelFitted", "Count", int(fitted))
    return {"customers": shop.customers, "fitted": fitted}
