"""Renders messages of the compiled programme with the very set-up that checked them.

Jinja is imported with the first message: handlers that send nothing never load it.
"""

from collections.abc import Mapping
from importlib import resources
from importlib.resources.abc import Traversable
from typing import Any

from escalera.domain.errors import PermanentError
from escalera.domain.vocabulary import Language, MessageChannel, MessageName
from escalera.journeys.compiled import PACKAGE
from escalera.journeys.programme import Programme
from escalera.journeys.sms_text import needs_ucs2, plain_letters
from escalera.ports.messages import RenderedMessage


class ProgrammeRenderer:
    """A `MessageRenderer` over the programme's layer; each text is read and compiled once per process."""

    def __init__(self, programme: Programme, package: str = PACKAGE) -> None:
        self._programme = programme
        self._package = package
        self._sources: dict[tuple[MessageName, Language, str], str] = {}

    def render(
        self, message: MessageName, channel: MessageChannel, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        """Render; PermanentError for a message or language that is not there, or a fact that is missing."""
        from jinja2 import TemplateError  # noqa: PLC0415 - see above

        try:
            if channel is MessageChannel.SMS:
                return self._text_message(message, language, context)
            return self._email(message, language, context)
        except TemplateError as error:
            problem = (
                f"message {message} ({channel.value}, {language.value}) cannot be written: {error.message}"
            )
            raise PermanentError(problem) from error

    def mentions(self, message: MessageName, channel: MessageChannel, language: Language, fact: str) -> bool:
        """Whether the source of a text names the fact."""
        if channel is MessageChannel.SMS:
            return fact in self._source(message, language, "sms")
        terms = self._programme.messages.get(message)
        subject = terms.subjects.get(language, "") if terms else ""
        return fact in subject or any(
            fact in self._source(message, language, part) for part in ("txt", "html")
        )

    def _text_message(
        self, message: MessageName, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        from escalera.journeys.texts import render_line  # noqa: PLC0415 - see above

        source = self._source(message, language, "sms")
        # One accent in a name would more than halve the room of a text that has none.
        facts = context if needs_ucs2(source) else _plainly(context)
        return RenderedMessage(render_line(source, facts))

    def _email(self, message: MessageName, language: Language, context: Mapping[str, Any]) -> RenderedMessage:
        from escalera.journeys.texts import render, render_line  # noqa: PLC0415 - see above

        terms = self._programme.messages.get(message)
        if terms is None or language not in terms.subjects:
            raise PermanentError(_missing(message, language, "subject"))
        return RenderedMessage(
            text=render(self._source(message, language, "txt"), context, html=False),
            subject=render_line(terms.subjects[language], context),
            html=render(self._source(message, language, "html"), context, html=True),
        )

    def _source(self, message: MessageName, language: Language, ending: str) -> str:
        found = self._sources.get((message, language, ending))
        if found is None:
            try:
                found = (
                    self._folder(message).joinpath(f"{language.value}.{ending}").read_text(encoding="utf-8")
                )
            except FileNotFoundError as error:
                raise PermanentError(_missing(message, language, ending)) from error
            self._sources[message, language, ending] = found
        return found

    def _folder(self, message: MessageName) -> Traversable:
        return resources.files(self._package).joinpath("messages", message)


def _plainly(facts: Any) -> Any:
    if isinstance(facts, Mapping):
        return {name: _plainly(value) for name, value in facts.items()}
    return plain_letters(facts) if isinstance(facts, str) else facts


def _missing(message: MessageName, language: Language, what: str) -> str:
    return (
        f"message {message} has no {what} in {language.value}: the programme's layer and the code that asks for it are"
        " of different builds, so build and deploy both again"
    )
