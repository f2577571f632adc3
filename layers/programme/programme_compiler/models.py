"""The files of the programme beside its journeys: programme.yaml and each message.yaml, field by field."""

import re
from datetime import time
from decimal import Decimal
from typing import Annotated, Literal
from zoneinfo import available_timezones

from pydantic import AfterValidator, Field, StrictBool, StrictInt, model_validator

from escalera.domain.vocabulary import Language, MessageChannel, Purpose
from escalera.journeys.doctrine import Rule
from escalera.journeys.fields import Channels, Duration, FileModel, LongerThanNothing, Name, Prose
from programme_compiler.group_models import DAY, Currency, GroupFile, Share

_ADDRESS = re.compile(r"[^\s@<>\"',;:]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+")
_WEB_ADDRESS = re.compile(r"https://[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+(:\d+)?(/[^\s<>\"']*)?")
_PHONE = re.compile(r"\+?[\d ().-]{6,25}")


def is_address(text: str) -> bool:
    """Whether this looks like an e-mail address."""
    return _ADDRESS.fullmatch(text) is not None


def is_web_address(text: str) -> bool:
    """Whether this is a whole https address."""
    return _WEB_ADDRESS.fullmatch(text) is not None


def is_phone(text: str) -> bool:
    """Whether this can be dialled."""
    return _PHONE.fullmatch(text) is not None


def _an_address(text: str) -> str:
    if not is_address(text):
        message = f"`{text}` is not an e-mail address, such as hello@shop.example"
        raise ValueError(message)
    return text


def _a_web_address(text: str) -> str:
    if not is_web_address(text):
        message = f"`{text}` is not an https address, such as https://shop.example/preferences"
        raise ValueError(message)
    return text


def _a_phone(text: str) -> str:
    if not is_phone(text):
        message = f"`{text}` is not a telephone number, such as +34 910 000 000"
        raise ValueError(message)
    return text


def _a_time_zone(text: str) -> str:
    if text not in available_timezones():
        message = f"`{text}` is not a time zone: write its IANA name, such as Europe/Madrid or America/Bogota"
        raise ValueError(message)
    return text


def _a_time_of_day(text: str) -> str:
    if not re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", text):
        message = f'`{text}` is not a time of day: write hours and minutes in quotes, such as "21:00"'
        raise ValueError(message)
    return text


Address = Annotated[str, AfterValidator(_an_address)]
WebAddress = Annotated[str, AfterValidator(_a_web_address)]
Phone = Annotated[str, AfterValidator(_a_phone)]
TimeOfDay = Annotated[str, AfterValidator(_a_time_of_day), Field(json_schema_extra={"examples": ["21:00"]})]


class ShopFile(FileModel):
    """Who writes to the customer."""

    name: Annotated[str, Field(min_length=1, max_length=40)]
    url: WebAddress
    support_email: Address
    support_phone: Phone
    postal_address: Prose
    default_language: Language
    default_time_zone: Annotated[str, AfterValidator(_a_time_zone)]
    currency: Currency
    exchange_rates: dict[Currency, Annotated[Decimal, Field(gt=0)]] = Field(default_factory=dict)
    """What one unit of another currency is worth in the shop's own."""

    @model_validator(mode="after")
    def _own_currency_has_no_rate(self) -> "ShopFile":
        if self.currency in self.exchange_rates:
            message = (
                f"exchange_rates has {self.currency}, the shop's own currency, which needs none: take it out"
            )
            raise ValueError(message)
        return self


class PurposeFile(FileModel):
    """What permission a purpose takes."""

    consent: Literal["implied", "asked"]


class PurposesFile(FileModel):
    """Why the shop writes. Offers are only for those who said yes to them."""

    service: PurposeFile
    relationship: PurposeFile
    promotion: PurposeFile

    @model_validator(mode="after")
    def _offers_are_asked_for(self) -> "PurposesFile":
        if self.promotion.consent == "implied":
            message = "promotion needs a consent that was asked for: write {consent: asked}"
            raise ValueError(message)
        return self


class QuietHours(FileModel):
    """No message goes out between these hours, by the customer's own clock."""

    start: TimeOfDay = Field(alias="from")
    end: TimeOfDay = Field(alias="to")

    @model_validator(mode="after")
    def _leave_some_time(self) -> "QuietHours":
        if self.start == self.end:
            message = "`from` and `to` are the same, which could mean the whole day or none of it: leave quiet_hours out for none"
            raise ValueError(message)
        return self

    @property
    def span(self) -> tuple[time, time]:
        """From and to, as times of day."""
        return time.fromisoformat(self.start), time.fromisoformat(self.end)


class FrequencyCap(FileModel):
    """At most so many messages within so long."""

    messages: Annotated[StrictInt, Field(ge=1, le=100)]
    within: LongerThanNothing


class Holdout(FileModel):
    """The share of customers who get no promotional journey, to learn what journeys earn."""

    share: Annotated[float, Field(ge=0, le=0.5)]
    salt: Prose


class ContactFile(FileModel):
    """How and when the shop writes."""

    channels: Channels
    quiet_hours: QuietHours | None = None
    frequency_cap: FrequencyCap
    holdout: Holdout
    settle_after: LongerThanNothing
    expires_after: LongerThanNothing


