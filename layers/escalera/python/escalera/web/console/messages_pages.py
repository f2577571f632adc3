"""The messages: what each says, in any language and to any customer, as its reader would see it; and a test of it."""

import secrets
from collections.abc import Mapping
from urllib.parse import urlencode

from escalera.domain.errors import (
    ChannelThrottledError,
    ChannelUnavailableError,
    MessageRefusedError,
    NotThereError,
    TooOftenError,
)
from escalera.domain.staff import Right
from escalera.domain.vocabulary import CustomerId, Language
from escalera.journeys.graph import JourneyGraph, NodeKind
from escalera.journeys.graph_words import plain
from escalera.use_cases.desk.send_test import SendTestPorts, send_test
from escalera.use_cases.look.preview import Preview, preview_message
from escalera.web.answers import SHOWN_POLICY, page
from escalera.web.console.console import Console, Visit
from escalera.web.forms import Form
from escalera.web.schemes import in_scheme
from escalera.web.site import Answer, RefusedError

LANGUAGES = {Language.SPANISH: "Spanish", Language.PORTUGUESE: "Portuguese", Language.ENGLISH: "English"}
WIDTHS = ("desktop", "phone")
SCHEMES = ("light", "dark")


def messages_pages(console: Console, ports: SendTestPorts) -> None:
    """Register them."""
    programme, graphs = ports.preview.programme, ports.preview.graphs

    @console.page("/messages", right=Right.SEE)
    def messages(visit: Visit) -> Answer:
        senders = {name: _sent_by(name, graphs) for name in programme.messages}
        return visit.show("messages.html", messages=programme.messages, senders=senders, plain=plain)

    @console.page("/message", right=Right.SEE)
    def message(visit: Visit) -> Answer:
        return _shown(visit, _Asked.of_address(visit), ports)

    @console.page("/message/mail", right=Right.SEE)
    def mail(visit: Visit) -> Answer:
        asked = _Asked.of_address(visit)
        try:
            found = asked.preview(ports)
        except NotThereError as error:
            raise RefusedError(404, str(error)) from error
        if found.email is None:
            raise RefusedError(404, f"{asked.name} does not go by e-mail")
        scheme = _one_of(visit.asked("scheme"), SCHEMES)
        return page(in_scheme(found.email.html, scheme), policy=SHOWN_POLICY)

    @console.change("/message/test", right=Right.STEER)
    def test(visit: Visit) -> Answer:
        asked = _Asked.of_form(visit.form)
        try:
            send_test(
                asked.name,
                asked.language or programme.shop.default_language,
                asked.customer_id,
                by=visit.member,
                form=visit.form.text("form"),
                ports=ports,
            )
        except (NotThereError, TooOftenError, MessageRefusedError) as error:
            return _shown(visit, asked, ports, status=422, mistake=_MISTAKES[type(error)])
        except (ChannelThrottledError, ChannelUnavailableError) as error:
            raise RefusedError(503, str(error)) from error
        return visit.go_to(f"/message?{asked.address}", said="sent")


_MISTAKES: Mapping[type[Exception], str] = {
    NotThereError: "There is no such message, or nobody is known by that id.",
    TooOftenError: "You sent yourself many tests within the hour. Wait a little, or look at the preview.",
    MessageRefusedError: "The mail service does not take it. Look at your own address, and whether it may be written to.",
}


class _Asked:
    """Which message, in which language, to whom."""

    def __init__(self, name: str, language: str, customer: str) -> None:
        self.name = name
        self.language = Language(language) if language in set(Language) else None
        self.customer = customer
        self.customer_id = CustomerId(customer) if customer else None

    @classmethod
    def of_address(cls, visit: Visit) -> "_Asked":
        """Out of the page's address."""
        return cls(visit.asked("name"), visit.asked("language"), visit.asked_id("customer"))

    @classmethod
    def of_form(cls, form: Form) -> "_Asked":
        """Out of a form."""
        return cls(form.text("name"), form.text("language"), form.text("customer"))

    @property
    def address(self) -> str:
        """The part of an address that asks the same."""
        asked = {"name": self.name, "language": self.language or "", "customer": self.customer}
        return urlencode({key: value for key, value in asked.items() if value})

    def preview(self, ports: SendTestPorts) -> Preview:
        """It; NotThereError for a message or a customer nobody knows."""
        return preview_message(self.name, self.language, self.customer_id, ports=ports.preview)


def _shown(
    visit: Visit, asked: _Asked, ports: SendTestPorts, *, status: int = 200, mistake: str = ""
) -> Answer:
    if asked.name not in ports.preview.programme.messages:
        raise RefusedError(404, f"no message is called {asked.name!r}")
    unknown = ""
    try:
        found = asked.preview(ports)
    except NotThereError:
        unknown, status = (
            "Nobody is known by that id. Look them up by name, and take the id from their card.",
            422,
        )
        found = _Asked(asked.name, asked.language or "", "").preview(ports)
    shown = _Asked(asked.name, found.language, "" if unknown else asked.customer)
    return visit.show(
        "message.html",
        status=status,
        found=found,
        asked=asked,
        address=shown.address,
        languages=LANGUAGES,
        widths=WIDTHS,
        schemes=SCHEMES,
        width=_one_of(visit.asked("width"), WIDTHS),
        scheme=_one_of(visit.asked("scheme"), SCHEMES),
        sampled=sorted(found.sampled),
        senders=_sent_by(asked.name, ports.preview.graphs),
        unknown=unknown,
        mistake=mistake,
        form=secrets.token_hex(8),
        plain=plain,
    )


def _one_of(text: str, known: tuple[str, ...]) -> str:
    return text if text in known else known[0]


def _sent_by(message: str, graphs: Mapping[str, JourneyGraph]) -> list[str]:
    """The journeys that send it."""
    return [
        name
        for name, graph in graphs.items()
        if any(node.kind is NodeKind.SEND and node.name == message for node in graph.nodes)
    ]
