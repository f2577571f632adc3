"""Whether each message can be sent as it stands: complete, honest, courteous, and right with every customer."""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path

from escalera.domain.vocabulary import Language, Purpose
from escalera.journeys.sms_text import needs_ucs2, sms_size
from escalera.journeys.texts import FACTS
from programme_compiler import samples
from programme_compiler.courtesy import courtesy_problems
from programme_compiler.facts import ALWAYS, Sending, sendings
from programme_compiler.links import link_problems
from programme_compiler.markup import INCLUDE, markup_problems
from programme_compiler.mjml import Html
from programme_compiler.models import ProgrammeFile
from programme_compiler.problems import Problem
from programme_compiler.source import Message, Source, Text
from programme_compiler.templates import facts_not_there, named_facts, rendered, syntax_problem, unknown_facts

_TITLE = re.compile(r"<mj-title>(.*?)</mj-title>", re.DOTALL)
_PREVIEW = re.compile(r"<mj-preview>(.*?)</mj-preview>", re.DOTALL)
_TEMPLATE_PART = re.compile(r"\{\{.*?\}\}|\{%.*?%\}", re.DOTALL)
_GAP = re.compile(r"\w+ +[,.;:!?](?=\s|$)")
_LONGEST_SUBJECT = 78
"""RFC 5322, 2.1.1: a line should have no more; most mail programs show fewer."""


def subject_of(text: Text) -> str:
    """The subject's template, from the MJML's title; empty when it has none."""
    found = _TITLE.search(text.content)
    return " ".join(unescape(found[1]).split()) if found else ""


def message_problems(source: Source) -> Iterator[Problem]:
    """All that is wrong with the messages' texts."""
    if source.programme is None:
        return
    sent = sendings(source)
    for message in source.messages.values():
        here = sent.get(message.name, [])
        whole = [text for text in message.texts if syntax_problem(text) is None]
        not_there = list(facts_not_there(whole, here))
        yield from not_there
        yield from _says_that_it_sells(message, whole)
        for text in message.texts:
            check = _Check(source, source.programme, message, text, here, all_there=not not_there)
            yield from check.problems()


@dataclass(slots=True)
class _Check:
    source: Source
    programme: ProgrammeFile
    message: Message
    text: Text
    sent: list[Sending]
    all_there: bool
    """Whether every fact the message names is there wherever it is sent."""
    whole: Text = field(init=False)
    """The text with the parts it includes: they are rendered, and keep promises, together."""

    def __post_init__(self) -> None:
        self.whole = Text(self.text.path, self.text.language, self.text.ending, self._with_includes())

    def problems(self) -> Iterator[Problem]:
        wrong = syntax_problem(self.text)
        if wrong:
            yield wrong
            return
        unknown = list(unknown_facts(self.text))
        yield from unknown
        if syntax_problem(self.whole) is None:  # else a part is wrong, and says so itself
            if self.all_there and not unknown and self._brand_is_known():
                yield from self._renders()
            yield from self._keeps_faith()
            yield from self._includes_what_is_there()
        yield from courtesy_problems(self.text)
        yield from link_problems(self.text, self._longest())
        if self.text.ending == "mjml":
            yield from markup_problems(self.text, self.source.root)
            yield from self._heads()

    def _longest(self) -> dict[str, object]:
        return dict(samples.longest(self.programme, self.text.language, self._rewards()))

    def _rewards(self) -> frozenset[str]:
        return frozenset(name for sending in self.sent for name in sending.known.rewards)

    def _renders(self) -> Iterator[Problem]:
        short = samples.shortest(self.programme, self.text.language, self._rewards())
        for facts in (short, self._longest()):
            result = rendered(self.whole, facts)
            if isinstance(result, Problem):
                yield result
                return
        if self.text.ending == "sms" and isinstance(result, str):
            yield from self._fits_one_segment(" ".join(result.split()))
        yield from self._reads_well_without_a_name(rendered(self.text, short))

    def _reads_well_without_a_name(self, written: str | Problem) -> Iterator[Problem]:
        position = self.text.content.find("customer.name")
        if position < 0 or isinstance(written, Problem):
            return
        gap = _GAP.search(re.sub(r"<[^<>]*>", "", written))
        if gap:
            what = f"for a customer whose name is not known this reads `{' '.join(gap[0].split(' '))}`"
            mend = "Keep the name and its comma together: {% if customer.name %}, {{ customer.name }}{% endif %}."
            yield self.text.problem(position, what, mend)

    def _fits_one_segment(self, sms: str) -> Iterator[Problem]:
        size = sms_size(sms)
        # A link into the customer's pages alone is longer than one: where it is the point of the text, two are paid for.
        carries_link = any(one.group == "links" for one in named_facts(self.text))
        if size.segments <= 1 + carries_link:
            return
        what = f"the text message takes {size.units} signs with long values, and {size.room} fit into one"
        mend = f"Shorten it by {size.units - size.room}."
        odd = needs_ucs2(sms)
        if odd:
            own = "".join(sign for sign in odd if sign in self.text.content)
            source = "its own words" if own else "the reward's text or a date"
            mend += f" Or do without {' '.join(odd)} (in {source}): then 160 signs fit instead of 70."
        yield self.text.problem(0, what, mend)

    def _heads(self) -> Iterator[Problem]:
        subject = subject_of(self.text)
        if not subject:
            yield self.text.problem(
                0, "the e-mail has no subject", "Write it in the head: <mj-title>...</mj-title>."
            )
        else:
            title = Text(self.text.path, self.text.language, "txt", subject)
            written = rendered(title, self._longest())
            if isinstance(written, str) and len(written) > _LONGEST_SUBJECT:
                position = self.text.content.find("<mj-title>")
                what = f"the subject has {len(written)} letters with long values"
                yield self.text.problem(
                    position, what, f"Make it {_LONGEST_SUBJECT} at most; the first 40 are what people see."
                )
        if not _PREVIEW.search(self.text.content):
            mend = "Write in the head: <mj-preview>...</mj-preview>, the line that stands beside the subject."
            yield self.text.problem(0, "the e-mail has no preview line", mend)

    def _keeps_faith(self) -> Iterator[Problem]:
        """Integrity (doctrine S7): a way out of every mail the customer did not ask for, and offers that say their end."""
        named = {one.written for one in named_facts(self.whole)}
        unasked = self.text.ending != "sms" and self.message.terms.purpose is not Purpose.SERVICE
        if unasked and not named & {"links.preferences", "links.unsubscribe"}:
            what = f"a {self.message.terms.purpose.value} message shows no way to choose or to stop"
            yield self.text.problem(
                0, what, "Add a link to {{ links.preferences }} or {{ links.unsubscribe }} (S7)."
            )
        if not any(one.startswith("reward.") for one in named):
            return
        for fact, missing in (("code", "its code"), ("valid_until", "the last day it is valid")):
            if f"reward.{fact}" not in named:
                yield self.text.problem(
                    0, f"the message offers a reward but not {missing}", f"Add {{{{ reward.{fact} }}}} (S7)."
                )

    def _includes_what_is_there(self) -> Iterator[Problem]:
        """Shared parts name links into the customer's pages: a message to an address that is not theirs must go without."""
        own = {one.written for one in named_facts(self.text)}
        for named in named_facts(self.whole):
            there = all(named.written in sending.known.facts for sending in self.sent)
            if there or named.written in own or named.written not in ALWAYS.facts:
                continue
            [sending, *_] = [one for one in self.sent if named.written not in one.known.facts]
            what = f"a part that this message includes names `{named.written}`, but journey {sending.journey} sends it to an address that is not the customer's"
            yield self.text.problem(
                0, what, "Write what it needs of that part into the message, without the link."
            )

    def _with_includes(self) -> str:
        if self.text.ending != "mjml":
            return self.text.content
        folder = self._folder()
        return INCLUDE.sub(lambda found: _part(folder / found[1]) + found[0], self.text.content)

    def _brand_is_known(self) -> bool:
        """Whether the shared parts name nothing unknown: they say so themselves, once for all messages."""
        brand = (self.source.root / "brand").resolve()
        parts = [(self._folder() / found[1]).resolve() for found in INCLUDE.finditer(self.text.content)]
        shared = [part for part in parts if self.text.ending == "mjml" and brand in part.parents]
        texts = [Text(self.text.path, self.text.language, "mjml", _part(part)) for part in shared]
        return not any(any(unknown_facts(text)) for text in texts)

    def _folder(self) -> Path:
        return (self.source.root / self.text.path).parent


