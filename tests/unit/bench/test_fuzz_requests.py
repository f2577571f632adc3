"""What the fuzz campaign takes for a right that is crossed."""

import pytest

from bench.fuzz_requests import OWNERS_CHANGES, PAGES, SERVICE_CHANGES, SETTINGS, Answer, _is_forbidden
from escalera.domain.staff import Role


def test_an_owner_may_everything():
    everything = (*PAGES, *SETTINGS, *OWNERS_CHANGES, *SERVICE_CHANGES)
    assert not any(
        _is_forbidden(Role.OWNER, method, path) for path in everything for method in ("GET", "POST")
    )


@pytest.mark.parametrize("role", [Role.SERVICE, Role.VIEWER])
def test_whoever_is_no_owner_steers_nothing(role):
    assert all(_is_forbidden(role, "POST", path) for path in OWNERS_CHANGES)


def test_a_viewer_changes_nothing_and_the_service_sees_no_settings():
    assert all(_is_forbidden(Role.VIEWER, "POST", path) for path in SERVICE_CHANGES)
    assert not any(_is_forbidden(Role.SERVICE, "POST", path) for path in SERVICE_CHANGES)
    assert all(_is_forbidden(Role.SERVICE, "GET", path) for path in SETTINGS)


@pytest.mark.parametrize(
    ("answer", "did_it"),
    [
        (Answer(200, "a page"), True),
        (Answer(303, "", "/journey?said=paused"), True),
        (Answer(303, "", "/sign-in?go_to=%2F"), False),
        (Answer(403, "This is not yours to do"), False),
    ],
)
def test_whoever_is_sent_to_the_sign_in_did_nothing(answer, did_it):
    assert answer.did_it is did_it
