"""`python -m programme_compiler check|compile|schemas`: what the build and the operator's tool call."""

import argparse
import sys
from pathlib import Path

from programme_compiler.check import check_programme
from programme_compiler.compile import ProgrammeRefusedError, compile_programme
from programme_compiler.mjml import NodeMissingError
from programme_compiler.schemas import write_schemas

_WRONG, _NOT_SET_UP = 1, 2


def main(arguments: list[str] | None = None) -> int:
    """0: all is well; 1: the programme has problems; 2: something is not installed."""
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except NodeMissingError as error:
        print(error, file=sys.stderr)
        return _NOT_SET_UP


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="programme_compiler", description=__doc__)
    verbs = parser.add_subparsers(required=True)
    check = verbs.add_parser("check", help="say what is wrong, as file:line: what, and how to mend it")
    check.set_defaults(run=_check)
    compiling = verbs.add_parser("compile", help="check, then write what handlers read")
    compiling.add_argument(
        "--package", type=Path, default=Path("build/layers/programme/python/escalera_programme")
    )
    compiling.set_defaults(run=_compile)
    schemas = verbs.add_parser("schemas", help="write the JSON Schemas for editors")
    schemas.set_defaults(run=_schemas)
    for verb in (check, compiling, schemas):
        verb.add_argument("source", type=Path, nargs="?", default=Path("programme"))
    return parser


def _check(options: argparse.Namespace) -> int:
    problems = check_programme(options.source)
    for problem in problems:
        print(problem)
    return _WRONG if problems else 0


def _compile(options: argparse.Namespace) -> int:
    try:
        compile_programme(options.source, options.package)
    except ProgrammeRefusedError as error:
        print(error)
        return _WRONG
    return 0


def _schemas(options: argparse.Namespace) -> int:
    for path in write_schemas(options.source / "schemas"):
        print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
