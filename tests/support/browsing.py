"""A Chromium to look at pages with, as people do: whatever it complains about fails the test."""

import shutil
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.support.even_letters import even_letters

ROOT = Path(__file__).resolve().parents[2]
AXE = ROOT / "node_modules/axe-core/axe.min.js"
CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
PHONE = 320
"""The narrowest screen that has to do (WCAG 2.2, 1.4.10 Reflow)."""
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@contextmanager
def running_browser() -> Iterator[Browser]:
    """The browser; without one the test is skipped, and says so."""
    if CHROMIUM is None:
        pytest.skip("no Chromium is installed: on Debian, apt install chromium")
    with sync_playwright() as driver:
        # Within a container, as root, Chromium's own sandbox cannot start; it reads nothing but our own pages.
        found = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield found
        found.close()


class Browsing:
    """Windows of one test. `complaints` are what pages said on their console: errors, refusals of their policy."""

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._contexts: list[BrowserContext] = []
        self.complaints: list[str] = []

    def window(self, *, width: int = 1280, scheme: str = "light", **options: Any) -> Page:
        """A window with cookies of its own."""
        context = self._browser.new_context(
            viewport={"width": width, "height": 900},
            color_scheme=scheme,  # type: ignore[arg-type] # one of light, dark
            **options,
        )
        context.on("page", self._listen)
        self._contexts.append(context)
        return context.new_page()

    def close(self) -> None:
        for context in self._contexts:
            context.close()

    def _listen(self, page: Page) -> None:
        page.on("console", lambda said: self.complaints.append(f"{said.text} ({page.url})"))
        page.on("pageerror", lambda error: self.complaints.append(f"{error} ({page.url})"))


def mistakes_for_readers(page: Page) -> list[str]:
    """What axe-core finds on the page: each rule of WCAG 2.2 AA that is broken, and where."""
    page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("tags => axe.run(document, {runOnly: tags, resultTypes: ['violations']})", WCAG)
    return [
        f"{one['id']}: {one['help']} at {', '.join(node['html'][:120] for node in one['nodes'])}"
        for one in found["violations"]
    ]


@dataclass(frozen=True)
class Text:
    """How a reader sees the letters of a page, which no page can know."""

    letters: float
    """The width of each, in em."""
    percent: int
    """The size of text that the reader has set."""


TEXTS = (Text(0.5, 100), Text(0.6, 100), Text(0.6, 130))
"""Narrow letters (as Liberation Sans), wide ones (as DejaVu Sans), and wide ones at a larger size."""


def outgrown_widths(page: Page) -> list[str]:
    """What makes a reader scroll the page sideways, by TEXTS; empty when it fits with every one of them.

    The page is measured with letters of a font of ours: which fonts the machine has makes no difference. A part that is
    made to scroll by itself (a named group that takes the focus, the bar of places) may; every other may not.
    """
    found: list[str] = []
    for text in TEXTS:
        font = b64encode(even_letters(text.letters)).decode()
        measured = page.evaluate(_OUTGROWN, [f"even-{text.letters}", font, text.percent])
        found += [f"letters of {text.letters} em at {text.percent} %: {what}" for what in measured]
    page.evaluate("document.adoptedStyleSheets = []")
    return found


# A page's policy forbids fonts and styles from elsewhere: what a script gives as bytes and rules is none of them.
_OUTGROWN = """async ([name, bytes, percent]) => {
  const font = new FontFace(name, Uint8Array.from(atob(bytes), letter => letter.charCodeAt(0)).buffer);
  document.fonts.add(await font.load());
  const style = new CSSStyleSheet();
  style.replaceSync(`* { font-family: "${name}" !important } html { font-size: ${percent}% !important }`);
  document.adoptedStyleSheets = [style];
  for (const folded of document.querySelectorAll("details")) folded.open = true;
  await new Promise(requestAnimationFrame);
  const page = document.documentElement;
  const described = one => `<${one.tagName.toLowerCase()}${one.className ? ` class="${one.className}"` : ""}>`
    + ` "${(one.innerText ?? "").trim().slice(0, 30)}"`;
  const scrolls = one => ["auto", "scroll"].includes(getComputedStyle(one).overflowX);
  const mayScroll = one => one.matches("[role=group][tabindex='0'], .places, textarea");
  const found = [];
  for (const one of document.body.querySelectorAll("*")) {
    if (scrolls(one) && !mayScroll(one) && one.scrollWidth > one.clientWidth)
      found.push(`${described(one)} scrolls sideways: ${one.scrollWidth} px in ${one.clientWidth} px`);
  }
  if (page.scrollWidth > page.clientWidth) {
    const within = one => { for (let at = one.parentElement; at; at = at.parentElement) if (scrolls(at)) return true; };
    const wide = [...document.body.querySelectorAll("*")].filter(
      one => one.getBoundingClientRect().right > page.clientWidth + 0.5 && !within(one));
    found.push(`the page has ${page.scrollWidth} px in ${page.clientWidth} px: ${wide.slice(-3).map(described).join(", ")}`);
  }
  return found;
}"""


def path_of_the_keyboard(page: Page, *, at_most: int = 60) -> list[str]:
    """What Tab leads to, in order, by the name that is read out; each must be seen to have the focus."""
    names: list[str] = []
    for _ in range(at_most):
        page.keyboard.press("Tab")
        found = page.evaluate(
            """async () => {
              const here = document.activeElement;
              if (!here || here === document.body) return null;
              const isSeen = () => {
                const style = getComputedStyle(here);
                return style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2;
              };
              // What is drawn follows the focus by some frames on a busy machine.
              for (let frame = 0; frame < 30 && !isSeen(); frame++) await new Promise(requestAnimationFrame);
              const seen = isSeen();
              const name = here.getAttribute("aria-label") || here.labels?.[0]?.innerText || here.innerText
                || here.value || here.title || here.name || here.tagName;
              return {name: name.trim().replace(/\\s+/g, " "), seen};
            }"""
        )
        if found is None:
            return names
        assert found["seen"], f"nobody sees that {found['name']} has the focus"
        names.append(found["name"])
    return names
