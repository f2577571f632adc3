"""What a first call loads is paid for by whoever waits for it: a batch without trouble loads none of what it needs not."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from escalera.adapters.programme import load_rules

POLICY = {
    "typical_gap": 86400,
    "worth_gaps": 2,
    "unusual": 0.1,
    "at_least": 3600,
    "alive_below": 0.4,
    "frequent_from_orders": 3,
}
FIRST_CALL = """
import json, sys
from escalera import bootstrap
from escalera.adapters.programme import load_rules
from escalera.runtime.inbox import Verdict, take_in
load_rules("a_programme")
bootstrap.customers("customers")
batch = {"Records": [{"messageId": "m1", "body": "{}"}]}
answer = take_in(batch, None, read=json.loads, use=lambda many: [Verdict() for _ in many], dead_letters="")
assert answer == {"batchItemFailures": []}
journeys = "escalera.journeys.programme", "escalera.journeys.graph"
kept = "escalera.domain.switches", "escalera.domain.goals", "escalera.adapters.dynamodb.exports"
spared = "aws_lambda_powertools.utilities.batch", "boto3", *journeys, *kept, "jinja2", "pydantic"
sys.exit(str([name for name in spared if name in sys.modules]))
"""


def written(folder: Path, **programme: object) -> None:
    (folder / "a_programme").mkdir(exist_ok=True)
    (folder / "a_programme" / "__init__.py").touch()
    (folder / "a_programme" / "programme.json").write_text(json.dumps(programme), encoding="utf-8")


def test_batch_that_goes_well_loads_neither_batch_utilities_nor_the_whole_programme(tmp_path):
    written(tmp_path, version=1, policy=POLICY)
    code = f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n{FIRST_CALL}"
    ran = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert ran.stderr.strip() == "[]"


def test_rules_of_another_release_are_refused(tmp_path, monkeypatch):
    written(tmp_path, version=2, policy=POLICY)
    monkeypatch.syspath_prepend(str(tmp_path))
    load_rules.cache_clear()
    with pytest.raises(ValueError, match="version 2, this code reads 1: build both again"):
        load_rules("a_programme")
