"""How a mail program shows the way out of mails that nobody needs: RFC 2369, RFC 8058, and RFC 2919 for the list's name."""

from email.header import Header
from urllib.parse import urlsplit

from escalera.domain.facts import Message
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.vocabulary import MessageChannel, Purpose
from escalera.use_cases.steps.visit import Visit


def list_headers(visit: Visit, message: Message) -> dict[str, str]:
    """The headers of a relationship or promotion e-mail; service mails carry none: there is no way out of one's order.

    The https link stands first: one click on it, a POST, is all it takes. None is folded: some relays would break the
    signature (DKIM) over a folded one.
    """
    if message.channel is not MessageChannel.EMAIL or message.purpose is Purpose.SERVICE:
        return {}
    shop = visit.ports.programme.shop
    address = visit.customer.contact.email
    link = visit.ports.links.to(
        LinkPurpose.UNSUBSCRIBE,
        message.customer_id,
        visit.now,
        MessageChannel.EMAIL.value,
        address_mark(MessageChannel.EMAIL, address) if address else b"",
    )
    return {
        "List-Unsubscribe": f"<{link}>, <mailto:{shop.support_email}?subject=unsubscribe>",
        "List-Unsubscribe-Post": "List-Unsubscribe=One-Click",
        "List-Id": f"{_phrase(shop.name)} <{_list_name(visit, message)}.{urlsplit(shop.url).hostname}>",
    }


def _list_name(visit: Visit, message: Message) -> str:
    """What the mail is about, else why it is written: people file their mails by it."""
    terms = visit.ports.programme.messages[message.message]
    return terms.subject or message.purpose.value


def _phrase(name: str) -> str:
    """The shop's name as a header takes it: in quotes, or encoded (RFC 2047) if it has letters beyond ASCII."""
    if name.isascii():
        escaped = name.replace("\\", "\\\\").replace('"', '\\"')
        return f'"{escaped}"'
    return Header(name, "utf-8").encode(linesep="")
