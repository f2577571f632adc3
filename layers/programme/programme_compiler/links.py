"""Links in messages lead somewhere, by https, mailto or tel, and nobody's placeholder is left in."""

import re
from collections.abc import Iterator, Mapping
from html import unescape
from typing import Any

from jinja2 import TemplateError

from escalera.journeys.texts import render
from programme_compiler.models import is_address, is_phone, is_web_address
from programme_compiler.problems import Problem
from programme_compiler.source import Text

_IN_MARKUP = re.compile(r"""\b(href|src|background-url)\s*=\s*("([^"]*)"|'([^']*)')""")
_IN_TEXT = re.compile(r"\b[a-z]{3,8}:/(?:\{\{.*?\}\}|[^\s<>\"')])*")
# A to-do only in capitals: in Spanish and Portuguese `todo` is a word.
_PLACEHOLDERS = re.compile(
    r"(?i:lorem ipsum|\bxxx+\b|\byour-?(shop|domain|link)\b|\[(link|url)\])|\b(TODO|FIXME)\b"
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)


def link_problems(text: Text, facts: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the links of one text, its template parts filled with sample facts."""
    content = _COMMENT.sub(lambda comment: re.sub(r"[^\n]", " ", comment[0]), text.content)
    for found in _PLACEHOLDERS.finditer(content):
        yield text.problem(
            found.start(), f"a placeholder was left in: `{found[0]}`", "Put what belongs there, or delete it."
        )
    if text.ending == "mjml":
        for found in _IN_MARKUP.finditer(content):
            raw = unescape(found[3] if found[3] is not None else found[4])
            yield from _judge(text, found.start(), raw, facts, picture=found[1] != "href")
    else:
        for found in _IN_TEXT.finditer(content):
            yield from _judge(text, found.start(), found[0].rstrip(".,;:"), facts, picture=False)


def _judge(
    text: Text, position: int, raw: str, facts: Mapping[str, Any], *, picture: bool
) -> Iterator[Problem]:
    try:
        link = render(raw, facts, html=False).strip()
    except TemplateError:
        return  # what is wrong with the template is said elsewhere
    what = _wrong(link, picture=picture)
    if what:
        yield text.problem(position, f"the link `{raw}` {what[0]}", what[1])


def _wrong(link: str, *, picture: bool) -> tuple[str, str] | None:  # noqa: PLR0911 - one return a kind of link
    if link in ("", "#") or link.startswith("javascript:"):
        return "leads nowhere", "Put the address it should lead to, such as {{ shop.url }}."
    scheme, _, rest = link.partition(":")
    if scheme == "https":
        return (
            None
            if is_web_address(link)
            else ("is not a whole address", "Write it as https://shop.example/page.")
        )
    if picture:
        return "is not a picture on the web", "Use an address that begins with https://."
    if scheme == "http":
        return "is not encrypted", "Begin it with https://."
    if scheme == "mailto":
        address = rest.partition("?")[0]
        return (
            None
            if is_address(address)
            else ("has no e-mail address", "Write it as mailto:{{ shop.support_email }}.")
        )
    if scheme == "tel":
        return (
            None
            if is_phone(rest)
            else ("has no telephone number", "Write it as tel:{{ shop.support_phone }}.")
        )
    return "is of a kind mail programs do not follow", "Use https:, mailto: or tel:."
