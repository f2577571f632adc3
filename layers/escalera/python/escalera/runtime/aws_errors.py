"""Which errors of AWS a later try may get past: decided here, once, for every client and so for every adapter.

Each client that `connect` makes raises `ServiceRefusedError` or `ServiceUnavailableError` for them. What is left is an
answer to the request itself (a condition that does not hold, a name that nobody has): the adapter knows what it means.
"""

from typing import Any

from botocore import exceptions as botocore
from botocore.exceptions import ClientError

from escalera.domain.errors import RetryableError, ServiceRefusedError, ServiceUnavailableError

_SERVER_ERROR = 500
_TOO_MANY_REQUESTS = 429
_FIRST_ERROR = 300

# Refused before anything was done.
_THROTTLES = frozenset(
    {
        "BandwidthLimitExceeded",
        "EC2ThrottledException",
        "KMSThrottlingException",
        "LimitExceeded",
        "LimitExceededException",
        "PriorRequestNotComplete",
        "ProvisionedThroughputExceeded",
        "ProvisionedThroughputExceededException",
        "RequestLimitExceeded",
        "RequestThrottled",
        "RequestThrottledException",
        "SlowDown",
        "ThrottledException",
        "Throttling",
        "ThrottlingError",
        "ThrottlingException",
        "TooManyRequestsException",
    }
)
_CREDENTIALS = frozenset(
    {
        "ExpiredToken",
        "ExpiredTokenException",
        "IncompleteSignature",
        "IncompleteSignatureException",
        "InvalidAccessKeyId",
        "InvalidClientTokenId",
        "InvalidSignatureException",
        "MissingAuthenticationToken",
        "MissingAuthenticationTokenException",
        "RequestExpired",
        "RequestTimeTooSkewed",
        "SignatureDoesNotMatch",
        "UnrecognizedClientException",
    }
)
# A role or a key that is being changed: somebody is told by an alarm, and nothing is lost until it is changed back.
_RIGHTS = frozenset(
    {
        "AccessDenied",
        "AccessDeniedException",
        "AuthorizationErrorException",
        "KMSAccessDeniedException",
        "KMSDisabledException",
        "KMSInvalidStateException",
        "KMSNotFoundException",
        "KmsAccessDeniedException",
        "KmsInvalidStateException",
        "KmsThrottlingException",
        "OptInRequired",
        "UnauthorizedOperation",
    }
)
_CONFLICTS = frozenset(
    {"ConflictException", "ReplicatedWriteConflictException", "TransactionConflictException"}
)
# A table that is being restored, or deployed again, is away for a while.
_TABLE_AWAY = frozenset(
    {"ResourceInUseException", "ResourceNotFoundException", "TableNotFoundException", "TableInUseException"}
)
_REFUSED = _THROTTLES | _CREDENTIALS | _RIGHTS | _CONFLICTS
# Begun, or perhaps begun: nobody knows.
_UNCLEAR = frozenset(
    {
        "InternalError",
        "InternalFailure",
        "InternalServerError",
        "InternalServiceError",
        "InternalServiceErrorException",
        "RequestTimeout",
        "RequestTimeoutException",
        "ServiceUnavailable",
        "ServiceUnavailableException",
        "TransactionInProgressException",
    }
)
_NEVER_LEFT = (
    botocore.ConnectTimeoutError,
    botocore.CredentialRetrievalError,
    botocore.EndpointConnectionError,
    botocore.MetadataRetrievalError,
    botocore.NoCredentialsError,
    botocore.PartialCredentialsError,
    botocore.ProxyConnectionError,
    botocore.TokenRetrievalError,
)
_LOST_ON_THE_WAY = (
    botocore.ChecksumError,
    botocore.ConnectionError,
    botocore.HTTPClientError,
    botocore.IncompleteReadError,
)


def retryable(error: Exception, service: str) -> RetryableError | None:
    """The error to raise instead if a later try may succeed where this one failed; None: it is an answer.

    What botocore itself tried again is over by then; whether something was done is told of its last try.
    """
    if isinstance(error, ClientError):
        return _of_answer(error, service)
    name = type(error).__name__
    if isinstance(error, _NEVER_LEFT):
        return ServiceRefusedError(f"{service} could not be reached ({name}): nothing was done")
    if isinstance(error, _LOST_ON_THE_WAY) or type(error).__name__ == "ResponseParserError":
        return ServiceUnavailableError(f"{service} did not answer ({name}): it may have been done")
    return None


def translate_errors(client: Any) -> Any:
    """The client, which from now on raises `retryable` errors in place of its own."""
    service = client.meta.service_model.service_name

    def answered(http_response: Any, parsed: Any, model: Any, **_: Any) -> None:
        if http_response.status_code >= _FIRST_ERROR:
            _raise(ClientError(parsed, model.name), service)

    def failed(exception: Exception, **_: Any) -> None:
        _raise(exception, service)

    client.meta.events.register_last("after-call", answered)
    client.meta.events.register_last("after-call-error", failed)
    return client


def _raise(error: Exception, service: str) -> None:
    if (instead := retryable(error, service)) is not None:
        raise instead from error


def _of_answer(error: ClientError, service: str) -> RetryableError | None:
    response: Any = error.response
    code = str(response.get("Error", {}).get("Code", ""))
    status = int(response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
    what = f"{service} {error.operation_name} ({code or status})"
    # The code first: DynamoDB and S3 throttle by 400 and by 503, and neither does anything then.
    if code in _REFUSED or status == _TOO_MANY_REQUESTS or (service == "dynamodb" and code in _TABLE_AWAY):
        return ServiceRefusedError(f"{what} is refused for now: nothing was done")
    if code in _UNCLEAR or status >= _SERVER_ERROR:
        return ServiceUnavailableError(f"{what} broke: it may have been done")
    return None
