"""The score is read once and then only every few minutes."""

from datetime import timedelta

import pytest

from escalera.adapters.memory import InMemoryShopScores
from escalera.domain.errors import StoreBusyError
from escalera.runtime.latest_score import REFRESH_AFTER, LatestScore
from tests.fakes.clock import SetClock
from tests.fakes.scores import a_shop_score


class CountedScores(InMemoryShopScores):
    """Counts its reads; throttles while `busy`."""

    def __init__(self) -> None:
        super().__init__()
        self.reads = 0
        self.busy = False

    def latest(self):
        self.reads += 1
        if self.busy:
            raise StoreBusyError("later")
        return super().latest()


@pytest.fixture
def clock():
    return SetClock()


@pytest.fixture
def scores():
    return CountedScores()


@pytest.fixture
def latest(scores, clock):
    return LatestScore(scores, clock)


def test_score_is_read_once_within_the_minutes(latest, scores, clock):
    scores.keep(a_shop_score())
    first = latest.read()
    clock.at += REFRESH_AFTER - timedelta(seconds=1)
    assert latest.read() is first
    assert first == a_shop_score()
    assert scores.reads == 1


def test_new_score_is_at_work_after_the_minutes(latest, scores, clock):
    latest.read()
    scores.keep(a_shop_score())
    assert latest.read() is None
    clock.at += REFRESH_AFTER
    assert latest.read() == a_shop_score()
    assert scores.reads == 2


def test_busy_store_leaves_the_score_known_before(latest, scores, clock):
    scores.keep(a_shop_score())
    latest.read()
    scores.busy = True
    clock.at += REFRESH_AFTER
    assert latest.read() == a_shop_score()
    latest.read()
    assert scores.reads == 2


def test_busy_store_is_told_while_nothing_is_known(latest, scores):
    scores.busy = True
    with pytest.raises(StoreBusyError):
        latest.read()
    scores.busy = False
    assert latest.read() is None
    assert scores.reads == 2


def test_score_of_another_release_is_as_none_so_that_purchases_come_in(latest, scores, monkeypatch):
    def of_another_release():
        raise ValueError("the shop's score is version 2, this code reads 1: score again with this release")

    monkeypatch.setattr(scores, "latest", of_another_release)
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "under-test")
    assert latest.read() is None


def test_clock_set_back_does_not_freeze_the_score(latest, scores, clock):
    latest.read()
    clock.at -= timedelta(days=300)
    scores.keep(a_shop_score())
    assert latest.read() == a_shop_score()
