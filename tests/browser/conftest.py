"""A Chromium to look at pages with. Where none is installed these tests are skipped, and say so."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.support.browsing import Browsing, running_browser

Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with running_browser() as found:
        yield found


@pytest.fixture
def browsing(browser: Browser) -> Iterator[Browsing]:
    """Windows whose pages must have nothing to complain about."""
    windows = Browsing(browser)
    yield windows
    windows.close()
    assert windows.complaints == []


@pytest.fixture
def open_page(browsing: Browsing, tmp_path: Path) -> Open:
    """Open a page's text as a file, without a network: whatever it asks for fails the test."""

    def opened(html: str, *, width: int = 1280, scheme: str = "light", **options: object) -> Page:
        file = tmp_path / "page.html"
        file.write_text(html, encoding="utf-8")
        page = browsing.window(width=width, scheme=scheme, offline=True, **options)
        page.on("requestfailed", lambda request: browsing.complaints.append(request.url))
        page.goto(file.as_uri())
        return page

    return opened
