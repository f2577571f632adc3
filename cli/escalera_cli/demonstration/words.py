"""What things are called when a shop owner reads of them."""

from escalera.domain.brief.words import reason

__all__ = ["CHANNELS", "MESSAGES", "message", "plural", "reason"]

MESSAGES = {
    "order-thanks": "a thank-you",
    "how-was-it": "a question how it was",
    "did-it-arrive": "a question whether it arrived",
    "help-choosing": "a second reason to come",
    "we-miss-you": "a kind word: we miss you",
    "comeback-offer": "a present to come back",
    "why-did-you-leave": "one honest question",
    "complaint-heard": "we heard your complaint",
    "complaint-answered": "the answer to your complaint",
    "complaint-late": "an apology for answering late",
    "complaint-solved": "an apology and thanks",
    "all-well-again": "a question whether all is well again",
    "making-good": "a present to make good",
    "your-data-link": "a link to the data kept of them",
    "confirm-address": "a question whether a new address is theirs",
    "address-changed": "a notice of the change to the former address",
}

CHANNELS = {"email": "e-mail", "sms": "text"}


def message(name: str) -> str:
    """What a message is."""
    return MESSAGES.get(name, name.replace("-", " "))


def plural(count: int, one: str, many: str = "") -> str:
    """`1 order`, `2 orders`."""
    return f"{count:,} {one if count == 1 else many or one + 's'}"
