"""Ports that fail on purpose, around any adapter: before a call (nothing happened) or after it (it did happen)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any


class CrashError(BaseException):
    """The process died here. Not an Exception: no `except Exception` may survive a kill."""


@dataclass
class Failure:
    """Fails the calls of `method` whose numbers (from 1) are in `on`, before or after the real call."""

    method: str
    on: frozenset[int] = frozenset({1})
    after: bool = False
    error: Callable[[], BaseException] = CrashError


@dataclass
class Failing:
    """Stands in front of an adapter, counts its calls, and fails those it was told to.

        sender.provider = Failing(sender.provider, [Failure("take", after=True)])

    `between` is run just before each call goes through: the place for what somebody else does meanwhile.
    """

    real: Any
    failures: list[Failure] = field(default_factory=list)
    between: Callable[[str], None] = lambda _method: None
    calls: dict[str, int] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self.real, name)
        if not callable(found):
            return found

        def called(*args: Any, **kwargs: Any) -> Any:
            number = self.calls[name] = self.calls.get(name, 0) + 1
            self.between(name)
            due = [one for one in self.failures if one.method == name and number in one.on]
            for one in due:
                if not one.after:
                    raise one.error()
            answer = found(*args, **kwargs)
            for one in due:
                raise one.error()
            return answer

        return called
