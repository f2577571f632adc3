"""What CloudFormation is asked for is there, and the CDK's own CLI deploys here."""

import json
from pathlib import Path

import pytest

from escalera_cli.local_stack import deploy
from escalera_cli.local_stack.stack import REPOSITORY
from tests.local_stack.probe import Probe, wait_until


def test_table_keeps_its_time_to_live_and_its_recovery(probe: Probe) -> None:
    client, table = probe.client("dynamodb"), probe.outputs["Table"]
    lifetime = client.describe_time_to_live(TableName=table)["TimeToLiveDescription"]
    assert lifetime == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}
    backups = client.describe_continuous_backups(TableName=table)["ContinuousBackupsDescription"]
    assert backups["PointInTimeRecoveryDescription"]["PointInTimeRecoveryStatus"] == "ENABLED"


def test_bus_has_the_archive_its_template_asks_for(probe: Probe) -> None:
    found = probe.client("events").describe_archive(ArchiveName=probe.outputs["Archive"])
    assert (found["RetentionDays"], found["State"]) == (7, "ENABLED")


def test_a_secret_is_referred_to_by_its_arn_and_filled_as_its_template_asks(probe: Probe) -> None:
    assert probe.outputs["Keys"].startswith(
        f"arn:aws:secretsmanager:{probe.stack.region}:{probe.stack.account}:secret:"
    )
    assert probe.call("read_keys") == {"current": "1", "letters": 64, "plain": True}


def test_a_secret_keeps_its_arn_and_its_value_when_its_stack_changes_and_goes_with_it(probe: Probe) -> None:
    client, secrets = probe.client("cloudformation"), probe.client("secretsmanager")

    def template(description: str) -> str:
        properties = {"Description": description, "GenerateSecretString": {"PasswordLength": 40}}
        keys = {"Type": "AWS::SecretsManager::Secret", "Properties": properties}
        return json.dumps({"Resources": {"Keys": keys}, "Outputs": {"Keys": {"Value": {"Ref": "Keys"}}}})

    def arn(status: str) -> str:
        def look() -> str:
            found = client.describe_stacks(StackName="Secret")["Stacks"][0]
            return str(found["Outputs"][0]["OutputValue"]) if found["StackStatus"] == status else ""

        return wait_until(look, status)

    client.create_stack(StackName="Secret", TemplateBody=template("before"))
    first = arn("CREATE_COMPLETE")
    value = secrets.get_secret_value(SecretId=first)["SecretString"]
    client.update_stack(StackName="Secret", TemplateBody=template("after"))

    assert arn("UPDATE_COMPLETE") == first
    assert secrets.describe_secret(SecretId=first)["Description"] == "after"
    assert secrets.get_secret_value(SecretId=first)["SecretString"] == value

    client.delete_stack(StackName="Secret")
    wait_until(lambda: first not in {one["ARN"] for one in secrets.list_secrets()["SecretList"]}, "its end")


def test_types_without_effect_are_accepted_by_name(probe: Probe) -> None:
    assert probe.outputs["Alarm"].startswith("arn:aws:cloudwatch:")


@pytest.mark.skipif(
    not (REPOSITORY / "node_modules/.bin/cdk").exists(), reason="the CDK CLI is not installed"
)
def test_cdk_deploys_a_synthesized_app(probe: Probe, tmp_path: Path) -> None:
    template = {
        "Resources": {"Topic": {"Type": "AWS::SNS::Topic"}},
        "Outputs": {"Topic": {"Value": {"Ref": "Topic"}}},
    }
    environment = f"aws://{probe.stack.account}/{probe.stack.region}"
    suffix = f"{probe.stack.account}-{probe.stack.region}"
    role = f"arn:aws:iam::{probe.stack.account}:role/cdk-hnb659fds-{{}}-role-{suffix}"
    bucket = f"cdk-hnb659fds-assets-{suffix}"
    target = {
        "bucketName": bucket,
        "objectKey": "small.json",
        "assumeRoleArn": role.format("file-publishing"),
    }
    files = {"small": {"source": {"path": "Small.template.json"}, "destinations": {"here": target}}}
    small = {
        "templateFile": "Small.template.json",
        "assumeRoleArn": role.format("deploy"),
        "cloudFormationExecutionRoleArn": role.format("cfn-exec"),
        "stackTemplateAssetObjectUrl": f"s3://{bucket}/small.json",
        "requiresBootstrapStackVersion": 6,
    }
    stack = {"type": "aws:cloudformation:stack", "environment": environment, "properties": small}
    assets = {"type": "cdk:asset-manifest", "properties": {"file": "Small.assets.json"}}
    artifacts = {"Small.assets": assets, "Small": {**stack, "dependencies": ["Small.assets"]}}
    (tmp_path / "manifest.json").write_text(json.dumps({"version": "36.0.0", "artifacts": artifacts}))
    (tmp_path / "Small.assets.json").write_text(json.dumps({"version": "36.0.0", "files": files}))
    (tmp_path / "Small.template.json").write_text(json.dumps(template))
    lines: list[str] = []
    done = deploy(probe.stack, tmp_path, on_progress=lines.append)
    assert done.outputs["Small"]["Topic"].startswith("arn:aws:sns:")
    assert any("Small" in line for line in lines)
