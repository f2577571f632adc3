"""The loyalty report as a shop owner sees it."""

import pytest

from escalera.domain.measures import MeasuresSummary, measures
from escalera.domain.vocabulary import Language
from escalera_cli.reporting import make_report, render_page
from tests.fakes.lives import FRAME, measured_on
from tests.support.browsing import outgrown_widths


@pytest.fixture(scope="module")
def html() -> str:
    days = [measured_on(ago) for ago in (60, 30, 1, 0)]
    return render_page(make_report(days, "Casa Nogal", Language.SPANISH))


def until(page, expression: str) -> None:
    """Look again until it is so. (Playwright's own waiting evaluates text, which the page's policy forbids.)"""
    for _ in range(200):
        if page.evaluate(expression):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {expression}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [320, 390, 1280])
def test_page_fits_its_width_and_draws_every_chart(open_page, html, width, scheme):
    """In either scheme, with nothing blocked by the page's own policy: a complaint fails the test."""
    page = open_page(html, width=width, scheme=scheme)
    assert page.locator(".chart").count() == 8
    until(page, "document.querySelectorAll('.chart svg path').length > 40")
    assert page.locator(".chart svg").count() == 8
    assert outgrown_widths(page) == []


def test_chart_is_there_in_numbers_for_who_cannot_see_it(open_page, html):
    page = open_page(html)
    section = page.locator("#months")
    assert section.locator(".chart").get_attribute("aria-label") == "Ingresos, mes a mes"
    table = section.locator("table")
    assert not table.is_visible()
    section.get_by_text("Ver las cifras").click()
    assert table.is_visible()
    assert table.locator("tbody tr").count() >= 12


def test_charts_follow_the_scheme_when_it_changes(open_page, html):
    page = open_page(html)
    bars = "Array.from(document.querySelectorAll('#months-chart svg path')).map(one => one.getAttribute('fill')).join()"
    light = page.evaluate(bars)
    page.emulate_media(color_scheme="dark")
    until(page, f"{bars} !== {light!r}")


def test_axes_are_written_in_the_page_s_language(open_page, html):
    page = open_page(html)
    page.wait_for_selector("#classes-chart svg text")
    labels = page.locator("#classes-chart svg text").all_text_contents()
    assert "20\xa0%" in labels


def test_language_and_headings_are_told_to_screen_readers(open_page, html):
    page = open_page(html)
    assert page.locator("html").get_attribute("lang") == "es"
    assert page.locator("h1").count() == 1
    for section in page.locator("section").all():
        name = section.get_attribute("aria-labelledby")
        assert page.locator(f"#{name}").inner_text()


def test_script_smuggled_into_a_name_does_not_run(open_page):
    days = [measured_on(0)]
    page = open_page(
        render_page(make_report(days, "<img src=x onerror=document.title='no'>", Language.ENGLISH))
    )
    assert page.title() == "<img src=x onerror=document.title='no'>: Loyalty in numbers"


def test_empty_shop_has_a_page_without_charts(open_page):
    nothing = measures(MeasuresSummary(FRAME))
    page = open_page(render_page(make_report([nothing], "Casa", Language.PORTUGUESE)))
    assert "Ainda não se conhece nenhum cliente" in page.locator("main").inner_text()
    assert page.locator(".chart").count() == 0
