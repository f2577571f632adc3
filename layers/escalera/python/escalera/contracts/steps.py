"""The contract between a journey's state machine and `perform_step`: one step in, one outcome back.

A running journey keeps the definition it started with, perhaps for months, so a released payload must be
understood for ever: within a version only optional fields are added (`tests/contract/step_payloads/` keeps one
of each). Unknown fields are ignored, so a journey compiled a release later still runs while a deploy is under way.
All durations are whole seconds.
"""

from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Channel = Literal["email", "sms"]
Kind = Literal["service", "relationship", "promotion"]
Seconds = Annotated[int, Field(ge=0)]

VERSION = 1


class _Wire(BaseModel):
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class WaitAhead(_Wire):
    """A plain wait, at which the state machine arrives by itself."""

    at: str
    """Its id."""
    seconds: Seconds


class _Step(_Wire):
    id: str
    """Where the step stands in its journey, such as `3.1.2-send-comeback-offer`; stable for one execution."""
    waits: dict[str, WaitAhead] | None = None
    """The wait that follows, by outcome: `done` (which stands for `withheld`, too), `case-N` or `else`."""
    may_hold: Literal[True] | None = None
    """The state machine knows what to do with `hold`. For a send it always did."""

    def wait_after(self, outcome: str) -> WaitAhead | None:
        """The wait that begins with this outcome; None where the next step is asked at once, or nothing was said."""
        return (self.waits or {}).get("done" if outcome == "withheld" else outcome)


class EnterStep(_Step):
    """Claim the entry, or answer `left` because this customer does not enter (again)."""

    do: Literal["enter"]
    kind: Kind
    priority: int = 0
    once_per: Seconds | None = None
    """None: once per cause; else at most once in this many seconds."""
    fresh: Seconds | None = None
    """A cause older than this does not enter; None: any age does."""
    classes: tuple[Literal["A", "B", "C"], ...] | None = None
    only_if: dict[str, Any] | None = None
    """The condition of `starts_on`, in the form `escalera.journeys.conditions` reads."""
    groups: tuple[str, ...] | None = None
    """The group that the cause is about must be one of these; None: it is about no group."""
    leaves_on: tuple[str, ...] = ()
    longest: Seconds
    """No entry can still be open after this long."""


class SendStep(_Step):
    """Send a message through the contact policy."""

    do: Literal["send"]
    message: str
    via: tuple[Channel, ...] | None = None
    """The channels to try, first one first; None: those of the message."""
    expires_after: Seconds | None = None
    """Counted from when the step was first tried; None: the programme's."""
    while_complaint_open: Literal["hold", "withhold"] = "withhold"


class TaskStep(_Step):
    """Ask a team to do something in person."""

    do: Literal["task"]
    kind: str
    team: str | None = None
    due: Seconds | None = None


class RewardStep(_Step):
    """Grant a reward with its own code."""

    do: Literal["reward"]
    reward: str
    valid: Seconds | None = None
    """None: as long as the programme says for this reward."""


class PromiseStep(_Step):
    """Record a promise with a due time, to be watched."""

    do: Literal["promise"]
    kind: str
    due: Seconds | None = None
    """None: the programme's time for this kind of promise."""


class DecideStep(_Step):
    """Answer `case-N` for the first condition that holds, or `else`."""

    do: Literal["decide"]
    cases: tuple[dict[str, Any], ...]


class WaitForStep(_Step):
    """Keep the task token until the event about the same order or complaint comes."""

    do: Literal["wait_for"]
    event: str
    at_most: Seconds


class FinishStep(_Step):
    """Close the entry."""

    do: Literal["finish"]
    result: Literal["finished", "failed", "left"]
    """`left`: a `wait_for` with `otherwise: leave` waited in vain."""


Step = Annotated[
    EnterStep | SendStep | TaskStep | RewardStep | PromiseStep | DecideStep | WaitForStep | FinishStep,
    Field(discriminator="do"),
]


class StepPayloadV1(_Wire):
    """What a state machine hands to `perform_step`."""

    version: Literal[1]
    journey: str
    customer_id: str
    cause: dict[str, Any]
    """The detail of the Escalera event that started the journey, and its name under `event`."""
    execution: str
    """The ARN of the running execution."""
    task_token: str | None = None
    step: Step

    @model_validator(mode="before")
    @classmethod
    def _name_the_cause(cls, data: Any) -> Any:
        # A state machine can hand on `$.detail` as it is but cannot add a key to it,
        # so on the wire the event's name stands beside the cause.
        if isinstance(data, dict) and "event" in data and isinstance(data.get("cause"), dict):
            return {**data, "cause": {**data["cause"], "event": data["event"]}}
        return data

    @model_validator(mode="after")
    def _is_whole(self) -> Self:
        if not isinstance(self.cause.get("event"), str):
            message = "the cause names no event: give its detail-type as `event`"
            raise ValueError(message)  # noqa: TRY004 - pydantic collects ValueErrors only
        if self.step.do == "wait_for" and self.task_token is None:
            message = "a wait_for step needs the task_token that will wake its journey"
            raise ValueError(message)
        return self

    @property
    def event(self) -> str:
        """The name of the event that started the journey."""
        return str(self.cause["event"])


class StepOutcomeV1(_Wire):
    """What `perform_step` answers. Every field is always written: the state machine reads them by path."""

    outcome: Annotated[str, Field(pattern=r"^(done|withheld|hold|left|else|case-\d+)$")]
    reason: str = ""
    seconds: Seconds = 0

    @model_validator(mode="after")
    def _hold_says_how_long(self) -> Self:
        if (self.outcome == "hold") != (self.seconds > 0):
            message = "hold, and only hold, says for how many seconds (at least 1)"
            raise ValueError(message)
        return self

    @classmethod
    def done(cls) -> Self:
        """Done, or already done before."""
        return cls(outcome="done")

    @classmethod
    def withheld(cls, reason: str) -> Self:
        """Decided not to send; the journey goes on."""
        return cls(outcome="withheld", reason=reason)

    @classmethod
    def hold(cls, seconds: int, reason: str) -> Self:
        """Try this same step again after so many seconds."""
        return cls(outcome="hold", seconds=max(1, seconds), reason=reason)

    @classmethod
    def left(cls, reason: str) -> Self:
        """The customer is not (any more) in this journey: it ends here."""
        return cls(outcome="left", reason=reason)

    @classmethod
    def case(cls, index: int | None) -> Self:
        """Take the branch's case of this index; None: its `else`."""
        return cls(outcome="else" if index is None else f"case-{index}")
