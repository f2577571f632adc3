"""What a journey's file cannot say of itself: whether its names exist and its steps make sense together."""

from collections.abc import Iterator
from dataclasses import dataclass

from escalera.domain.complaints import ANSWER_PROMISE
from escalera.journeys.conditions import ABOUT_COMPLAINT, ABOUT_ORDER
from escalera.journeys.durations import YEAR, write_duration
from escalera.journeys.file_model import (
    Condition,
    Journey,
    PromiseStep,
    RewardStep,
    SendStep,
    TaskStep,
    WaitForStep,
    WaitStep,
)
from escalera.journeys.numbered import NumberedStep, every_step, longest_way, number_steps
from escalera.journeys.occasions import ABOUT_A_GROUP, MADE_FROM, OCCASIONS
from programme_compiler.problems import Problem, did_you_mean
from programme_compiler.source import JourneySource, Source
from programme_compiler.yaml_files import Place

_DEEPEST = 4
_ABOUT_THE_CAUSE = (
    ("order", ABOUT_ORDER, "Take it out."),
    ("complaint", ABOUT_COMPLAINT, "Ask `has_open_complaint` instead."),
)


def journey_problems(source: Source) -> Iterator[Problem]:
    """All that is wrong with the journeys beyond their fields."""
    for one in source.journeys.values():
        checks = _Checks(source, one, number_steps(one.journey))
        yield from checks.former_names()
        yield from checks.events()
        yield from checks.names()
        yield from checks.conditions()
        yield from checks.branches()
        yield from checks.ends()
        yield from checks.length()


def removed_journey_problems(source: Source) -> Iterator[Problem]:
    """Journeys said to be removed that are there: a rule for them would do nothing."""
    if source.programme is not None:
        for name in source.programme.removed_journeys:
            if name in source.journeys:
                what = f"`{name}` is not removed: its file is in journeys/"
                mend = "Take it out here, or remove the file."
                yield source.programme_file.problem(("removed_journeys", name), what, mend)


def unknown_event(name: str) -> tuple[str, str]:
    """What and mend for an event that journeys cannot see."""
    if name in MADE_FROM:
        what = f"`{name}` is what the shop sends; journeys see what Escalera makes of it"
        return what, f"Write `{MADE_FROM[name]}`."
    return f"no event is called `{name}`", did_you_mean(name, OCCASIONS)


