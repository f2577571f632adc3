"""The shop's texts, out of the compiled programme."""

from escalera.adapters.templates.renderer import ProgrammeRenderer, load_programme

__all__ = ["ProgrammeRenderer", "load_programme"]
