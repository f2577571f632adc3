"""A complaint was raised, answered or resolved: each word is merged into what is known of it."""

from escalera import bootstrap
from escalera.contracts.complaints import ComplaintAnsweredV1, ComplaintRaisedV1, ComplaintResolvedV1
from escalera.runtime.inbox import event_reader
from escalera.runtime.recording import RecordingEnv, recording_handler
from escalera.use_cases.record_complaints import record_complaints

handler = recording_handler(
    RecordingEnv,
    read=event_reader(ComplaintRaisedV1, ComplaintAnsweredV1, ComplaintResolvedV1),
    record=record_complaints,
    books=bootstrap.books,
)
