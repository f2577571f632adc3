"""The fitted model as it is kept, and what may read it."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from escalera.domain.value.parameters import (
    Bgnbd,
    GammaGamma,
    NoFit,
    NoFitReason,
    TimeUnit,
    ValueModel,
    model_from_json,
)

ROOT = Path(__file__).parents[4]
WHY = NoFit(NoFitReason.DEGENERATE, "amounts hardly differ")
PURCHASES = Bgnbd(0.25, 4.5, 0.8, 2.5, -1000.5)


@pytest.mark.parametrize(
    "kept",
    [
        ValueModel(TimeUnit.WEEK, 2000, PURCHASES, GammaGamma(6.0, 4.0, 15.0, -300.25), 30.5),
        ValueModel(TimeUnit.DAY, 2000, PURCHASES, WHY, 30.5),
        WHY,
    ],
)
def test_it_comes_back_from_json_as_it_went(kept):
    assert model_from_json(json.loads(json.dumps(kept.to_json()))) == kept


def test_what_every_handler_may_need_loads_no_numpy():
    """In a process of its own, in which numpy and scipy cannot be had."""
    names = ["escalera.domain.value", "escalera.domain.standing", "escalera.domain.score"]
    names += [f"escalera.domain.value.{name}" for name in ("parameters", "silence", "buying")]
    code = f"import sys; sys.modules.update(numpy=None, scipy=None); import {', '.join(names)}"
    ran = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=False, timeout=60, cwd=ROOT
    )
    assert ran.returncode == 0, ran.stderr
