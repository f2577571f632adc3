"""Takes the pictures of pages that README.md and these documents show: `make screenshots`.

Runs the demo, serves it, signs in as its people and looks at its pages with the Chromium that is installed. About four
minutes; everything it starts is ended again.
"""
# ruff: noqa: INP001, S603, T201 - a script beside the pages that it illustrates, in no package; it reports on the terminal

import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page

from escalera.domain.staff import Role
from escalera_cli.local_shop import WebPorts
from escalera_cli.staff import LOCAL_PASSWORD, LOCAL_STAFF
from tests.support.browsing import running_browser

FOLDER = Path(__file__).resolve().parent / "images"
FIRST_PORT = 8410
READY = "The mailbox"
DESK, PHONE = {"width": 1280, "height": 860}, {"width": 390, "height": 780}


def main() -> None:
    """Take all of them."""
    FOLDER.mkdir(exist_ok=True)
    web = WebPorts.from_first(FIRST_PORT)
    with _demo(FIRST_PORT), running_browser() as browser:
        _console(browser, web)
        _customers(browser, web)


@contextmanager
def _demo(web_port: int) -> Iterator[None]:
    tool = Path(sys.executable).with_name("escalera")
    with tempfile.TemporaryDirectory() as state:
        command = [str(tool), "demo", "--serve", "--web-port", str(web_port), "--state", state]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
        try:
            for line in process.stdout or ():
                if line.startswith(READY):
                    break
            else:
                sys.exit("The demo ended before it was ready: run `make demo` to see why")
            yield
        finally:
            process.send_signal(signal.SIGINT)
            process.wait(timeout=60)


def _console(browser: Browser, web: WebPorts) -> None:
    page = browser.new_context(viewport=DESK, device_scale_factor=1).new_page()
    page.goto(web.console_url)
    page.get_by_label("Username").fill(LOCAL_STAFF[Role.OWNER][0])
    page.get_by_label("Password").fill(LOCAL_PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    page.wait_for_url(f"{web.console_url}/**")
    _take(page, "console-today")
    for place in ("journeys", "messages", "calendar", "measures"):
        page.goto(f"{web.console_url}/{place}")
        _take(page, f"console-{place}")
    page.goto(f"{web.console_url}/journey?name=win-back")
    _take(page, "console-journey")
    page.goto(f"{web.console_url}/complaints")
    page.locator("tbody th a").first.click()
    _take(page, "console-complaint")
    page.locator("dd a[href^='/customer']").first.click()
    _take(page, "console-customer")


def _customers(browser: Browser, web: WebPorts) -> None:
    desk = browser.new_context(viewport=DESK).new_page()
    desk.goto(web.mailbox_url)
    how_was_it = desk.locator(".list a", has_text=re.compile("How was|Qué tal|Como foi")).first
    how_was_it.click()
    _take(desk, "mailbox")
    mail = desk.frame_locator("#mail")
    links = {
        name: str(mail.locator(f"a[href*='/{name}']").first.get_attribute("href"))
        for name in ("preferences", "opinion")
    }
    phone = browser.new_context(viewport=PHONE, device_scale_factor=2).new_page()
    for name, address in links.items():
        phone.goto(address)
        _take(phone, f"portal-{name}")


def _take(page: Page, name: str) -> None:
    page.wait_for_load_state("networkidle")
    page.screenshot(path=FOLDER / f"{name}.png")
    print(f"{name}.png")


if __name__ == "__main__":
    main()
