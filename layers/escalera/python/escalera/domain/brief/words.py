"""Reasons and events in the words of the shop's people."""

from collections.abc import Mapping

REASONS: Mapping[str, str] = {
    "erased": "the customer asked to be forgotten",
    "no_address": "we have no address for it",
    "suppressed": "the address does not work, or its owner called us spam",
    "no_consent": "the customer had not said yes to it",
    "unsubscribed": "the customer said STOP",
    "unwanted_subject": "the customer does not want to hear about this",
    "open_complaint": "a complaint was still open",
    "holdout": "left alone on purpose, to measure what messages bring",
    "expired": "it had become old news",
    "quiet_hours": "it would have come at night",
    "paused": "the customer asked for a pause",
    "frequency_cap": "the customer had enough messages for a while",
    "journey_paused": "the journey is paused by the shop",
    "unconfirmed": "nobody knows yet whether it went out",
    "no_word_from_provider": "the provider never said whether it went out",
    "message_removed": "the programme has no such message any more",
    "message_gone": "the programme has no such message any more",
    "reward_removed": "the present it speaks of is not in the programme any more",
}
"""Why a message was not sent, or not yet; by the rule that is kept with it."""

_NOW: Mapping[str, str] = {
    "erased": "asked to be forgotten",
    "no_address": "no address known",
    "suppressed": "the address does not work, or its owner called us spam",
    "no_consent": "has not said yes to it",
    "unsubscribed": "said STOP",
    "open_complaint": "a complaint is open",
    "holdout": "left alone on purpose, to measure what messages bring",
    "quiet_hours": "it is night there",
    "paused": "asked for a pause",
    "frequency_cap": "has had enough for a while",
}

EVENTS: Mapping[str, str] = {
    "PurchaseRecorded": "a purchase",
    "RefundRecorded": "money given back",
    "DeliveryRecorded": "an order that arrived",
    "RungChanged": "a step on the ladder",
    "ClassChanged": "another class",
    "GroupJoined": "having joined a group",
    "GroupLeft": "having left a group",
    "CustomerWentQuiet": "an unusual silence",
    "CustomerReturned": "coming back after a silence",
    "ComplaintOpened": "a complaint",
    "ComplaintAnswerRecorded": "an answer to a complaint",
    "ComplaintAnswerWritten": "an answer somebody wrote",
    "ComplaintClosed": "a solved complaint",
    "ConsentGained": "a yes to messages",
    "ConsentLost": "a no to messages",
    "ChannelSuppressed": "a channel that was closed",
    "PromiseBroken": "a broken promise",
    "PromiseKept": "a promise kept",
}
"""What starts and ends journeys."""

_ENDINGS: Mapping[str, str] = {
    "waited_in_vain": "what was waited for did not come",
    "step_failed": "a step failed",
    "not_entered": "started again, and did not enter any more",
    "not_in_journey": "the journey was over already",
    "journey_removed": "the shop removed the journey",
    "out_of_time": "it had lasted longer than the journey can",
    "execution_stopped": "somebody stopped it in AWS",
    "execution_ended": "its run in AWS is over",
}


def reason(name: str) -> str:
    """Why a message was not sent."""
    kind, _, rest = name.partition(": ")
    if kind == "refused":
        return f"the provider would not take it: {rest}" if rest else "the provider would not take it"
    return REASONS.get(name, name.replace("_", " "))


def refusal(name: str) -> str:
    """Why a message could not be sent just now."""
    return _NOW.get(name) or reason(name)


def cause(event_id: str) -> str:
    """What started a journey, by the id of the event: `PurchaseRecorded-0f3c2a` is a purchase."""
    name = event_id.partition("-")[0]
    return EVENTS.get(name, name)


def ending(name: str) -> str:
    """Why a journey was left."""
    if name.startswith("displaced_by_"):
        return f"{name.removeprefix('displaced_by_')} was more important"
    return EVENTS.get(name) or _ENDINGS.get(name) or name.replace("_", " ")
