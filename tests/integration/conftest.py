from collections.abc import Iterator
from typing import Any

import pytest
from moto import mock_aws


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS in this process."""
    with mock_aws():
        yield


class Answering:
    """A `connect` whose clients never leave the house: each call gets the next of `answers` (an exception is raised)."""

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.settings: Any = None

    def connect(self, _service: str, settings: Any) -> Any:
        self.settings = settings
        return self

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            self.asked.append(asked)
            answer = self.answers.pop(0)
            if isinstance(answer, BaseException):
                raise answer
            return answer

        return call


@pytest.fixture
def answering() -> type[Answering]:
    return Answering
