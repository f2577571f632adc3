"""A customer made an account, or changed their details."""

from escalera import bootstrap
from escalera.contracts.customers import CustomerRegisteredV1
from escalera.runtime.inbox import event_reader
from escalera.runtime.recording import RecordingEnv, recording_handler
from escalera.use_cases.record_registrations import record_registrations

handler = recording_handler(
    RecordingEnv,
    read=event_reader(CustomerRegisteredV1),
    record=record_registrations,
    books=bootstrap.books,
)
