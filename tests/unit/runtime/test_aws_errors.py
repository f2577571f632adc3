"""What AWS refuses for now, or broke at, is raised as an error that a later try may get past: by every client."""

import json
from typing import Any

import pytest
from botocore import exceptions as botocore
from botocore.awsrequest import AWSResponse, HTTPHeaders
from botocore.exceptions import ClientError

from escalera.domain.errors import RetryableError, ServiceRefusedError, ServiceUnavailableError
from escalera.runtime import clients
from escalera.runtime.aws_errors import retryable

ONE_TRY = {"retries": {"mode": "standard", "total_max_attempts": 1}}


class Body:
    def __init__(self, content: bytes) -> None:
        self.content = content

    def stream(self, *_: Any, **__: Any) -> list[bytes]:
        return [self.content]


@pytest.fixture
def answering(monkeypatch: pytest.MonkeyPatch) -> Any:
    """Lets every client made from now on get this answer, or error, from its service."""
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION"):
        monkeypatch.setenv(name, "eu-west-1")
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    clients._session.cache_clear()

    def answer_with(status: int, code: str) -> None:
        content = json.dumps({"__type": code, "message": "no"}).encode()
        xml = f"<Error><Code>{code}</Code><Message>no</Message></Error>".encode()
        headers = HTTPHeaders()
        headers["x-amzn-errortype"] = code

        def answer(request: Any, **_: Any) -> AWSResponse:
            return AWSResponse(request.url, status, headers, Body(xml if "s3" in request.url else content))

        clients._session().register("before-send", answer)  # type: ignore[arg-type]  # it may answer

    yield answer_with
    clients._session.cache_clear()


@pytest.mark.parametrize(
    ("service", "call"),
    [
        ("dynamodb", lambda client: client.get_item(TableName="customers", Key={"pk": {"S": "a"}})),
        ("stepfunctions", lambda client: client.stop_execution(executionArn="arn:aws:states:e")),
        ("events", lambda client: client.put_events(Entries=[{"Source": "escalera"}])),
        ("secretsmanager", lambda client: client.get_secret_value(SecretId="keys")),
        ("sqs", lambda client: client.send_message(QueueUrl="https://queue", MessageBody="x")),
        ("s3", lambda client: client.get_object(Bucket="nights", Key="score")),
    ],
)
def test_every_client_says_that_a_later_try_may_succeed(answering, service, call):
    answering(403, "AccessDeniedException")
    with pytest.raises(ServiceRefusedError) as raised:
        call(clients.connect(service, ONE_TRY))
    assert isinstance(raised.value.__cause__, ClientError)


@pytest.mark.parametrize(
    ("given", "meaning"),
    [
        ((500, "InternalServerError"), ServiceUnavailableError),
        ((503, "ServiceUnavailable"), ServiceUnavailableError),
        ((400, "ThrottlingException"), ServiceRefusedError),
        ((400, "ExpiredTokenException"), ServiceRefusedError),
    ],
)
def test_a_client_tells_what_was_refused_from_what_broke(answering, given, meaning):
    answering(*given)
    with pytest.raises(meaning):
        clients.connect("dynamodb", ONE_TRY).get_item(TableName="customers", Key={"pk": {"S": "a"}})


def test_call_that_cannot_even_be_signed_is_refused(answering, monkeypatch):
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.delenv(name)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", "/nowhere")
    clients._session.cache_clear()
    with pytest.raises(ServiceRefusedError, match="NoCredentialsError"):
        clients.connect("dynamodb", ONE_TRY).get_item(TableName="customers", Key={})


@pytest.mark.parametrize(
    ("error", "meaning"),
    [
        (botocore.EndpointConnectionError(endpoint_url="https://table"), ServiceRefusedError),
        (botocore.ConnectTimeoutError(endpoint_url="https://table"), ServiceRefusedError),
        (botocore.CredentialRetrievalError(provider="role", error_msg="no"), ServiceRefusedError),
        (botocore.ReadTimeoutError(endpoint_url="https://table"), ServiceUnavailableError),
        (botocore.ConnectionClosedError(endpoint_url="https://table"), ServiceUnavailableError),
        (botocore.HTTPClientError(error="broken"), ServiceUnavailableError),
        (botocore.ParamValidationError(report="no table"), None),
        (KeyError("pk"), None),
    ],
)
def test_what_never_left_was_surely_not_done(error, meaning):
    assert type(retryable(error, "dynamodb")) is (meaning or type(None))


@pytest.mark.parametrize(
    "code",
    [
        "TransactionConflictException",
        "ProvisionedThroughputExceededException",
        "LimitExceededException",
        "UnrecognizedClientException",
        "InvalidSignatureException",
        "RequestExpired",
        "ResourceNotFoundException",
        "TransactionInProgressException",
    ],
)
def test_conflicts_limits_credentials_and_a_table_that_is_away_pass(code):
    assert isinstance(retryable(client_error(code), "dynamodb"), RetryableError)


@pytest.mark.parametrize(
    "code", ["ConditionalCheckFailedException", "TransactionCanceledException", "ValidationException"]
)
def test_an_answer_to_the_request_itself_is_left_to_the_adapter(code):
    assert retryable(client_error(code), "dynamodb") is None


def test_what_is_missing_elsewhere_than_in_the_store_is_an_answer():
    assert retryable(client_error("ResourceNotFoundException"), "secretsmanager") is None


def client_error(code: str) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": 400}}, "PutItem")  # type: ignore[typeddict-item]
