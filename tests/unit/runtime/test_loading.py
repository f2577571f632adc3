"""A first call loads what stays: nothing is searched for garbage meanwhile, nor what was loaded ever after."""

import gc
from collections.abc import Iterator

import pytest

from escalera.runtime.loading import loading
from escalera.runtime.observability import metrics, observed
from tests.unit.runtime.test_runtime_observability import CONTEXT


@pytest.fixture(autouse=True)
def thawed() -> Iterator[None]:
    metrics().clear_metrics()  # what another test of this process counted would be written by the first call here
    yield
    gc.unfreeze()


def searches(many: int) -> int:
    """How often Python looks for garbage while so many objects are made."""
    before = searched()
    assert len([[] for _ in range(many)]) == many
    return searched() - before


def searched() -> int:
    return sum(generation["collections"] for generation in gc.get_stats())


def test_a_first_call_is_not_searched_while_it_loads_and_later_ones_are_as_usual():
    handler = observed(lambda event, _: searches(event))
    assert handler(100_000, CONTEXT) == 0
    assert handler(100_000, CONTEXT) > 10


def test_what_was_loaded_is_never_looked_through_again():
    with loading():
        loaded: list[list[int]] = [[] for _ in range(1_000)]
    assert gc.get_freeze_count() >= len(loaded)
    kept = set(map(id, gc.get_objects()))
    assert not any(id(one) in kept for one in loaded)


def test_a_first_call_that_makes_more_than_any_loads_is_searched_all_the_same():
    with loading():
        assert searches(1_000_000) > 0


def test_a_first_call_that_fails_leaves_python_as_it_was():
    usual = gc.get_threshold()
    with pytest.raises(RuntimeError), loading():
        raise RuntimeError
    assert gc.get_threshold() == usual
