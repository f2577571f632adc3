"""What others wrote and we ship, with versions and licences: a CycloneDX bill of materials beside each built layer.

The same layer gives the same bytes: a bill holds no time, and its serial number follows from what it names.
"""

import contextlib
import importlib.metadata
import json
import uuid
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.model.license import LicenseExpression
from cyclonedx.output.json import JsonV1Dot6
from license_expression import ExpressionError, ExpressionParseError, get_spdx_licensing
from packageurl import PackageURL

ROOT: Final = Path(__file__).resolve().parent.parent
SUFFIX: Final = ".cdx.json"

ALLOWED: Final = frozenset(
    {
        *(
            "0BSD",
            "Apache-2.0",
            "BSD-2-Clause",
            "BSD-3-Clause",
            "ISC",
            "MIT",
            "MIT-0",
            "PSF-2.0",
            "Zlib",
            "CC0-1.0",
        ),
        "GPL-3.0-or-later WITH GCC-exception-3.1",  # GCC's runtime: the exception frees what is linked with it
        "MPL-2.0",  # asks for the source of its own files alone, when they are changed
    }
)
"""Licences, by their SPDX names, under which a shop may deploy and change Escalera without owing anybody its code."""

# How packages of before PEP 639, and npm's, name their licence.
_SPDX: Final = {
    "Apache License 2.0": "Apache-2.0",
    "BSD-0-Clause": "0BSD",
    "Dual License": "Apache-2.0 OR BSD-3-Clause",  # python-dateutil, by its LICENSE
}
_SPDX_OF_CLASSIFIER: Final = {
    "License :: OSI Approved :: BSD License": "BSD-3-Clause",  # those that ship: Jinja2, SciPy; so their LICENSE says
}
_SHIPPED_SCRIPTS: Final = {"escalera": ("htmx.org",), "console": ("echarts", "zrender")}
"""By layer, or function, what its pages run in browsers; zrender is bundled with echarts."""
_LONGEST_NAME: Final = 100
_BUNDLED: Final = {
    "openblas": ("openblas", "BSD-3-Clause"),
    "gfortran": ("libgfortran", "GPL-3.0-or-later WITH GCC-exception-3.1"),
    "quadmath": ("libquadmath", "LGPL-2.1-or-later"),
    "gcc_s": ("libgcc", "GPL-3.0-or-later WITH GCC-exception-3.1"),
}
"""Native libraries that wheels bring along (`*.libs`), by a part of their file's name."""
_NAMESPACE: Final = uuid.UUID("6f0f4a54-6a43-5cbd-9d0e-3f5b4a8f2c11")


@dataclass(frozen=True, slots=True, order=True)
class Shipped:
    """A package of somebody else's in what is deployed."""

    name: str
    version: str
    licence: str
    """An SPDX expression."""
    kind: str
    """Where it comes from: pypi, npm; generic, without a version, what a wheel brings along."""

    @property
    def purl(self) -> PackageURL:
        """Its package URL."""
        return PackageURL(self.kind, None, self.name, self.version or None)


def shipped_in(layer: str, site: Path) -> list[Shipped]:
    """What a built layer, or function, holds of others, by name. ValueError for a package without a known licence."""
    found = importlib.metadata.distributions(path=[str(site)]) if site.is_dir() else ()
    scripts = map(_script, _SHIPPED_SCRIPTS.get(layer, ()))
    libraries = {_library(path) for path in site.glob("*.libs/*")}
    return sorted([*map(_package, found), *scripts, *libraries], key=lambda one: one.name)


def not_allowed(packages: Iterable[Shipped]) -> list[str]:
    """Each package under a licence that is not among ALLOWED; of a choice (`OR`) one is enough."""
    return [
        f"{one.name} {one.version}: {one.licence}"
        for one in packages
        if not any(ALLOWED.issuperset(choice.split(" AND ")) for choice in one.licence.split(" OR "))
    ]


