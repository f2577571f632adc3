"""A journey file, as the shop writes it (programme/journeys/*.yaml), checked field by field.

Build time only: handlers read the compiled programme (`escalera.journeys.programme`) and step payloads instead.
"""

from typing import Annotated, Any, Literal

from pydantic import (
    BeforeValidator,
    Discriminator,
    Field,
    GetJsonSchemaHandler,
    StrictBool,
    StrictInt,
    Tag,
    model_validator,
)
from pydantic_core import CoreSchema

from escalera.domain.vocabulary import AbcClass, Language, MessageChannel, Purpose, Rung
from escalera.journeys.doctrine import Rule
from escalera.journeys.fields import (
    NOT_EMPTY,
    ONE_NAME_OR_MORE,
    Channels,
    Classes,
    EventName,
    FileModel,
    LongerThanNothing,
    Name,
    Prose,
    Unique,
    as_list,
    some_of,
)

DAY = 86_400


class OrderCount(FileModel):
    """How many orders the customer has placed, the present one included."""

    at_least: Annotated[StrictInt, Field(ge=0)] | None = None
    at_most: Annotated[StrictInt, Field(ge=0)] | None = None

    @model_validator(mode="after")
    def _leaves_room(self) -> "OrderCount":
        if self.at_least is None and self.at_most is None:
            message = "say at_least, at_most or both"
            raise ValueError(message)
        if self.at_least is not None and self.at_most is not None and self.at_least > self.at_most:
            message = "at_least is more than at_most, so no customer ever fits"
            raise ValueError(message)
        return self


class ConsentAsked(FileModel):
    """A consent the customer has given; without a channel, on any."""

    purpose: Purpose
    channel: MessageChannel | None = None


Groups = Annotated[tuple[Name, ...], BeforeValidator(as_list), *NOT_EMPTY, Unique, ONE_NAME_OR_MORE]
"""Groups of programme.yaml, any of them."""


