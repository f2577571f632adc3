"""The compiled programme, as handlers read it: plain frozen dataclasses, no YAML, no pydantic, quick to import.

`layers/programme/programme_compiler` writes the JSON after checking every file of it, so nothing is checked again
here: a programme of another release than the code is a KeyError or TypeError at start, not a wrong message later.
Durations are whole seconds.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import time, timedelta
from decimal import Decimal
from typing import TYPE_CHECKING, Any, Self

from escalera.domain.contact_policy import ContactRules
from escalera.domain.exchange import Exchange
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import (
    AbcClass,
    GroupName,
    JourneyName,
    Language,
    MessageChannel,
    MessageName,
    Purpose,
    SubjectName,
)
from escalera.journeys.compiled import PROGRAMME_VERSION, same_release, standing_rules

if TYPE_CHECKING:
    from escalera.domain.opinions import OpinionRules
    from escalera.domain.scoring import ScoringRules


@dataclass(frozen=True, slots=True)
class Shop:
    """Who writes to the customer; messages read these as `shop.name`, `shop.url`, ..."""

    name: str
    url: str
    support_email: str
    support_phone: str
    postal_address: str
    default_language: Language
    """For customers who have not said theirs."""
    default_time_zone: str
    """IANA name, for customers whose own is not known."""
    currency: str
    """ISO 4217: what revenue, value and classes are counted in."""
    exchange_rates: Mapping[str, str] = field(default_factory=dict)
    """By ISO 4217 code, as decimal text: units of `currency` for one unit of that one."""

    def exchange(self) -> Exchange:
        """The shop's currency and rates, as the domain asks for them."""
        return Exchange(self.currency, {code: Decimal(rate) for code, rate in self.exchange_rates.items()})


@dataclass(frozen=True, slots=True)
class Policy:
    """The numbers of the programme: when and how often to write, and what is unusual."""

    channels: tuple[MessageChannel, ...]
    """The channels in use, preferred first."""
    needs_consent: frozenset[Purpose]
    """The purposes a customer must have said yes to; the others are implied by buying or asking."""
    quiet_from: time | None
    quiet_to: time | None
    """In the customer's own time zone; both None: no quiet hours. May span midnight."""
    cap_messages: int
    cap_within: int
    holdout_share: float
    holdout_salt: str
    settle_after: int
    expires_after: int
    typical_gap: int
    """Seconds that usually lie between two purchases in this shop: the prior of each customer's rhythm."""
    worth_gaps: float
    """How many gaps of the customer's own the prior weighs."""
    unusual: float
    """A silence is unusual when fewer than this share of all silences would last so long."""
    at_least: int
    """Nobody is quiet sooner than after so many seconds."""
    frequent_from_orders: int
    answer_within: int
    alive_below: float = 0.5
    """Where a value model is fitted: quiet once the chance that they still are a customer is smaller."""

    def standing_rules(self) -> StandingRules:
        """Rhythm and ladder, as the domain asks for them."""
        return standing_rules(asdict(self))

    def contact_rules(self, default_time_zone: str) -> ContactRules:
        """When and how often to write, as the domain asks for it."""
        return ContactRules(
            must_ask=self.needs_consent,
            quiet_from=self.quiet_from,
            quiet_to=self.quiet_to,
            cap=self.cap_messages,
            cap_window=timedelta(seconds=self.cap_within),
            holdout_share=self.holdout_share,
            holdout_salt=self.holdout_salt,
            default_time_zone=default_time_zone,
        )


@dataclass(frozen=True, slots=True)
class GoalTerms:
    """What a journey is for: an event, until so many seconds after its end."""

    event: str
    within: int


@dataclass(frozen=True, slots=True)
class JourneyTerms:
    """What must be known of a journey outside its steps."""

    name: JourneyName
    kind: Purpose
    starts_on: str
    leaves_on: frozenset[str]
    waits_for: frozenset[str]
    while_complaint_open: str
    priority: int
    once_per: int | None
    fresh: int | None
    classes: tuple[AbcClass, ...] | None
    longest: int
    """No entry can still be open after so many seconds."""
    about: str = ""
    goal: GoalTerms | None = None
    earlier_names: tuple[JourneyName, ...] = ()
    """What it was called in earlier releases, under which people may still be in it."""


