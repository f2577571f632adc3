"""What is deployed is what lies on disk: this programme, and the layers built for where it will run."""

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from infra import app, project
from infra.project import ProgrammeUnreadableError, project_assembly
from infra.settings import settings_for

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def built(monkeypatch):
    """Which layers would have been built."""
    asked = []
    monkeypatch.setattr(project, "build_layers", lambda target, *, only: asked.append((target, only)))
    return asked


@pytest.mark.parametrize(("stage", "platform"), [("local", "local"), ("dev", "lambda"), ("prod", "lambda")])
def test_each_stage_builds_and_takes_the_wheels_for_where_it_runs(built, stage, platform):
    dependencies, scoring = f"dependencies-{platform}", f"scoring-{platform}"
    assembly = project_assembly(ROOT, settings=settings_for(stage), prebuilt=False)

    assert built == [(ROOT / "build" / "layers", ("escalera", "programme", dependencies, scoring))]
    by_reference = "-by-reference" if stage == "local" else ""
    assert assembly.layers.dependencies == ROOT / "build" / "layers" / f"{dependencies}{by_reference}"
    assert assembly.layers.scoring == ROOT / "build" / "layers" / f"{scoring}{by_reference}"
    assert assembly.layers.programme == ROOT / "build" / "layers" / "programme"


def test_layers_that_the_caller_has_built_are_not_built_again(built):
    project_assembly(ROOT, settings=settings_for("local"), prebuilt=True)

    assert built == []


def test_the_shop_of_the_programme_writes_by_its_name_in_its_own_time(built):
    assembly = project_assembly(ROOT, settings=settings_for("prod"), prebuilt=True)

    assert assembly.sender == "Casa Nogal <hola@casa-nogal.example.com>"
    assert assembly.time_zone == "Europe/Madrid"


def test_a_stage_may_write_from_another_mailbox():
    settings = replace(settings_for("dev"), sender="Try-out <dev@casa-nogal.example.com>")

    assert project_assembly(ROOT, settings=settings, prebuilt=True).sender == settings.sender


def test_every_journey_on_disk_is_compiled_with_what_it_listens_to():
    assembly = project_assembly(ROOT, settings=settings_for("prod"), prebuilt=True)
    journeys = {journey.name: journey for journey in assembly.journeys}

    assert set(journeys) == {path.stem for path in (ROOT / "programme" / "journeys").glob("*.yaml")}
    assert "PurchaseRecorded" in journeys["win-back"].listens_to, "it leaves on it"
    assert "PurchaseRecorded" in journeys["volume-down"].listens_to, "it hopes for it"
    assert "ComplaintClosed" in journeys["complaint-recovery"].listens_to, "it waits for it"
    assert all(journey.definition["StartAt"] == "enter" for journey in journeys.values())


def test_a_programme_with_a_slip_is_refused_by_file_and_line(tmp_path):
    shutil.copytree(ROOT / "programme", tmp_path / "programme")
    journey = tmp_path / "programme" / "journeys" / "win-back.yaml"
    journey.write_text(journey.read_text(encoding="utf-8").replace("kind: ", "kinds: "), encoding="utf-8")

    with pytest.raises(ProgrammeUnreadableError, match=r"journeys/win-back\.yaml:\d+: "):
        project_assembly(tmp_path, settings=settings_for("dev"), prebuilt=True)


def test_synthesis_says_what_to_mend_and_not_how_it_found_out(monkeypatch):
    def refuse(*_, **__):
        raise ProgrammeUnreadableError("programme/journeys/win-back.yaml:3: what is wrong")

    monkeypatch.setattr(app, "project_assembly", refuse)

    with pytest.raises(SystemExit, match=r"^programme/journeys/win-back\.yaml:3: what is wrong$"):
        app.main()
