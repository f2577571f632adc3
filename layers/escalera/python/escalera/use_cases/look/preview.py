"""A message as its reader would see it, without sending or claiming anything."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from escalera.domain.customer import Customer
from escalera.domain.errors import NotThereError
from escalera.domain.facts import Answer, Complaint, Fact, Order, Reward
from escalera.domain.links import LinkPurpose
from escalera.domain.vocabulary import CustomerId, EntryId, Language, MessageChannel, MessageName
from escalera.journeys.graph import ENTER, JourneyGraph, NodeKind
from escalera.journeys.occasions import OCCASIONS
from escalera.journeys.programme import MessageTerms, Programme, RewardTerms
from escalera.journeys.samples import sample_facts
from escalera.journeys.sms_text import SmsSize, sms_size
from escalera.journeys.texts import FACTS
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.ports.messages import MessageRenderer, RenderedMessage
from escalera.use_cases.steps.facts import facts_for
from escalera.use_cases.steps.telling import Telling


@dataclass(frozen=True, slots=True)
class Preview:
    """What was rendered; None for a channel that the message does not go by."""

    terms: MessageTerms
    language: Language
    email: RenderedMessage | None
    text: RenderedMessage | None
    size: SmsSize | None
    """Of the text message: how many segments are paid for."""
    sampled: frozenset[str]
    """The groups of facts that the message names and that are made up: the customer has none such, or nobody was named."""


@dataclass(frozen=True, slots=True)
class PreviewPorts:
    """What a preview is made with."""

    programme: Programme
    graphs: Mapping[str, JourneyGraph]
    customers: CustomerRepository
    renderer: MessageRenderer
    clock: Clock


@dataclass(frozen=True, slots=True)
class SampleLinks:
    """Links that open nothing: whoever looks at a preview must not be able to act for the customer."""

    shop_url: str

    def to(
        self,
        purpose: LinkPurpose,
        customer_id: CustomerId,  # noqa: ARG002
        now: datetime,  # noqa: ARG002
        subject: str = "",  # noqa: ARG002
        mark: bytes = b"",  # noqa: ARG002
    ) -> str:
        """Where the link would be."""
        return f"{self.shop_url.rstrip('/')}/#{purpose.value}"


def preview_message(
    name: str, language: Language | None = None, customer_id: CustomerId | None = None, *, ports: PreviewPorts
) -> Preview:
    """Render it with the customer's own facts, and made-up ones where they have none such; without a customer all are.

    `language`: None is the customer's, else the shop's. Errors: `NotThereError` for a message or customer nobody knows;
    `PermanentError` for a text that cannot be written.
    """
    terms = ports.programme.messages.get(MessageName(name))
    if terms is None:
        raise NotThereError(f"no message is called `{name}`: reload the list")
    customer = None if customer_id is None else _known(ports, customer_id)
    language = language or (customer and customer.contact.language) or ports.programme.shop.default_language
    made = _Rendering(ports, terms, language, customer)
    email, text = made.by(MessageChannel.EMAIL), made.by(MessageChannel.SMS)
    size = sms_size(text.text) if text else None
    return Preview(terms, language, email, text, size, made.sampled())


def _known(ports: PreviewPorts, customer_id: CustomerId) -> Customer:
    customer = ports.customers.load([customer_id])[customer_id]
    if not customer.version or customer.erased_at is not None:
        raise NotThereError(f"no customer is known by the id {customer_id}: look them up again")
    return customer


class _Rendering:
    def __init__(
        self, ports: PreviewPorts, terms: MessageTerms, language: Language, customer: Customer | None
    ) -> None:
        self._ports, self._terms, self._language, self._customer = ports, terms, language, customer
        self._now = ports.clock.now()
        self._real: set[str] = {"shop", "links"}
        self._telling = None if customer is None else self._told_of(customer)

    def by(self, channel: MessageChannel) -> RenderedMessage | None:
        """The message on this channel, if it goes by it."""
        if channel not in self._terms.channels:
            return None
        facts = self._sample()
        if self._telling is not None:
            for group, own in facts_for(self._telling, self._terms.name, channel, self._language).items():
                facts[group] = {**facts.get(group, {}), **own}
                if own:
                    self._real.add(group)
        return self._ports.renderer.render(self._terms.name, channel, self._language, facts)

    def sampled(self) -> frozenset[str]:
        """The groups of facts that the texts name and that are made up."""
        return frozenset(
            group
            for group in FACTS.keys() - self._real
            if any(
                self._ports.renderer.mentions(self._terms.name, channel, self._language, f"{group}.")
                for channel in self._terms.channels
            )
        )

    def _sample(self) -> dict[str, Any]:
        programme = self._ports.programme
        links = SampleLinks(programme.shop.url)
        nobody = CustomerId("")
        return {
            **sample_facts(programme, self._language, self._now, self._reward()),
            "shop": asdict(programme.shop),
            "links": {
                page.value.replace("-", "_"): links.to(page, nobody, self._now) for page in LinkPurpose
            },
        }

    def _sending(self) -> JourneyGraph | None:
        """The first journey that sends the message."""
        wanted = (NodeKind.SEND, self._terms.name)
        return next(
            (
                graph
                for graph in self._ports.graphs.values()
                if any((node.kind, node.name) == wanted for node in graph.nodes)
            ),
            None,
        )

    def _reward(self) -> RewardTerms | None:
        """What that journey grants, else any reward there is."""
        graph, rewards = self._sending(), self._ports.programme.rewards
        granted = [node.name for node in graph.nodes if node.kind is NodeKind.REWARD] if graph else []
        return next((rewards[name] for name in (*granted, *rewards) if name in rewards), None)

    def _told_of(self, customer: Customer) -> Telling:
        graph = self._sending()
        entrance = graph.node(ENTER) if graph else None
        facts = self._ports.customers.facts_of(customer.id)
        event = entrance.name if entrance else ""
        cause = _cause(event, customer, facts)
        rewards = [fact for fact in facts if isinstance(fact, Reward)]
        latest = max(rewards, key=lambda reward: reward.granted_at, default=None)
        return Telling(
            customer=customer,
            now=self._now,
            event=event if cause else "",
            cause=cause,
            entry_id=latest.entry_id if latest else EntryId(""),
            programme=self._ports.programme,
            customers=self._ports.customers,
            renderer=self._ports.renderer,
            links=SampleLinks(self._ports.programme.shop.url),
        )


def _cause(event: str, customer: Customer, facts: Sequence[Fact]) -> dict[str, Any]:
    """The detail that this event would have for what happened to the customer last; empty if nothing such did."""
    occasion = OCCASIONS.get(event)
    lends = occasion.lends if occasion else frozenset()
    found: dict[str, Any] = {}
    if "order" in lends:
        found |= _of_order(facts)
    if "silence" in lends and customer.last_order_at is not None:
        found["last_order_at"] = customer.last_order_at.isoformat()
    if {"complaint", "answer"} & lends:
        found |= _of_complaint(facts, answered="answer" in lends)
    return found


def _of_order(facts: Sequence[Fact]) -> dict[str, Any]:
    orders = [fact for fact in facts if isinstance(fact, Order)]
    if not orders:
        return {}
    last = max(orders, key=lambda order: order.placed_at)
    total = {"amount": last.total.amount, "currency": last.total.currency}
    return {"order_id": last.order_id, "total": total, "placed_at": last.placed_at.isoformat()}


def _of_complaint(facts: Sequence[Fact], *, answered: bool) -> dict[str, Any]:
    answers = [fact for fact in facts if isinstance(fact, Answer)]
    complaints = [fact for fact in facts if isinstance(fact, Complaint) and fact.raised_at is not None]
    if answered:
        if not answers:
            return {}
        last = max(answers, key=lambda answer: answer.written_at)
        return {"complaint_id": last.complaint_id, "answer_id": last.answer_id}
    if not complaints:
        return {}
    newest = max(complaints, key=lambda complaint: (complaint.raised_at, complaint.complaint_id))
    return {"complaint_id": newest.complaint_id, "subject": newest.subject}
