"""What a handler is told by its environment: one typed model per handler, read once, wrong loudly.

class PurchaseEnv(Environment):
    TABLE_NAME: str
    DEAD_LETTER_QUEUE_URL: str

env = PurchaseEnv.read()
"""

import os
from collections.abc import Mapping
from dataclasses import MISSING, dataclass, fields
from typing import Any, Self, dataclass_transform

from escalera.domain.errors import PermanentError


class EnvironmentIncompleteError(PermanentError):
    """A variable the handler needs is missing or empty; the text names every one."""


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Environment:
    """Base of the `*Env` models. A subclass's fields are its variables; one with a default may be missing."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        dataclass(frozen=True, kw_only=True)(cls)

    @classmethod
    def read(cls, variables: Mapping[str, str] | None = None) -> Self:
        """The model, out of the process's environment unless told otherwise."""
        there = os.environ if variables is None else variables
        missing = sorted(name for name in cls.required() if not there.get(name))
        if missing:
            message = f"{cls.__name__} needs {', '.join(missing)}: set them in the function's environment"
            raise EnvironmentIncompleteError(message)
        return cls(**{name: there[name] for name in cls.names() if there.get(name)})

    @classmethod
    def names(cls) -> tuple[str, ...]:
        """Every variable it reads."""
        return tuple(field.name for field in fields(cls))  # type: ignore[arg-type]

    @classmethod
    def required(cls) -> tuple[str, ...]:
        """The variables it cannot do without."""
        every = fields(cls)  # type: ignore[arg-type]
        return tuple(field.name for field in every if field.default is MISSING)


class PowertoolsEnv(Environment):
    """What every handler's model starts from: Powertools reads these by itself, and complains less clearly."""

    POWERTOOLS_SERVICE_NAME: str
    POWERTOOLS_METRICS_NAMESPACE: str
    POWERTOOLS_LOG_LEVEL: str
