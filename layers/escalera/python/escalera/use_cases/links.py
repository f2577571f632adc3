"""Links into the customer's own pages, as messages and pages carry them."""

from dataclasses import dataclass
from datetime import datetime

from escalera.domain.links import Link, LinkPurpose, expiry_of, make_token
from escalera.domain.vocabulary import CustomerId
from escalera.ports.keys import SealKeys


@dataclass(frozen=True, slots=True)
class PortalLinks:
    """Makes them; `url` is where the portal is found, without a slash at its end."""

    url: str
    keys: SealKeys

    def to(
        self,
        purpose: LinkPurpose,
        customer_id: CustomerId,
        now: datetime,
        subject: str = "",
        mark: bytes = b"",
    ) -> str:
        """A link for this purpose that works from now on, for as long as links of its kind do.

        `mark`: of the address it is sent to; it works while that is the customer's.
        """
        link = Link(purpose, customer_id, expiry_of(purpose, now), subject, mark)
        return f"{self.url}/{purpose.value}/{make_token(link, self.keys.ring())}"
