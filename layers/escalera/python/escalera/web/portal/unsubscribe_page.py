"""The way out: one click, in the mail program or on the page (RFC 8058, doctrine S7)."""

from escalera.domain.address_changes import has_mark
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import MessageChannel
from escalera.use_cases.portal.choose import take_way_out
from escalera.web.portal.portal import Portal, Visit
from escalera.web.site import Answer


def unsubscribe_page(portal: Portal) -> None:
    """Register it."""

    @portal.page(LinkPurpose.UNSUBSCRIBE)
    def ask(visit: Visit) -> Answer:
        return visit.show("unsubscribe.html", done=False, channel=_channel(visit))

    @portal.change(LinkPurpose.UNSUBSCRIBE)
    def leave(visit: Visit) -> Answer:
        # Whatever is sent, in whatever form: a mail program posts `List-Unsubscribe=One-Click`, without cookies, and
        # follows no redirect. Done twice it is done once.
        channel = _channel(visit)
        take_way_out(
            visit.customer.id,
            channel,
            customers=portal.parts.customers,
            rules=portal.parts.rules(),
            clock=portal.parts.clock,
        )
        # Whoever has a mail to a former address may end the mails, but choose nothing.
        may_choose = not visit.link.mark or has_mark(visit.customer, visit.link.mark)
        choose = visit.link_to(LinkPurpose.PREFERENCES) if may_choose else None
        return visit.show("unsubscribe.html", done=True, channel=channel, choose=choose)


def _channel(visit: Visit) -> MessageChannel:
    return MessageChannel.SMS if visit.link.subject == MessageChannel.SMS else MessageChannel.EMAIL
