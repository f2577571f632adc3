"""Reads, checks and compiles the programme: what a shop writes becomes what handlers read. Build time only."""

from programme_compiler.check import check_programme
from programme_compiler.compile import ProgrammeRefusedError, compile_programme, load_policy
from programme_compiler.problems import Problem

__all__ = ["Problem", "ProgrammeRefusedError", "check_programme", "compile_programme", "load_policy"]
