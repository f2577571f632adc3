"""Leaves out of a dependency layer what no handler ever reads, so that cold starts read less.

botocore describes every AWS service there is, and parses its table of all endpoints once per session: with only our
services in both, a first client is made in about two thirds of the time.
"""

import json
import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

# botocore's names of the services that handlers call; X-Ray's own client is made when Tracer is imported.
SERVICES: Final = frozenset(
    {
        "cognito-idp",
        "dynamodb",
        "events",
        "lambda",
        "s3",
        "secretsmanager",
        "sqs",
        "stepfunctions",
        "xray",
    }
)
# The same services as endpoints.json calls them, by their host's first label.
_ENDPOINTS: Final = frozenset(
    {"cognito-idp", "dynamodb", "events", "lambda", "s3", "secretsmanager", "sqs", "states", "xray"}
)
# boto3's resource interface exists for few services; ours are these.
_RESOURCES: Final = frozenset({"dynamodb", "sqs"})

# What an installer notes for itself. Licences and METADATA stay: the first by law, the second for versions.
_INSTALLER_NOTES: Final = frozenset({"INSTALLER", "RECORD", "REQUESTED", "direct_url.json", "uv_cache.json"})

# For type checkers, and for building other packages against this one.
_FOR_BUILDING: Final = ("*.pyi", "*.a", "*.c", "*.h", "*.pxd", "*.pyx")

# The earliest time that a zip file can hold: the same content gives the same bytes whenever it is built.
_EPOCH: Final = 315_532_800


def prune(site: Path) -> None:
    """Remove from the installed packages in `site` what a handler never uses."""
    _prune_botocore(site / "botocore" / "data")
    _prune_boto3(site / "boto3")
    prune_packages(site)


def prune_packages(site: Path) -> None:
    """Remove from any installed packages in `site` what only their authors, or a compiler, would use."""
    for name in ("bin", ".lock"):
        _remove(site / name)
    for package in sorted(site.iterdir()):
        if package.suffix == ".dist-info":
            _remove_all(package / note for note in _INSTALLER_NOTES)
        elif package.is_dir():
            _remove_all(package.rglob("__pycache__"))
            _remove_all(package.rglob("tests"))
            for pattern in _FOR_BUILDING:
                _remove_all(package.rglob(pattern))


def fix_times(folder: Path) -> None:
    """Give every file and folder in `folder` the same time of change."""
    for path in (folder, *folder.rglob("*")):
        os.utime(path, (_EPOCH, _EPOCH))


def _prune_botocore(data: Path) -> None:
    for service in (path for path in data.iterdir() if path.is_dir()):
        if service.name not in SERVICES:
            shutil.rmtree(service)
            continue
        *superseded, current = sorted(service.iterdir())
        _remove_all(superseded)
        _remove_all(current.glob("examples-*"))

    missing = SERVICES - {path.name for path in data.iterdir()}
    if missing:
        message = f"botocore has no service named {', '.join(sorted(missing))}: mend SERVICES in {Path(__file__).name}"
        raise ValueError(message)

    table = data / "endpoints.json"
    endpoints = json.loads(table.read_text(encoding="utf-8"))
    for partition in endpoints["partitions"]:
        partition["services"] = {name: at for name, at in partition["services"].items() if name in _ENDPOINTS}
    table.write_text(json.dumps(endpoints, separators=(",", ":")), encoding="utf-8")


def _prune_boto3(boto3: Path) -> None:
    _remove(boto3 / "examples")
    _remove_all(path for path in (boto3 / "data").iterdir() if path.name not in _RESOURCES)


def _remove_all(paths: Iterable[Path]) -> None:
    for path in tuple(paths):
        _remove(path)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path)
    else:
        path.unlink(missing_ok=True)
