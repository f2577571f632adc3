"""Where customers' data lies: decision 012 names every place of the template that keeps something, with its days."""

import re
from fnmatch import fnmatchcase
from pathlib import Path

import pytest

from escalera_cli.readiness.texts import RECEIPTS_KEPT_DAYS

PAGE = Path(__file__).resolve().parents[2] / "docs" / "decisions" / "012-what-is-left-of-the-erased.md"
ROW = re.compile(r"^\| (?P<names>`[^|]*) \| (?P<holds>[^|]+) \| (?P<days>\d+|-) \|$", re.MULTILINE)
DAY = 86_400
BACKUP_DAYS = 35
HISTORY_DAYS = 90

KEEPS_NOTHING = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudFront::Distribution",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::SubscriptionFilter",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::Secret",
}
"""Nothing of a customer: they pass it on, or hold settings and keys."""


def _expiration(bucket):
    (rule,) = bucket["LifecycleConfiguration"]["Rules"]
    return rule["ExpirationInDays"]


KEEPS = {
    "AWS::Cognito::UserPool": lambda _: None,
    "AWS::DynamoDB::Table": lambda _: BACKUP_DAYS,
    "AWS::Events::Archive": lambda archive: archive["RetentionDays"],
    "AWS::Logs::LogGroup": lambda log: log["RetentionInDays"],
    "AWS::S3::Bucket": _expiration,
    "AWS::SQS::Queue": lambda queue: queue["MessageRetentionPeriod"] / DAY,
    "AWS::StepFunctions::StateMachine": lambda one: (
        0 if one["StateMachineType"] == "EXPRESS" else HISTORY_DAYS
    ),
}
"""For how many days a resource keeps what it holds; None: until somebody deletes it."""


def test_every_kind_of_resource_is_known_to_keep_something_or_nothing(prod):
    assert set(prod.shape.values()) <= KEEPS.keys() | KEEPS_NOTHING


@pytest.fixture(scope="module")
def kept(prod):
    """How long each resource of the template keeps what it holds, by its readable name."""
    return {
        name: days(properties)
        for kind, days in KEEPS.items()
        for name, properties in prod.resources(kind).items()
    }


@pytest.fixture(scope="module")
def rows():
    """The days of each pattern of names in the page's table."""
    found: dict[str, int | None] = {}
    for row in ROW.finditer(PAGE.read_text(encoding="utf-8")):
        days = None if row["days"] == "-" else int(row["days"])
        found |= dict.fromkeys(re.findall(r"`([^`]+)`", row["names"]), days)
    return found


def test_every_place_that_keeps_something_is_named_once_with_its_days(kept, rows):
    named = {
        name: [days for pattern, days in rows.items() if fnmatchcase(name, pattern)] for name in sorted(kept)
    }

    assert named == {name: [days] for name, days in sorted(kept.items())}


def test_the_page_names_no_place_that_is_not_there(kept, rows):
    assert [one for one in rows if not any(fnmatchcase(name, one) for name in kept)] == []


def test_receipts_with_phone_numbers_are_gone_after_three_days_in_every_stage(synthesized):
    for stage in ("local", "dev", "prod"):
        receipts = {
            name: log["RetentionInDays"]
            for name, log in synthesized(stage).resources("AWS::Logs::LogGroup").items()
            if "DirectPublishToPhoneNumber" in str(log.get("LogGroupName"))
        }
        days = RECEIPTS_KEPT_DAYS
        assert receipts == {"TextsDeliveredTexts": days, "TextsFailedTexts": days}, stage
