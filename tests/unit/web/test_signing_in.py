from dataclasses import replace

import pytest

from escalera.domain.staff import Role
from escalera.web.console.sessions import Cookies, Session
from tests.fakes.clock import SetClock
from tests.fakes.sign_in import PEOPLE
from tests.support.console import RING, console_handler, console_parts
from tests.support.visitor import Visitor


def _state(answer):
    return answer.location.partition("state=")[2]


def test_who_is_not_signed_in_is_sent_to_sign_in_and_comes_back_where_they_wanted_to_go(anybody):
    refused = anybody.get("/settings?about=x")
    assert (refused.status, refused.location) == (303, "/sign-in?go_to=%2Fsettings%3Fabout%3Dx")
    there = anybody.get(refused.location)
    assert there.location.startswith("https://sign-in.example.com/authorize")
    back = anybody.get(f"/signed-in?code=owner&state={_state(there)}")
    assert (back.status, back.location) == (303, "/settings?about=x")
    assert anybody.get("/settings").status == 200


@pytest.mark.parametrize(
    "elsewhere", ["https://evil.example", "//evil.example", "/\\evil.example", "javascript:x"]
)
def test_nobody_is_sent_to_another_site_after_signing_in(anybody, elsewhere):
    there = anybody.get(f"/sign-in?go_to={elsewhere}")
    back = anybody.get(f"/signed-in?code=owner&state={_state(there)}")
    assert (back.status, back.location) == (303, "/")


def test_a_sign_in_that_somebody_else_began_lets_nobody_in(anybody):
    attacker = anybody.without_cookies()
    state = _state(attacker.get("/sign-in"))
    answer = anybody.get(f"/signed-in?code=owner&state={state}")
    assert answer.location == "/sign-in"
    anybody.get("/sign-in")
    answer = anybody.get(f"/signed-in?code=owner&state={state}")
    assert answer.location == "/sign-in"
    assert anybody.get("/settings").status == 303


def test_a_sign_in_that_took_too_long_begins_again(anybody, clock):
    state = _state(anybody.get("/sign-in"))
    clock.go_on(minutes=11)
    assert anybody.get(f"/signed-in?code=owner&state={state}").location == "/sign-in"


def test_who_has_no_role_is_told_so_and_not_let_in(anybody):
    state = _state(anybody.get("/sign-in"))
    answer = anybody.get(f"/signed-in?code=nobody&state={state}")
    assert answer.status == 403
    assert "no role here" in answer.text
    assert anybody.get("/settings").status == 303


def test_a_session_ends_after_a_working_day(signed_in, clock):
    owner = signed_in(Role.OWNER)
    clock.go_on(hours=9, minutes=59)
    assert owner.get("/settings").status == 200
    clock.go_on(minutes=1)
    assert owner.get("/settings").status == 303


def test_somebody_dismissed_at_the_sign_in_alone_is_out_within_two_minutes(signed_in, clock, sign_in):
    owner = signed_in(Role.OWNER)
    assert owner.get("/settings").status == 200
    del sign_in.people["id-owner"]
    assert owner.get("/settings").status == 200
    clock.go_on(minutes=2)
    assert owner.get("/settings").status == 303


def test_somebody_dismissed_while_they_sign_in_opens_no_page(signed_in, sign_in):
    owner = signed_in(Role.OWNER)
    del sign_in.people["id-owner"]
    assert owner.get("/settings").status == 303


def test_a_copy_of_the_cookie_opens_nothing_once_its_owner_signed_out(signed_in):
    owner = signed_in(Role.OWNER)
    copy = owner.without_cookies()
    copy.cookies = dict(owner.cookies)
    assert copy.get("/settings").status == 200
    owner.post("/sign-out")
    assert copy.get("/settings").status == 303
    assert copy.post("/sign-out").status == 303


