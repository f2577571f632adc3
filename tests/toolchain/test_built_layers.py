"""The built layers hold what handlers need, for the machine that they run on, and little else."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

from layers.build import LAMBDA_PYTHON, ROOT, LayerPaths, build_layers
from layers.pruning import SERVICES

AARCH64 = 183  # e_machine in the ELF header


@pytest.fixture(scope="module")
def layers() -> LayerPaths:
    return build_layers(only=["dependencies-lambda", "dependencies-local"])


def run_on(layer: Path, code: str) -> subprocess.CompletedProcess[str]:
    """Run `code` as a handler would be run: with the layer on its path and nothing of the developer's environment."""
    command = [sys.executable, "-S", "-c", code]
    environment = {"PYTHONPATH": str(layer / "python"), "AWS_DEFAULT_REGION": "eu-west-1"}
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=60)


def test_native_code_is_for_the_lambda_processor_and_python(layers):
    native = list(layers.dependencies_lambda.rglob("*.so"))

    assert native
    for library in native:
        assert int.from_bytes(library.read_bytes()[18:20], "little") == AARCH64, library
        assert f"cpython-{LAMBDA_PYTHON.replace('.', '')}-" in library.name or ".abi3." in library.name


def test_handlers_find_their_clients_in_the_pruned_layer(layers):
    made = run_on(
        layers.dependencies_local,
        "import boto3, pydantic, jinja2, zoneinfo\n"
        "from aws_lambda_powertools import Logger, Metrics, Tracer\n"
        f"for name in {sorted(SERVICES)!r}: print(boto3.client(name).meta.endpoint_url)\n"
        "print(boto3.resource('dynamodb').Table('t').name, zoneinfo.ZoneInfo('America/Sao_Paulo'))",
    )

    assert made.returncode == 0, made.stderr
    assert made.stdout.count("https://") == len(SERVICES)


def test_a_service_nobody_calls_is_not_shipped(layers):
    made = run_on(layers.dependencies_local, "import boto3; boto3.client('ec2')")

    assert "UnknownServiceError" in made.stderr


def test_clients_that_handlers_make_are_shipped_and_no_others():
    by_powertools = {"xray"}
    calls = [
        call
        for folder in ("layers/escalera/python", "functions")
        for source in (ROOT / folder).rglob("*.py")
        for call in ast.walk(ast.parse(source.read_text(encoding="utf-8")))
        if isinstance(call, ast.Call) and ast.unparse(call.func).endswith(("connect", "client", "resource"))
    ]
    named = [call.args[0].value for call in calls if call.args and isinstance(call.args[0], ast.Constant)]

    assert set(named) | by_powertools == SERVICES


def test_licences_stay_with_what_is_shipped(layers):
    packages = [
        path for path in (layers.dependencies_lambda / "python").iterdir() if path.suffix == ".dist-info"
    ]

    assert packages
    assert [p.name for p in packages if not (p / "METADATA").is_file()] == []
    assert (
        len(
            [
                p
                for p in packages
                if any(re.search("licen|copying", f.name, re.IGNORECASE) for f in p.rglob("*"))
            ]
        )
        >= 10
    )


def test_the_layers_fit_lambda_with_room_to_spare(layers):
    size = sum(path.stat().st_size for path in layers.dependencies_lambda.rglob("*") if path.is_file())

    assert size < 40_000_000  # Lambda's own limit is 250 MB for everything, unzipped


def test_all_layers_of_a_function_that_scores_fit_lambda_together():
    """Lambda's limit for a function with all its layers, unzipped, is 250 MB."""
    built = build_layers(only=["escalera", "programme", "dependencies-lambda", "scoring-lambda"])
    carried = (built.escalera, built.programme, built.dependencies_lambda, built.scoring_lambda)
    sizes = [
        sum(path.stat().st_size for path in layer.rglob("*") if path.is_file() and path.suffix != ".pyc")
        for layer in carried
    ]

    assert min(sizes) > 10_000
    assert sum(sizes) < 220_000_000  # the rest is for bytecode


def test_the_compiled_programme_is_a_package_that_handlers_can_open():
    programme = build_layers(only=["programme"]).programme
    opened = run_on(
        programme,
        "from importlib.resources import files; import json\n"
        "print(len(json.loads((files('escalera_programme') / 'programme.json').read_text())))",
    )

    assert opened.returncode == 0, opened.stderr
    assert int(opened.stdout) > 0
