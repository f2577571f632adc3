"""Errors that say what a retry would do.

`RetryableError`: the same call may succeed later, nothing is wrong with what was asked.
`PermanentError`: asking again gives the same answer; somebody has to mend something first.
Step Functions retries by these class names, so they are part of the journeys' contract.
"""


class EscaleraError(Exception):
    """Whatever Escalera itself refuses or fails at."""


class RetryableError(EscaleraError):
    """Try the same again later."""


class PermanentError(EscaleraError):
    """Trying the same again gives the same answer."""


class StaleCustomerError(RetryableError):
    """Somebody else kept changing this customer while we tried to; nothing was written."""


class ServiceRefusedError(RetryableError):
    """A service of AWS would not do it for now (rate, credentials, rights, a conflict, out of reach): it was not done."""


class ServiceUnavailableError(RetryableError):
    """A service of AWS broke, or its answer was lost: it may have been done all the same."""


class StoreBusyError(ServiceRefusedError):
    """The store would not do it for now; nothing was written."""


class ChannelThrottledError(RetryableError):
    """The provider refused for rate; the message was surely not sent."""


class ChannelUnavailableError(RetryableError):
    """The provider refused before accepting (paused account, outage); the message was surely not sent."""


class HandoverUnclearError(RetryableError):
    """Nobody knows whether the provider took the message; its row knows that somebody sends it."""


class MessageRefusedError(PermanentError):
    """The provider will never take this message (malformed address, unverified sender)."""


class ContractError(PermanentError):
    """An event or payload is not what its contract says; the text names every field that is wrong."""


class MissingFileError(PermanentError):
    """A file that a step of the night should have left is not there."""


class CurrencyMismatchError(PermanentError):
    """Two amounts of different currencies were to be added."""


class NotAllowedError(PermanentError):
    """Whoever asks may not do this."""


class TooOftenError(PermanentError):
    """Whoever asks did so too often of late; later it is theirs again."""


class NotThereError(PermanentError):
    """What is to be changed is not there (any more), or was never known."""


class AnsweredMeanwhileError(PermanentError):
    """A colleague answered since the page was shown; who has read that may still answer."""


class NoSuchCursorError(PermanentError):
    """A place in a list that no page of it was given with."""