class RhythmFile(FileModel):
    """When a silence is unusual."""

    typical_gap: LongerThanNothing
    worth_gaps: Annotated[float, Field(gt=0, le=100)]
    unusual: Annotated[float, Field(gt=0, lt=1)]
    at_least: Duration
    alive_below: Annotated[float, Field(gt=0, lt=1)] = 0.5


class LadderFile(FileModel):
    """Where the rungs of the ladder begin."""

    frequent_from_orders: Annotated[StrictInt, Field(ge=3)]


class ClassesFile(FileModel):
    """Who is A, B or C: shares of the revenue of a window, net of refunds."""

    window: LongerThanNothing = 365 * DAY
    a: Share = 0.8
    b: Share = 0.15

    @model_validator(mode="after")
    def _leave_some_for_c(self) -> "ClassesFile":
        if round(self.a + self.b, 9) > 1:
            message = f"a and b take {round((self.a + self.b) * 100, 6):g} % of the revenue together: make it 100 % at most"
            raise ValueError(message)
        return self


class TargetsFile(FileModel):
    """What the shop wants to reach, for the report to show how far it is (doctrine P1)."""

    retention: Share | None = None
    repeat_rate: Share | None = None
    reactivation: Share | None = None
    frequency: Annotated[float, Field(gt=0, le=1000)] | None = None
    average_order: Annotated[float, Field(gt=0)] | None = None
    revenue_per_customer: Annotated[float, Field(gt=0)] | None = None
    lifetime_revenue: Annotated[float, Field(gt=0)] | None = None
    expected_value: Annotated[float, Field(gt=0)] | None = None


class InEveryLanguage(FileModel):
    """A few words in every language."""

    es: Prose
    pt: Prose
    en: Prose


class ComplaintsFile(FileModel):
    """What the shop promises to those who complain, and what it looks for behind a complaint."""

    answer_within: LongerThanNothing
    causes: dict[Name, InEveryLanguage] = Field(default_factory=dict)
    """What complaints may turn out to come from, in words."""


class RewardFile(FileModel):
    """A present with a code."""

    text: InEveryLanguage
    code: Annotated[str, Field(pattern=r"^[A-Z0-9]{2,10}$")]
    """How its codes begin."""
    valid: LongerThanNothing


class OpinionsFile(FileModel):
    """What follows when customers say how an order was, from 1, very bad, to 5, very good (doctrine S9)."""

    low: Annotated[StrictInt, Field(ge=1, le=4)] = 2
    """This score and worse ones open a complaint."""
    high: Annotated[StrictInt, Field(ge=2, le=5)] = 5
    """From this score on the page asks for a review, if there is a `review_url`."""
    review_url: WebAddress | None = None

    @model_validator(mode="after")
    def _low_is_below_high(self) -> "OpinionsFile":
        if self.low >= self.high:
            message = (
                f"low is {self.low} and high is {self.high}, so one score would be both: make low smaller"
            )
            raise ValueError(message)
        return self


class ProgrammeFile(FileModel):
    """programme.yaml: the shop's policy."""

    shop: ShopFile
    purposes: PurposesFile
    contact: ContactFile
    rhythm: RhythmFile
    ladder: LadderFile
    classes: ClassesFile = ClassesFile()
    groups: dict[Name, GroupFile] = Field(default_factory=dict)
    targets: TargetsFile = TargetsFile()
    complaints: ComplaintsFile
    rewards: dict[Name, RewardFile] = Field(default_factory=dict)
    teams: dict[Name, Address] = Field(default_factory=dict)
    opinions: OpinionsFile = OpinionsFile()
    subjects: dict[Name, InEveryLanguage] = Field(default_factory=dict)
    removed_journeys: dict[Name, Literal["finish", "leave"]] = Field(default_factory=dict)
    """What becomes of those who are in a journey whose file is gone; `finish` where it is not named here."""

    def asked_for(self) -> frozenset[Purpose]:
        """The purposes a customer must have consented to."""
        return frozenset(
            purpose for purpose in Purpose if getattr(self.purposes, purpose.value).consent == "asked"
        )


class MessageFile(FileModel):
    """message.yaml: what a message is for, and how it may travel."""

    about: Prose
    doctrine: tuple[Rule, ...] = ()
    purpose: Purpose
    sells: StrictBool
    channels: Channels
    subject: Name | None = None
    """One of `subjects` in programme.yaml: customers may say that they do not want to hear of it."""

    @model_validator(mode="after")
    def _service_is_no_choice(self) -> "MessageFile":
        if self.subject is not None and self.purpose is Purpose.SERVICE:
            message = "a service message goes out whatever subjects the customer wants: leave `subject` out"
            raise ValueError(message)
        return self

    @model_validator(mode="after")
    def _who_sells_says_so(self) -> "MessageFile":
        if self.sells and self.purpose is not Purpose.PROMOTION:
            message = f"a message that sells is a promotion, not {self.purpose.value}: write `purpose: promotion` or `sells: false`"
            raise ValueError(message)
        return self

    def travels_by(self, channel: MessageChannel) -> bool:
        """Whether this message has a text for the channel."""
        return channel in self.channels