def test_signing_out_ends_this_session_and_no_other(signed_in):
    here, elsewhere = signed_in(Role.OWNER), signed_in(Role.OWNER)
    here.post("/sign-out")
    assert elsewhere.get("/settings").status == 200


def test_all_sessions_of_a_person_can_be_ended_at_once(signed_in, sessions):
    owners, viewer = [signed_in(Role.OWNER), signed_in(Role.OWNER)], signed_in(Role.VIEWER)
    assert sessions.close_all("id-owner") == 2
    assert [owner.get("/settings").status for owner in owners] == [303, 303]
    assert viewer.get("/settings").status == 200


def test_a_part_of_a_page_of_a_closed_session_sends_to_the_sign_in(signed_in, sessions):
    owner = signed_in(Role.OWNER)
    sessions.close_all("id-owner")
    answer = owner.get("/settings", hx_request="true")
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_session_that_was_never_recorded_opens_nothing(anybody, clock):
    cookie = Cookies(RING, secure=True).of_session(Session.begun(PEOPLE[Role.OWNER], clock.now()))
    anybody.cookies = {cookie.name: cookie.value}
    assert anybody.get("/settings").status == 303


def test_another_role_holds_within_minutes(signed_in, clock, sign_in):
    owner = signed_in(Role.OWNER)
    assert owner.get("/settings").status == 200
    sign_in.people["id-owner"] = replace(PEOPLE[Role.OWNER], role=Role.SERVICE)
    clock.go_on(minutes=2)
    assert owner.get("/settings").status == 403
    clock.go_on(minutes=1)
    assert owner.get("/settings").status == 403


def test_the_sign_in_is_not_asked_with_every_page(signed_in, clock, sign_in):
    owner = signed_in(Role.OWNER)
    for _ in range(5):
        owner.get("/settings")
        clock.go_on(seconds=50)
    assert sign_in.looked_up == 2


def test_a_session_of_another_role_cannot_be_made_by_hand(signed_in):
    viewer = signed_in(Role.VIEWER)
    [name] = viewer.cookies
    key, payload, _ = viewer.cookies[name].split(".")
    viewer.cookies[name] = f"{key}.{payload}.{'a' * 32}"
    assert viewer.get("/settings").status == 303


def test_an_attempt_to_sign_in_is_no_session(anybody):
    anybody.get("/sign-in")
    [(name, sealed)] = anybody.cookies.items()
    anybody.cookies = {name.replace("sign-in", "session"): sealed}
    assert anybody.get("/settings").status == 303


def test_the_cookie_of_a_session_is_kept_from_scripts_and_other_sites(anybody):
    state = _state(anybody.get("/sign-in"))
    cookie, _ = anybody.get(f"/signed-in?code=owner&state={state}").cookies
    assert cookie.startswith("__Host-session=")
    for guard in ("HttpOnly", "Secure", "SameSite=Lax", "Path=/", "Max-Age=36000"):
        assert guard in cookie


def test_signing_out_forgets_the_session_here_and_at_the_sign_in(signed_in):
    owner = signed_in(Role.OWNER)
    answer = owner.post("/sign-out")
    assert answer.location == "https://sign-in.example.com/logout"
    assert owner.cookies == {}
    assert owner.get("/settings").status == 303


def test_a_part_of_a_page_is_never_replaced_by_the_way_to_sign_in(anybody):
    answer = anybody.get("/settings", hx_request="true")
    assert (answer.status, answer.headers["HX-Redirect"]) == (401, "/sign-in")


def test_a_day_of_people_lasts_a_day_however_fast_the_shops_clock_runs(sign_in, clock):
    parts = console_parts(sign_in, clock, wall_clock=SetClock())
    owner = Visitor(console_handler(parts, address="https://console.example.com"))
    state = _state(owner.get("/sign-in"))
    clock.go_on(days=30)
    assert owner.get(f"/signed-in?code=owner&state={state}").location == "/"
    clock.go_on(days=30)
    assert owner.get("/settings").status == 200
