from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from escalera import bootstrap
from escalera.domain.rhythm import Prior
from escalera.domain.standing import StandingRules
from escalera.runtime.aws_errors import retryable
from tests.fakes.table import TABLE
from tests.support.functions import Cloud, forget_what_is_made

RULES = StandingRules(
    Prior(typical_gap=timedelta(days=60), worth_gaps=2, unusual=0.1, at_least=timedelta(days=30)), 3
)


@pytest.fixture
def aws() -> Iterator[None]:
    """AWS in this process."""
    with mock_aws():
        yield


@pytest.fixture
def cloud(aws: None, monkeypatch: pytest.MonkeyPatch) -> Iterator[Cloud]:
    """What a function finds around it, its environment too."""
    found = Cloud()
    for name, value in {
        "TABLE_NAME": TABLE,
        "BUS_NAME": "escalera",
        "JOURNEYS": '{"arn:thank-you": "thank-you"}',
        "DEAD_LETTER_QUEUE_URL": found.dead_letters_url,
        "DISPATCH": "arn:aws:states:eu-west-1:123456789012:stateMachine:dispatch",
        "CONFIGURATION_SET": "escalera",
        "PORTAL_URL": "https://portal.example.com",
        "LINK_KEYS": found.link_keys,
        "ORIGIN_KEYS": found.link_keys,
        "SENDER": "Casa Nogal <hola@casa-nogal.example.com>",
        "POWERTOOLS_SERVICE_NAME": "under-test",
        "POWERTOOLS_METRICS_NAMESPACE": "Escalera",
        "POWERTOOLS_LOG_LEVEL": "INFO",
    }.items():
        monkeypatch.setenv(name, value)
    forget_what_is_made()
    # The numbers of these tests, whatever the shop's programme says today.
    monkeypatch.setattr(bootstrap, "_programme_rules", lambda: RULES)
    yield found
    monkeypatch.undo()
    forget_what_is_made()


class Answering:
    """A `connect` whose clients never leave the house: each call gets the next of `answers`; an exception is raised as
    clients that are made by the real one raise it.
    """

    def __init__(self, *answers: Any) -> None:
        self.answers = list(answers)
        self.asked: list[dict[str, Any]] = []
        self.settings: Any = None

    def connect(self, service: str, settings: Any) -> Any:
        self.service, self.settings = service, settings
        return self

    def __getattr__(self, name: str) -> Any:
        def call(**asked: Any) -> Any:
            self.asked.append(asked)
            answer = self.answers.pop(0)
            if isinstance(answer, Exception):
                raise retryable(answer, self.service) or answer
            return answer

        return call


@pytest.fixture
def answering() -> type[Answering]:
    return Answering
