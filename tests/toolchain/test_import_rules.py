"""The import rules refuse what they say they refuse, tried on a small house with the same rooms."""

import os
import subprocess
import sys
import sysconfig
from pathlib import Path

import grimp
import pytest

ROOT = Path(__file__).parents[2]
ROOMS = (
    *(f"layers/escalera/python/escalera/{room}" for room in ("adapters", "contracts", "domain", "journeys")),
    *(
        f"layers/escalera/python/escalera/{room}"
        for room in ("ports", "reporting", "runtime", "use_cases", "web")
    ),
    "layers/programme/programme_compiler",
    "cli/escalera_cli",
    "infra",
)
RIGHT = {
    "layers/escalera/python/escalera/__init__.py": "",
    "layers/escalera/python/escalera/bootstrap.py": "from escalera.adapters import mail, table",
    "layers/escalera/python/escalera/adapters/mail.py": "import boto3",
    "layers/escalera/python/escalera/adapters/table.py": "import boto3",
    "layers/escalera/python/escalera/domain/value/__init__.py": "",
    "layers/escalera/python/escalera/domain/value/counts.py": "import numpy, scipy.special",
    "functions/on_one/handler.py": "from escalera import bootstrap",
    "functions/on_two/handler.py": "from escalera import bootstrap",
}
WRONG = {
    "the domain reads the environment": ("layers/escalera/python/escalera/domain/clock.py", "import os"),
    "a use case calls AWS": ("layers/escalera/python/escalera/use_cases/send.py", "import boto3"),
    "a rung is computed with numpy": ("layers/escalera/python/escalera/domain/ladder.py", "import numpy"),
    "a handler reaches what computes": ("functions/on_one/handler.py", "import escalera.domain.value.counts"),
    "a handler computes": ("functions/on_one/handler.py", "import scipy.special"),
    "a port logs": ("layers/escalera/python/escalera/ports/log.py", "import aws_lambda_powertools"),
    "the domain knows the contracts": (
        "layers/escalera/python/escalera/domain/event.py",
        "import escalera.contracts",
    ),
    "a journey knows a port": ("layers/escalera/python/escalera/journeys/run.py", "import escalera.ports"),
    "an adapter leans on another": (
        "layers/escalera/python/escalera/adapters/mail.py",
        "import escalera.adapters.table",
    ),
    "shared code compiles the programme": (
        "layers/escalera/python/escalera/runtime/load.py",
        "import programme_compiler",
    ),
    "a handler makes its own adapter": ("functions/on_one/handler.py", "import escalera.adapters.table"),
    "a handler leans on another": ("functions/on_one/handler.py", "import functions.on_two.handler"),
    "a page makes its own adapter": (
        "layers/escalera/python/escalera/web/page.py",
        "import escalera.adapters.table",
    ),
    "what is run knows pages": ("layers/escalera/python/escalera/runtime/log.py", "import escalera.web"),
    "the report knows what is done": (
        "layers/escalera/python/escalera/reporting/report.py",
        "import escalera.use_cases",
    ),
    "the stack asks AWS": ("infra/lookup.py", "import boto3"),
    "the operator's tool runs a handler": (
        "cli/escalera_cli/send_event.py",
        "import functions.on_one.handler",
    ),
}


def kept(house: Path, files: dict[str, str]) -> bool:
    """Write the files and say whether the project's own rules are kept there."""
    for room in ROOMS:
        (house / room).mkdir(parents=True, exist_ok=True)
        (house / room / "__init__.py").touch()
    for name, content in files.items():
        (house / name).parent.mkdir(parents=True, exist_ok=True)
        (house / name).write_text(content + "\n")
    roots = ("layers/escalera/python", "layers/programme", "cli", ".")
    paths = [*(str(house / root) for root in roots), sysconfig.get_path("purelib")]
    # -S leaves out the .pth file that would put the real house beside this one.
    linter = [sys.executable, "-S", "-c", "from importlinter.cli import lint_imports_command as run; run()"]
    linted = subprocess.run(
        [*linter, "--no-logo", "--no-cache", "--config", str(ROOT / "pyproject.toml")],
        cwd=house,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(paths)},
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "Contracts:" in linted.stdout, linted.stdout + linted.stderr
    return linted.returncode == 0


def test_a_house_in_order_is_accepted(tmp_path):
    assert kept(tmp_path, RIGHT)


@pytest.mark.parametrize(("file", "line"), WRONG.values(), ids=WRONG.keys())
def test_a_wrong_import_is_refused(tmp_path, file, line):
    assert not kept(tmp_path, RIGHT | {file: line})


def test_handlers_are_among_what_the_rules_look_at():
    """With an `__init__.py` in functions/ the linter would look for packages in it, and find none."""
    graph = grimp.build_graph("functions", include_external_packages=True)

    assert "functions.perform_step.handler" in graph.modules
