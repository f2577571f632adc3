"""Whether a customer may do something on their own pages once more, or did so too often of late."""

from datetime import datetime

from escalera.domain.limits import PER_CUSTOMER, PER_LINK, Action
from escalera.domain.vocabulary import CustomerId
from escalera.ports.limits import RateLimits


def may_act(action: Action, customer_id: CustomerId, *, link: str, limits: RateLimits, now: datetime) -> bool:
    """Count one more by this link and for this customer; False if either is at its limit.

    The link first: whoever uses one up uses nothing up of what the customer may do by another.
    """
    return limits.take(action, f"link {link}", PER_LINK[action], now) and limits.take(
        action, f"customer {customer_id}", PER_CUSTOMER[action], now
    )
