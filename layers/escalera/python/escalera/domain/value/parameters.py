"""A fitted value model as plain numbers, kept and read without numpy."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Any, Self

_HARDLY = 0.01


class TimeUnit(StrEnum):
    """What the model's rates and times are counted in. alpha is of this unit; r, a and b have none."""

    DAY = "day"
    WEEK = "week"

    @property
    def days(self) -> int:
        """How many days one unit lasts."""
        return 7 if self is TimeUnit.WEEK else 1

    @property
    def length(self) -> timedelta:
        """How long one unit lasts."""
        return timedelta(days=self.days)


class NoFitReason(StrEnum):
    """Why a base gives no model."""

    TOO_FEW_CUSTOMERS = "too_few_customers"
    NO_REPEAT_BUYERS = "no_repeat_buyers"
    TOO_FEW_REPEAT_BUYERS = "too_few_repeat_buyers"
    NOT_CONVERGED = "not_converged"
    DEGENERATE = "degenerate"


@dataclass(frozen=True, slots=True)
class NoFit:
    """There is no model, and why: nobody should act on guesses."""

    reason: NoFitReason
    detail: str

    def __str__(self) -> str:
        return self.detail

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        return {"no_fit": self.reason.value, "detail": self.detail}

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        return cls(NoFitReason(kept["no_fit"]), str(kept["detail"]))


@dataclass(frozen=True, slots=True)
class Bgnbd:
    """When customers buy, and when they stop (Fader, Hardie & Lee 2005, "Counting Your Customers the Easy Way").

    While active, a customer buys at a Poisson rate drawn from Gamma(shape `r`, rate `alpha`); after each repeat
    purchase the customer leaves for good with a chance drawn from Beta(`a`, `b`).
    """

    r: float
    alpha: float
    """In the model's time unit."""
    a: float
    b: float
    log_likelihood: float

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The parameters from their JSON object."""
        return cls(*(float(kept[name]) for name in ("r", "alpha", "a", "b", "log_likelihood")))


@dataclass(frozen=True, slots=True)
class GammaGamma:
    """What customers spend on a purchase (Fader & Hardie 2013, "The Gamma-Gamma Model of Monetary Value").

    Amounts are Gamma(shape `p`, rate nu), and nu differs between customers as Gamma(shape `q`, rate `v`) does.
    """

    p: float
    q: float
    v: float
    """In the unit that the amounts were given in."""
    log_likelihood: float

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """The parameters from their JSON object."""
        return cls(*(float(kept[name]) for name in ("p", "q", "v", "log_likelihood")))


@dataclass(frozen=True, slots=True)
class ValueModel:
    """Both models of one base of customers."""

    unit: TimeUnit
    customers: int
    bgnbd: Bgnbd
    gamma_gamma: GammaGamma | NoFit
    mean_spend: float
    """Of a repeat purchase, over the whole base: stands in for a Gamma-Gamma model that there is not."""

    @property
    def remarks(self) -> tuple[str, ...]:
        """What somebody who reads the forecasts has to know, in sentences; empty when all is as usual."""
        told = []
        leaving = self.bgnbd.a / (self.bgnbd.a + self.bgnbd.b)
        if leaving < _HARDLY:
            told.append(
                f"Hardly anybody is seen leaving ({leaving:.1%} after a repeat purchase): the chance of being alive says"
                " little here, the expected purchases say more."
            )
        if isinstance(self.gamma_gamma, NoFit):
            told.append(
                f"No Gamma-Gamma model: {self.gamma_gamma.detail}. Value is forecast from each customer's own mean"
                f" spend, and from the base's ({self.mean_spend:.2f}) for those who have none."
            )
        return tuple(told)

    def to_json(self) -> dict[str, Any]:
        """Plain values for JSON."""
        spend = self.gamma_gamma
        return {
            "unit": self.unit.value,
            "customers": self.customers,
            "bgnbd": asdict(self.bgnbd),
            "gamma_gamma": spend.to_json() if isinstance(spend, NoFit) else asdict(spend),
            "mean_spend": self.mean_spend,
        }

    @classmethod
    def from_json(cls, kept: Mapping[str, Any]) -> Self:
        """What `to_json` gave."""
        spend = kept["gamma_gamma"]
        return cls(
            unit=TimeUnit(kept["unit"]),
            customers=int(kept["customers"]),
            bgnbd=Bgnbd.from_json(kept["bgnbd"]),
            gamma_gamma=NoFit.from_json(spend) if "no_fit" in spend else GammaGamma.from_json(spend),
            mean_spend=float(kept["mean_spend"]),
        )


def model_from_json(kept: Mapping[str, Any]) -> ValueModel | NoFit:
    """The model, or why there is none, from what either's `to_json` gave."""
    return NoFit.from_json(kept) if "no_fit" in kept else ValueModel.from_json(kept)
