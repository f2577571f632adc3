"""CloudFormation: settings it drops, and types it does not know, so that the template stays the same."""

import logging
from collections.abc import Callable
from typing import Any

from ministack.services import dynamodb, eventbridge
from ministack.services.cloudformation import provisioners

from .registry import mend
from .settings import Settings

logger = logging.getLogger("escalera")

# Types that matter in the cloud and do nothing here: accepted, kept by name, never acted on.
INERT = (
    "AWS::ApplicationInsights::Application",
    "AWS::Budgets::Budget",
    "AWS::CE::AnomalyMonitor",
    "AWS::CE::AnomalySubscription",
    "AWS::CloudWatch::AnomalyDetector",
    "AWS::CloudWatch::CompositeAlarm",
    "AWS::CloudWatch::InsightRule",
    "AWS::Events::EventBusPolicy",
    "AWS::EventSchemas::Discoverer",
    "AWS::Lambda::CodeSigningConfig",
    "AWS::Logs::QueryDefinition",
    "AWS::ResourceGroups::Group",
    "AWS::SES::ContactList",
    "AWS::SES::Template",
    "AWS::SES::VdmAttributes",
    "AWS::SMSVOICE::ConfigurationSet",
    "AWS::SMSVOICE::PhoneNumber",
    "AWS::StepFunctions::StateMachineAlias",
    "AWS::StepFunctions::StateMachineVersion",
    "AWS::XRay::Group",
)

Create = Callable[[str, dict[str, Any], str], tuple[str, dict[str, Any]]]


def inert_handler(kind: str) -> dict[str, Any]:
    """Make the handlers of a type that is accepted without effect."""

    def create(logical_id: str, _: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        logger.info("%s %s is accepted and does nothing here", kind, logical_id)
        name = f"{stack}-{logical_id}"
        service = kind.split("::")[1].lower()
        arn = f"arn:aws:{service}:{provisioners.get_region()}:{provisioners.get_account_id()}:{name}"
        return name, {"Arn": arn, "Id": name, "Name": name}

    def update(physical_id: str, *_: Any, **__: Any) -> tuple[str, dict[str, Any]]:
        return physical_id, {"Arn": physical_id, "Id": physical_id, "Name": physical_id}

    return {"create": create, "update": update, "delete": lambda *_: None}


@mend(
    "resource types that Escalera's template may hold are unknown, which fails the whole deployment",
    {"services.cloudformation.provisioners._provision_resource": "3b8f01fb1871"},
)
def accept_inert_types(_: Settings) -> None:
    """Accept the types of `INERT` by name; any other unknown type still fails."""
    for kind in INERT:
        provisioners._RESOURCE_HANDLERS.setdefault(kind, inert_handler(kind))


def create_archive(logical_id: str, props: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
    """Create an archive through EventBridge's own API."""
    name = props.get("ArchiveName") or f"{stack}-{logical_id}"[-48:].lstrip("-")
    data = {
        "ArchiveName": name,
        "EventSourceArn": props.get("SourceArn", ""),
        "Description": props.get("Description", ""),
        "EventPattern": provisioners.json.dumps(props["EventPattern"]) if props.get("EventPattern") else "",
        "RetentionDays": int(props.get("RetentionDays", 0)),
    }
    status, _, body = eventbridge._create_archive(data)
    if status >= 400:
        raise ValueError(body)
    return name, {"ArchiveName": name, "Arn": eventbridge._archives[name]["ArchiveArn"]}


@mend(
    "AWS::Events::Archive is unknown to CloudFormation although EventBridge itself keeps archives",
    {
        "services.eventbridge._create_archive": "e6dd5c7fb01e",
        "services.eventbridge._delete_archive": "ee7c112d8157",
    },
)
def create_archives(_: Settings) -> None:
    """Give the bus the archive its template asks for."""

    def update(physical_id: str, _: Any, props: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        eventbridge._delete_archive({"ArchiveName": physical_id})
        return create_archive(physical_id, {**props, "ArchiveName": physical_id}, stack)

    provisioners._RESOURCE_HANDLERS["AWS::Events::Archive"] = {
        "create": create_archive,
        "update": update,
        "delete": lambda physical_id, _: eventbridge._delete_archive({"ArchiveName": physical_id}),
    }


def with_lifetime(create: Create) -> Create:
    """Add what the table's create handler leaves out."""

    def create_table(logical_id: str, props: dict[str, Any], stack: str) -> tuple[str, dict[str, Any]]:
        name, attributes = create(logical_id, props, stack)
        replicas = props.get("Replicas") or [{}]
        lifetime = props.get("TimeToLiveSpecification") or {}
        recovery = props.get("PointInTimeRecoverySpecification") or replicas[0].get(
            "PointInTimeRecoverySpecification"
        )
        if lifetime.get("AttributeName"):
            enabled = {"Enabled": lifetime.get("Enabled", True), "AttributeName": lifetime["AttributeName"]}
            dynamodb._update_ttl({"TableName": name, "TimeToLiveSpecification": enabled})
        if (recovery or {}).get("PointInTimeRecoveryEnabled"):
            dynamodb._pitr_settings[name] = True
        return name, attributes

    return create_table


@mend(
    "a table's TimeToLiveSpecification and PointInTimeRecoverySpecification are dropped",
    {
        "services.cloudformation.provisioners._ddb_create": "277586e016c6",
        "services.dynamodb._update_ttl": "e8243a4fbbb8",
    },
)
def keep_time_to_live_and_recovery(_: Settings) -> None:
    """Set TTL and point-in-time recovery when CloudFormation creates a table."""
    for kind in ("AWS::DynamoDB::Table", "AWS::DynamoDB::GlobalTable"):
        handlers = dict(provisioners._RESOURCE_HANDLERS[kind])
        handlers["create"] = with_lifetime(handlers["create"])
        provisioners._RESOURCE_HANDLERS[kind] = handlers
