"""Event source mappings: whole batches from queues, and streams that neither block nor lose a record."""

import threading
import time
from typing import Any

from ministack.core.concurrency import esm_wake
from ministack.core.responses import get_account_id, get_region
from ministack.services import dynamodb, lambda_svc, sqs

from .registry import mend
from .settings import Settings
from .stepfunctions import scaled

SHORTEST_REDELIVERY_SECONDS = 0.05


def wake_in(seconds: float) -> None:
    """Have the poller look again after `seconds`."""
    timer = threading.Timer(max(seconds, 0.001), esm_wake.set)
    timer.daemon = True
    timer.start()


def mapping_of(queue: dict[str, Any]) -> dict[str, Any]:
    """Find the mapping that reads a queue."""
    arn = queue["attributes"].get("QueueArn")
    found = (e for account, region, e in lambda_svc._iter_all_esms() if e.get("EventSourceArn") == arn)
    return next(found, {})


@mend(
    "a batch holds 10 messages at most whatever BatchSize says, and MaximumBatchingWindowInSeconds is ignored",
    {
        "services.sqs._receive_messages_for_esm": "f230dbcd4974",
        "services.lambda_svc._sqs_esm_concurrency": "d3e9d1e865aa",
    },
)
def gather_batches(settings: Settings) -> None:
    """Hand over up to BatchSize messages once the batch is full or its window (in scaled time) is over."""
    upstream = lambda_svc._sqs_esm_concurrency

    def receive(url: str, size: int) -> list[dict[str, Any]]:
        with sqs._queues_lock:
            queue = sqs._get_q(url)
            sqs._expire_retained(queue)
            sqs._dlq_sweep(queue)
            window = scaled(mapping_of(queue).get("MaximumBatchingWindowInSeconds", 0))
            now = time.time()
            ready = [m["visible_at"] for m in queue["messages"] if m["visible_at"] <= now]
            if ready and len(ready) < size and (left := min(ready) + window - now) > 0:
                wake_in(left)
                return []
            visibility = int(queue["attributes"].get("VisibilityTimeout", "30"))
            return list(sqs._collect_msgs(queue, int(size or 1), visibility))

    def concurrency(*args: Any, **kwargs: Any) -> int:
        return min(int(upstream(*args, **kwargs)), settings.slots)

    sqs._receive_messages_for_esm, lambda_svc._sqs_esm_concurrency = receive, concurrency


@mend(
    "a failed batch pauses its whole mapping for a second, and its messages return only after real time",
    {"services.lambda_svc._run_sqs_batch": "f9bf630aabf3"},
)
def redeliver_in_scaled_time(_: Settings) -> None:
    """Let what failed be seen again after its visibility timeout in scaled time; nothing else waits for it."""
    upstream = lambda_svc._run_sqs_batch

    def run(  # noqa: PLR0917 (upstream calls it so)
        esm: dict[str, Any], func: Any, event: Any, batch: list[dict[str, Any]], url: str, name: str
    ) -> None:
        taken = {message["id"]: message["receipt_handle"] for message in batch}
        until = {message["id"]: message["visible_at"] for message in batch}
        upstream(esm, func, event, batch, url, name)
        lambda_svc._esm_backoff_until.pop(esm["UUID"], None)
        with sqs._queues_lock:
            queue = sqs._get_q(url)
            visibility = scaled(int(queue["attributes"].get("VisibilityTimeout", "30")))
            left = [m for m in queue["messages"] if taken.get(m["id"], "") == m["receipt_handle"]]
            now = time.time()
            for message in left:
                # Its function may have changed its visibility: then that pause is scaled, not the queue's.
                changed = message["visible_at"] != until[message["id"]]
                pause = scaled(max(message["visible_at"] - now, 0)) if changed else visibility
                message["visible_at"] = min(
                    message["visible_at"], now + max(pause, SHORTEST_REDELIVERY_SECONDS)
                )
        for message in left:
            wake_in(message["visible_at"] - now)

    lambda_svc._run_sqs_batch = run


class Stream:
    """Where one mapping stands in its table's stream, and how often its next record has failed."""

    def __init__(self) -> None:
        """Begin without failures."""
        self.failures = 0
        self.limit: int | None = None
        self.gathering_until: float | None = None


streams: dict[str, Stream] = {}


def failed_from(result: dict[str, Any], esm: dict[str, Any], batch: list[dict[str, Any]]) -> int | None:
    """Give the index of the first record that was not processed, or None when all were."""
    if result.get("error"):
        return 0
    body = result.get("body")
    if "ReportBatchItemFailures" not in esm.get("FunctionResponseTypes", []) or not isinstance(body, dict):
        return None
    failed = {entry.get("itemIdentifier") for entry in body.get("batchItemFailures") or []}
    places = [i for i, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failed]
    return min(places) if places else (0 if failed else None)


