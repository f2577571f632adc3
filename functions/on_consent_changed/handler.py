"""A customer said yes, or no: the last word on each purpose and channel is kept."""

from escalera import bootstrap
from escalera.contracts.customers import ConsentGivenV1, ConsentWithdrawnV1
from escalera.runtime.inbox import event_reader
from escalera.runtime.recording import RecordingEnv, recording_handler
from escalera.use_cases.record_consents import record_consents

handler = recording_handler(
    RecordingEnv,
    read=event_reader(ConsentGivenV1, ConsentWithdrawnV1),
    record=record_consents,
    books=bootstrap.books,
)
