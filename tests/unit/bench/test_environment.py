"""The functions on the bench are told all that they read."""

import pytest

from bench.cold import FIRST_CALLED
from bench.wire import ENVIRONMENT
from tests.support.functions import variables_read_by


@pytest.mark.parametrize("name", sorted(FIRST_CALLED))
def test_function_on_the_bench_is_told_what_it_reads(name):
    assert variables_read_by(name) <= ENVIRONMENT.keys()
