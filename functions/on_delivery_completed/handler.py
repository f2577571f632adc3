"""An order arrived: that is noted with the order."""

from escalera import bootstrap
from escalera.contracts.purchases import DeliveryCompletedV1
from escalera.runtime.inbox import event_reader
from escalera.runtime.recording import RecordingEnv, recording_handler
from escalera.use_cases.record_deliveries import record_deliveries

handler = recording_handler(
    RecordingEnv,
    read=event_reader(DeliveryCompletedV1),
    record=record_deliveries,
    books=bootstrap.books,
)
