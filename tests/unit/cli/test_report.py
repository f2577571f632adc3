"""`escalera report`: what the nights measured, on the terminal, as a page, as JSON."""

import json
from datetime import timedelta

import boto3
import pytest

from escalera.adapters.dynamodb.measures import DynamoDBDailyMeasures
from escalera_cli.reporting import page
from tests.fakes.lives import measured_on

NOT_REACHED = 3


@pytest.fixture
def nights(stack):
    """Three nights in a row, and one a month before."""
    kept = DynamoDBDailyMeasures("customers", lambda _service, _settings: boto3.client("dynamodb"))
    for ago in (31, 2, 1, 0):
        assert kept.record(measured_on(ago))


def test_before_the_first_night_it_says_what_to_run(escalera, stack):
    result = escalera("report", "--stage", "dev")
    assert result.exit_code == NOT_REACHED
    assert "run `escalera score` first" in result.stderr


def test_terminal_shows_the_figures_in_the_shop_s_own_language(escalera, nights):
    result = escalera("report", "--stage", "dev")
    assert result.exit_code == 0, result.output
    assert "Casa Nogal: La lealtad en cifras" in result.output
    assert "De los 2 clientes de los 12 meses anteriores, 1 han vuelto a comprar" in result.output


@pytest.mark.parametrize(
    ("language", "said"),
    [("en", "Customers kept"), ("es", "Clientes que siguen"), ("pt", "Clientes que ficaram")],
)
def test_language_can_be_chosen(escalera, nights, language, said):
    assert said in escalera("report", "--stage", "dev", "--language", language).output


def test_figures_are_compared_with_a_month_before(escalera, nights):
    assert "since Jan 30" in escalera("report", "--stage", "dev", "--language", "en").output.replace(
        "30 Jan", "Jan 30"
    )


def test_html_is_one_page_that_fetches_nothing(escalera, nights, tmp_path):
    file = tmp_path / "report.html"
    result = escalera("report", "--stage", "dev", "--language", "pt", "--html", file)
    assert result.exit_code == 0, result.output
    html = file.read_text(encoding="utf-8")
    assert '<html lang="pt">' in html
    assert "default-src 'none'" in html
    own = html.replace(page.ECHARTS.read_text(encoding="utf-8"), "")
    assert len(own) < len(html)
    for fetched in ("http://", "https://", " src=", "@import", "<link"):
        assert fetched not in own


def test_json_on_stdout_is_nothing_but_json(escalera, nights):
    printed = json.loads(escalera("report", "--stage", "dev", "--json", "-").output)
    assert printed["measures"]["everybody"]["retention"] == {"part": 1, "whole": 2, "value": 0.5}
    assert [one["retention"] for one in printed["days"]][-1] == 0.5
    assert len(printed["days"]) == 4


def test_json_goes_to_a_file(escalera, nights, tmp_path):
    file = tmp_path / "measures.json"
    assert escalera("report", "--stage", "dev", "--json", file).exit_code == 0
    assert json.loads(file.read_text(encoding="utf-8"))["measures"]["version"] == 1


def test_days_older_than_the_look_back_are_not_read(escalera, nights):
    kept = DynamoDBDailyMeasures("customers", lambda _service, _settings: boto3.client("dynamodb"))
    kept.record(measured_on(500))
    printed = json.loads(escalera("report", "--stage", "dev", "--json", "-").output)
    assert printed["days"][0]["day"] == (measured_on(0).day - timedelta(days=31)).isoformat()


def test_missing_chart_library_says_what_to_do(escalera, nights, tmp_path, monkeypatch):
    monkeypatch.setattr(page, "ECHARTS", tmp_path / "nothing.js")
    result = escalera("report", "--stage", "dev", "--html", tmp_path / "report.html")
    assert result.exit_code == NOT_REACHED
    assert "make setup" in result.stderr
    assert not (tmp_path / "report.html").exists()


def test_folder_without_a_programme_is_said(escalera, nights, tmp_path):
    result = escalera("report", "--stage", "dev", "--programme", tmp_path)
    assert result.exit_code == NOT_REACHED
    assert "escalera check" in result.stderr
