"""The Jinja of a text: its syntax, the facts it names, and what it becomes with sample facts."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from jinja2 import TemplateError, TemplateSyntaxError, nodes
from jinja2.exceptions import SecurityError, TemplateAssertionError, UndefinedError

from escalera.journeys.texts import FACTS, environment, render
from programme_compiler.facts import Sending, facts_of
from programme_compiler.problems import Problem, did_you_mean
from programme_compiler.source import Text


def syntax_problem(text: Text) -> Problem | None:
    """What keeps the text from being a template at all."""
    try:
        environment(html=text.ending == "mjml").parse(text.content)
    except TemplateAssertionError as error:
        return Problem(
            text.path,
            error.lineno,
            1,
            f"the template is not right: {error.message}",
            "Look for a misspelled filter.",
        )
    except TemplateSyntaxError as error:
        mend = "See that every {{ has its }}, every {% its %}, and every if its endif."
        return Problem(text.path, error.lineno, 1, f"the template is not right: {error.message}", mend)
    return None


def fact_problems(text: Text, sent: list[Sending]) -> Iterator[Problem]:
    """Facts the text names that do not exist, or are not there at some step that sends it."""
    tree = environment(html=text.ending == "mjml").parse(text.content)
    own = {name.name for name in tree.find_all(nodes.Name) if name.ctx in ("store", "param")}
    told = set()
    for group, fact, line in _named(tree):
        if group in own or (group, fact) in told:
            continue
        told.add((group, fact))
        written = f"{group}.{fact}" if fact else group
        position = _position(text, written, line)
        if group not in FACTS:
            yield text.problem(
                position, f"messages know nothing called `{group}`", did_you_mean(group, FACTS)
            )
        elif not fact:
            what = f"`{group}` alone is not a text"
            yield text.problem(
                position,
                what,
                f"Write one of its facts: {', '.join(f'{group}.{one}' for one in FACTS[group])}.",
            )
        elif fact not in FACTS[group]:
            yield text.problem(position, f"`{group}` has no `{fact}`", did_you_mean(fact, FACTS[group]))
        else:
            for sending in sent:
                if written not in sending.known.facts:
                    yield text.problem(position, *_not_there(written, sending))
                    break


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
        return text.problem(
            0, f"the message cannot be written: {error}", "Try it without filters and sums first."
        )


def names_fact(text: Text, group: str, fact: str) -> bool:
    """Whether the text names this fact."""
    tree = environment(html=False).parse(text.content)
    return any((one, other) == (group, fact) for one, other, _ in _named(tree))


def all_fact_names() -> frozenset[str]:
    """Every fact there is."""
    return facts_of(*FACTS)


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
    where = f"journey {sending.journey} sends this message at step {sending.step}"
    if written.startswith("reward."):
        mend = "Put a `reward` step before it on every way there, or take the reward out of the text."
        return f"`{written}` is not sure to be there: {where}, and no reward was surely granted before", mend
    if written == "complaint.answer_by" and "complaint.reference" in sending.known.facts:
        mend = "Put `promise: answer-complaint` before it, or take the time out of the text."
        return f"`{written}` is not sure to be there: {where}, and nothing was promised before", mend
    group = written.partition(".")[0]
    causes = {
        "order": "PurchaseRecorded",
        "silence": "CustomerWentQuiet",
        "complaint": "ComplaintOpened or ComplaintClosed",
    }
    mend = f"Only journeys that start on {causes[group]} know it: take it out, or send another message there."
    return f"`{written}` is not there: {where}, which starts on {sending.starts_on}", mend