@dataclass(frozen=True, slots=True)
class MessageTerms:
    """What must be known of a message beside its texts. Subjects are templates, like the texts."""

    name: MessageName
    purpose: Purpose
    sells: bool
    channels: tuple[MessageChannel, ...]
    subjects: Mapping[Language, str]
    about: str = ""
    subject: SubjectName | None = None
    """What it is about, as one of the programme's subjects: customers may say that they do not want it."""


@dataclass(frozen=True, slots=True)
class RewardTerms:
    """What a reward promises and how its codes look."""

    name: str
    text: Mapping[Language, str]
    code_prefix: str
    valid: int


@dataclass(frozen=True, slots=True)
class TeamTerms:
    """A team that gets tasks, and its mailbox."""

    name: str
    email: str


@dataclass(frozen=True, slots=True)
class ClassTerms:
    """What makes a customer A, B or C."""

    window: int = 365 * 86_400
    """Seconds up to now whose revenue counts."""
    a: float = 0.8
    """The share of revenue that class A brings."""
    b: float = 0.15
    """The share that class B brings after it."""


@dataclass(frozen=True, slots=True)
class GroupTerms:
    """A named group of customers."""

    name: GroupName
    about: str
    doctrine: tuple[str, ...]
    who: Mapping[str, Any]
    """Criteria that must all hold, by kind: as `escalera.domain.criteria` reads them."""


@dataclass(frozen=True, slots=True)
class OpinionTerms:
    """What the shop does about opinions, from 1 to 5."""

    low: int = 2
    """This score and worse ones open a complaint."""
    high: int = 5
    """From this score on the customer may be asked for a review."""
    review_url: str = ""
    """Where reviews are written; empty: nobody is asked for one."""

    def rules(self) -> "OpinionRules":
        """The scores, as the domain asks for them."""
        from escalera.domain.opinions import OpinionRules  # noqa: PLC0415 - only the customers' pages ask

        return OpinionRules(self.low, self.high)


