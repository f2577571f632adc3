"""Money was given back: each refund is put into the books once."""

from escalera import bootstrap
from escalera.contracts.purchases import PurchaseRefundedV1
from escalera.runtime.inbox import event_reader
from escalera.runtime.recording import RecordingEnv, recording_handler
from escalera.use_cases.record_refunds import record_refunds

handler = recording_handler(
    RecordingEnv,
    read=event_reader(PurchaseRefundedV1),
    record=record_refunds,
    books=bootstrap.books,
)
