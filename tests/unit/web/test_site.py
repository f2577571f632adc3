import pytest

from escalera.domain.staff import Role


@pytest.mark.parametrize(("role", "status"), [(Role.OWNER, 200), (Role.VIEWER, 200), (Role.SERVICE, 403)])
def test_settings_are_not_for_the_service(signed_in, role, status):
    assert signed_in(role).get("/settings").status == status


def test_pages_trust_nobody_but_their_own_site(signed_in):
    answer = signed_in(Role.OWNER).get("/settings")
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "form-action 'self' https://sign-in.example.com;" in policy
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert "style=" not in answer.body
    assert "<script>" not in answer.body


def test_what_is_not_there_says_so_without_a_trace(anybody):
    answer = anybody.get("/nowhere")
    assert answer.status == 404
    assert "nothing here" in answer.text


def test_a_static_file_is_kept_for_ever_under_an_address_of_its_content(signed_in):
    page = signed_in(Role.OWNER).get("/settings").body
    assert 'href="/static/' in page
    style = next(
        part.partition('"')[0]
        for part in page.split('href="')
        if part.startswith("/static/") and "base.css" in part
    )
    answer = signed_in(Role.OWNER).get(style)
    assert answer.headers["Cache-Control"] == "public, max-age=31536000, immutable"
    assert answer.headers["Content-Type"] == "text/css; charset=utf-8"
    assert "--accent" in answer.body
    older = signed_in(Role.OWNER).get("/static/0123456789abcdef/base.css")
    assert (older.status, older.headers["Cache-Control"]) == (200, "no-cache")


@pytest.mark.parametrize("name", ["../templates/frame.html", "%2e%2e/handler.py", "nothing.css", ""])
def test_no_other_file_can_be_had(anybody, name):
    assert anybody.get(f"/static/0123456789abcdef/{name}").status == 404


@pytest.mark.parametrize("address", ["/settings", "/nowhere", "/static/0123456789abcdef/base.css"])
def test_who_asks_for_the_head_gets_what_a_page_would_be_answered_with_but_no_page(signed_in, address):
    owner = signed_in(Role.OWNER)
    page, head = owner.get(address), owner.head(address)
    assert (head.status, head.headers) == (page.status, page.headers)
    assert (head.body, page.body == "") == ("", False)


@pytest.mark.parametrize("address", ["/complaints", "/tasks"])
def test_a_place_in_a_list_that_no_page_gave_is_not_there_and_calls_nobody(signed_in, address, capsys):
    assert signed_in(Role.OWNER).get(f"{address}?from=garbage").status == 404
    assert "PagesFailed" not in capsys.readouterr().out
