"""A journey becomes a Step Functions state machine: one visible, named state per step. Pure: journey in, ASL out.

The machine only waits, calls `perform_step` and goes the way of the outcome that comes back; what a step means is
said once, in `escalera.use_cases`. Around each step's state stand at most two more: `… outcome` chooses the way on,
`… hold` waits as many seconds as the outcome says and tries the same step again. A step that fails for good fails the
execution; redriven (`RedriveExecution`), it goes on from that step.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from escalera.contracts import steps as contract
from escalera.domain import errors
from escalera.journeys.file_model import (
    Journey,
    PromiseStep,
    RewardStep,
    SendStep,
    TaskStep,
    WaitForStep,
    WaitStep,
)
from escalera.journeys.numbered import NumberedStep, every_step, longest_way, number_steps

Asl = dict[str, Any]

ENTER = "enter"
FINISH = "finish"
LEFT = "left"
GAVE_UP = "finish as left"


def _named(family: type[errors.EscaleraError]) -> list[str]:
    """The errors of a family by their very names: Step Functions knows of no classes above a class."""
    return sorted(
        name for name, found in vars(errors).items() if isinstance(found, type) and issubclass(found, family)
    )


# With full jitter, pauses last half their bound on average. The first attempts follow each other within minutes.
_HALF_AN_HOUR = 1800
_RETRY = [
    # Somebody has to repair something first: the execution fails at once, and may be redriven then.
    {"ErrorEquals": _named(errors.PermanentError), "MaxAttempts": 0},
    {
        # A later try may succeed, and a throttled send tries on until the message itself expires: about two and a
        # half days, and none of the attempts counts as a failure.
        "ErrorEquals": [*_named(errors.RetryableError), "Lambda.TooManyRequestsException"],
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxDelaySeconds": _HALF_AN_HOUR,
        "MaxAttempts": 250,
        "JitterStrategy": "FULL",
    },
    {
        # Anything nobody foresaw, but a wait whose time is over: a crash, a timeout, a release that cannot even be
        # imported. About a day, in which it may be rolled back.
        "ErrorEquals": ["States.TaskFailed"],
        "IntervalSeconds": 2,
        "BackoffRate": 2,
        "MaxDelaySeconds": _HALF_AN_HOUR,
        "MaxAttempts": 100,
        "JitterStrategy": "FULL",
    },
]
EVENTS_OF_AN_ATTEMPT = 3
"""In an execution's history: scheduled, started, failed."""
LONGEST_HISTORY = 25_000
"""Events; Step Functions ends an execution that has more."""
MOST_ATTEMPTS = sum(int(str(one["MaxAttempts"])) for one in _RETRY)


def compile_journey(journey: Journey, *, perform_step_arn: str, expires_after: int = 7 * 86_400) -> Asl:
    """The journey as Amazon States Language (JSONPath).

    `expires_after`: seconds after which a message that says nothing else is withheld (programme.yaml, `contact`).
    """
    return _Machine(journey, perform_step_arn).compiled(expires_after)


def waits_for(journey: Journey) -> frozenset[str]:
    """The events some step of this journey waits for."""
    return frozenset(
        numbered.step.wait_for
        for numbered in every_step(number_steps(journey))
        if isinstance(numbered.step, WaitForStep)
    )


