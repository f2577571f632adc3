"""One step of a journey: the one door to the customer."""

from functools import cache
from typing import Any

from escalera import bootstrap
from escalera.contracts.steps import StepPayloadV1
from escalera.runtime import environment
from escalera.runtime.inbox import checked
from escalera.runtime.observability import logger, observed
from escalera.use_cases.perform_step import perform_step


class StepEnv(environment.PowertoolsEnv):
    """What this function is told."""

    TABLE_NAME: str
    DISPATCH: str
    CONFIGURATION_SET: str
    SENDER: str
    PORTAL_URL: str
    LINK_KEYS: str


env = cache(StepEnv.read)


@observed
def handler(event: Any, _context: Any) -> dict[str, Any]:
    """Do the step; errors leave by their class, by whose name the state machine decides whether to try again."""
    payload = checked("step payload", StepPayloadV1.model_validate, event)
    settings = env()
    ports = bootstrap.step_ports(
        table=settings.TABLE_NAME,
        dispatch=settings.DISPATCH,
        sender=settings.SENDER,
        configuration_set=settings.CONFIGURATION_SET,
        portal_url=settings.PORTAL_URL,
        link_keys=settings.LINK_KEYS,
    )
    outcome = perform_step(payload, ports=ports)
    logger().info(
        "step done",
        journey=payload.journey,
        step=payload.step.id,
        outcome=outcome.outcome,
        reason=outcome.reason,
    )
    return outcome.model_dump(mode="json")
