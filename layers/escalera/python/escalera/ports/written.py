"""What the store tells of its writes."""

from dataclasses import dataclass

from escalera.domain.customer import Customer
from escalera.domain.facts import Fact
from escalera.domain.switches import Switches

Record = Customer | Fact | Switches


@dataclass(frozen=True, slots=True)
class Written:
    """One record as it was and as it is now; None where there is none, or none that this release knows."""

    before: Record | None
    after: Record | None
    told: bool = True
    """Whether the bus hears of it."""

    @property
    def news(self) -> tuple[Record | None, Record | None]:
        """Old and new as the bus is to hear of them; no new one where nobody is told."""
        return self.before, self.after if self.told else None
