"""Stacks of a small assembly, each synthesized once for all tests and workers of a session."""

import fcntl
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from functools import cache
from pathlib import Path

import aws_cdk as cdk
import pytest

from infra.app import build_app
from infra.assembly import PERFORM_STEP, Assembly, CompiledJourney, LayerFolders
from infra.project import project_assembly
from infra.settings import settings_for
from layers.build import LAMBDA_PYTHON
from tests.support.template import SynthesizedStack

ROOT = Path(__file__).resolve().parents[2]
CONTEXT = json.loads((ROOT / "cdk.json").read_text(encoding="utf-8"))["context"]
FUNCTIONS = (
    "on_customer_registered",
    "on_consent_changed",
    "on_purchase_completed",
    "on_purchase_refunded",
    "on_delivery_completed",
    "on_complaint_changed",
    "publish_changes",
    "archive_records",
    "perform_step",
    "leave_journeys",
    "on_message_feedback",
    "on_sms_reply",
    "find_quiet_customers",
    "find_broken_promises",
    "redrive_dead_letters",
    "close_stranded_entries",
    "plan_night",
    "gather_histories",
    "summarise_base",
    "settle_score",
    "score_customers",
    "record_measures",
    "console",
    "portal",
)


def _journey(name: str, *, starts_on: str, listens_to: set[str]) -> CompiledJourney:
    call = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": PERFORM_STEP, "Payload": {"journey": name, "cause.$": "$.detail"}},
        "End": True,
    }
    return CompiledJourney(
        name=name,
        about=f"A journey called {name}",
        starts_on=starts_on,
        listens_to=frozenset(listens_to),
        definition={"StartAt": "enter", "States": {"enter": call}},
    )


JOURNEYS = (
    _journey("thank-you", starts_on="PurchaseRecorded", listens_to={"DeliveryRecorded", "ComplaintOpened"}),
    _journey("win-back", starts_on="CustomerWentQuiet", listens_to={"PurchaseRecorded", "ConsentLost"}),
)


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Let one worker at a time write in a folder."""
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


@pytest.fixture(scope="session")
def common(tmp_path_factory: pytest.TempPathFactory, worker_id: str) -> Path:
    """A folder that all workers of this session share."""
    base = tmp_path_factory.getbasetemp()
    folder = (base if worker_id == "master" else base.parent) / "infra"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def assembly(common: Path) -> Assembly:
    """Folders that hold next to nothing, for every function and layer, and two small journeys."""

    layers = {name: common / "layers" / name for name in ("dependencies", "escalera", "programme", "scoring")}
    with _alone(common):
        for folder in (*layers.values(), *(common / "functions" / name for name in FUNCTIONS)):
            folder.mkdir(parents=True, exist_ok=True)
            (folder / "handler.py").write_text(f"# {folder.name}\n", encoding="utf-8")
    return Assembly(
        functions=common / "functions",
        python=f"python{LAMBDA_PYTHON}",
        layers=LayerFolders(**layers),
        journeys=JOURNEYS,
        sender="Casa Nogal <hola@casa-nogal.example.com>",
        time_zone="Europe/Madrid",
    )


def _synthesize(assembly: Assembly, stage: str, folder: Path) -> SynthesizedStack:
    """Synthesize into the folder unless another worker did; a finding of cdk-nag makes it fail."""
    folder.mkdir(exist_ok=True)
    template = folder / f"escalera-{stage}.template.json"
    with _alone(folder):
        if not (folder / "manifest.json").exists():
            app = cdk.App(outdir=str(folder), context=CONTEXT)
            build_app(app, settings=settings_for(stage), assembly=assembly)
            app.synth()
    return SynthesizedStack(template)


@pytest.fixture(scope="session")
def synthesized(assembly: Assembly, common: Path) -> Callable[[str], SynthesizedStack]:
    """The stack of a stage."""
    return cache(lambda stage: _synthesize(assembly, stage, common / stage))


@pytest.fixture(scope="session")
def prod(synthesized: Callable[[str], SynthesizedStack]) -> SynthesizedStack:
    """The stack as it goes to production, of the small assembly."""
    return synthesized("prod")


@pytest.fixture(scope="session")
def as_programmed(assembly: Assembly, common: Path) -> SynthesizedStack:
    """The stack with the journeys of this repository's own programme."""
    real = project_assembly(ROOT, settings=settings_for("prod"), prebuilt=True)
    return _synthesize(replace(assembly, journeys=real.journeys), "prod", common / "as-programmed")