@dataclass(frozen=True, slots=True)
class Programme:
    """Everything the shop decided, checked and compiled."""

    shop: Shop
    policy: Policy
    journeys: Mapping[str, JourneyTerms]
    messages: Mapping[str, MessageTerms]
    rewards: Mapping[str, RewardTerms]
    teams: Mapping[str, TeamTerms]
    classes: ClassTerms = ClassTerms()
    groups: tuple[GroupTerms, ...] = ()
    """In the order of the file."""
    targets: Mapping[str, float] = field(default_factory=dict)
    """By measure (doctrine P1)."""
    causes: Mapping[str, Mapping[Language, str]] = field(default_factory=dict)
    """What complaints may turn out to come from, by name, in words (doctrine L11); in the order of the file."""
    opinions: OpinionTerms = OpinionTerms()
    subjects: Mapping[SubjectName, Mapping[Language, str]] = field(default_factory=dict)
    """What customers may choose to hear about (doctrine P6b), in each language, in the order of the file."""
    removed_journeys: Mapping[str, str] = field(default_factory=dict)
    """What becomes of those who are in a journey that is no more: `finish` (so it is for those not named here) or `leave`."""

    def everybody_leaves(self, journey: str) -> bool:
        """Whether the shop has removed this journey together with those who are in it."""
        return journey not in self.journeys and self.removed_journeys.get(journey) == "leave"

    def other_names(self, journey: str) -> tuple[JourneyName, ...]:
        """The earlier names of a journey, or the later one of a journey that was renamed."""
        terms = self.journeys.get(journey)
        if terms is not None:
            return terms.earlier_names
        return tuple(later.name for later in self.journeys.values() if journey in later.earlier_names)

    def scoring_rules(self) -> "ScoringRules":
        """Money, classes and groups, as the nightly score asks for them."""
        from escalera.domain.classes import ClassRules  # noqa: PLC0415 - only the night scores
        from escalera.domain.criteria import criterion_of  # noqa: PLC0415
        from escalera.domain.groups import GroupDefinition  # noqa: PLC0415
        from escalera.domain.scoring import ScoringRules  # noqa: PLC0415

        return ScoringRules(
            exchange=self.shop.exchange(),
            classes=ClassRules(timedelta(seconds=self.classes.window), self.classes.a, self.classes.b),
            groups=tuple(
                GroupDefinition(
                    group.name, tuple(criterion_of(kind, told) for kind, told in group.who.items())
                )
                for group in self.groups
            ),
        )

    def journeys_left_on(self, event: str) -> tuple[JourneyTerms, ...]:
        """The journeys this event ends at once."""
        return tuple(journey for journey in self.journeys.values() if event in journey.leaves_on)

    def journeys_waiting_for(self, event: str) -> tuple[JourneyTerms, ...]:
        """The journeys with a step that waits for this event."""
        return tuple(journey for journey in self.journeys.values() if event in journey.waits_for)

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote."""
        data = same_release(data)
        return cls(
            shop=Shop(**{**data["shop"], "default_language": Language(data["shop"]["default_language"])}),
            policy=_policy(data["policy"]),
            journeys={name: _journey(terms) for name, terms in data["journeys"].items()},
            messages={name: _message(terms) for name, terms in data["messages"].items()},
            rewards={
                name: RewardTerms(**{**terms, "text": _by_language(terms["text"])})
                for name, terms in data["rewards"].items()
            },
            teams={name: TeamTerms(**terms) for name, terms in data["teams"].items()},
            classes=ClassTerms(**data["classes"]),
            groups=tuple(
                GroupTerms(**{**terms, "doctrine": tuple(terms["doctrine"])}) for terms in data["groups"]
            ),
            targets=data["targets"],
            causes={one["name"]: _by_language(one["text"]) for one in data["causes"]},
            opinions=OpinionTerms(**data["opinions"]),
            subjects={SubjectName(one["name"]): _by_language(one["text"]) for one in data["subjects"]},
            removed_journeys=data["removed_journeys"],
        )

    def to_json(self) -> dict[str, Any]:
        """Plain JSON, the same for the same programme: sets are sorted."""
        plain: dict[str, Any] = _plain(asdict(self))
        # As a list: keys are sorted when it is written, and these are shown in the order of the file.
        plain["causes"] = [{"name": name, "text": text} for name, text in plain["causes"].items()]
        plain["subjects"] = [{"name": name, "text": text} for name, text in plain["subjects"].items()]
        return {"version": PROGRAMME_VERSION, **plain}


def _policy(data: Mapping[str, Any]) -> Policy:
    return Policy(
        **{
            **data,
            "channels": tuple(map(MessageChannel, data["channels"])),
            "needs_consent": frozenset(map(Purpose, data["needs_consent"])),
            "quiet_from": _time(data["quiet_from"]),
            "quiet_to": _time(data["quiet_to"]),
        }
    )


def _journey(data: Mapping[str, Any]) -> JourneyTerms:
    classes = data["classes"]
    return JourneyTerms(
        **{
            **data,
            "kind": Purpose(data["kind"]),
            "leaves_on": frozenset(data["leaves_on"]),
            "waits_for": frozenset(data["waits_for"]),
            "classes": None if classes is None else tuple(map(AbcClass, classes)),
            "goal": GoalTerms(**data["goal"]) if data["goal"] else None,
            "earlier_names": tuple(map(JourneyName, data["earlier_names"])),
        }
    )


def _message(data: Mapping[str, Any]) -> MessageTerms:
    return MessageTerms(
        **{
            **data,
            "purpose": Purpose(data["purpose"]),
            "channels": tuple(map(MessageChannel, data["channels"])),
            "subjects": _by_language(data["subjects"]),
        }
    )


def _by_language(texts: Mapping[str, str]) -> dict[Language, str]:
    return {Language(language): text for language, text in texts.items()}


def _time(written: str | None) -> time | None:
    return None if written is None else time.fromisoformat(written)


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(key): _plain(part) for key, part in value.items()}
    if isinstance(value, frozenset):
        return sorted(str(part) for part in value)
    if isinstance(value, tuple | list):
        return [_plain(part) for part in value]
    if isinstance(value, time):
        return value.isoformat("minutes")
    return str(value) if isinstance(value, str) else value
