"""Asks the public advisories for known vulnerabilities in the locks: `make audit`.

Exit codes: 0 nothing is known against what is locked; 1 something is, and it is printed; 3 not everything could be asked,
because the network, or a mirror in between, has no advisories. An audit that did not happen never looks like a good one.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

ROOT: Final = Path(__file__).resolve().parent.parent
PIP_AUDIT: Final = ROOT / "build/venvs/audit/bin/pip-audit"
LOCKS: Final = ("runtime", "scoring", "dev", "local_stack", "bootstrap")
FOUND: Final = 1
NOT_ASKED: Final = 3
_SECONDS: Final = 300

Run = Callable[[Sequence[str]], tuple[str, str]]
"""Runs a program and gives what it wrote to stdout and to stderr."""


@dataclass(frozen=True, slots=True)
class Audit:
    """What became of asking about one lock."""

    lock: str
    known: tuple[str, ...] = ()
    """Each vulnerability: the package, its version, the advisory."""
    trouble: str = ""
    """Why not everything could be asked; empty when it was."""

    def __str__(self) -> str:
        """For a terminal."""
        trouble = [f"{self.lock}: could not ask ({self.trouble})"] if self.trouble else []
        asked = [f"{self.lock}: {len(self.known) or 'no'} known vulnerabilities", *self.known]
        return "\n".join([*trouble, *(asked if self.known or not trouble else [])])


def audit_python(name: str, run: Run) -> Audit:
    """Ask PyPI's advisories about a lock of ours."""
    lock = f"requirements/{name}.txt"
    options = ("--format", "json", "--progress-spinner", "off", "--disable-pip", "--requirement", lock)
    written, said = run([str(PIP_AUDIT), *options])
    answer = _json(written)
    if not isinstance(answer, dict) or "dependencies" not in answer:
        return Audit(lock, trouble=_last_line(said or written))
    skipped = [one for one in answer["dependencies"] if "skip_reason" in one]
    known = [
        f"  {one['name']} {one['version']}: {flaw['id']}, fixed in {', '.join(flaw['fix_versions']) or 'no version'}"
        for one in answer["dependencies"]
        for flaw in one.get("vulns", ())
    ]
    trouble = f"{len(skipped)} packages were skipped, {skipped[0]['name']} first" if skipped else ""
    return Audit(lock, tuple(known), trouble)


def audit_node(run: Run) -> Audit:
    """Ask npm's advisories about package-lock.json."""
    lock = "package-lock.json"
    written, said = run(["npm", "audit", "--json"])
    answer = _json(written)
    if not isinstance(answer, dict) or "vulnerabilities" not in answer:
        told = answer.get("message") or answer.get("error") if isinstance(answer, dict) else None
        return Audit(lock, trouble=_last_line(str(told or said or written)))
    known = [
        f"  {name} {one['range']}: {one['severity']}"
        for name, one in sorted(answer["vulnerabilities"].items())
    ]
    return Audit(lock, tuple(known))


def exit_code(audits: Sequence[Audit]) -> int:
    """What is known counts for more than what could not be asked."""
    if any(one.known for one in audits):
        return FOUND
    return NOT_ASKED if any(one.trouble for one in audits) else 0


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None


def _last_line(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    return lines[-1][:200] if lines else "it said nothing"


def _run(command: Sequence[str]) -> tuple[str, str]:
    try:
        done = subprocess.run(
            command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=_SECONDS
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        return "", f"{command[0]}: {type(error).__name__}"
    return done.stdout, done.stderr


def main() -> int:
    """Ask about every lock and print what is known."""
    audits = [*(audit_python(name, _run) for name in LOCKS), audit_node(_run)]
    for one in audits:
        print(one)
    return exit_code(audits)


if __name__ == "__main__":
    sys.exit(main())
