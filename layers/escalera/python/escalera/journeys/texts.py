"""How message texts are rendered: one Jinja set-up for the checker and for the moment of sending.

Sandboxed, autoescaped where it becomes HTML, and strict: a variable that is not there is an error, which the
programme's check finds long before a customer could.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template
from jinja2.sandbox import ImmutableSandboxedEnvironment

# What a message may name, and of what. `shop` and `customer` are always there, the rest comes with the journey.
FACTS: Mapping[str, tuple[str, ...]] = {
    "shop": ("name", "url", "support_email", "support_phone", "postal_address", "preferences_url"),
    "customer": ("name", "orders"),
    "order": ("number", "total", "placed_on"),
    "silence": ("days",),
    "complaint": ("reference", "subject", "answer_by"),
    "reward": ("code", "valid_until", "text"),
}


@cache
def environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    """The set-up for HTML (escaping) or for plain text: subjects, text parts, SMS (not escaping)."""
    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=html)


@cache
def template(source: str, *, html: bool) -> Template:
    """The compiled template; compiled once for each text."""
    return environment(html=html).from_string(source)


def render(source: str, facts: Mapping[str, Any], *, html: bool) -> str:
    """The text with its facts filled in; jinja2.UndefinedError for a fact that is missing."""
    return template(source, html=html).render(facts)


def render_line(source: str, facts: Mapping[str, Any]) -> str:
    """A text of one line, such as a subject or an SMS: line ends and rows of blanks become one blank."""
    return " ".join(render(source, facts, html=False).split())
