"""What ships has a valid bill of materials, under licences that let a shop deploy it, and the reference lists it."""

import json
import re
from pathlib import Path

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator

from layers.bills import PAGE, PARTS, SUFFIX, Shipped, bill_of, licence_page, not_allowed, shipped_in
from layers.build import ROOT, build_layers

LOCKED = re.compile(r"^([a-z0-9._-]+)==", re.MULTILINE)


@pytest.fixture(scope="module")
def built() -> Path:
    return build_layers(only=["dependencies-lambda", "scoring-lambda", "escalera"]).escalera.parent


def components(built: Path, layer: str) -> list[dict[str, object]]:
    found: list[dict[str, object]] = json.loads((built / f"{layer}{SUFFIX}").read_text())["components"]
    return found


@pytest.mark.parametrize("layer", PARTS)
def test_bill_is_valid_cyclonedx_and_the_same_again(built, layer):
    written = (built / f"{layer}{SUFFIX}").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(written) is None
    assert components(built, layer)
    site = ROOT / "functions/console" if layer == "console" else built / layer / "python"
    assert bill_of(layer, shipped_in(layer, site)) == written


def test_a_wrong_bill_would_be_noticed():
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(
        '{"bomFormat": "CycloneDX", "specVersion": 6}'
    )


@pytest.mark.parametrize(
    ("layer", "lock"), [("dependencies-lambda", "runtime"), ("scoring-lambda", "scoring")]
)
def test_bill_names_everything_that_is_locked(built, layer, lock):
    locked = set(LOCKED.findall((ROOT / f"requirements/{lock}.txt").read_text()))
    named = {one["name"] for one in components(built, layer) if str(one["purl"]).startswith("pkg:pypi/")}
    assert named == locked


@pytest.mark.parametrize(
    ("layer", "file"),
    [("escalera", "htmx.org/dist/htmx.min.js"), ("console", "echarts/dist/echarts.common.min.js")],
)
def test_scripts_that_ship_are_those_of_the_bill(built, layer, file):
    folders = [ROOT / "functions/console/static", built / "escalera/python/escalera/web/static"]
    shipped = [folder / Path(file).name for folder in folders if (folder / Path(file).name).is_file()]
    assert [path.read_bytes() for path in shipped] == [(ROOT / "node_modules" / file).read_bytes()]
    assert file.split("/", 1)[0] in {one["name"] for one in components(built, layer)}


def test_no_other_script_of_somebody_else_ships():
    scripts = {path.name for path in ROOT.glob("functions/*/static/*.min.js")}
    scripts |= {path.name for path in ROOT.glob("layers/escalera/python/**/static/*.min.js")}
    assert scripts == {"htmx.min.js", "echarts.common.min.js"}


@pytest.mark.parametrize("layer", PARTS)
def test_everything_that_ships_is_under_a_licence_that_is_allowed(built, layer):
    site = ROOT / "functions/console" if layer == "console" else built / layer / "python"
    assert not_allowed(shipped_in(layer, site)) == []


@pytest.mark.parametrize(
    ("licence", "allowed"),
    [
        ("MIT", True),
        ("GPL-3.0-only OR MIT", True),
        ("MIT AND Zlib", True),
        ("GPL-3.0-only", False),
        ("MIT AND AGPL-3.0-only", False),
        ("LGPL-2.1-or-later", False),
    ],
)
def test_other_licences_are_noticed(licence, allowed):
    assert (not_allowed([Shipped("any", "1", licence, "pypi")]) == []) is allowed


def test_package_without_a_known_licence_is_named_with_the_way_out(tmp_path):
    site = tmp_path / "any-1.dist-info"
    site.mkdir()
    (site / "METADATA").write_text("Metadata-Version: 2.1\nName: any\nVersion: 1\nLicense: As you like it\n")
    with pytest.raises(ValueError, match="any names no licence that SPDX knows: look it up"):
        shipped_in("any", tmp_path)


def test_page_of_the_reference_is_fresh(built):
    assert PAGE.read_text() == licence_page(built), "run: make licences"
