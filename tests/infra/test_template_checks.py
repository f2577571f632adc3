"""What other people's rules say of the template: cdk-nag, cfn-lint, and what every place it runs can take."""

import json
import subprocess
import sys
from pathlib import Path

import aws_cdk as cdk
import pytest
from aws_cdk import aws_sqs as sqs

from infra.app import build_app
from infra.settings import settings_for
from tests.support.template import plain

ROOT = Path(__file__).resolve().parents[2]


def test_a_finding_of_cdk_nag_stops_the_synthesis(assembly, tmp_path):
    app = cdk.App(outdir=str(tmp_path))
    stack = build_app(app, settings=settings_for("dev"), assembly=assembly)
    sqs.Queue(stack, "OpenToPlainHttp")

    with pytest.raises(RuntimeError, match="ValidationFailed"):
        app.synth()

    findings = json.loads((tmp_path / "validation-report.json").read_text(encoding="utf-8"))["pluginReports"]
    found = {violation["ruleName"] for report in findings for violation in report["violations"]}
    assert found == {"AwsSolutions-SQS3", "AwsSolutions-SQS4", "Serverless-SQSRedrivePolicy"}


def test_every_accepted_finding_is_explained_where_it_is_accepted(prod):
    metadata = json.loads((prod.path.parent / "escalera-prod.metadata.json").read_text(encoding="utf-8"))
    accepted = {
        (rule, reason)
        for entries in metadata.values()
        for entry in entries
        if entry["type"] == "aws:cdk:acknowledged-rules"
        for rule, reason in entry["data"].items()
    }
    rules = {rule.split("::", 1)[1].split("[")[0] for rule, _ in accepted}

    assert rules == {
        "AwsSolutions-APIG4",
        "AwsSolutions-CFR1",
        "AwsSolutions-CFR2",
        "AwsSolutions-CFR3",
        "AwsSolutions-CFR4",
        "AwsSolutions-COG3",
        "AwsSolutions-COG8",
        "AwsSolutions-IAM5",
        "AwsSolutions-S1",
        "AwsSolutions-SMG4",
        "AwsSolutions-SF1",
        "AwsSolutions-SF2",
        "AwsSolutions-SQS3",
        "Serverless-LambdaDLQ",
        "Serverless-LambdaEventSourceMappingDestination",
        "Serverless-SQSRedrivePolicy",
        "Serverless-StepFunctionStateMachineXray",
    }
    assert all(len(reason.split()) >= 8 for _, reason in accepted)


def test_a_star_is_accepted_only_where_aws_knows_no_resource(prod):
    starred = {
        (action, resource)
        for role in prod.resources("AWS::IAM::Role")
        for action, resource in prod.grants({"Ref": role})
        if "*" in resource or "*" in action
    }
    without_resource = {action for action, resource in starred if resource == "*"}

    assert {action for action in without_resource if not action.startswith("xray:")} == {
        "logs:CreateLogDelivery",
        "logs:DeleteLogDelivery",
        "logs:DescribeLogGroups",
        "logs:DescribeResourcePolicies",
        "logs:GetLogDelivery",
        "logs:ListLogDeliveries",
        "logs:PutResourcePolicy",
        "logs:UpdateLogDelivery",
        # A phone number has no ARN.
        "sns:Publish",
    }
    assert {action for action, resource in starred if resource != "*"} == {
        "states:StopExecution",
        # A machine outlives its journey while people are in it, and no template names it then.
        "states:SendTaskSuccess",
        "DENIED sns:Publish",
        # A night, an export and their files get their names when they start.
        "states:DescribeExecution",
        "dynamodb:DescribeExport",
        "s3:AbortMultipartUpload",
        "s3:GetObject",
        "s3:PutObject",
        "s3:PutObjectAcl",
    }


def test_cfn_lint_has_nothing_to_say(as_programmed, synthesized):
    templates = [str(stack.path) for stack in (as_programmed, synthesized("local"))]
    command = (
        str(Path(sys.executable).parent / "cfn-lint"),
        "--regions",
        "eu-west-1",
        "us-east-1",
        "--",
        *templates,
    )

    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert said.stdout == ""
    assert said.returncode == 0, said.stderr


# The emulator makes these without Docker; an archive it keeps as a stub.
TAKEN_EVERYWHERE = {
    "AWS::ApiGatewayV2::Api",
    "AWS::ApiGatewayV2::Integration",
    "AWS::ApiGatewayV2::Route",
    "AWS::ApiGatewayV2::Stage",
    "AWS::CloudFront::Distribution",
    "AWS::CloudWatch::Alarm",
    "AWS::CloudWatch::Dashboard",
    "AWS::Cognito::UserPool",
    "AWS::Cognito::UserPoolClient",
    "AWS::Cognito::UserPoolDomain",
    "AWS::Cognito::UserPoolGroup",
    "AWS::DynamoDB::Table",
    "AWS::Events::Archive",
    "AWS::Events::EventBus",
    "AWS::Events::Rule",
    "AWS::IAM::ManagedPolicy",
    "AWS::IAM::Policy",
    "AWS::IAM::Role",
    "AWS::Lambda::EventSourceMapping",
    "AWS::Lambda::Function",
    "AWS::Lambda::LayerVersion",
    "AWS::Lambda::Permission",
    "AWS::Logs::LogGroup",
    "AWS::Logs::SubscriptionFilter",
    "AWS::S3::Bucket",
    "AWS::S3::BucketPolicy",
    "AWS::SES::ConfigurationSet",
    "AWS::SES::ConfigurationSetEventDestination",
    "AWS::SNS::Subscription",
    "AWS::SNS::Topic",
    "AWS::SNS::TopicPolicy",
    "AWS::SQS::Queue",
    "AWS::SQS::QueuePolicy",
    "AWS::Scheduler::Schedule",
    "AWS::SecretsManager::Secret",
    "AWS::StepFunctions::StateMachine",
}


def test_the_very_template_of_production_deploys_on_the_local_stack_too(as_programmed):
    assert set(as_programmed.shape.values()) <= TAKEN_EVERYWHERE, (
        "no custom resource, nothing the emulator lacks"
    )


NAMES = (
    "AlarmName",
    "ConfigurationSetName",
    "DashboardName",
    "FunctionName",
    "LayerName",
    "LogGroupName",
    "Name",
    "PolicyName",
    "QueueName",
    "RoleName",
    "StateMachineName",
    "TableName",
    "TopicName",
)


def test_nothing_has_a_name_of_its_own_but_what_aws_names(prod):
    named = {
        plain(name)
        for name, resource in prod.template["Resources"].items()
        for key, value in resource.get("Properties", {}).items()
        if key in NAMES and (isinstance(value, str) or "Fn::Sub" in value)
        # These cannot go without one: the CDK makes it from where they stand, and two APIs may have the same.
        if resource["Type"] not in {"AWS::ApiGatewayV2::Api", "AWS::Events::EventBus", "AWS::IAM::Policy"}
    }

    assert named == {"TextsDeliveredTexts", "TextsFailedTexts"}
