"""The programme, checked and compiled to what handlers read: one JSON, and the texts ready for Jinja."""

import json
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from escalera.domain.vocabulary import GroupName, JourneyName, Language, MessageName, SubjectName
from escalera.journeys.file_model import Journey, WaitForStep
from escalera.journeys.graph import graphs_to_json
from escalera.journeys.numbered import every_step, longest_way, number_steps
from escalera.journeys.programme import (
    ClassTerms,
    GoalTerms,
    GroupTerms,
    JourneyTerms,
    MessageTerms,
    OpinionTerms,
    Policy,
    Programme,
    RewardTerms,
    Shop,
    TeamTerms,
)
from programme_compiler.check import Checked, checked, in_folder
from programme_compiler.graphs import graph_of
from programme_compiler.message_checks import subject_of
from programme_compiler.models import InEveryLanguage, ProgrammeFile
from programme_compiler.page_style import page_style
from programme_compiler.problems import Problem
from programme_compiler.samples import shop_facts
from programme_compiler.source import Message, read_source

_PACKAGE_TEXT = '"""The shop\'s programme, compiled: made by the build, not to be edited."""\n'


class ProgrammeRefusedError(Exception):
    """The programme has problems, so nothing was written."""

    def __init__(self, problems: list[Problem]) -> None:
        super().__init__("\n".join(str(problem) for problem in problems))
        self.problems = problems


def compile_programme(source: Path, package: Path) -> Programme:
    """Check the programme in `source` and write the Python package in the folder `package`: same input, same bytes.

    Raises ProgrammeRefusedError, before anything is written, when there is any problem.
    """
    result = checked(source)
    if result.problems or result.source.programme is None:
        raise ProgrammeRefusedError(in_folder(source, result.problems))
    programme = _programme(result, result.source.programme)
    _write(result, programme, package)
    return programme


def load_journeys(source: Path) -> dict[str, Journey]:
    """The journeys of a programme that passes its checks, by name: for the infrastructure to compile."""
    result = checked(source)
    if result.problems:
        raise ProgrammeRefusedError(in_folder(source, result.problems))
    return {name: one.journey for name, one in result.source.journeys.items()}


def load_policy(source: Path) -> tuple[ProgrammeFile, Policy]:
    """What programme.yaml says, alone: for tools that need neither journeys nor messages.

    Raises ProgrammeRefusedError when the file does not fit.
    """
    found = read_source(source)
    if found.programme is None:
        raise ProgrammeRefusedError(in_folder(source, found.problems))
    return found.programme, _policy(found.programme)


def _write(result: Checked, programme: Programme, package: Path) -> None:
    if package.exists():
        shutil.rmtree(package)
    package.mkdir(parents=True)
    (package / "__init__.py").write_text(_PACKAGE_TEXT, encoding="utf-8")
    graphs = [graph_of(one.journey) for _, one in sorted(result.source.journeys.items())]
    _write_json(package / "programme.json", programme.to_json())
    _write_json(package / "graphs.json", graphs_to_json(graphs))
    pages = package / "pages"
    pages.mkdir()
    (pages / "brand.css").write_text(page_style(result.source.root), encoding="utf-8")
    for message in result.source.messages.values():
        folder = package / "messages" / message.name
        folder.mkdir(parents=True)
        for text in message.texts:
            ending = "html" if text.ending == "mjml" else text.ending
            content = result.html[text.path].html if text.ending == "mjml" else text.content.strip() + "\n"
            (folder / f"{text.language.value}.{ending}").write_text(content, encoding="utf-8")


def _write_json(path: Path, data: Mapping[str, Any]) -> None:
    written = json.dumps(data, ensure_ascii=False, indent=1, sort_keys=True)
    path.write_text(written + "\n", encoding="utf-8")


