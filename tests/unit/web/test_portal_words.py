"""The words of the customers' pages: each in every language, with the same facts in it, compiled as written."""

import gettext
import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from escalera.domain.vocabulary import Language
from escalera.web.portal.site import DOMAIN
from tests.support.portal import FOLDER

LOCALE = FOLDER / "locale"
TRANSLATED = [language.value for language in Language if language is not Language.ENGLISH]
_FACT = re.compile(r"%\(\w+\)s|</?\w+>")


def catalogue(language: str) -> Catalog:
    with (LOCALE / language / "LC_MESSAGES" / f"{DOMAIN}.po").open("rb") as file:
        return read_po(file, locale=language)


def said_by_templates() -> set[str]:
    found = extract_from_dir(
        FOLDER / "templates", [("**.html", "jinja2")], {"**.html": {"encoding": "utf-8"}}
    )
    return {words if isinstance(words, str) else words[0] for _, _, words, _, _ in found}


def messages(language: str) -> list[Message]:
    return [message for message in catalogue(language) if message.id]


def forms(words: object) -> tuple[str, ...]:
    return words if isinstance(words, tuple) else (str(words),)


def test_the_templates_say_something():
    assert len(said_by_templates()) > 100


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_of_the_pages_is_in_the_catalogue_and_none_is_left_over(language):
    """`make words` gathers them."""
    assert {forms(message.id)[0] for message in messages(language)} == said_by_templates()


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_word_is_translated_and_none_is_a_guess(language):
    for message in messages(language):
        assert all(forms(message.string)), message.id
        assert not message.fuzzy, message.id
        assert len(forms(message.string)) == len(forms(message.id)), message.id


@pytest.mark.parametrize("language", TRANSLATED)
def test_a_translation_tells_the_same_facts_and_ends_as_the_original_does(language):
    for message in messages(language):
        for said, translated in zip(forms(message.id), forms(message.string), strict=True):
            assert sorted(_FACT.findall(said)) == sorted(_FACT.findall(translated)), said
            assert "!" not in translated, "courtesy: no shouting (S6)"
            if said[-1] in ".:…":
                assert translated[-1] == said[-1], said


@pytest.mark.parametrize("language", TRANSLATED)
def test_what_was_compiled_is_what_was_written(language):
    """`make setup` compiles what has changed."""
    compiled = gettext.translation(DOMAIN, LOCALE, languages=[language])
    for message in messages(language):
        one, *many = forms(message.id)
        if many:
            assert compiled.ngettext(one, many[0], 1) == forms(message.string)[0]
            assert compiled.ngettext(one, many[0], 24) == forms(message.string)[1]
        else:
            assert compiled.gettext(one) == message.string


def test_no_page_speaks_english_beside_the_catalogue():
    """A word between two tags of a template that is not marked would be read in English by everybody."""
    for template in sorted(Path(FOLDER / "templates").glob("*.html")):
        text = template.read_text(encoding="utf-8")
        text = re.sub(
            r"\{%-?\s*trans.*?endtrans\s*-?%\}|\{\{.*?\}\}|\{%.*?%\}|\{#.*?#\}|<[^>]*>",
            " ",
            text,
            flags=re.DOTALL,
        )
        assert not re.search(r"[A-Za-z]{2,}", text), template.name
