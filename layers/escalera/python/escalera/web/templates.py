"""Pages out of Jinja templates: everything is escaped, and a fact that is missing is an error, not a gap."""

from collections.abc import Mapping
from gettext import NullTranslations
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from escalera.web.static_files import StaticFiles

SHARED = Path(__file__).parent
"""Holds the templates and static files that both sites use."""


class Templates:
    """The templates of these folders; those of an earlier folder hide others of the same name."""

    def __init__(
        self, *folders: Path, static: StaticFiles, translations: NullTranslations | None = None, **known: Any
    ) -> None:
        """`known`: what every template may use, such as a function that writes money."""
        self._environment = Environment(
            loader=FileSystemLoader([*folders, SHARED / "templates"]),
            autoescape=True,
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
            extensions=["jinja2.ext.i18n"],
        )
        self._environment.globals.update(static=static.address, **known)
        install = self._environment.install_gettext_translations  # type: ignore[attr-defined]
        install(translations or NullTranslations(), newstyle=True)

    def render(self, name: str, facts: Mapping[str, Any]) -> str:
        """The page."""
        return self._environment.get_template(name).render(facts)

    def filters(self, **filters: Any) -> None:
        """Add ways of writing values."""
        self._environment.filters.update(filters)
