"""The groups of programme.yaml: what a shop may ask of a customer to belong to one, field by field."""

from typing import Annotated, Any

from pydantic import Field, StrictInt, model_validator

from escalera.domain.money import minor_digits
from escalera.domain.vocabulary import AbcClass, MessageChannel, Rung
from escalera.journeys.doctrine import Rule
from escalera.journeys.fields import (
    FileModel,
    LongerThanNothing,
    Prose,
    some_of,
)

DAY = 86_400
YEAR = 365 * DAY
_CODE = r"^[A-Z]{3}$"

Share = Annotated[float, Field(gt=0, le=1)]
Currency = Annotated[str, Field(pattern=_CODE, json_schema_extra={"examples": ["EUR", "GBP"]})]
"""ISO 4217."""
Price = Annotated[float, Field(ge=0)]
"""In units of the shop's currency."""


class TopRevenueFile(FileModel):
    """Among those who bring most: at most this share of the customers with revenue within the time."""

    share: Share
    within: LongerThanNothing = YEAR


class LowestMarginFile(FileModel):
    """Among those who leave least of what they buy: at most this share of the customers who bought within the time.

    What an order leaves is what was paid and not given back, less the cost of the goods that were kept: the unit costs
    that the shop tells, else `goods`, a share of the price before discount. Each refund costs `per_refund` and each
    complaint `per_complaint` besides, in the shop's currency. Compared is what is left of each 100 of the price.
    """

    share: Share
    within: LongerThanNothing = YEAR
    goods: Annotated[float, Field(ge=0, le=1)]
    per_refund: Price = 0.0
    per_complaint: Price = 0.0


class RevenueFellFile(FileModel):
    """Was among those who bring most in the time before, and has brought less by at least this share since."""

    by: Share
    within: LongerThanNothing = YEAR
    of_the_top: Share = 0.2


class OneCategoryFile(FileModel):
    """Buys at least this share in one category, in at least so many orders within the time.

    Only orders whose lines tell their category count.
    """

    share: Share
    orders: Annotated[StrictInt, Field(ge=1)] = 2
    within: LongerThanNothing = YEAR


class SilentFile(FileModel):
    """Bought last so long ago, but not longer ago than that."""

    at_least: LongerThanNothing
    at_most: LongerThanNothing

    @model_validator(mode="after")
    def _leaves_room(self) -> "SilentFile":
        if self.at_least >= self.at_most:
            message = "at_least is not less than at_most, so no customer ever fits: make at_most longer"
            raise ValueError(message)
        return self


class ComplainedFile(FileModel):
    """Complained within the time; the reason says what became of what was promised."""

    within: LongerThanNothing = YEAR


class PeopleFile(FileModel):
    """A company at which at least so many people to talk to are known (`people` of CustomerRegistered)."""

    at_least: Annotated[StrictInt, Field(ge=1, le=20)]


class WhoFile(FileModel):
    """Who belongs to the group: every key given must hold."""

    top_revenue: TopRevenueFile | None = None
    lowest_margin: LowestMarginFile | None = None
    revenue_fell: RevenueFellFile | None = None
    one_category: OneCategoryFile | None = None
    silent: SilentFile | None = None
    complained: ComplainedFile | None = None
    people: PeopleFile | None = None
    abc_class: some_of(AbcClass) = Field(None, alias="class")  # type: ignore[valid-type]
    rung: some_of(Rung) = None  # type: ignore[valid-type]
    reachable: some_of(MessageChannel) = None  # type: ignore[valid-type]

    @model_validator(mode="after")
    def _asks_something(self) -> "WhoFile":
        if not self.model_fields_set:
            message = "a group without a criterion would be everybody: name at least one, such as `class: A`"
            raise ValueError(message)
        return self

    def normal_form(self, currency: str) -> dict[str, Any]:
        """Plain JSON for `escalera.domain.criteria`: lengths of time in seconds, money in minor units."""
        plain = self.model_dump(mode="json", by_alias=True, exclude_none=True)
        margin = plain.get("lowest_margin", {})
        for key in ("per_refund", "per_complaint"):
            if key in margin:
                margin[key] = round(margin[key] * 10 ** minor_digits(currency))
        return plain


class GroupFile(FileModel):
    """A named group of customers. The nightly score finds who belongs to it, and why."""

    about: Prose
    doctrine: tuple[Rule, ...] = ()
    who: WhoFile
