"""What the report says, and that it says all of it in every language."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from escalera import reporting
from escalera.domain.measures import MeasuresSummary, measures
from escalera.domain.vocabulary import Language
from escalera.reporting.model import Report
from escalera_cli.reporting import make_report, render_page
from escalera_cli.reporting.words import BabelWords, catalogue
from tests.fakes.lives import FRAME, RULES, a_life, measured_on, two_years_of_a_shop

TRANSLATED = [language for language in Language if language is not Language.ENGLISH]
PLACEHOLDER = re.compile(r"{\w*}")


def said_in_the_code() -> set[str]:
    found = extract_from_dir(Path(reporting.__file__).parent, keywords={"say": None})
    return {message for _, _, message, _, _ in found if isinstance(message, str)}


@pytest.mark.parametrize("language", TRANSLATED)
def test_catalogue_has_every_sentence_and_no_other(language):
    with catalogue(language).open("rb") as file:
        entries = {entry.id: entry for entry in read_po(file, abort_invalid=True) if entry.id}
    assert set(entries) == said_in_the_code()
    for sentence, entry in entries.items():
        assert entry.string, sentence
        assert not entry.fuzzy, sentence
        assert sorted(PLACEHOLDER.findall(str(entry.string))) == sorted(PLACEHOLDER.findall(str(sentence))), (
            sentence
        )


def test_there_are_sentences_to_check():
    assert len(said_in_the_code()) > 100


@pytest.fixture(params=list(Language), scope="module")
def full(request) -> Report:
    return make_report([measured_on(40), measured_on(0)], "Casa Nogal", request.param)


def test_every_section_of_a_full_report_has_its_chart_and_its_table(full):
    with_chart = {section.name for section in full.sections if section.chart}
    assert with_chart == {
        "keeping", "months", "classes", "ladder", "silence", "members", "completeness", "history",
    }  # fmt: skip
    assert all(section.table for section in full.sections if section.chart or section.name == "cohorts")
    assert all(section.sentences for section in full.sections)


def test_charts_have_a_value_for_each_category(full):
    for section in full.sections:
        if section.chart is None:
            continue
        option = section.chart.option
        [categories] = [axis["data"] for axis in (option["xAxis"], option["yAxis"]) if "data" in axis]
        for series in option["series"]:
            assert len(series["data"]) == len(categories) > 0


def test_tables_are_as_wide_as_their_heads(full):
    for section in full.sections:
        for table in section.tables:
            assert all(len(row) == len(table.head) for row in table.rows), section.name


def test_no_figure_is_left_as_a_placeholder(full):
    html = re.sub(r"<(script|style)\b.*?</\1>", "", render_page(full), flags=re.DOTALL)
    assert not re.search(r"[{}]|None|nan", html)


def of(*lives, **frame):
    rules = replace(RULES, frame=replace(FRAME, **frame))
    return make_report([measures(MeasuresSummary.over(lives, rules))], "Casa", Language.ENGLISH)


def section(report: Report, name: str):
    return next(one for one in report.sections if one.name == name)


def sentences(report: Report, name: str) -> str:
    return " ".join(section(report, name).sentences)


def test_shop_without_customers_is_told_so_kindly():
    report = of()
    assert report.notices == [
        "No customers are known yet. As soon as your shop tells of purchases, this page fills."
    ]
    assert report.tiles == []
    assert "195 after seven years; one that keeps 80 still has 100" in sentences(report, "keeping")


def test_new_shop_is_told_what_cannot_be_known_yet():
    report = of(a_life("ana", (20, 10_00)))
    kept, *_, ahead, won_back = report.tiles
    assert (kept.value, won_back.value) == ("–", "–")
    assert "Not known yet" in kept.sentence
    assert "cannot be estimated" in ahead.sentence
    assert "after a second year" in sentences(report, "keeping")


def test_customers_who_never_bought_have_a_report():
    report = of(a_life("ana", registered_at=FRAME.as_of))
    assert all("{" not in tile.sentence for tile in report.tiles)
    assert "Nobody has brought any revenue" in sentences(report, "classes")
    assert "no orders" in sentences(report, "months").lower()


def test_money_in_a_currency_without_a_rate_is_said_first():
    report = of(a_life("ana", (20, 10_00), (10, 500, "JPY")))
    [notice] = report.notices
    assert "1 orders over ¥500, because" in notice
    assert "no exchange rate for JPY" in notice


def test_shop_that_grows_too_quickly_is_not_projected():
    lives = [a_life("ana", (400, 1_00), (20, 1_00)), *(a_life(f"c-{n}", (9, 1_00)) for n in range(3))]
    report = of(*lives)
    assert "too quickly" in sentences(report, "keeping")
    assert section(report, "keeping").chart is None


def test_shop_that_gave_back_more_than_it_sold_is_not_told_what_that_is_worth():
    lives = [a_life("ana", (400, 9_00), (20, 1_00), refunds={0: (10, 9_00)}), a_life("eva", (400, 9_00))]
    said = sentences(of(*lives), "keeping")
    assert "worth about" not in said
    assert "of the revenue" not in said


def test_shop_that_keeps_everybody_is_not_told_to_keep_more():
    report = of(a_life("ana", (400, 1_00), (20, 1_00)), a_life("eva", (500, 1_00), (30, 1_00)))
    assert "five more of every 100 cannot be kept" in sentences(report, "keeping")


def test_name_of_the_shop_cannot_become_markup():
    html = render_page(make_report([measured_on(0)], "<script>alert(1)</script>", Language.ENGLISH))
    assert "<script>alert(1)" not in html


@pytest.mark.parametrize(
    ("language", "share", "amount", "number"),
    [
        (Language.ENGLISH, "42%", "€1,234.50", "12,345.7"),
        (Language.SPANISH, "42\xa0%", "1.234,50\xa0€", "12.345,7"),
        (Language.PORTUGUESE, "42%", "€\xa01.234,50", "12.345,7"),
    ],
)
def test_figures_are_written_as_the_language_does(language, share, amount, number):
    words = BabelWords(language, "EUR")
    assert (words.percent(0.415), words.money(123_450), words.number(12_345.67, 1)) == (share, amount, number)


def test_amounts_of_currencies_without_cents_have_none():
    words = BabelWords(Language.ENGLISH, "JPY")
    assert (words.money(500), words.money(123_456, whole=True)) == ("¥500", "¥123,456")


def test_shop_of_two_years_shows_what_keeping_more_is_worth():
    report = make_report([two_years_of_a_shop()], "Casa", Language.ENGLISH)
    assert section(report, "keeping").chart is not None
