"""The facts a message may name, drawn from the customer, the cause and what the journey did so far (doctrine E1)."""

from dataclasses import asdict
from datetime import datetime
from typing import Any

from escalera.domain.facts import Answer, FactKey, FactKind, Promise, Reward
from escalera.domain.links import LinkPurpose, address_mark
from escalera.domain.money import Money
from escalera.domain.names import greeting_name, quotable
from escalera.domain.vocabulary import Language, MessageChannel, MessageName
from escalera.journeys.occasions import OCCASIONS, Recipient, recipient_of
from escalera.journeys.wording import day_text, moment_text, money_text
from escalera.use_cases.steps.telling import Telling


def facts_for(
    told: Telling, message: MessageName, channel: MessageChannel, language: Language
) -> dict[str, Any]:
    """`shop` and `customer` always; the rest where the cause or an earlier step lends it (journeys.texts.FACTS).

    What an earlier step left behind is looked up only for a text that mentions it: most sends need no further read.
    """
    mentions = told.renderer.mentions
    occasion = OCCASIONS.get(told.event)
    lends = occasion.lends if occasion else frozenset()
    facts: dict[str, Any] = {
        "shop": asdict(told.programme.shop),
        "customer": {"name": greeting_name(told.customer), "orders": told.customer.kept_orders},
    }
    if "order" in lends:
        facts["order"] = _order(told, language)
    if "silence" in lends:
        last = datetime.fromisoformat(str(told.cause["last_order_at"]))
        facts["silence"] = {"days": (told.now - last).days}
    if "complaint" in lends:
        facts["complaint"] = _complaint(told, asks=mentions(message, channel, language, "complaint.subject"))
        promised = mentions(message, channel, language, "complaint.answer_by")
        facts["complaint"] |= _answer_by(told, language) if promised else {}
    if "answer" in lends:
        facts["answer"] = _answer(told)
    if mentions(message, channel, language, "links."):
        facts["links"] = _links(told, channel)
    reward = _latest_reward(told) if mentions(message, channel, language, "reward.") else None
    terms = told.programme.rewards.get(reward.reward) if reward is not None else None
    if reward is not None and terms is not None:
        zone = told.time_zone
        facts["reward"] = {
            "code": reward.code,
            "valid_until": day_text(reward.valid_until.astimezone(zone).date(), language),
            "text": terms.text[language],
        }
    return facts


_OF_RECIPIENT = {
    Recipient.NEW_ADDRESS: LinkPurpose.CONFIRM,
    Recipient.FORMER_ADDRESS: LinkPurpose.TAKE_BACK,
}
"""The one link of a message to an address that is not the customer's now."""
_ORDINARY = tuple(purpose for purpose in LinkPurpose if purpose not in _OF_RECIPIENT.values())


def _order(told: Telling, language: Language) -> dict[str, str]:
    cause = told.cause
    total = cause["total"]
    placed = datetime.fromisoformat(str(cause["placed_at"])).astimezone(told.time_zone)
    return {
        "number": str(cause["order_id"]),
        "total": money_text(Money(int(total["amount"]), str(total["currency"])), language),
        "placed_on": day_text(placed.date(), language),
    }


def _links(told: Telling, channel: MessageChannel) -> dict[str, str]:
    """Into the customer's own pages; about the order, where the message is about one.

    Each carries the mark of the address it is sent to, so that it opens nothing once that is not the customer's any more.
    """
    address = told.customer.contact.address(channel)
    mark = address_mark(channel, address) if address else b""
    own = _OF_RECIPIENT.get(recipient_of(told.event))
    if own is not None:
        return {own.name.lower(): told.links.to(own, told.customer.id, told.now, channel.value, mark)}
    order = str(told.cause["order_id"]) if told.event == "PurchaseRecorded" else ""
    subjects = {
        LinkPurpose.OPINION: order,
        LinkPurpose.COMPLAIN: order,
        LinkPurpose.UNSUBSCRIBE: channel.value,
    }
    return {
        purpose.value: told.links.to(purpose, told.customer.id, told.now, subjects.get(purpose, ""), mark)
        for purpose in _ORDINARY
        if purpose is not LinkPurpose.OPINION or order
    }


def _complaint(told: Telling, *, asks: bool) -> dict[str, str]:
    """Its reference and subject; the subject is looked up where a text asks for it and the cause does not tell it."""
    cause = told.cause
    known = told.complaint() if asks and "subject" not in cause else None
    subject = known.subject if known else str(cause.get("subject") or "")
    return {"reference": str(cause["complaint_id"]), "subject": quotable(subject)}


def _answer(told: Telling) -> dict[str, str]:
    """What was written; nothing if it is gone: then the text fails to render, and loudly."""
    cause = told.cause
    parts = (str(cause["complaint_id"]), str(cause["answer_id"]))
    key = FactKey(told.customer.id, FactKind.ANSWER, parts)
    answer = told.customers.load_facts([key]).get(key)
    return {"text": answer.text} if isinstance(answer, Answer) else {}


def _answer_by(told: Telling, language: Language) -> dict[str, str]:
    """The hour promised first; nothing when no promise was made: then the text fails to render, and loudly."""
    promised = [
        fact.due_at
        for fact in told.customers.facts_of(told.customer.id, FactKind.PROMISE)
        if isinstance(fact, Promise) and fact.about == told.subject
    ]
    return {"answer_by": moment_text(min(promised), told.time_zone, language)} if promised else {}


def _latest_reward(told: Telling) -> Reward | None:
    """The reward this entry was granted last."""
    rewards = [
        fact
        for fact in told.customers.facts_of(told.customer.id, FactKind.REWARD)
        if isinstance(fact, Reward) and fact.entry_id == told.entry_id
    ]
    return max(rewards, key=lambda reward: reward.granted_at, default=None)
