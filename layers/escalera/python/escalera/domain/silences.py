"""The silences of a customer, as records of their own: who went quiet, and who came back (doctrine S1, L2)."""

from escalera.domain.customer import Customer
from escalera.domain.facts import Silence


def silence_told_by(before: Customer, after: Customer) -> Silence | None:
    """The silence that begins or ends with this change of a customer; None where neither does.

    Whole in either case, so that whoever writes it need not read what was there.
    """
    if before.quiet_since is None and after.quiet_since is not None and after.last_order_at is not None:
        return Silence(after.id, after.quiet_since, after.last_order_at)
    if (
        before.quiet_since is not None
        and before.last_order_at is not None
        and after.quiet_since is None
        and after.erased_at is None
    ):
        return Silence(after.id, before.quiet_since, before.last_order_at, after.last_order_at)
    return None