@dataclass(slots=True)
class _Checks:
    source: Source
    one: JourneySource
    steps: tuple[NumberedStep, ...]

    @property
    def journey(self) -> Journey:
        return self.one.journey

    def _problem(self, place: Place, what: str, mend: str) -> Problem:
        return self.one.file.problem(place, what, mend)

    def former_names(self) -> Iterator[Problem]:
        for index, name in enumerate(self.journey.formerly):
            if name in self.source.journeys:
                what = f"`{name}` is a journey of its own, so this one cannot have been called so"
                mend = "Take it out of formerly, or remove the other journey's file."
                yield self._problem(("formerly", index), what, mend)
            others = [
                other.journey.name
                for other in self.source.journeys.values()
                if name in other.journey.formerly
            ]
            if len(others) > 1:
                what = f"{' and '.join(f'`{other}`' for other in sorted(others))} both say that they were called `{name}`"
                yield self._problem(("formerly", index), what, "Leave it in one of them.")

    def events(self) -> Iterator[Problem]:
        start = self.journey.starts_on.event
        if start not in OCCASIONS:
            yield self._problem(("starts_on", "event"), *unknown_event(start))
        yield from self._groups_it_starts_for()
        for index, event in enumerate(self.journey.leaves_on):
            if event not in OCCASIONS:
                yield self._problem(("leaves_on", index), *unknown_event(event))
            elif event == start:
                what = (
                    f"`{event}` both starts this journey and ends it, so it could end before its first step"
                )
                yield self._problem(("leaves_on", index), what, "Take it out of leaves_on.")
        yield from self._goal()
        for numbered in every_step(self.steps):
            if isinstance(numbered.step, WaitForStep):
                yield from self._waits_for_its_own(numbered, numbered.step.wait_for)

    def _groups_it_starts_for(self) -> Iterator[Problem]:
        start = self.journey.starts_on
        if start.event in ABOUT_A_GROUP and start.group is None:
            what = f"{start.event} happens with every group: this journey would start for all of them"
            mend = f"Write `starts_on: {{event: {start.event}, group: ...}}`. {did_you_mean('', self.source.named.get('groups', ()))}"
            yield self._problem(("starts_on", "event"), what, mend.strip())
        if start.group is not None and start.event not in ABOUT_A_GROUP:
            what = f"{start.event} is not about a group"
            mend = "Take `group` out, or ask for it: `if: {group: ...}`."
            yield self._problem(("starts_on", "group"), what, mend)
        for index, group in enumerate(start.group or ()):
            yield from self._known("groups", "group", group, ("starts_on", "group", index))

    def _waits_for_its_own(self, numbered: NumberedStep, event: str) -> Iterator[Problem]:
        place = (*numbered.place, "wait_for")
        start = OCCASIONS.get(self.journey.starts_on.event)
        if event not in OCCASIONS:
            yield self._problem(place, *unknown_event(event))
        elif start is not None and OCCASIONS[event].subject != start.subject:
            known = [
                name for name, one in OCCASIONS.items() if one.subject == start.subject and name != start.name
            ]
            what = f"`{event}` is about {_a(OCCASIONS[event].subject)}, but {start.name} is about {_a(start.subject)}"
            yield self._problem(
                place, what, f"Wait for one of {', '.join(known)}; or use `wait` or a branch."
            )
        elif start is not None and start.subject == "customer" and event == start.name:
            what = f"the journey waits for `{event}`, which has already happened: it started the journey"
            yield self._problem(place, what, "Wait for another event, or for some time.")

    def _goal(self) -> Iterator[Problem]:
        goal, start = self.journey.goal, self.journey.starts_on.event
        if goal is None:
            return
        if goal.event not in OCCASIONS:
            yield self._problem(("goal", "event"), *unknown_event(goal.event))
        elif start in OCCASIONS and start != goal.event:
            subject = OCCASIONS[goal.event].subject
            if subject != "customer" and subject == OCCASIONS[start].subject:
                what = f"`{goal.event}` is about the very {subject} that this journey is about, not about what comes of it"
                yield self._problem(("goal", "event"), what, "Name what the customer does next.")

    def names(self) -> Iterator[Problem]:
        for numbered in every_step(self.steps):
            match numbered.step:
                case SendStep(send=message):
                    yield from self._known("messages", "message", message, (*numbered.place, "send"))
                    yield from self._channels(numbered, message)
                case RewardStep(reward=reward):
                    yield from self._known("rewards", "reward", reward, (*numbered.place, "reward"))
                case TaskStep(team=None, task=kind):
                    what = f"nobody is asked to do the task `{kind}`"
                    mend = f"Add `team: ...`. {did_you_mean('', self.source.named.get('teams', ()))}"
                    yield self._problem((*numbered.place, "task"), what, mend)
                case TaskStep(team=str(team)):
                    yield from self._known("teams", "team", team, (*numbered.place, "team"))
                case PromiseStep():
                    yield from self._promise(numbered, numbered.step)
                case _:
                    pass

    def _known(self, part: str, kind: str, name: str, place: Place) -> Iterator[Problem]:
        known = self.source.named.get(part)
        if known is not None and name not in known:
            where = "a folder in messages/" if part == "messages" else f"it to `{part}` in programme.yaml"
            hint = did_you_mean(name, known)
            mend = f"{hint} Or add {where}." if hint else f"Add {where}."
            yield self._problem(place, f"there is no {kind} called `{name}`", mend)

    def _channels(self, numbered: NumberedStep, name: str) -> Iterator[Problem]:
        message = self.source.messages.get(name)
        via = numbered.step.via if isinstance(numbered.step, SendStep) else None
        for index, channel in enumerate(via or ()):
            if message is not None and channel not in message.terms.channels:
                what = f"the message `{name}` has no text for {channel.value}"
                mend = f"It goes by {', '.join(message.terms.channels)}: leave `via` out, or add the channel to its message.yaml."
                yield self._problem((*numbered.place, "via", index), what, mend)

    def _promise(self, numbered: NumberedStep, step: PromiseStep) -> Iterator[Problem]:
        start = OCCASIONS.get(self.journey.starts_on.event)
        if step.promise == ANSWER_PROMISE:
            if start is not None and start.subject != "complaint":
                what = f"an answer is promised, but {start.name} is not about a complaint"
                yield self._problem(
                    (*numbered.place, "promise"),
                    what,
                    "Start the journey on ComplaintOpened, or promise something else.",
                )
            within = self.source.programme and self.source.programme.complaints.answer_within
            if within and step.due is not None and step.due > within:
                what = f"the answer is promised within {write_duration(step.due)}, but programme.yaml says {write_duration(within)}"
                yield self._problem(
                    (*numbered.place, "due"), what, "Make the two agree (`complaints.answer_within`)."
                )
        elif step.due is None:
            what = f"the promise `{step.promise}` has no time by which it must be kept"
            yield self._problem((*numbered.place, "promise"), what, "Add `due: ...`, such as `due: 2d`.")

    def conditions(self) -> Iterator[Problem]:
        start = OCCASIONS.get(self.journey.starts_on.event)
        if start is None:
            return
        asked: list[tuple[Condition | None, Place]] = [
            (self.journey.starts_on.condition, ("starts_on", "if"))
        ]
        for numbered in every_step(self.steps):
            asked += [
                (way.condition, (*numbered.place, "branch", index, "if"))
                for index, way in enumerate(numbered.ways)
            ]
        for condition, place in asked:
            for inner, where in _all_conditions(condition, place):
                for index, group in enumerate(inner.group or ()):
                    yield from self._known("groups", "group", group, (*where, "group", index))
                for subject, keys, mend in _ABOUT_THE_CAUSE:
                    for key in sorted(keys & inner.model_fields_set) if start.subject != subject else ():
                        what = f"`{key}` asks about the {subject} that started the journey, but {start.name} is not about one"
                        yield self._problem((*where, key), what, mend)

    def branches(self) -> Iterator[Problem]:
        for numbered in every_step(self.steps):
            if numbered.place.count("branch") >= _DEEPEST:
                what = f"branches stand more than {_DEEPEST} deep in each other"
                yield self._problem(numbered.place, what, "Make a journey of its own out of the innermost.")
            seen: list[Condition] = []
            for index, way in enumerate(numbered.ways):
                if way.condition is None:
                    continue
                if any(_covers(earlier, way.condition) for earlier in seen):
                    what = "no customer ever goes this way: an earlier case already takes all of them"
                    place = (*numbered.place, "branch", index, "if")
                    yield self._problem(place, what, "Put the narrower case first, or delete this one.")
                seen.append(way.condition)

    def ends(self) -> Iterator[Problem]:
        for numbered in _last_steps(self.steps):
            match numbered.step:
                case WaitStep():
                    what = "the journey waits, and then nothing follows"
                    yield self._problem(
                        (*numbered.place, "wait"), what, "Delete the wait, or add what comes after it."
                    )
                case WaitForStep(wait_for=event):
                    what = f"the journey waits for {event}, and then nothing follows"
                    yield self._problem(
                        (*numbered.place, "wait_for"), what, "Delete the wait, or add what comes after it."
                    )
                case _:
                    pass
        if not any(
            isinstance(numbered.step, SendStep | TaskStep | RewardStep) for numbered in every_step(self.steps)
        ):
            yield self._problem(
                ("steps",), "this journey does nothing for the customer", "Add a send, a task or a reward."
            )

    def length(self) -> Iterator[Problem]:
        longest = longest_way(self.steps, expires_after=0)
        if longest >= YEAR:
            what = f"with all its waits this journey takes up to {longest // 86_400} days"
            mend = "It must stay under 365, the longest a state machine lives: make the waits shorter, or two journeys of it."
            yield self._problem(("steps",), what, mend)


def _a(noun: str) -> str:
    return f"an {noun}" if noun[0] in "aeiou" else f"a {noun}"


def _last_steps(steps: tuple[NumberedStep, ...]) -> Iterator[NumberedStep]:
    last = steps[-1]
    yield last
    for way in last.ways:
        yield from _last_steps(way.steps)


def _all_conditions(condition: Condition | None, place: Place) -> Iterator[tuple[Condition, Place]]:
    if condition is None:
        return
    yield condition, place
    yield from _all_conditions(condition.none_of, (*place, "not"))
    for index, one in enumerate(condition.any or ()):
        yield from _all_conditions(one, (*place, "any", index))


def _covers(earlier: Condition, later: Condition) -> bool:
    """Whether whoever fits the later condition surely fits the earlier one (not every such pair is seen)."""
    first, second = earlier.normal_form(), later.normal_form()
    return all(
        key in second
        and (
            set(second[key]) <= set(wanted)
            if key in ("class", "group", "rung", "language")
            else second[key] == wanted
        )
        for key, wanted in first.items()
    )
