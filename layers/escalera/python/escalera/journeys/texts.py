"""How message texts are rendered: one Jinja set-up for the checker and for the moment of sending.

Sandboxed, autoescaped where it becomes HTML, and strict: a variable that is not there is an error, which the
programme's check finds long before a customer could.
"""

from collections.abc import Mapping
from functools import cache
from typing import Any

from jinja2 import StrictUndefined, Template, pass_eval_context
from jinja2.nodes import EvalContext
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

# What a message may name, and of what. `shop`, `customer` and most `links` are always there, the rest comes with the journey.
FACTS: Mapping[str, tuple[str, ...]] = {
    "shop": ("name", "url", "support_email", "support_phone", "postal_address"),
    "customer": ("name", "orders"),
    "links": ("preferences", "unsubscribe", "opinion", "complain", "data", "confirm", "take_back"),
    "order": ("number", "total", "placed_on"),
    "silence": ("days",),
    "complaint": ("reference", "subject", "answer_by"),
    "reward": ("code", "valid_until", "text"),
    "answer": ("text",),
}


@cache
def environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    """The set-up for HTML (escaping) or for plain text: subjects, text parts, SMS (not escaping)."""
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=html)
    made.filters["with_lines"] = _with_lines
    return made


@pass_eval_context
def _with_lines(context: EvalContext, text: object) -> str:
    """A text of several lines as it stands; in HTML each line end breaks the line, and the text itself is escaped."""
    if not context.autoescape:
        return str(text)
    return Markup("<br />\n").join(str(text).splitlines())


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
