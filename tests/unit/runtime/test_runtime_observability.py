import json
import subprocess
import sys
from types import SimpleNamespace
from typing import Any

import pytest

from escalera.runtime import observability
from escalera.runtime.observability import masked

CONTEXT = SimpleNamespace(
    function_name="f",
    memory_limit_in_mb=1,
    invoked_function_arn="arn:aws:lambda:eu-west-1:1:f",
    aws_request_id="r",
)
ANA = "ana@example.com"


@pytest.fixture(autouse=True)
def fresh(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    # Powertools keeps one logger per service, with the stdout of its day: each test is a service of its own.
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", request.node.name)
    monkeypatch.setenv("POWERTOOLS_METRICS_NAMESPACE", "Escalera")
    monkeypatch.setenv("POWERTOOLS_LOG_LEVEL", "INFO")
    for one in (observability.logger, observability.metrics):
        one.cache_clear()
    # Its metrics are one for the whole process: what an earlier test counted and never wrote is not ours to write.
    observability.metrics().clear_metrics()
    observability.metrics.cache_clear()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def test_log_line_is_json_with_its_keys_and_its_invocation(capsys, request):
    @observability.observed
    def handler(_event: Any, _context: Any) -> str:
        observability.logger().info("message withheld", reason="frequency_cap")
        return "answer"

    assert handler({"detail": {"email": ANA}}, CONTEXT) == "answer"
    (line,) = lines(capsys)
    assert (line["message"], line["reason"], line["service"]) == (
        "message withheld",
        "frequency_cap",
        request.node.name,
    )
    assert line["function_request_id"] == "r"


def test_keys_that_name_a_person_are_left_out_at_any_depth(capsys):
    observability.logger().warning(
        "x", email=ANA, family_name="Ana", contact={"phone": "+34600000001", "as_of": "1"}, n=[1]
    )
    (line,) = lines(capsys)
    assert "Ana" not in str(line)
    assert (line["contact"], line["n"]) == ({"as_of": "1"}, [1])
    assert line["left_out"] == ["email", "family_name", "phone"]


def test_address_in_the_text_of_an_error_is_masked(capsys):
    def send() -> None:
        raise ValueError(f"Email address is not verified: {ANA}, +34600000001")

    try:
        send()
    except ValueError:
        observability.logger().exception("send failed")
    written = capsys.readouterr().out
    assert "not verified: <e-mail>, <phone>" in written
    assert "example.com" not in written
    assert "34600000001" not in written


@pytest.mark.parametrize(
    "text",
    [
        "arn:aws:states:eu-west-1:123456789012:execution:j:e",
        "2026-03-02T10:00:00.000+00:00",
        "a @ b",
        "1+1=2",
    ],
)
def test_what_is_no_address_stays(text):
    assert masked(text) == text


def test_metrics_are_written_once_even_when_the_handler_fails(capsys):
    @observability.observed
    def handler(_event: Any, _context: Any) -> None:
        observability.metrics().add_metric(name="PurchasesRecorded", unit="Count", value=2)
        raise RuntimeError

    for _ in range(2):
        with pytest.raises(RuntimeError):
            handler({}, CONTEXT)
        (line,) = lines(capsys)
        assert line["PurchasesRecorded"] == [2.0]
        assert line["_aws"]["CloudWatchMetrics"][0]["Namespace"] == "Escalera"


@pytest.mark.filterwarnings("error")
def test_handler_without_metrics_writes_none_and_warns_of_none(capsys):
    assert observability.observed(lambda _event, _context: 1)({}, CONTEXT) == 1
    assert lines(capsys) == []


SAMPLED = """
import os, sys
os.environ.update(POWERTOOLS_SERVICE_NAME="a", POWERTOOLS_METRICS_NAMESPACE="a", _X_AMZN_TRACE_ID={trace!r})
os.environ.pop("POWERTOOLS_TRACE_DISABLED", None)
from types import SimpleNamespace
from escalera.runtime.observability import observed
context = SimpleNamespace(function_name="f", memory_limit_in_mb=1, invoked_function_arn="a", aws_request_id="r")
assert observed(lambda event, context: 1)({{}}, context) == 1
sys.exit("aws_xray_sdk" in sys.modules)
"""


@pytest.mark.parametrize("sampled", [0, 1])
def test_tracing_is_loaded_only_for_a_sampled_invocation(sampled):
    trace = f"Root=1-5759e988-bd862e3fe1be46a994272793;Parent=53995c3f42cd8ad8;Sampled={sampled}"
    ran = subprocess.run(
        [sys.executable, "-c", SAMPLED.format(trace=trace)], check=False, capture_output=True
    )
    assert ran.returncode == sampled, ran.stderr.decode()
