"""The Jinja of a text: its syntax, the facts it names, and what it becomes with sample facts."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateAssertionError, UndefinedError

from escalera.journeys.occasions import OCCASIONS, Recipient, recipient_of
from escalera.journeys.texts import FACTS, environment, render
from programme_compiler.facts import Sending
from programme_compiler.problems import Problem, did_you_mean
from programme_compiler.source import Text

_MOVED = {
    "shop.preferences_url": "Write {{ links.preferences }}: each customer has a page of their own for this now."
}
"""What was called otherwise once, and how it is written now."""


_STARTS = {"links.confirm": "AddressChangeRequested", "links.take_back": "AddressChanged"}
"""Which event lends a link."""


def syntax_problem(text: Text) -> Problem | None:
    """What keeps the text from being a template at all."""
    try:
        environment(html=text.ending == "mjml").from_string(text.content)
    except TemplateAssertionError as error:
        return Problem(
            text.path,
            error.lineno,
            1,
            f"the template is not right: {error.message}",
            "Look for a misspelled filter or test.",
        )
    except TemplateSyntaxError as error:
        mend = "See that every {{ has its }}, every {% its %}, and every if its endif."
        return Problem(text.path, error.lineno, 1, f"the template is not right: {error.message}", mend)
    return None


@dataclass(frozen=True, slots=True)
class NamedFact:
    """A fact as a text names it: `order.number` at this position; the fact is empty where a group stands alone."""

    group: str
    fact: str
    position: int

    @property
    def written(self) -> str:
        """As it is written."""
        return f"{self.group}.{self.fact}" if self.fact else self.group


def named_facts(text: Text) -> list[NamedFact]:
    """The facts a text names, each once, but for the names it makes itself."""
    tree = environment(html=text.ending == "mjml").parse(text.content)
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    found: dict[str, NamedFact] = {}
    for group, fact, line in _named(tree):
        written = f"{group}.{fact}" if fact else group
        if group not in own and written not in found:
            found[written] = NamedFact(group, fact, _position(text, written, line))
    return list(found.values())


def unknown_facts(text: Text) -> Iterator[Problem]:
    """Names in the text that no message knows."""
    for named in named_facts(text):
        if named.group not in FACTS:
            what, mend = f"messages know nothing called `{named.group}`", did_you_mean(named.group, FACTS)
        elif not named.fact:
            facts = ", ".join(f"{named.group}.{fact}" for fact in FACTS[named.group])
            what, mend = f"`{named.group}` alone is not a text", f"Write one of its facts: {facts}."
        elif named.fact not in FACTS[named.group]:
            what = f"`{named.group}` has no `{named.fact}`"
            mend = _MOVED.get(named.written) or did_you_mean(named.fact, FACTS[named.group])
        else:
            continue
        yield text.problem(named.position, what, mend)


def facts_not_there(texts: list[Text], sent: list[Sending]) -> Iterator[Problem]:
    """Facts that exist, but not at some step that sends these texts; said once for all texts of the message."""
    missing: dict[str, list[tuple[Text, NamedFact, Sending]]] = {}
    for text in texts:
        for named in named_facts(text):
            at = [sending for sending in sent if named.written not in sending.known.facts]
            if named.fact in FACTS.get(named.group, ()) and at:
                missing.setdefault(named.group, []).append((text, named, at[0]))
    for found in missing.values():
        text, named, sending = found[0]
        what, mend = _not_there(named.written, sending)
        others = len({one.path for one, _, _ in found}) - 1
        too = f" (nor in {others} more of its texts)" if others else ""
        yield text.problem(named.position, what + too, mend)


def rendered(text: Text, facts: Mapping[str, Any]) -> str | Problem:
    """The text with these facts, or why it cannot be rendered with them."""
    try:
        return render(text.content, facts, html=text.ending == "mjml")
    except UndefinedError as error:
        what = f"something is missing when the message is written: {error.message}"
        return text.problem(0, what, "Look for a misspelled name inside a loop, a filter or a set.")
    except SecurityError as error:
        return text.problem(
            0, f"templates must not do this: {error}", "Use only the facts and the simple filters."
        )
    except (TemplateError, TypeError, ValueError, ArithmeticError) as error:
        named = str(error).startswith("No ")
        mend = "Look for a misspelled filter or test." if named else "Try it without filters and sums first."
        return text.problem(0, f"the message cannot be written: {error}", mend)


def _named(tree: nodes.Template) -> Iterator[tuple[str, str, int]]:
    """Every (group, fact) a template reads, and its line; the fact is empty where a group is used by itself."""
    held = set()
    for attribute in tree.find_all(nodes.Getattr):
        if isinstance(attribute.node, nodes.Name):
            held.add(id(attribute.node))
            yield attribute.node.name, attribute.attr, attribute.lineno
    for item in tree.find_all(nodes.Getitem):
        if isinstance(item.node, nodes.Name) and isinstance(item.arg, nodes.Const):
            held.add(id(item.node))
            yield item.node.name, str(item.arg.value), item.lineno
    for name in tree.find_all(nodes.Name):
        if name.ctx == "load" and id(name) not in held:
            yield name.name, "", name.lineno


def _position(text: Text, written: str, line: int) -> int:
    start = sum(len(one) for one in text.content.splitlines(keepends=True)[: line - 1])
    found = re.search(rf"\b{re.escape(written)}\b", text.content[start:])
    return start + found.start() if found else start


def _not_there(written: str, sending: Sending) -> tuple[str, str]:
    where = f"journey {sending.journey} sends this at step {sending.step}"
    if written.startswith("reward."):
        mend = "Put a `reward` step before it on every way there, or take the reward out of the text."
        return f"`{written}` is not sure to be there: {where}, and no reward was surely granted before", mend
    if written == "complaint.answer_by" and "complaint.reference" in sending.known.facts:
        mend = (
            "Put `promise: answer-complaint` before it on every way there, or take the time out of the text."
        )
        return f"`{written}` is not sure to be there: {where}, and nothing was surely promised before", mend
    if recipient_of(sending.starts_on) is not Recipient.CUSTOMER:
        mend = "Take it out: a stranger may read this message, so it knows the shop and its own link alone."
        return (
            f"`{written}` is not there: {where}, which writes to an address that is not the customer's",
            mend,
        )
    if written in _STARTS:
        mend = f"Only journeys that start on {_STARTS[written]} know it: take it out."
        return f"`{written}` is not there: {where}, which starts on {sending.starts_on}", mend
    group = "order" if written == "links.opinion" else written.partition(".")[0]
    causes = [name for name, occasion in OCCASIONS.items() if group in occasion.lends]
    mend = f"Only journeys that start on {' or '.join(causes)} know it: take it out, or send another message there."
    return f"`{written}` is not there: {where}, which starts on {sending.starts_on}", mend