class Condition(FileModel):
    """What must be true of the customer: every key given must hold."""

    abc_class: some_of(AbcClass) = Field(None, alias="class")  # type: ignore[valid-type]
    group: Groups | None = None
    rung: some_of(Rung) = None  # type: ignore[valid-type]
    language: some_of(Language) = None  # type: ignore[valid-type]
    orders: OrderCount | None = None
    quiet: StrictBool | None = None
    has_open_complaint: StrictBool | None = None
    consents: ConsentAsked | None = None
    complaint_answered: StrictBool | None = None
    order_delivered: StrictBool | None = None
    order_returned: StrictBool | None = None
    none_of: "Condition | None" = Field(None, alias="not")
    any: Annotated[tuple["Condition", ...], *NOT_EMPTY] | None = None

    @model_validator(mode="after")
    def _asks_something(self) -> "Condition":
        if not self.model_fields_set:
            message = "an empty condition always holds: name what must be true, or leave the condition out"
            raise ValueError(message)
        return self

    def normal_form(self) -> dict[str, Any]:
        """Plain JSON for `escalera.journeys.conditions`."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)


class SendStep(FileModel):
    """Send a message, if the contact policy lets it."""

    send: Name
    via: Channels | None = None
    expires_after: LongerThanNothing | None = None


class WaitStep(FileModel):
    """Let time pass."""

    wait: LongerThanNothing


class WaitForStep(FileModel):
    """Wait until something happens to the same order or complaint, but not for ever."""

    wait_for: EventName
    at_most: LongerThanNothing = 30 * DAY
    otherwise: Literal["go_on", "leave"] = "go_on"


class TaskStep(FileModel):
    """Ask a team to do something in person."""

    task: Name
    team: Name | None = None
    due: LongerThanNothing | None = None


class RewardStep(FileModel):
    """Grant a reward with a code of its own."""

    reward: Name
    valid: LongerThanNothing | None = None


class PromiseStep(FileModel):
    """Record a promise, which is watched from then on."""

    promise: Name
    due: LongerThanNothing | None = None


class Case(FileModel):
    """Steps for those of whom the condition holds."""

    condition: Condition = Field(alias="if")
    then: Annotated[tuple["Step", ...], *NOT_EMPTY]


class Otherwise(FileModel):
    """Steps for everybody else."""

    steps: Annotated[tuple["Step", ...], *NOT_EMPTY] = Field(alias="else")


CaseOrElse = Annotated[
    Annotated[Case, Tag("<if>")] | Annotated[Otherwise, Tag("<else>")],
    Discriminator(lambda value: "<else>" if isinstance(value, Otherwise) or _has(value, "else") else "<if>"),
]


class BranchStep(FileModel):
    """Go the way of the first case whose condition holds."""

    branch: Annotated[tuple[CaseOrElse, ...], *NOT_EMPTY]

    @model_validator(mode="after")
    def _else_comes_last(self) -> "BranchStep":
        elses = [index for index, case in enumerate(self.branch) if isinstance(case, Otherwise)]
        if elses and elses != [len(self.branch) - 1]:
            message = "`else` stands last and only once: what comes after it is never reached"
            raise ValueError(message)
        if elses == [0]:
            message = "a branch with only an `else` decides nothing: write its steps without the branch"
            raise ValueError(message)
        return self

    @property
    def cases(self) -> tuple[Case, ...]:
        """The cases with a condition, in order."""
        return tuple(case for case in self.branch if isinstance(case, Case))

    @property
    def otherwise(self) -> "tuple[Step, ...]":
        """The steps for everybody else; empty: go on after the branch."""
        last = self.branch[-1]
        return last.steps if isinstance(last, Otherwise) else ()


VERBS: dict[str, type[FileModel]] = {
    "send": SendStep,
    "wait": WaitStep,
    "wait_for": WaitForStep,
    "branch": BranchStep,
    "task": TaskStep,
    "reward": RewardStep,
    "promise": PromiseStep,
}


def _has(value: Any, key: str) -> bool:
    return isinstance(value, dict) and key in value


def _verb_of(value: Any) -> str | None:
    for verb, model in VERBS.items():
        if isinstance(value, model) or _has(value, verb):
            return f"<{verb}>"
    return None


Step = Annotated[
    Annotated[SendStep, Tag("<send>")]
    | Annotated[WaitStep, Tag("<wait>")]
    | Annotated[WaitForStep, Tag("<wait_for>")]
    | Annotated[BranchStep, Tag("<branch>")]
    | Annotated[TaskStep, Tag("<task>")]
    | Annotated[RewardStep, Tag("<reward>")]
    | Annotated[PromiseStep, Tag("<promise>")],
    Discriminator(
        _verb_of,
        custom_error_type="no_verb",
        custom_error_message="a step says one of: " + ", ".join(VERBS),
    ),
]


class Start(FileModel):
    """The event that starts the journey, and whom it concerns."""

    event: EventName
    group: Groups | None = Field(
        None, description="For GroupJoined and GroupLeft: which group, or which ones"
    )
    condition: Condition | None = Field(None, alias="if")

    @model_validator(mode="before")
    @classmethod
    def _read_short_form(cls, value: Any) -> Any:
        return {"event": value} if isinstance(value, str) else value

    @classmethod
    def __get_pydantic_json_schema__(
        cls, schema: CoreSchema, handler: GetJsonSchemaHandler
    ) -> dict[str, Any]:
        """Either the event's name, or the long form."""
        return {"anyOf": [{"type": "string"}, handler.resolve_ref_schema(handler(schema))]}


class Enter(FileModel):
    """Who enters, how often, and which journey comes first."""

    once_per: LongerThanNothing | None = None
    priority: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    fresh: LongerThanNothing | None = None
    classes: Classes | None = None


class Goal(FileModel):
    """What the journey is for: who reaches it is counted, nothing else follows from it."""

    event: EventName = Field(
        description="An event about the customer or a later order, such as PurchaseRecorded"
    )
    within: LongerThanNothing = Field(description="How long after the journey's end it still counts")


class Journey(FileModel):
    """One journey: what starts it, what ends it, and its steps."""

    name: Name
    formerly: Annotated[tuple[Name, ...], Unique] = ()
    """What it was called before: people may still be in it under that name."""
    about: Prose
    doctrine: tuple[Rule, ...] = ()
    kind: Purpose
    starts_on: Start
    enter: Enter = Enter()
    leaves_on: Annotated[tuple[EventName, ...], Unique] = ()
    while_complaint_open: Literal["hold", "withhold"] = "withhold"
    goal: Goal | None = None
    steps: Annotated[tuple[Step, ...], *NOT_EMPTY]


for _model in (Case, Otherwise, BranchStep, Journey):
    _model.model_rebuild()
