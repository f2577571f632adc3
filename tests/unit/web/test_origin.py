"""A site answers what came by CloudFront, and nothing else."""

import pytest

from escalera.contracts.origin import ORIGIN_HEADER
from escalera.domain.errors import StoreBusyError
from escalera.domain.seals import KeyRing
from escalera.web.origin import READ_AGAIN_SECONDS, OriginKeys, only_by_cloudfront

OLD, NEW = "o" * 40, "n" * 40


def ring(*keys):
    return KeyRing.from_json({"current": "1", **{str(number): key for number, key in enumerate(keys, 1)}})


class Kept:
    """What stands in the secret; counts how often it was read."""

    def __init__(self, *keys):
        self.ring, self.read_times, self.busy, self.now = ring(*keys), 0, False, 1000.0
        self.keys = OriginKeys(self.read, seconds=lambda: self.now)
        self.handler = only_by_cloudfront(
            lambda event, _: {"statusCode": 200, "body": event["rawPath"]}, lambda: self.keys
        )

    def read(self):
        if self.busy:
            raise StoreBusyError("not now")
        self.read_times += 1
        return self.ring

    def asked(self, **headers):
        event = {
            "rawPath": "/",
            "headers": {name.replace("_", "-"): value for name, value in headers.items()},
        }
        return self.handler(event, None)["statusCode"]

    def by_cloudfront(self, value):
        return self.asked(**{ORIGIN_HEADER: value})


@pytest.mark.parametrize(
    "value", ["", "o" * 39, "o" * 41, f"{OLD},{OLD}", f" {OLD}", "O" * 40, "\ud800", "ñ" * 40]
)
def test_a_request_without_the_right_value_is_refused(value):
    assert Kept(OLD).by_cloudfront(value) == 403


def test_a_request_without_the_header_is_refused_whatever_else_it_says():
    kept = Kept(OLD)
    assert kept.asked() == 403
    assert kept.asked(authorization=OLD, host="portal.example.com") == 403
    assert kept.handler({"rawPath": "/", "headers": None}, None)["statusCode"] == 403


def test_a_request_by_cloudfront_is_answered_and_the_secret_read_once():
    kept = Kept(OLD)
    assert [kept.by_cloudfront(OLD) for _ in range(5)] == [200] * 5
    assert kept.read_times == 1


def test_old_and_new_value_are_right_while_both_are_kept():
    kept = Kept(OLD, NEW)
    assert (kept.by_cloudfront(OLD), kept.by_cloudfront(NEW)) == (200, 200)


def test_a_new_value_is_learned_without_a_restart():
    kept = Kept(OLD)
    assert kept.by_cloudfront(OLD) == 200
    kept.ring = ring(OLD, NEW)
    kept.now += READ_AGAIN_SECONDS
    assert (kept.by_cloudfront(NEW), kept.by_cloudfront(OLD)) == (200, 200)


def test_a_flood_of_wrong_values_reads_the_secret_once_a_minute_at_most():
    kept = Kept(OLD)
    assert {kept.by_cloudfront("x" * 40) for _ in range(100)} == {403}
    assert kept.read_times == 1
    kept.now += READ_AGAIN_SECONDS
    assert kept.by_cloudfront("x" * 40) == 403
    assert kept.read_times == 2


def test_while_the_secret_cannot_be_read_nobody_gets_in_and_later_they_do():
    kept = Kept(OLD)
    kept.busy = True
    assert kept.by_cloudfront(OLD) == 503
    kept.busy = False
    assert kept.by_cloudfront(OLD) == 200
    kept.busy, kept.now = True, kept.now + READ_AGAIN_SECONDS
    assert (kept.by_cloudfront("x" * 40), kept.by_cloudfront(OLD)) == (503, 200)
