from dataclasses import replace
from typing import Any

import pytest

from escalera.domain.errors import ContractError
from escalera.journeys.conditions import Situation, first_that_holds, holds, keys_of
from escalera.journeys.file_model import Condition

ANA = Situation(
    rung="customer",
    orders=3,
    language="es",
    abc_class="A",
    consents=frozenset({("promotion", "email"), ("service", "sms")}),
)


def written(**keys):
    """The condition as the compiler hands it on, from how a shop writes it."""
    return Condition.model_validate(keys).normal_form()


@pytest.mark.parametrize(
    "condition",
    [
        {"class": "A"},
        {"class": ["A", "B"]},
        {"rung": ["buyer", "customer"]},
        {"language": "es"},
        {"orders": {"at_least": 3}},
        {"orders": {"at_most": 3}},
        {"orders": {"at_least": 1, "at_most": 3}},
        {"quiet": False},
        {"has_open_complaint": False},
        {"complaint_answered": False},
        {"order_delivered": False},
        {"order_returned": False},
        {"consents": {"purpose": "promotion"}},
        {"consents": {"purpose": "promotion", "channel": "email"}},
        {"not": {"class": "B"}},
        {"any": [{"class": "C"}, {"orders": {"at_least": 2}}]},
        {"class": "A", "language": "es"},
    ],
)
def test_what_is_true_of_the_customer_holds(condition):
    assert holds(written(**condition), ANA)


@pytest.mark.parametrize(
    "condition",
    [
        {"class": "B"},
        {"rung": "promoter"},
        {"language": ["en", "pt"]},
        {"orders": {"at_least": 4}},
        {"orders": {"at_most": 2}},
        {"quiet": True},
        {"has_open_complaint": True},
        {"complaint_answered": True},
        {"order_delivered": True},
        {"order_returned": True},
        {"consents": {"purpose": "promotion", "channel": "sms"}},
        {"consents": {"purpose": "relationship"}},
        {"not": {"class": "A"}},
        {"any": [{"class": "C"}, {"orders": {"at_least": 9}}]},
        {"class": "A", "language": "en"},
    ],
)
def test_what_is_not_true_of_the_customer_does_not_hold(condition):
    assert not holds(written(**condition), ANA)


def test_a_customer_whose_class_is_not_known_yet_is_in_none():
    newcomer = replace(ANA, abc_class=None)
    assert not holds(written(**{"class": ["A", "B", "C"]}), newcomer)
    assert holds(written(**{"not": {"class": "A"}}), newcomer)


def test_the_first_case_that_holds_is_taken():
    cases = [written(**{"class": "C"}), written(language="es"), written(**{"class": "A"})]
    assert first_that_holds(cases, ANA) == 1
    assert first_that_holds(cases[:1], ANA) is None


def test_a_condition_of_a_later_release_is_an_error_and_not_a_guess():
    with pytest.raises(ContractError, match="unknown condition `shoe_size`"):
        holds({"shoe_size": 43}, ANA)


def test_the_keys_of_conditions_are_those_within_not_and_any_too():
    conditions: list[dict[str, Any]] = [
        {"class": ["A"], "not": {"quiet": True}},
        {"any": [{"not": {"any": [{"rung": ["buyer"]}]}}, {}]},
    ]
    assert keys_of(conditions) == {"class", "not", "quiet", "any", "rung"}
    assert keys_of([{}]) == keys_of([]) == frozenset()
