"""A new address is confirmed from there, and the former one can take the change back (decision 017)."""

from escalera.domain.address_changes import former_addresses, has_mark, may_change, pending_address
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.vocabulary import MessageChannel
from escalera.use_cases.portal.change_address import (
    NothingToChangeError,
    confirm_address,
    take_back_address,
)
from escalera.web.portal.portal import Portal, Visit, covered
from escalera.web.site import Answer, RefusedError


def address_pages(portal: Portal) -> None:
    """Register them."""
    parts = portal.parts

    def shown(visit: Visit, waiting: str | None) -> Answer:
        """The question, while there is something to change; afterwards that it is done, as often as the page is opened."""
        if waiting is None and not has_mark(visit.customer, visit.link.mark):
            raise RefusedError(
                410, f"a link to {visit.link.purpose.value} that has nothing to change any more"
            )
        return visit.show(
            "address.html",
            taking_back=visit.link.purpose is LinkPurpose.TAKE_BACK,
            channel=_channel(visit),
            waiting=covered(waiting) if waiting else None,
            choose=None if waiting else visit.link_to(LinkPurpose.PREFERENCES),
        )

    @portal.page(LinkPurpose.CONFIRM)
    def ask(visit: Visit) -> Answer:
        return shown(visit, _pending(visit))

    @portal.change(LinkPurpose.CONFIRM)
    def confirm(visit: Visit) -> Answer:
        try:
            confirm_address(
                visit.customer.id,
                _channel(visit),
                visit.link.mark,
                customers=parts.customers,
                rules=parts.rules(),
                clock=parts.clock,
            )
        except NothingToChangeError:
            return shown(visit, None)
        return visit.go_back(said="confirmed")

    @portal.page(LinkPurpose.TAKE_BACK)
    def ask_to_take_back(visit: Visit) -> Answer:
        return shown(visit, _former(visit))

    @portal.change(LinkPurpose.TAKE_BACK)
    def take_back(visit: Visit) -> Answer:
        try:
            take_back_address(
                visit.customer.id,
                _channel(visit),
                visit.link.mark,
                customers=parts.customers,
                rules=parts.rules(),
                clock=parts.clock,
            )
        except NothingToChangeError:
            return shown(visit, None)
        return visit.go_back(said="taken_back")


def _channel(visit: Visit) -> MessageChannel:
    return MessageChannel.SMS if visit.link.subject == MessageChannel.SMS else MessageChannel.EMAIL


def _pending(visit: Visit) -> str | None:
    channel = _channel(visit)
    found = pending_address(visit.customer, channel, visit.now)
    fits = found is not None and address_mark(channel, found.address) == visit.link.mark
    return found.address if found and fits and may_change(visit.customer, channel, visit.now) else None


def _former(visit: Visit) -> str | None:
    channel = _channel(visit)
    former = former_addresses(visit.customer, channel, visit.now)
    marked = (one.address for one in former if address_mark(channel, one.address) == visit.link.mark)
    return next(marked, None)
