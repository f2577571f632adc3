"""How long a silence must last before the fitted model doubts that the customer is still one."""

from math import expm1, inf, log

_LARGEST = 700.0  # exp() of more is no float


def quiet_from_model(
    r: float, alpha: float, a: float, b: float, *, orders: int, span: float, threshold: float
) -> float:
    """The silence s, counted from the last order, at which P(alive | x, t_x, t_x + s) has fallen to `threshold`.

    x = `orders` - 1 repeat purchases, the last of them `span` after the first; `span` and the answer are in the
    model's time unit; `threshold` lies between 0 and 1. From P(alive) of Fader, Hardie & Lee (2008, "Computing
    P(alive) Using the BG/NBD Model", eq. 7), with odds = (1 - threshold) / threshold:

        s = (alpha + t_x) * ((odds * (b + x - 1) / a) ** (1 / (r + x)) - 1)

    0 where the model doubts it as soon as they have bought. The model never doubts one who bought once (nobody leaves
    before a second purchase), so for x = 0 it is the silence that only a share `threshold` of such customers would
    outlast if all stayed, with Gamma(r, alpha) as the spread of their rates (the Lomax silence of `domain.rhythm`):

        s = alpha * (threshold ** (-1 / r) - 1)

    Infinite where no float can say it.
    """
    repeats = max(orders - 1, 0)
    if repeats == 0:
        return silence_from_rates(r, alpha, orders=1, span=0.0, unusual=threshold)
    odds = (1 - threshold) / threshold
    exponent = (log(odds) + log(b + repeats - 1) - log(a)) / (r + repeats)
    return max(_grown(alpha + span, exponent), 0.0)


def silence_from_rates(r: float, alpha: float, *, orders: int, span: float, unusual: float) -> float:
    """The silence that only a share `unusual` of those alive would outlast, with Gamma(r, alpha) as the spread of rates.

        s = (alpha + t_x) * (unusual ** (-1 / (r + x)) - 1)

    the Lomax silence of `domain.rhythm`; times in the model's unit, infinite where no float can say it.
    """
    return _grown(alpha + span, -log(unusual) / (r + max(orders - 1, 0)))


def _grown(seen: float, exponent: float) -> float:
    return inf if exponent > _LARGEST else seen * expm1(exponent)
