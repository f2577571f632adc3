"""What every test stands on: no network, no AWS account, and the recorded payloads where they are at hand."""

import os
import zoneinfo
from pathlib import Path

import pytest
from hypothesis import settings

ROOT = Path(__file__).parents[1]
SHARED_DATA = ROOT.parent / "shared" / "data"  # ../shared is optional: a clone stands without it

# Whatever account the developer is signed in to, no test may reach it; and none hears jsii talk about Node's age.
os.environ.update(
    AWS_ACCESS_KEY_ID="testing",
    AWS_SECRET_ACCESS_KEY="testing",
    AWS_SESSION_TOKEN="testing",
    AWS_DEFAULT_REGION="eu-west-1",
    AWS_EC2_METADATA_DISABLED="true",
    JSII_SILENCE_WARNING_END_OF_LIFE_NODE_VERSION="20,21,22,23",
    OPENBLAS_NUM_THREADS="1",  # else each of the workers keeps all cores busy with matrices that one does sooner
    POWERTOOLS_TRACE_DISABLED="true",
)
zoneinfo.reset_tzpath(to=())  # the time zones that ship with us, as in the functions and the tool
for name in ("AWS_PROFILE", "AWS_REGION", "AWS_ENDPOINT_URL"):
    os.environ.pop(name, None)

# HYPOTHESIS_PROFILE=thorough looks longer for a counter-example. Machines differ in speed, so none has a deadline.
settings.register_profile("everyday", deadline=None, max_examples=100, print_blob=True)
settings.register_profile("thorough", deadline=None, max_examples=2000, print_blob=True)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "everyday"))

# The rooms where code is pure: a socket there is a mistake, not a slow test.
WITHOUT_SOCKETS = tuple(ROOT / "tests" / room for room in ("unit", "property", "contract"))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if any(item.path.is_relative_to(room) for room in WITHOUT_SOCKETS):
            item.add_marker(pytest.mark.disable_socket)


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of recorded payloads and public data sets beside the repository; without it the test is skipped."""
    if not SHARED_DATA.is_dir():
        pytest.skip("../shared/data is not beside this clone")
    return SHARED_DATA