def _says_that_it_sells(message: Message, texts: list[Text]) -> Iterator[Problem]:
    """Serve first, sell second (doctrine L10): an offer in a message that claims to be none would pass every rule."""
    by = next((text for text in texts if any(one.group == "reward" for one in named_facts(text))), None)
    if by is None or message.terms.sells:
        return
    what = f"the message offers a reward (in {by.path.name}) and says that it does not sell"
    mend = "Write `purpose: promotion` and `sells: true`, or take the reward out of its texts (L10, S7)."
    yield message.file.problem(("sells",), what, mend)


def html_problems(source: Source, html: Mapping[Path, Html]) -> Iterator[Problem]:
    """E-mails that are right before MJML and not after it: what stands between two elements it drops in silence."""
    for message in source.messages.values():
        for text in message.texts:
            broken = syntax_problem(text) or next(markup_problems(text, source.root), None)
            if broken or text.path not in html or html[text.path].problems:
                continue
            written = Counter(_TEMPLATE_PART.findall(_without_comments(text.content)))
            dropped = written - Counter(_TEMPLATE_PART.findall(html[text.path].html))
            for part in sorted(dropped, key=_closes)[:1]:
                what = f"MJML drops `{part}`, for it stands between two elements"
                mend = "Put it inside the text of one element, or into one of its own: <mj-raw>...</mj-raw>."
                yield text.problem(text.content.find(part), what, mend)


def _closes(part: str) -> bool:
    return part.lstrip("{%- ").startswith(("end", "el"))


def brand_problems(source: Source) -> Iterator[Problem]:
    """What is wrong with the parts that e-mails share: they know the shop and the customer, and nothing else."""
    if source.programme is None:
        return
    for path in sorted((source.root / "brand").rglob("*.mjml")):
        named = path.name.split(".")
        language = next(
            (one for one in Language if one.value in named), source.programme.shop.default_language
        )
        text = Text(path.relative_to(source.root), language, "mjml", path.read_text(encoding="utf-8"))
        wrong = syntax_problem(text)
        if wrong:
            yield wrong
            continue
        yield from unknown_facts(text)
        yield from markup_problems(text, source.root)
        for fact in named_facts(text):
            if fact.fact in FACTS.get(fact.group, ()) and fact.written not in ALWAYS.facts:
                what = f"`{fact.written}` is not known in every e-mail, and this part belongs to all of them"
                yield text.problem(fact.position, what, "Write it in the messages that know it.")
        yield from link_problems(text, samples.longest(source.programme, language, ()))


def _part(path: Path) -> str:
    # A missing part is MJML's to report; here it only adds nothing.
    if not path.is_file():
        return ""
    return _without_comments(path.read_text(encoding="utf-8"))


def _without_comments(content: str) -> str:
    return re.sub(r"<!--.*?-->", "", content, flags=re.DOTALL)
