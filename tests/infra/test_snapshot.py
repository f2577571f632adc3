"""The whole template of production, kept beside this test so that a review sees what a change deploys.

After a change that is meant: ESCALERA_UPDATE_SNAPSHOT=1 .venv/bin/pytest tests/infra/test_snapshot.py
"""

import json
import os
import re
from pathlib import Path

import pytest

SNAPSHOT = Path(__file__).parent / "snapshot" / "escalera-prod.json"
# Names of assets are hashes of their content: what is in a layer or a function is not this test's business.
ASSET = re.compile(r"[0-9a-f]{64}")


def test_the_template_of_production_is_the_one_last_agreed_on(prod):
    template = json.dumps(prod.template, indent=1, sort_keys=True) + "\n"
    now = ASSET.sub("<hash>", template)
    if os.environ.get("ESCALERA_UPDATE_SNAPSHOT"):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(now, encoding="utf-8")
        pytest.skip(f"written anew: {SNAPSHOT.name}; look at its diff before you commit it")

    assert json.loads(now) == json.loads(SNAPSHOT.read_text(encoding="utf-8"))