def bill_of(layer: str, packages: Sequence[Shipped]) -> str:
    """The bill of materials, as CycloneDX 1.6 in JSON."""
    content = json.dumps([layer, *(str(one) for one in packages)])
    bom = Bom(serial_number=uuid.uuid5(_NAMESPACE, content))
    bom.metadata.component = Component(
        name=f"escalera-{layer}", type=ComponentType.APPLICATION, bom_ref=layer
    )
    for one in packages:
        component = Component(
            name=one.name,
            version=one.version or None,
            type=ComponentType.LIBRARY,
            purl=one.purl,
            bom_ref=str(one.purl),
            licenses=[LicenseExpression(one.licence)],
        )
        bom.components.add(component)
        bom.register_dependency(bom.metadata.component, [component])
    written = json.loads(JsonV1Dot6(bom).output_as_string())
    written["metadata"].pop("timestamp")
    return json.dumps(written, indent=2, sort_keys=True) + "\n"


def write_bill(layer: str, site: Path, target: Path) -> Path:
    """Write the bill of a layer, whose packages lie in `site`, into the folder `target`."""
    file = target / f"{layer}{SUFFIX}"
    file.write_text(bill_of(layer, shipped_in(layer, site)), encoding="utf-8")
    return file


def _package(found: importlib.metadata.Distribution) -> Shipped:
    said = found.metadata
    name = said["Name"].lower().replace("_", "-")
    return Shipped(name, found.version, _licence(name, said), "pypi")


def _licence(name: str, said: importlib.metadata.PackageMetadata) -> str:
    short = next(iter(said.get_all("License") or ()), "").strip()
    of_classifiers = [
        _SPDX_OF_CLASSIFIER[one] for one in said.get_all("Classifier") or () if one in _SPDX_OF_CLASSIFIER
    ]
    named = [*(said.get_all("License-Expression") or ()), _SPDX.get(short, short), *of_classifiers]
    return _known(name, [one for one in named if one])


def _known(name: str, named: Sequence[str]) -> str:
    for one in named:
        if len(one) <= _LONGEST_NAME:  # some write the whole licence here
            with contextlib.suppress(ExpressionError, ExpressionParseError):
                get_spdx_licensing().parse(one, validate=True)
                return one
    raise ValueError(
        f"{name} names no licence that SPDX knows: look it up, and name it in _SPDX of {Path(__file__).name}"
    )


def _script(name: str) -> Shipped:
    package = json.loads((ROOT / "node_modules" / name / "package.json").read_text(encoding="utf-8"))
    licence = _SPDX.get(package["license"], package["license"])
    return Shipped(name, package["version"], _known(name, [licence]), "npm")


def _library(path: Path) -> Shipped:
    for part, (name, licence) in _BUNDLED.items():
        if part in path.name:
            return Shipped(name, "", licence, "generic")
    raise ValueError(
        f"{path.name} comes along in {path.parent.name}: look its licence up, and name it in _BUNDLED of {Path(__file__).name}"
    )


PARTS: Final = {
    "dependencies-lambda": "every function (layer `dependencies`)",
    "scoring-lambda": "the functions that score (layer `scoring`)",
    "escalera": "the pages in browsers (layer `escalera`)",
    "console": "the console's pages in browsers (function `console`)",
}
"""What is deployed and holds something of others, and where that runs."""


def licence_page(bills: Path) -> str:
    """The page of the reference that lists them, out of the bills in this folder."""
    lines = [
        "# Licences of what ships",
        "",
        "Generated by `make licences` from the bills of materials (CycloneDX) that `make layers` writes beside the layers,",
        "`build/layers/*.cdx.json`. What only builds, tests or explains Escalera is not deployed and not listed.",
        "",
        "| package | version | licence | where it runs |",
        "|---|---|---|---|",
    ]
    for layer, where in PARTS.items():
        bill = json.loads((bills / f"{layer}{SUFFIX}").read_text(encoding="utf-8"))
        for one in bill["components"]:
            licence = one["licenses"][0]["expression"]
            lines.append(f"| {one['name']} | {one.get('version', 'as bundled')} | {licence} | {where} |")
    lines += [
        "",
        "A test fails when something ships under another licence than these (of a choice, one is enough):",
        "",
        *(f"- {one}" for one in sorted(ALLOWED)),
        "",
        "All of them let a shop deploy and change Escalera without owing anybody its own code. MPL-2.0 asks for the source of",
        "its own files alone, where they were changed. libgfortran comes along in SciPy's wheel under the GPL with GCC's",
        "runtime library exception, which frees what is linked with it.",
    ]
    return "\n".join(lines) + "\n"


PAGE: Final = ROOT / "docs/reference/third-party-licences.md"

if __name__ == "__main__":
    PAGE.write_text(licence_page(ROOT / "build/layers"), encoding="utf-8")
