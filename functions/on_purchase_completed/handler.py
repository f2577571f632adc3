"""Somebody bought: each order is put into the books once."""

from escalera import bootstrap
from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.runtime.inbox import event_reader
from escalera.runtime.recording import RecordingEnv, recording_handler
from escalera.use_cases.record_purchases import record_purchases

handler = recording_handler(
    RecordingEnv,
    read=event_reader(PurchaseCompletedV1),
    record=record_purchases,
    books=bootstrap.books,
)