def _programme(result: Checked, file: ProgrammeFile) -> Programme:
    policy = _policy(file)
    return Programme(
        shop=Shop(
            **shop_facts(file),
            default_language=file.shop.default_language,
            default_time_zone=file.shop.default_time_zone,
            currency=file.shop.currency,
            exchange_rates={code: str(rate) for code, rate in sorted(file.shop.exchange_rates.items())},
        ),
        policy=policy,
        journeys={
            name: _journey(one.journey, policy) for name, one in sorted(result.source.journeys.items())
        },
        messages={name: _message(message) for name, message in sorted(result.source.messages.items())},
        rewards={
            name: RewardTerms(
                name=name,
                text=_words(reward.text),
                code_prefix=reward.code,
                valid=reward.valid,
            )
            for name, reward in sorted(file.rewards.items())
        },
        teams={name: TeamTerms(name=name, email=email) for name, email in sorted(file.teams.items())},
        classes=ClassTerms(window=file.classes.window, a=file.classes.a, b=file.classes.b),
        # In the file's own order: that is the order of the card.
        groups=tuple(
            GroupTerms(
                name=GroupName(name),
                about=group.about,
                doctrine=group.doctrine,
                who=group.who.normal_form(file.shop.currency),
            )
            for name, group in file.groups.items()
        ),
        targets=file.targets.model_dump(exclude_none=True),
        # In the file's own order: that is the order of the pages on which people choose.
        causes={name: _words(text) for name, text in file.complaints.causes.items()},
        opinions=OpinionTerms(
            low=file.opinions.low, high=file.opinions.high, review_url=file.opinions.review_url or ""
        ),
        subjects={SubjectName(name): _words(text) for name, text in file.subjects.items()},
        removed_journeys=dict(sorted(file.removed_journeys.items())),
    )


def _words(text: InEveryLanguage) -> dict[Language, str]:
    return {language: getattr(text, language.value) for language in Language}


def _policy(file: ProgrammeFile) -> Policy:
    contact, rhythm = file.contact, file.rhythm
    quiet_from, quiet_to = contact.quiet_hours.span if contact.quiet_hours else (None, None)
    return Policy(
        channels=contact.channels,
        needs_consent=file.asked_for(),
        quiet_from=quiet_from,
        quiet_to=quiet_to,
        cap_messages=contact.frequency_cap.messages,
        cap_within=contact.frequency_cap.within,
        holdout_share=contact.holdout.share,
        holdout_salt=contact.holdout.salt,
        settle_after=contact.settle_after,
        expires_after=contact.expires_after,
        typical_gap=rhythm.typical_gap,
        worth_gaps=rhythm.worth_gaps,
        unusual=rhythm.unusual,
        at_least=rhythm.at_least,
        frequent_from_orders=file.ladder.frequent_from_orders,
        alive_below=rhythm.alive_below,
        answer_within=file.complaints.answer_within,
    )


def _journey(journey: Journey, policy: Policy) -> JourneyTerms:
    steps = number_steps(journey)
    return JourneyTerms(
        name=JourneyName(journey.name),
        kind=journey.kind,
        starts_on=journey.starts_on.event,
        leaves_on=frozenset(journey.leaves_on),
        waits_for=frozenset(
            one.step.wait_for for one in every_step(steps) if isinstance(one.step, WaitForStep)
        ),
        while_complaint_open=journey.while_complaint_open,
        priority=journey.enter.priority,
        once_per=journey.enter.once_per,
        fresh=journey.enter.fresh,
        classes=journey.enter.classes,
        longest=longest_way(steps, expires_after=policy.expires_after),
        about=journey.about,
        goal=None if journey.goal is None else GoalTerms(journey.goal.event, journey.goal.within),
        earlier_names=tuple(map(JourneyName, journey.formerly)),
    )


def _message(message: Message) -> MessageTerms:
    return MessageTerms(
        name=MessageName(message.name),
        purpose=message.terms.purpose,
        sells=message.terms.sells,
        channels=message.terms.channels,
        subjects={text.language: subject_of(text) for text in message.texts if text.ending == "mjml"},
        about=message.terms.about,
        subject=None if message.terms.subject is None else SubjectName(message.terms.subject),
    )
