"""Figures are kept part by part: what is measured anew replaces its own, and nothing else."""

import json

from bench.results import keep, kept, median_of, merged, pace

LAST_WEEK = {"on": "2026-11-16", "runs": 1}
TODAY = {"on": "2026-11-23", "runs": 3}


def test_a_part_measured_anew_takes_the_place_of_that_part_alone():
    before = merged({}, {"purchases": {"all": 3.0}, "mails": {"all": 9.0}}, LAST_WEEK)
    after = merged(before, {"purchases": {"all": 2.0}}, TODAY)
    assert (after["purchases"], after["mails"]) == ({"all": 2.0}, {"all": 9.0})
    assert after["measured"] == {"purchases": TODAY, "mails": LAST_WEEK}


def test_figures_come_back_from_the_file_as_they_were_kept(tmp_path):
    path = tmp_path / "results.json"
    assert kept(path) == {}
    keep({"purchases": {"all": 1.23456, "calls": 3}}, path)
    assert kept(path) == {"purchases": {"all": 1.235, "calls": 3}}
    assert json.loads(path.read_text(encoding="utf-8")) == kept(path)


def test_of_several_runs_each_figure_is_its_own_median():
    runs = [{"a": a, "of": {"b": b}, "unit": "s"} for a, b in ((1.0, 9.0), (5.0, 8.0), (2.0, 1.0))]
    assert median_of(runs) == {"a": 2.0, "of": {"b": 8.0}, "unit": "s"}


def test_the_pace_of_the_machine_is_a_time():
    assert pace() > 0
