"""The ring of keys, out of its secret."""

import json

import boto3
import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError

from escalera.adapters.memory import InMemorySealKeys
from escalera.adapters.secretsmanager import SecretsManagerSealKeys
from escalera.domain.errors import StoreBusyError
from escalera.domain.seals import KeyRing, KeyRingError
from escalera.ports.keys import SealKeys
from tests.fakes.table import connect

RING = {"current": "2", "1": "a" * 40, "2": "b" * 40}


@pytest.mark.parametrize("kept", ["secrets manager", "memory"])
def test_the_ring_is_read_as_it_was_kept(aws, kept):
    keys: SealKeys
    if kept == "memory":
        keys = InMemorySealKeys(KeyRing.from_json(RING))
    else:
        client = boto3.client("secretsmanager", region_name="eu-west-1")
        arn = client.create_secret(Name="keys", SecretString=json.dumps(RING))["ARN"]
        keys = SecretsManagerSealKeys(arn, connect)

    assert keys.ring() == KeyRing("2", {"1": b"a" * 40, "2": b"b" * 40})


def test_the_secret_is_read_once_by_each_process(answering):
    service = answering({"SecretString": json.dumps(RING)})
    keys = SecretsManagerSealKeys("arn:of:the:secret", service.connect)

    assert keys.ring() is keys.ring()
    assert service.asked == [{"SecretId": "arn:of:the:secret"}]


@pytest.mark.parametrize(
    "trouble",
    [
        ClientError({"Error": {"Code": "ThrottlingException"}}, "GetSecretValue"),
        ClientError({"Error": {"Code": "AccessDeniedException"}}, "GetSecretValue"),
        ConnectTimeoutError(endpoint_url="https://secretsmanager.example"),
    ],
)
def test_a_secret_that_cannot_be_read_now_is_read_by_the_next_who_asks(answering, trouble):
    keys = SecretsManagerSealKeys("arn", answering(trouble, {"SecretString": json.dumps(RING)}).connect)

    with pytest.raises(StoreBusyError):
        keys.ring()
    assert keys.ring().current == "2"


def test_a_missing_secret_is_told_as_it_is(answering):
    refused = ClientError({"Error": {"Code": "ResourceNotFoundException"}}, "GetSecretValue")

    with pytest.raises(ClientError):
        SecretsManagerSealKeys("arn", answering(refused).connect).ring()


def test_a_secret_that_is_no_ring_says_so_and_shows_nothing_of_it(answering):
    keys = SecretsManagerSealKeys("arn", answering({"SecretString": "tiny-secret"}).connect)

    with pytest.raises(KeyRingError) as error:
        keys.ring()

    assert "tiny-secret" not in str(error.value)
    assert error.value.__cause__ is None
