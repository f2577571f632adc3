"""The shop's texts, out of the compiled programme."""

from escalera.adapters.templates.renderer import ProgrammeRenderer

__all__ = ["ProgrammeRenderer"]
