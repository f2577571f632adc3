"""A past told again: from a file at a pace, or from the bus's archive."""

import json
from datetime import UTC, datetime, timedelta

import boto3
import pytest

from escalera_cli.pace import Pace, play

START = datetime(2026, 3, 1, tzinfo=UTC)


def event(purchase, number, **after):
    at = (START + timedelta(**after)).isoformat()
    return {**purchase, "detail": {**purchase["detail"], "event_id": f"e-{number}", "occurred_at": at}}


class FakeTime:
    def __init__(self):
        self.at = 100.0
        self.slept = []

    def now(self):
        return self.at

    def sleep(self, seconds):
        self.slept.append(seconds)
        self.at += seconds


def test_each_thing_is_done_at_its_scaled_moment():
    time, done = FakeTime(), []
    moments = [
        (START + timedelta(days=day), lambda day=day: done.append((day, time.at))) for day in (1, 3, 3.5)
    ]
    play(moments, begins=START, pace=Pace(2.0), now=time.now, sleep=time.sleep)
    assert done == [(1, 102.0), (3, 106.0), (3.5, 107.0)]


def test_what_is_late_does_not_delay_the_rest():
    time, done = FakeTime(), []

    def slow():
        time.at += 5.0

    moments = [(START, slow), (START + timedelta(days=1), lambda: done.append(time.at)),
               (START + timedelta(days=6), lambda: done.append(time.at))]  # fmt: skip
    play(moments, begins=START, pace=Pace(1.0), now=time.now, sleep=time.sleep)
    assert done == [105.0, 106.0]


def test_no_event_goes_out_before_its_moment(purchase):
    events = [event(purchase, number, minutes=7 * number) for number in range(200)]
    groups = list(Pace(1.0).together(events))
    assert [one for _, group in groups for one in group] == events
    assert len(groups) < len(events)
    for at, group in groups:
        assert all(datetime.fromisoformat(one["detail"]["occurred_at"]) <= at for one in group)


def test_file_is_replayed_in_order_of_time(escalera, bus_hears, purchase, tmp_path):
    file = tmp_path / "history.jsonl"
    events = [event(purchase, number, hours=number) for number in range(25)]
    file.write_text("\n".join(json.dumps(one) for one in reversed(events)))
    result = escalera("replay", file, "--stage", "dev")
    assert result.exit_code == 0, result.output
    assert [one["detail"]["event_id"] for one in bus_hears()] == [f"e-{number}" for number in range(25)]


def test_wrong_event_keeps_the_whole_file_from_the_bus(escalera, bus_hears, purchase, tmp_path):
    file = tmp_path / "history.json"
    file.write_text(json.dumps([purchase, {**purchase, "detail": {}}]))
    assert escalera("replay", file, "--stage", "dev").exit_code == 1
    assert bus_hears() == []


def test_scripts_read_what_was_replayed(escalera, bus_hears, purchase, tmp_path, monkeypatch):
    file = tmp_path / "history.jsonl"
    file.write_text("\n".join(json.dumps(event(purchase, number, hours=number)) for number in range(25)))
    monkeypatch.setenv("FORCE_COLOR", "1")
    result = escalera("replay", file, "--stage", "dev", "--json")
    found = json.loads(result.stdout)
    assert (found["checked"], found["refused"], found["sent"]) == (25, 0, 25)
    assert "25/25" in result.stderr


@pytest.mark.parametrize("wait", ["--wait", "--no-wait"])
def test_scripts_read_what_the_archive_replays(escalera, stack, wait):
    client = boto3.client("events")
    bus = client.describe_event_bus(Name="shop-bus")["Arn"]
    client.create_archive(ArchiveName="shops", EventSourceArn=bus)
    words = ("replay", "--from", "2026-03-01", "--to", "2026-03-02", "--stage", "dev", "--json")
    told = json.loads(escalera(*words, wait).stdout)
    [replay] = client.list_replays()["Replays"]
    assert told["replay"] == replay["ReplayName"]
    assert told["from"].startswith("2026-03-01")
    assert told["state"] == ("COMPLETED" if wait == "--wait" else "STARTING")


def test_archive_is_replayed_between_two_moments(escalera, stack):
    client = boto3.client("events")
    bus = client.describe_event_bus(Name="shop-bus")["Arn"]
    client.create_archive(ArchiveName="shops", EventSourceArn=bus)
    result = escalera(
        "replay", "--from", "2026-03-01", "--to", "2026-03-02T12:30", "--stage", "dev", "--no-wait"
    )
    assert result.exit_code == 0, result.output
    [replay] = client.list_replays()["Replays"]
    found = client.describe_replay(ReplayName=replay["ReplayName"])
    assert found["EventStartTime"] == datetime(2026, 3, 1, tzinfo=UTC)
    assert found["EventEndTime"] == datetime(2026, 3, 2, 12, 30, tzinfo=UTC)
    assert found["Destination"]["Arn"] == bus


def test_bus_without_an_archive_says_so(escalera, stack):
    result = escalera("replay", "--from", "2026-03-01", "--to", "2026-03-02", "--stage", "dev")
    assert result.exit_code == 3
    assert "no archive" in result.output


@pytest.mark.parametrize("words", [(), ("--from", "2026-03-01")])
def test_neither_file_nor_both_moments_is_refused(escalera, words):
    assert escalera("replay", *words).exit_code == 2
