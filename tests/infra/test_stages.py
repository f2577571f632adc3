"""Stages differ in settings, never in shape; and settings cannot say what AWS would refuse."""

from dataclasses import replace

import aws_cdk as cdk
import pytest
from aws_cdk.assertions import Template

from infra.constructs.alarms import Alarms
from infra.constructs.kept_log import KeptLog
from infra.constructs.mail import Mail
from infra.constructs.texts import Texts
from infra.settings import STAGES, UnknownStageError, settings_for
from tests.support.template import plain


def test_all_stages_have_the_very_same_resources(synthesized):
    # A subscription's id holds the name of the stack its topic is in.
    local, dev, prod = (
        sorted((plain(name).replace(stage, ""), kind) for name, kind in synthesized(stage).shape.items())
        for stage in ("local", "dev", "prod")
    )

    assert local == dev == prod


def test_an_unknown_stage_is_answered_with_those_there_are():
    with pytest.raises(UnknownStageError, match="choose one of local, dev, prod"):
        settings_for("staging")


def test_only_production_keeps_its_data_against_a_deletion():
    assert [name for name, settings in STAGES.items() if settings.protects_data] == ["prod"]


def test_production_reserves_no_more_than_a_fifth_of_a_usual_account(prod):
    reserved = {
        name: function.get("ReservedConcurrentExecutions", 0) for name, function in prod.functions.items()
    }

    assert sum(reserved.values()) <= 200
    assert reserved["find_quiet_customers"] == 1, "two sweeps at once would only meet each other"


def test_production_keeps_room_for_every_link_of_the_ring(prod):
    """What else runs in the account, or one of these in a burst, leaves each of them its own."""
    ring = {function for function, _ in prod.queue_mappings.values()} | {"perform_step", "publish_changes"}
    without = {name for name in ring if not prod.functions[name].get("ReservedConcurrentExecutions")}

    assert "on_purchase_completed" in ring
    assert without == set()


def test_stages_without_a_quota_of_their_own_reserve_nothing(synthesized):
    for stage in ("local", "dev"):
        for name, function in synthesized(stage).functions.items():
            assert "ReservedConcurrentExecutions" not in function, f"{name} in {stage}"


def test_no_stage_logs_whole_requests_nor_drops_the_lines_that_carry_metrics(synthesized):
    for stage in STAGES:
        for name, function in synthesized(stage).functions.items():
            assert function["LoggingConfig"]["ApplicationLogLevel"] == "INFO", f"{name} in {stage}"


def test_a_log_is_kept_for_a_number_of_days_that_cloudwatch_knows():
    with pytest.raises(ValueError, match="log_retention_days is 13"):
        KeptLog(cdk.Stack(), "Log", settings=replace(settings_for("dev"), log_retention_days=13))


def _types(stack):
    return [resource["Type"] for resource in Template.from_stack(stack).to_json()["Resources"].values()]


def test_a_second_stack_of_an_account_leaves_the_logs_of_sns_to_the_first():
    stack = cdk.Stack()
    Texts(stack, "Texts", settings=replace(settings_for("dev"), manages_sms_logs=False))

    assert "AWS::Logs::LogGroup" not in _types(stack)


def test_a_mail_domain_is_proven_to_ses_when_settings_name_one():
    stack = cdk.Stack()
    Mail(stack, "Mail", sender="Casa <hola@casa.example.com>", domain="casa.example.com")

    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::SES::EmailIdentity",
        {
            "EmailIdentity": "casa.example.com",
            "MailFromAttributes": {"MailFromDomain": "mail.casa.example.com"},
        },
    )
    records = [output for name, output in template.to_json()["Outputs"].items() if "Dkim" in name]
    assert len(records) == 3
    assert all("CNAME" in str(record["Value"]) for record in records)


def test_alarms_go_by_mail_when_settings_name_an_address():
    stack = cdk.Stack()
    Alarms(stack, "Alarms", email="ops@casa.example.com")

    template = Template.from_stack(stack)
    template.has_resource_properties(
        "AWS::SNS::Subscription", {"Protocol": "email", "Endpoint": "ops@casa.example.com"}
    )
