"""Courtesy (doctrine S6): a text greets, thanks, does not shout and blames nobody."""

import re
from collections.abc import Iterator
from html import unescape

from escalera.domain.vocabulary import Language
from programme_compiler.problems import Problem
from programme_compiler.source import Text

_BLAME = {
    Language.SPANISH: (
        "por tu culpa", "es culpa tuya", "por su culpa", "te olvidaste", "has ignorado", "has olvidado", "no respondiste",
        "no has respondido", "no contestaste", "no has contestado", "deberías haber", "tendrías que haber", "ya te dijimos", "nos has fallado",
        "última advertencia", "no cumpliste", "no has cumplido",
    ),
    Language.PORTUGUESE: (
        "por sua culpa", "a culpa é sua", "você esqueceu", "você se esqueceu", "você ignorou", "não respondeu",
        "você deveria ter", "já dissemos", "você falhou", "último aviso", "não cumpriu",
    ),
    Language.ENGLISH: (
        "your fault", "you failed", "you forgot", "you ignored", "you didn't answer", "you did not answer",
        "you didn't reply", "you did not reply", "you should have", "as we already told", "you neglected", "final warning",
        "last warning",
    ),
}  # fmt: skip
_GREETING = {
    Language.SPANISH: r"\b(hola|buen[oa]s (días|tardes)|querid[oa]|estimad[oa]|gracias|bienvenid[oa])\b",
    Language.PORTUGUESE: r"\b(olá|oi|bom dia|boa tarde|querid[oa]|prezad[oa]|obrigad[oa]|bem-vind[oa])\b",
    Language.ENGLISH: r"\b(hello|hi|dear|good (morning|afternoon|day)|thank you|thanks|welcome)\b",
}
_THANKS = {
    Language.SPANISH: r"\b(gracias|agrade\w+)",
    Language.PORTUGUESE: r"\b(obrigad[oa]s?|agrade\w+|gratos?|gratas?)",
    Language.ENGLISH: r"\b(thank\w*|grateful|appreciate\w*)",
}
_LANGUAGE = {Language.SPANISH: "Spanish", Language.PORTUGUESE: "Portuguese", Language.ENGLISH: "English"}
_MARKUP = re.compile(
    r"<!--.*?-->|<mj-(?:style|raw|attributes).*?</mj-(?:style|raw|attributes)>|<[^<>]*>|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}",
    re.DOTALL,
)
_HEAD = re.compile(r"<mj-head>.*?</mj-head>", re.DOTALL)
_OPENING = 160
"""A greeting stands within so many letters from the beginning."""
_ROWS = re.compile(r"(?:[!¡]\s*){2,}|[?!]*(?:\?!|!\?)[?!]*")
_SHOUTED = re.compile(
    r"\b[A-ZÁÉÍÓÚÜÑÂÊÔÃÕÇÀ]{5,}\b|\b[A-ZÁÉÍÓÚÜÑÂÊÔÃÕÇÀ]{3,}(?:\s+[A-ZÁÉÍÓÚÜÑÂÊÔÃÕÇÀ]{3,})+\b"
)
_NOT_SHOUTED = frozenset({"PARAR", "CANCELAR", "CANCEL", "UNSUBSCRIBE", "DETENER"})
"""The words by which people stop text messages are written as they answer them."""


def words_of(content: str) -> str:
    """The text without markup and template parts; these become blanks, so every position stays."""
    return _MARKUP.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), content)


def courtesy_problems(text: Text) -> Iterator[Problem]:
    """What is discourteous in one text."""
    words = words_of(text.content)
    for row in _ROWS.finditer(words):
        yield text.problem(
            row.start(), "exclamation marks stand in a row", "One is enough, none is often better (S6)."
        )
    for shouted in _SHOUTED.finditer(words):
        if not set(shouted[0].split()) <= _NOT_SHOUTED:
            what = f"`{shouted[0]}` in capitals reads like shouting"
            yield text.problem(shouted.start(), what, f"Write `{shouted[0].capitalize()}` (S6).")
    folded = re.sub(r"\s", " ", words.lower())
    for phrase in _BLAME[text.language]:
        position = folded.find(phrase)
        if position >= 0:
            mend = "Say what we will do or what we would like to know, not what the customer did wrong (S6)."
            yield text.problem(position, f"`{phrase}` sounds like blame", mend)
    if text.ending != "sms":
        yield from _greets_and_thanks(text, words)


def _greets_and_thanks(text: Text, words: str) -> Iterator[Problem]:
    in_full = unescape(words).lower()
    opening = " ".join(unescape(words_of(_HEAD.sub("", text.content))).split())[:_OPENING].lower()
    if "customer.name" not in text.content and not re.search(_GREETING[text.language], opening):
        mend = "Begin with a greeting; with the name where there is one: {% if customer.name %}, {{ customer.name }}{% endif %} (S6)."
        yield text.problem(0, "the message neither greets nor names the customer", mend)
    if not re.search(_THANKS[text.language], in_full):
        what = f"the message thanks for nothing, in {_LANGUAGE[text.language]}"
        yield text.problem(
            0, what, "Say thank you somewhere: for the purchase, the patience or the time (S6)."
        )
