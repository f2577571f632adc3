"""What the status of an order says, in the words of shop platforms in English, Spanish and Portuguese.

The words are those that Shopify, WooCommerce, Tiendanube, Magento, Mercado Libre and PrestaShop show or export; a shop may
add states of its own. What no word tells is asked for, never guessed: a cancelled order that counts makes a customer of
somebody who never bought.
"""

import re
import unicodedata
from collections.abc import Iterable, Mapping
from enum import StrEnum


class OrderStatus(StrEnum):
    """What became of an order."""

    BOUGHT = "bought"
    REFUNDED = "refunded"
    NOT_BOUGHT = "not bought"
    UNKNOWN = "unknown"


# Beginnings of words, without accents, in the order in which they decide.
_UNDONE = (
    *(
        "cancel",
        "anul",
        "void",
        "fail",
        "fall",
        "falh",
        "reject",
        "rejeit",
        "rechaz",
        "recus",
        "refus",
        "declin",
    ),
    *(
        "deni",
        "deneg",
        "neg",
        "chargeback",
        "charged back",
        "contracarg",
        "disput",
        "fraud",
        "abandon",
        "expir",
    ),
    *("vencid", "error", "erro", "trash", "unpaid", "impag", "no pag", "nao pag", "not paid"),
)
_PARTLY = ("part", "parcial")
_GIVEN_BACK = ("refund", "reembols", "devuelt", "devolvid", "devoluc", "estorn", "return")
# Paid for, and not sent yet: `pending shipment` is no order that nobody paid.
_ON_ITS_WAY = (
    *(
        "ship",
        "fulfil",
        "deliver",
        "pick",
        "dispatch",
        "pack",
        "envi",
        "entreg",
        "despach",
        "prepar",
        "retir",
    ),
    *("embal", "reparto", "camino", "transit"),
)
_NOT_YET = (
    *(
        "pend",
        "await",
        "wait",
        "esper",
        "aguard",
        "hold",
        "draft",
        "borrador",
        "rascunho",
        "checkout",
        "authori",
    ),
    *("autoriz", "review", "revis", "analis", "in process", "en proceso de pago", "nuevo", "novo", "new"),
)
_DONE = (
    *(
        "paid",
        "pag",
        "complet",
        "conclu",
        "process",
        "proces",
        "accept",
        "acept",
        "aceit",
        "approv",
        "aprob",
        "aprov",
        "accredit",
        "acredit",
    ),
    *(
        "recib",
        "receb",
        "receiv",
        "success",
        "finaliz",
        "invoic",
        "factur",
        "fatur",
        "captur",
        "settl",
        "abiert",
    ),
    *("abert", "open", "cerrad", "fechad", "confirm", "sent", "done", "ready", "list", "pronto", "archiv"),
)
_LETTERS = re.compile(r"[^a-z0-9]+")


def status_of(text: str, told: Mapping[str, OrderStatus] = {}) -> OrderStatus:
    """What this status says; `told`: what the operator says of statuses, by `plain_status`."""
    words = plain_status(text)
    if words in told:
        return told[words]
    if _has(words, _UNDONE):
        return OrderStatus.NOT_BOUGHT
    if _has(words, _GIVEN_BACK):
        return OrderStatus.BOUGHT if _has(words, _PARTLY) else OrderStatus.REFUNDED
    if _has(words, _ON_ITS_WAY):
        return OrderStatus.BOUGHT
    if _has(words, _NOT_YET):
        return OrderStatus.NOT_BOUGHT
    return OrderStatus.BOUGHT if _has(words, _DONE) else OrderStatus.UNKNOWN


def all_of(texts: Iterable[str], told: Mapping[str, OrderStatus] = {}) -> OrderStatus:
    """What several statuses of one order say together: one that says no is enough. Empty ones say nothing."""
    said = {status_of(text, told) for text in texts if text}
    for one in (OrderStatus.NOT_BOUGHT, OrderStatus.REFUNDED, OrderStatus.UNKNOWN):
        if one in said:
            return one
    return OrderStatus.BOUGHT


def plain_status(text: str) -> str:
    """`wc-on-hold` is `on hold`; without accents, case and signs."""
    letters = unicodedata.normalize("NFKD", text).casefold()
    plain = _LETTERS.sub(" ", "".join(one for one in letters if not unicodedata.combining(one))).strip()
    return plain.removeprefix("wc ")


def _has(words: str, beginnings: Iterable[str]) -> bool:
    return any(f" {one}" in f" {words}" for one in beginnings)
