"""What the value model costs by the size of the base, on one core, and beside two libraries on the same customers."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
CUSTOMERS = (10_000, 100_000, 1_000_000)
WITH_PEERS = 10_000
PEERS = ("lifetimes", "pymc-marketing")
PEERS_VENV = ROOT / "build" / "venvs" / "bench-peers"
_ONE_CORE = dict.fromkeys(("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"), "1")
_NEVER_TIRED = 1800


def value() -> dict[str, Any]:
    """By number of customers: CPU s of fit and score, and peak memory; then the peers' fit, and how many times ours."""
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder, "customers.npz"))
        for customers in CUSTOMERS:
            shared = [file] if customers == WITH_PEERS else []
            found[f"{customers:,}"] = _told(
                [sys.executable, "-m", "bench.value_child", str(customers), *shared]
            )
        python = _peers_python()
        ours = found[f"{WITH_PEERS:,}"]["fit, CPU s"]
        for peer in PEERS:
            theirs = _told([str(python), str(ROOT / "bench" / "value_peers.py"), peer, file])
            found[f"{peer}, {WITH_PEERS:,}"] = theirs | {"times our fit": theirs["fit, CPU s"] / ours}
    return found


def _peers_python() -> Path:
    """The interpreter of the peers' environment, which is made from its own lock if it is not there yet."""
    python, uv = PEERS_VENV / "bin" / "python", str(ROOT / ".venv" / "bin" / "uv")
    if not python.exists():
        subprocess.run([uv, "venv", "--quiet", "--python", sys.executable, str(PEERS_VENV)], check=True)
    lock = str(ROOT / "requirements" / "bench.txt")
    subprocess.run(
        [uv, "pip", "sync", "--quiet", "--require-hashes", "--python", str(python), lock], check=True
    )
    return python


def _told(command: list[str]) -> dict[str, float]:
    said = subprocess.run(
        command,
        cwd=ROOT,
        env={**os.environ, **_ONE_CORE},
        capture_output=True,
        text=True,
        timeout=_NEVER_TIRED,
        check=False,
    )
    if said.returncode:
        raise AssertionError(f"{' '.join(command[1:])} ended badly:\n{said.stderr}")
    told: dict[str, float] = json.loads(said.stdout.splitlines()[-1])
    return told
