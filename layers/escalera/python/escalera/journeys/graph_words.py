"""What stands on a drawn journey: its steps, ways and conditions in the words of whoever plans them."""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

from escalera.journeys.graph import Edge, Node, NodeKind, Way

_UNITS = ((604_800, "week"), (86_400, "day"), (3_600, "hour"), (60, "minute"), (1, "second"))
_EVENTS = {
    "PurchaseRecorded": "a purchase is made",
    "RefundRecorded": "money is given back",
    "DeliveryRecorded": "the order arrives",
    "RungChanged": "the customer changes rung",
    "ClassChanged": "the customer changes class",
    "GroupJoined": "the customer joins a group",
    "GroupLeft": "the customer leaves a group",
    "CustomerWentQuiet": "the customer is silent for unusually long",
    "CustomerReturned": "the customer buys after a silence",
    "ComplaintOpened": "a complaint is opened",
    "ComplaintAnswerRecorded": "the complaint is answered",
    "ComplaintAnswerWritten": "an answer to the complaint is written",
    "ComplaintClosed": "the complaint is solved",
    "ConsentGained": "the customer consents",
    "ConsentLost": "the customer takes a consent back",
    "ChannelSuppressed": "a channel is closed",
    "ChannelReopened": "a channel is opened again",
    "OpinionRecorded": "the customer says how the order was",
    "PreferencesChanged": "the customer changes their wishes",
    "OwnDataRequested": "the customer asks for their data",
    "AddressChangeRequested": "the customer asks to be written to elsewhere",
    "AddressChanged": "the customer's new address is confirmed",
    "PromiseBroken": "a promise is broken",
    "PromiseKept": "a promise is kept",
}
_LANGUAGES = {"es": "Spanish", "pt": "Portuguese", "en": "English"}
_CHANNELS = {"email": "e-mail", "sms": "text message"}
_TRUTHS = {
    "quiet": ("silent for unusually long", "not silent"),
    "has_open_complaint": ("has an open complaint", "has no open complaint"),
    "complaint_answered": ("the complaint was answered", "the complaint was not answered"),
    "order_delivered": ("the order arrived", "the order did not arrive"),
    "order_returned": ("the order was given back", "the order was kept"),
}
_VERBS = {
    NodeKind.SEND: "Message",
    NodeKind.TASK: "Task",
    NodeKind.REWARD: "Reward",
    NodeKind.PROMISE: "Promise",
}


class NodeWords(NamedTuple):
    """What is done, what with, and what else is to be known of it."""

    verb: str
    title: str = ""
    detail: str = ""

    def __str__(self) -> str:
        said = ": ".join(part for part in (self.verb, self.title) if part)
        return f"{said} ({self.detail})" if self.detail else said


def node_words(node: Node) -> NodeWords:  # noqa: PLR0911 - one return a kind reads best
    """A step in words, such as `Message: We miss you`."""
    match node.kind:
        case NodeKind.ENTER:
            only = f"only if {condition_words(node.condition)}" if node.condition else ""
            return NodeWords("Starts when", event_words(node.name, node.groups), only)
        case NodeKind.WAIT:
            return NodeWords("Wait", span_words(node.seconds))
        case NodeKind.WAIT_FOR:
            return NodeWords("Wait until", event_words(node.name), f"at most {span_words(node.seconds)}")
        case NodeKind.BRANCH:
            return NodeWords("Which way?")
        case NodeKind.FINISH:
            return NodeWords("End")
        case NodeKind.LEFT:
            return NodeWords("Leaves", "waited in vain")
        case _:
            verb = f"Task for {node.team}" if node.team else _VERBS[node.kind]
            within = f"within {span_words(node.seconds)}" if node.seconds else ""
            return NodeWords(verb, plain(node.name), within)


def edge_words(edge: Edge, source: Node) -> str:
    """Why one goes this way; empty where there is no other."""
    match edge.way:
        case Way.CASE:
            return condition_words(edge.condition or {})
        case Way.ELSE:
            return "otherwise"
        case Way.IN_VAIN:
            return f"not within {span_words(source.seconds)}"
        case _:
            return ""


def condition_words(condition: Mapping[str, Any]) -> str:
    """A condition in its normal form, in words."""
    return " and ".join(_asked(key, wanted) for key, wanted in condition.items())


def event_words(event: str, groups: Sequence[str] = ()) -> str:
    """What happened, such as `a purchase is made`."""
    words = _EVENTS.get(event, event)
    return words.replace("a group", f"the group {_either(groups)}") if groups else words


def span_words(seconds: int) -> str:
    """A length of time in its largest whole unit: `5 days`."""
    size, unit = next((size, unit) for size, unit in _UNITS if seconds % size == 0 or size == 1)
    if unit == "week" and seconds != size:
        size, unit = _UNITS[1]  # people count in days, but for one whole week or those they wrote as such
    count = seconds // size
    return f"{count} {unit}" if count == 1 else f"{count} {unit}s"


def plain(name: str) -> str:
    """A file's name as words: `we-miss-you` is `We miss you`."""
    return name.replace("-", " ").capitalize()


def _asked(key: str, wanted: Any) -> str:  # noqa: PLR0911 - one return a key reads best
    match key:
        case "class":
            return f"class {_either(wanted)}"
        case "group":
            return f"in the group {_either(wanted)}"
        case "rung":
            return f"stands as {_either(wanted)}"
        case "language":
            return f"reads {_either(_LANGUAGES.get(one, one) for one in wanted)}"
        case "orders":
            return _orders(wanted)
        case "consents":
            channel = wanted.get("channel")
            return f"said yes to {wanted['purpose']}" + (f" by {_CHANNELS[channel]}" if channel else "")
        case "not":
            return f"not ({condition_words(wanted)})"
        case "any":
            return "(" + " or ".join(map(condition_words, wanted)) + ")"
        case _ if key in _TRUTHS:
            return _TRUTHS[key][0 if wanted else 1]
        case _:
            return key


def _orders(wanted: Mapping[str, int]) -> str:
    least, most = wanted.get("at_least"), wanted.get("at_most")
    if least is None:
        return f"at most {_count(most or 0)}"
    if most is None:
        return f"at least {_count(least)}"
    return f"{least} to {_count(most)}" if most != least else f"exactly {_count(most)}"


def _count(orders: int) -> str:
    return "1 order" if orders == 1 else f"{orders} orders"


def _either(values: Any) -> str:
    return " or ".join(map(str, values))
