"""How often customers may do what costs others something, on their own pages. All limits are here, each with its reason.

A link has a limit of its own, below its customer's: whoever abuses a link that was forwarded uses up that link, and the
customer can still act by another. Windows are fixed (an hour by the clock), so that a limit is one counter and no list; two
windows that meet may hold twice as many.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Action(StrEnum):
    """What is counted."""

    COMPLAIN = "complain"
    """Each opens a case: an e-mail to the customer, and work for a person."""
    CORRECT = "correct"
    """Names, addresses, language: an address can have a mail sent."""
    MAIL_LINK = "mail_link"
    """A link to the data, to the customer's own address."""
    GIVE_OPINION = "give_opinion"
    """One tap, a comment, a change of mind: more often than the rest."""
    CHOOSE = "choose"
    """Preferences: nobody is written to, but each is written to the table and published."""
    CONFIRM_ADDRESS = "confirm_address"
    """A mail or text to an address that may be a stranger's."""


@dataclass(frozen=True, slots=True)
class Limit:
    """At most so many in each window."""

    most: int
    within: timedelta

    def window(self, at: datetime) -> tuple[datetime, datetime]:
        """The window that holds this instant: from, and until before."""
        start = datetime.fromtimestamp(
            at.timestamp() // self.within.total_seconds() * self.within.total_seconds(), UTC
        )
        return start, start + self.within


PER_LINK: Mapping[Action, Limit] = {
    Action.COMPLAIN: Limit(5, HOUR),
    Action.CORRECT: Limit(5, HOUR),
    Action.MAIL_LINK: Limit(5, HOUR),
    Action.GIVE_OPINION: Limit(20, HOUR),
    Action.CHOOSE: Limit(20, HOUR),
}
PER_CUSTOMER: Mapping[Action, Limit] = {
    Action.COMPLAIN: Limit(10, HOUR),
    Action.CORRECT: Limit(10, HOUR),
    Action.MAIL_LINK: Limit(5, HOUR),
    Action.GIVE_OPINION: Limit(40, HOUR),
    Action.CHOOSE: Limit(40, HOUR),
}
PER_ADDRESS: Mapping[Action, Limit] = {
    # Across all customers: many accounts in one hand must not fill a stranger's mailbox.
    Action.CONFIRM_ADDRESS: Limit(3, DAY),
}
