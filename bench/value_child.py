"""The value model of so many made-up customers, fitted and used, in a process of its own: CPU seconds and peak memory.

    python -m bench.value_child CUSTOMERS [FILE]      FILE: where to put the customers, for the peers

Prints JSON. The customers come from `bench.buyers`, the same every time, and cost nothing that is counted.
"""

import json
import resource
import sys
import time

import numpy as np

from bench.buyers import draw
from escalera.domain.value.counts import PurchaseCounts, SpendCounts
from escalera.domain.value.fitting import fit
from escalera.domain.value.forecasting import forecast
from escalera.domain.value.parameters import NoFit, TimeUnit

HORIZON_DAYS = 365.0


def main() -> None:
    """Count, fit, forecast; tell."""
    buyers = draw(int(sys.argv[1]))
    if len(sys.argv) > 2:
        np.savez(
            sys.argv[2],
            frequency=buyers.frequency,
            recency=buyers.recency,
            age=buyers.age,
            mean_spend=buyers.mean_spend,
        )
    marks = [time.process_time()]
    purchases = PurchaseCounts.of(buyers.frequency, buyers.recency, buyers.age)
    spending = SpendCounts.of(buyers.frequency, buyers.mean_spend)
    model = fit(purchases, spending, TimeUnit.DAY)
    marks.append(time.process_time())
    if isinstance(model, NoFit):
        sys.exit(f"the bench's customers gave no model: {model.detail}")
    found = forecast(
        model,
        frequency=buyers.frequency,
        recency=buyers.recency,
        age=buyers.age,
        mean_spend=buyers.mean_spend,
        horizon=HORIZON_DAYS,
        discount_rate=0.1,
    )
    marks.append(time.process_time())
    if not np.isfinite(found.expected_value).all():
        raise AssertionError("somebody's value is no number")
    fitted, scored = marks[1] - marks[0], marks[2] - marks[1]
    print(
        json.dumps(
            {
                "fit, CPU s": fitted,
                "score, CPU s": scored,
                "fit and score, CPU s": fitted + scored,
                "peak MB": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
                "r": model.bgnbd.r,
                "alpha": model.bgnbd.alpha,
                "a": model.bgnbd.a,
                "b": model.bgnbd.b,
            }
        )
    )


if __name__ == "__main__":
    main()