def run_stream_batch(
    esm: dict[str, Any], func: dict[str, Any], batch: list[dict[str, Any]], position: int
) -> None:
    """Invoke for one batch and move the mapping on: past what succeeded, past the poison after its retries."""
    state = streams.setdefault(esm["UUID"], Stream())
    kept = lambda_svc._apply_filter_criteria(batch, esm)
    result = lambda_svc._execute_function(func, {"Records": kept}) if kept else {}
    failed = failed_from(result, esm, kept)
    if failed is None:
        moved, state.failures, state.limit = len(batch), 0, None
    elif failed > 0:
        moved, state.failures = batch.index(kept[failed]), 0
    elif esm.get("BisectBatchOnFunctionError") and len(batch) > 1:
        moved, state.limit = 0, len(batch) // 2
    elif state.failures >= int(esm.get("MaximumRetryAttempts", -1)) >= 0:
        lambda_svc._send_ddb_stream_failure_record(
            esm, func, kept, esm["EventSourceArn"], result, "RetryAttemptsExhausted"
        )
        moved, state.failures, state.limit = len(batch), 0, None
    else:
        moved, state.failures = 0, state.failures + 1
        pause = min(1.0, 0.05 * 2 ** min(state.failures, 5))
        lambda_svc._esm_backoff_until[esm["UUID"]] = time.time() + pause
        wake_in(pause)
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[esm["UUID"]] = position + moved


def gathered(esm: dict[str, Any], *, full: bool, now: float) -> bool:
    """Whether a batch is full or its window over. The window is real time: what it saves is calls, not simulated days."""
    state = streams.setdefault(esm["UUID"], Stream())
    window = int(esm.get("MaximumBatchingWindowInSeconds") or 0)
    if not window or full or state.failures or (state.gathering_until or now + 1) <= now:
        state.gathering_until = None
        return True
    if state.gathering_until is None:
        state.gathering_until = now + window
        wake_in(window)
    return False


def poll_stream(esm: dict[str, Any]) -> bool:
    """Dispatch the next batch of one table stream; one batch of a mapping is under way at a time."""
    spec = lambda_svc.parse_arn(esm.get("EventSourceArn", ""))
    if spec.service != "dynamodb" or (spec.account_id, spec.region) != (get_account_id(), get_region()):
        return False
    table = (lambda_svc._dynamodb_stream_table_from_arn_spec(spec) or ("",))[0]
    func, _ = lambda_svc._get_func_record_for_qualifier(esm["FunctionName"], esm.get("Qualifier"))
    mapping, now = esm["UUID"], time.time()
    busy = lambda_svc._esm_inflight.get(mapping, 0) or lambda_svc._esm_backoff_until.get(mapping, 0) > now
    if busy or func is None or table not in dynamodb._tables:
        return False
    with lambda_svc._dynamodb_stream_positions_lock:
        start = dynamodb.stream_start_position(table)
        position = max(lambda_svc._dynamodb_stream_positions.get(mapping, start), start)
    size = (streams.get(mapping) or Stream()).limit or int(esm.get("BatchSize", 100))
    batch = dynamodb.stream_records_since(table, position, size)
    if batch and not gathered(esm, full=len(batch) >= size, now=now):
        return False
    if batch:
        lambda_svc._dispatch_esm_batch(mapping, run_stream_batch, esm, func, batch, position)
    return bool(batch)


@mend(
    "a table stream is read on the thread that polls every queue; no window gathers its records, partial failures lose "
    "some, retries never end",
    {
        "services.lambda_svc._poll_dynamodb_streams": "2b2460e933a9",
        "services.lambda_svc._poll_loop": "6a443090919a",
    },
)
def read_streams_beside_the_queues(_: Settings) -> None:
    """Dispatch stream batches to threads of their own; keep order, partial failures and retry limits."""

    def poll() -> bool:
        found = False
        for account, region, esm in lambda_svc._iter_all_esms():
            account_token = lambda_svc._request_account_id.set(account)
            region_token = lambda_svc._request_region.set(region)
            try:
                found = (bool(esm.get("Enabled", True)) and poll_stream(esm)) or found
            finally:
                lambda_svc._request_account_id.reset(account_token)
                lambda_svc._request_region.reset(region_token)
        return found

    lambda_svc._poll_dynamodb_streams = poll
    lambda_svc._ESM_IDLE_WAKE_GAP_SECONDS = 0.005
