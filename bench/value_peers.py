"""The same customers fitted by another library, run in that library's environment: CPU seconds and what was found.

    python bench/value_peers.py lifetimes|pymc-marketing FILE

Purchases (BG/NBD) and spending (Gamma-Gamma) by maximum likelihood, or at the posterior's mode; prints JSON. It imports
nothing of ours, for its environment has nothing of ours.
"""

import json
import sys
import time
import warnings
from typing import Any

import numpy as np

Arrays = dict[str, Any]


def lifetimes(customers: Arrays) -> dict[str, float]:
    """`BetaGeoFitter` and `GammaGammaFitter`."""
    from lifetimes import BetaGeoFitter, GammaGammaFitter  # noqa: PLC0415 - of this environment alone

    began = time.process_time()
    purchases = BetaGeoFitter()
    purchases.fit(customers["frequency"], customers["recency"], customers["age"])
    repeat = customers["frequency"] > 0
    GammaGammaFitter().fit(customers["frequency"][repeat], customers["mean_spend"][repeat])
    return {"fit, CPU s": time.process_time() - began} | {
        name: float(purchases.params_[name]) for name in ("r", "alpha", "a", "b")
    }


def pymc_marketing(customers: Arrays) -> dict[str, float]:
    """`BetaGeoModel` and `GammaGammaModel`, each at its posterior's mode."""
    import pandas as pd  # noqa: PLC0415 - of this environment alone
    from pymc_marketing.clv import BetaGeoModel, GammaGammaModel  # noqa: PLC0415

    table = pd.DataFrame(
        {
            "customer_id": np.arange(len(customers["age"])),
            "frequency": customers["frequency"],
            "recency": customers["recency"],
            "T": customers["age"],
            "monetary_value": customers["mean_spend"],
        }
    )
    began = time.process_time()
    purchases = BetaGeoModel(data=table[["customer_id", "frequency", "recency", "T"]])
    purchases.fit(method="map", progressbar=False)
    repeat = table[table["frequency"] > 0][["customer_id", "frequency", "monetary_value"]]
    GammaGammaModel(data=repeat).fit(method="map", progressbar=False)
    spent = time.process_time() - began
    summary = purchases.fit_summary()
    return {"fit, CPU s": spent} | {name: float(summary[name]) for name in ("r", "alpha", "a", "b")}


def main() -> None:
    """Fit, tell."""
    warnings.simplefilter("ignore")
    peer = {"lifetimes": lifetimes, "pymc-marketing": pymc_marketing}[sys.argv[1]]
    with np.load(sys.argv[2]) as kept:
        customers = {name: kept[name] for name in kept.files}
    print(json.dumps(peer(customers)))


if __name__ == "__main__":
    main()
