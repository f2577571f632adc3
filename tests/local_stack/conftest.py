"""One local stack with the little template deployed, shared by the tests of this folder."""

from collections.abc import Iterator

import pytest

from escalera_cli.local_stack import LocalStack
from tests.local_stack.probe import GRANTS, Probe, deploy_template

DAY_PER_SECOND = 1 / 86400


@pytest.fixture(scope="session")
def probe() -> Iterator[Probe]:
    """Start a stack that enforces IAM and lets a day pass in a second, and deploy the template to it."""
    stack = LocalStack(wait_scale=DAY_PER_SECOND, auth=True)
    if not stack.interpreter.exists():
        pytest.skip(f"{stack.interpreter} is missing: run `make setup`")
    with stack:
        found = Probe(stack, deploy_template(stack))
        for name in GRANTS:
            found.grant(name)
        yield found