class _Machine:
    """The states of one journey while they are being put together."""

    def __init__(self, journey: Journey, perform_step_arn: str) -> None:
        self._journey = journey
        self._arn = perform_step_arn
        self._states: dict[str, Asl] = {}
        self._waits: dict[str, int] = {}

    def compiled(self, expires_after: int) -> Asl:
        steps = number_steps(self._journey)
        self._waits = {one.id: one.step.wait for one in every_step(steps) if isinstance(one.step, WaitStep)}
        self._enter(then=steps[0].id, longest=longest_way(steps, expires_after=expires_after))
        self._chain(steps, then=FINISH)
        self._endings()
        return {"Comment": self._journey.about, "StartAt": ENTER, "States": self._states}

    def _enter(self, *, then: str, longest: int) -> None:
        journey = self._journey
        condition = journey.starts_on.condition
        step = contract.EnterStep(
            id=ENTER,
            do="enter",
            kind=journey.kind.value,
            priority=journey.enter.priority,
            once_per=journey.enter.once_per,
            fresh=journey.enter.fresh,
            classes=journey.enter.classes and tuple(one.value for one in journey.enter.classes),
            only_if=None if condition is None else condition.normal_form(),
            groups=journey.starts_on.group,
            leaves_on=journey.leaves_on,
            longest=longest,
        )
        self._perform(step, then=then)

    def _chain(self, steps: Sequence[NumberedStep], *, then: str) -> None:
        following = [numbered.id for numbered in steps[1:]] + [then]
        for numbered, after in zip(steps, following, strict=True):
            self._one(numbered, then=after)

    def _one(self, numbered: NumberedStep, *, then: str) -> None:
        match numbered.step:
            case WaitStep(wait=seconds):
                self._states[numbered.id] = {"Type": "Wait", "Seconds": seconds, "Next": then}
            case WaitForStep():
                self._wait_for(numbered.id, numbered.step, then=then)
            case SendStep() | TaskStep() | RewardStep() | PromiseStep():
                self._perform(_payload_of(numbered, self._journey), then=then)
            case _:
                self._branch(numbered, then=then)

    def _perform(self, step: contract.Step, *, then: str, cases: Sequence[str] = ()) -> None:
        """A step that is done at once, or held, or not at all; `cases`: where its `case-N` lead, `then` its rest."""
        ways = {f"case-{index}": first for index, first in enumerate(cases)}
        rest = "else" if cases else "done"
        told = step.model_copy(
            update={"may_hold": True, "waits": self._waits_behind({**ways, rest: then}) or None}
        )
        self._states[step.id] = {**self._task(told), "Next": f"{step.id} outcome"}
        hold = f"{step.id} hold"
        choices = {"left": LEFT, "hold": hold, **ways}
        self._states[hold] = {"Type": "Wait", "SecondsPath": "$.result.seconds", "Next": step.id}
        self._states[f"{step.id} outcome"] = {
            "Type": "Choice",
            "Choices": [_if_outcome(outcome, following) for outcome, following in choices.items()],
            "Default": then,
        }

    def _waits_behind(self, ways: Mapping[str, str]) -> dict[str, contract.WaitAhead]:
        return {
            outcome: contract.WaitAhead(at=following, seconds=self._waits[following])
            for outcome, following in ways.items()
            if following in self._waits
        }

    def _wait_for(self, name: str, step: WaitForStep, *, then: str) -> None:
        payload = contract.WaitForStep(id=name, do="wait_for", event=step.wait_for, at_most=step.at_most)
        task = self._task(payload, waits=True)
        in_vain = then if step.otherwise == "go_on" else GAVE_UP
        self._states[name] = {
            **task,
            "TimeoutSeconds": step.at_most,
            "Catch": [{"ErrorEquals": ["States.Timeout"], "ResultPath": "$.error", "Next": in_vain}],
            "Next": then,
        }

    def _branch(self, numbered: NumberedStep, *, then: str) -> None:
        cases = [way for way in numbered.ways if way.condition is not None]
        conditions = tuple(way.condition.normal_form() for way in cases if way.condition is not None)
        step = contract.DecideStep(id=numbered.id, do="decide", cases=conditions)
        otherwise = next((way.steps[0].id for way in numbered.ways if way.condition is None), then)
        self._perform(step, then=otherwise, cases=[way.steps[0].id for way in cases])
        for way in numbered.ways:
            self._chain(way.steps, then=then)

    def _endings(self) -> None:
        self._states[FINISH] = {**self._task(_finish(FINISH, "finished")), "End": True}
        if any(
            GAVE_UP in (catch["Next"] for catch in state.get("Catch", ())) for state in self._states.values()
        ):
            self._states[GAVE_UP] = {**self._task(_finish(GAVE_UP, "left")), "End": True}
        self._states[LEFT] = {"Type": "Succeed"}

    def _task(self, step: contract.Step, *, waits: bool = False) -> Asl:
        # Nothing is caught: the execution fails where the step failed, and a redrive goes on from there.
        payload: Asl = {
            "version": contract.VERSION,
            "journey": self._journey.name,
            "customer_id.$": "$.detail.customer_id",
            "event": self._journey.starts_on.event,
            "cause.$": "$.detail",
            "execution.$": "$$.Execution.Id",
            "step": step.model_dump(mode="json", exclude_none=True),
        }
        if waits:
            payload["task_token.$"] = "$$.Task.Token"
        answer: Asl = {"ResultPath": None}  # whoever wakes a waiting step has nothing to say
        if not waits:
            keys = ("outcome", "reason", "seconds")
            answer = {
                "ResultSelector": {f"{key}.$": f"$.Payload.{key}" for key in keys},
                "ResultPath": "$.result",
            }
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::lambda:invoke" + (".waitForTaskToken" if waits else ""),
            "Parameters": {"FunctionName": self._arn, "Payload": payload},
            **answer,
            "Retry": _RETRY,
        }


def _payload_of(numbered: NumberedStep, journey: Journey) -> contract.Step:
    match numbered.step:
        case SendStep(send=message, via=via, expires_after=expires):
            return contract.SendStep(
                id=numbered.id,
                do="send",
                message=message,
                via=via and tuple(channel.value for channel in via),
                expires_after=expires,
                while_complaint_open=journey.while_complaint_open,
            )
        case TaskStep(task=kind, team=team, due=due):
            return contract.TaskStep(id=numbered.id, do="task", kind=kind, team=team, due=due)
        case RewardStep(reward=reward, valid=valid):
            return contract.RewardStep(id=numbered.id, do="reward", reward=reward, valid=valid)
        case PromiseStep(promise=kind, due=due):
            return contract.PromiseStep(id=numbered.id, do="promise", kind=kind, due=due)
        case other:
            message = f"{type(other).__name__} is not a step that perform_step does at once"
            raise TypeError(message)


def _finish(name: str, result: Any) -> contract.FinishStep:
    return contract.FinishStep(id=name, do="finish", result=result)


def _if_outcome(outcome: str, then: str) -> Asl:
    return {"Variable": "$.result.outcome", "StringEquals": outcome, "Next": then}
