"""The parts of the ring, each as the code and the customers need it."""

import json
from pathlib import Path

import pytest

from escalera.adapters.dynamodb import keys
from escalera.domain.closings import Address
from escalera.domain.facts import FactKey, FactKind
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import DueKind
from tests.support.event_patterns import matches
from tests.support.template import plain, readable, tags

ROOT = Path(__file__).resolve().parents[2]
COMPUTE = {"summarise_base", "settle_score", "score_customers"}
"""Those that get numpy."""


def _only(stack, kind):
    (properties,) = stack.resources(kind).values()
    return properties


def test_the_table_has_the_keys_and_the_indexes_the_adapter_speaks_of(prod):
    table = _only(prod, "AWS::DynamoDB::Table")
    due, work = table["GlobalSecondaryIndexes"]

    assert table["KeySchema"] == [
        {"AttributeName": "pk", "KeyType": "HASH"},
        {"AttributeName": "sk", "KeyType": "RANGE"},
    ]
    assert due["IndexName"] == "due"
    assert [key["AttributeName"] for key in due["KeySchema"]] == ["due_pk", "due_sk"]
    assert due["Projection"] == {"ProjectionType": "KEYS_ONLY"}
    assert work["IndexName"] == "work"
    assert [key["AttributeName"] for key in work["KeySchema"]] == ["work_pk", "work_sk"]
    assert work["Projection"] == {"ProjectionType": "ALL"}
    assert table["BillingMode"] == "PAY_PER_REQUEST"
    assert table["StreamSpecification"] == {"StreamViewType": "NEW_AND_OLD_IMAGES"}
    assert table["TimeToLiveSpecification"] == {"AttributeName": "expires_at", "Enabled": True}


def test_the_table_of_production_survives_mistakes(prod):
    table = _only(prod, "AWS::DynamoDB::Table")
    (resource,) = [r for r in prod.template["Resources"].values() if r["Type"] == "AWS::DynamoDB::Table"]

    assert table["DeletionProtectionEnabled"] is True
    assert table["PointInTimeRecoverySpecification"] == {"PointInTimeRecoveryEnabled": True}
    assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Retain", "Retain")


def test_the_keys_of_seals_are_drawn_by_aws_and_survive_the_stack(prod):
    secrets = [
        one for one in prod.template["Resources"].values() if one["Type"] == "AWS::SecretsManager::Secret"
    ]

    assert secrets
    for secret in secrets:
        drawn = secret["Properties"]["GenerateSecretString"]
        assert "SecretString" not in secret["Properties"]
        assert json.loads(drawn["SecretStringTemplate"]) == {"current": "1"}
        assert (drawn["GenerateStringKey"], drawn["PasswordLength"]) == ("1", 64)
        assert drawn["ExcludePunctuation"] is True
        assert (secret["DeletionPolicy"], secret["UpdateReplacePolicy"]) == ("Retain", "Retain")


def _stream_mapping(stack, function):
    """How the table's stream feeds this function."""
    mappings = stack.resources("AWS::Lambda::EventSourceMapping").values()
    (mapping,) = (one for one in mappings if stack.function_of(one["FunctionName"]) == function)
    assert readable(mapping["EventSourceArn"]) == "CustomersTable.StreamArn"
    return mapping


def test_changes_are_published_from_the_first_one_on_and_given_up_only_into_a_queue(prod):
    mapping = _stream_mapping(prod, "publish_changes")

    assert mapping["StartingPosition"] == "TRIM_HORIZON"
    assert mapping["FunctionResponseTypes"] == ["ReportBatchItemFailures"]
    assert mapping["BisectBatchOnFunctionError"] is True
    assert "MaximumRetryAttempts" not in mapping, "trouble of hours is outlasted"
    assert mapping["MaximumRecordAgeInSeconds"] == 12 * 3600, (
        "half a day of the stream's 24 hours is left to redrive"
    )
    queue = readable(mapping["DestinationConfig"]["OnFailure"]["Destination"]).removesuffix(".Arn")
    assert (
        readable(prod.functions["publish_changes"]["Environment"]["Variables"]["DEAD_LETTER_QUEUE_URL"])
        == queue
    )


def test_what_is_told_or_followed_wakes_the_function_and_what_follows_does_not(prod):
    mapping = _stream_mapping(prod, "publish_changes")
    patterns = [json.loads(one["Pattern"]) for one in mapping["FilterCriteria"]["Filters"]]

    def wakes(key):
        return any(matches(one, {"eventName": "MODIFY", "dynamodb": {"Keys": key}}) for one in patterns)

    order = FactKey(CustomerId("c-1"), FactKind.ORDER, ("o-1",))
    assert wakes(keys.profile(CustomerId("c-1")))
    assert wakes(keys.fact(order))
    assert wakes(keys.switches())
    assert not wakes(keys.closings(Address.of(MessageChannel.EMAIL, "ana@example.com")))
    assert not wakes(keys.name("ana ruiz", CustomerId("c-1")))
    assert not wakes(keys.shop_score())
    assert not wakes(keys.sweep(DueKind.QUIET))
    assert not wakes(keys.once("a token"))


def test_every_function_runs_what_the_layers_were_built_for(prod):
    layers = prod.resources("AWS::Lambda::LayerVersion")

    for name, function in prod.functions.items():
        assert function["Handler"] == "handler.handler", name
        assert function["Architectures"] == ["arm64"], name
        assert [readable(layer) for layer in function["Layers"]] == [
            "LayersDependencies",
            "LayersEscalera",
            "LayersProgramme",
            *(["LayersScoring"] if name in COMPUTE else []),
        ]
        for layer in layers.values():
            assert function["Runtime"] in layer["CompatibleRuntimes"]
            assert layer["CompatibleArchitectures"] == ["arm64"]


def test_every_function_traces_and_logs_json_into_a_log_that_forgets(prod):
    logs = prod.resources("AWS::Logs::LogGroup")

    for name, function in prod.functions.items():
        assert function["TracingConfig"] == {"Mode": "Active"}, name
        assert function["LoggingConfig"]["LogFormat"] == "JSON", name
        assert logs[readable(function["LoggingConfig"]["LogGroup"])]["RetentionInDays"] == 90, name


def test_functions_called_asynchronously_keep_what_failed(prod):
    kept = {
        name: readable(function["DeadLetterConfig"]["TargetArn"])
        for name, function in prod.functions.items()
        if "DeadLetterConfig" in function
    }

    assert kept == {
        "find_quiet_customers": "SchedulesMissedQueue.Arn",
        "find_broken_promises": "SchedulesMissedQueue.Arn",
        "redrive_dead_letters": "SchedulesMissedQueue.Arn",
        "close_stranded_entries": "SchedulesMissedQueue.Arn",
        "on_message_feedback": "FeedbackDeadLettersQueue.Arn",
    }


def test_the_clock_of_the_shop_decides_when_functions_look(prod):
    schedules = {
        readable(schedule["Target"]["Arn"]): schedule
        for schedule in prod.resources("AWS::Scheduler::Schedule").values()
    }

    assert {name: schedule["ScheduleExpression"] for name, schedule in schedules.items()} == {
        "FindQuietCustomersFunction.Arn": "cron(15 7 * * ? *)",
        "FindBrokenPromisesFunction.Arn": "rate(15 minutes)",
        "RedriveDeadLettersFunction.Arn": "rate(15 minutes)",
        "CloseStrandedEntriesFunction.Arn": "rate(30 minutes)",
        "NightMachine": "cron(30 3 * * ? *)",
    }
    for schedule in schedules.values():
        assert schedule["ScheduleExpressionTimezone"] == "Europe/Madrid"
        assert readable(schedule["Target"]["DeadLetterConfig"]["Arn"]) == "SchedulesMissedQueue.Arn"


def test_what_is_sent_leaves_neither_history_nor_log_nor_trace(prod):
    dispatch = prod.resources("AWS::StepFunctions::StateMachine")["DispatchMachine"]

    assert dispatch["StateMachineType"] == "EXPRESS"  # of which Step Functions keeps no history
    assert "LoggingConfiguration" not in dispatch
    assert dispatch.get("TracingConfiguration", {"Enabled": False}) == {"Enabled": False}


def test_journeys_and_nights_keep_their_history_out_of_the_logs(prod):
    for name, machine in prod.resources("AWS::StepFunctions::StateMachine").items():
        if name == "DispatchMachine":
            continue
        logging = machine["LoggingConfiguration"]
        assert machine["StateMachineType"] == "STANDARD", name
        assert machine["TracingConfiguration"] == {"Enabled": True}, name
        assert (logging["Level"], logging["IncludeExecutionData"]) == ("ERROR", False), name


def test_every_journey_of_the_programme_calls_perform_step(as_programmed):
    machines = as_programmed.resources("AWS::StepFunctions::StateMachine")
    del machines["NightMachine"], machines["DispatchMachine"]

    written = {path.stem for path in (ROOT / "programme" / "journeys").glob("*.yaml")}
    assert written >= {"thank-you", "win-back", "complaint-recovery"}
    assert {tags(machine)["escalera:journey"] for machine in machines.values()} == written
    for machine in machines.values():
        states = json.loads(machine["DefinitionString"])["States"].values()
        called = {state["Parameters"]["FunctionName"] for state in states if state["Type"] == "Task"}
        assert called == {"${PerformStepArn}"}
        assert readable(machine["DefinitionSubstitutions"]["PerformStepArn"]) == "PerformStepFunction.Arn"


def test_mail_goes_by_tls_and_never_again_to_who_bounced_or_complained(prod):
    ours = _only(prod, "AWS::SES::ConfigurationSet")

    assert ours["DeliveryOptions"] == {"TlsPolicy": "REQUIRE"}
    assert ours["SuppressionOptions"] == {"SuppressedReasons": ["BOUNCE", "COMPLAINT"]}


def test_the_fate_of_every_message_comes_back_by_the_default_bus(prod):
    destination = _only(prod, "AWS::SES::ConfigurationSetEventDestination")["EventDestination"]

    assert readable(destination["EventBridgeDestination"]["EventBusArn"]).endswith(":event-bus/default")
    assert set(destination["MatchingEventTypes"]) == {
        "send",
        "delivery",
        "deliveryDelay",
        "bounce",
        "complaint",
        "reject",
        "renderingFailure",
        "subscription",
    }, "neither open nor click: nobody is tracked"


def test_receipts_of_texts_reach_on_message_feedback(prod):
    logs = {readable(log["LogGroupName"]): name for name, log in prod.resources("AWS::Logs::LogGroup").items() if "LogGroupName" in log}  # fmt: skip
    filters = prod.resources("AWS::Logs::SubscriptionFilter").values()

    assert set(logs) == {
        "sns/${AWS::Region}/${AWS::AccountId}/DirectPublishToPhoneNumber",
        "sns/${AWS::Region}/${AWS::AccountId}/DirectPublishToPhoneNumber/Failure",
    }
    assert {readable(one["LogGroupName"]) for one in filters} == set(logs.values())
    assert {prod.function_of(one["DestinationArn"]) for one in filters} == {"on_message_feedback"}


def test_replies_to_texts_are_encrypted_and_reach_on_sms_reply(prod):
    replies = prod.resources("AWS::SNS::Topic")["TextsReplies"]
    subscription = _only(prod, "AWS::SNS::Subscription")

    assert readable(replies["KmsMasterKeyId"]).endswith("alias/aws/sns")
    assert subscription["Protocol"] == "sqs"
    queue = readable(subscription["Endpoint"]).removesuffix(".Arn")
    assert prod.queue_mappings[queue][0] == "on_sms_reply"
    assert "OnSmsReplyInboxDeadLettersQueue" in readable(subscription["RedrivePolicy"]["deadLetterTargetArn"])


@pytest.mark.parametrize("sender", ["", "Casa Nogal", "casa-nogal.example.com"])
def test_a_sender_without_an_address_is_refused_before_anything_is_deployed(sender):
    import aws_cdk as cdk

    from infra.constructs.mail import Mail

    with pytest.raises(ValueError, match="holds no address"):
        Mail(cdk.Stack(), "Mail", sender=sender, domain=None)


def test_the_state_machine_of_a_journey_stays_when_the_journey_goes(prod):
    resources = {plain(name): one for name, one in prod.template["Resources"].items()}
    journeys = [resources["JourneysThankYou"], resources["JourneysWinBack"]]
    for machine in journeys:
        assert machine["Type"] == "AWS::StepFunctions::StateMachine"
        assert (machine["DeletionPolicy"], machine["UpdateReplacePolicy"]) == (
            "RetainExceptOnCreate",
            "Retain",
        )
        assert "StateMachineName" not in machine["Properties"], (
            "a name of its own would be taken when it comes back"
        )
    assert "DeletionPolicy" not in resources["JourneysThankYouStarts"]


def test_that_a_run_of_a_journey_was_stopped_is_heard_whatever_release_began_it(prod):
    patterns = [one["EventPattern"] for one in prod.resources("AWS::Events::Rule").values()]
    [pattern] = [one for one in patterns if one.get("detail", {}).get("status") == ["ABORTED"]]
    machine = "arn:aws:states:eu-west-1:123456789012:stateMachine:JourneysRemoved1A2B-xyz"
    event = {
        "source": "aws.states",
        "detail-type": "Step Functions Execution Status Change",
        "detail": {"status": "ABORTED", "stateMachineArn": machine},
    }
    assert matches(pattern, event)
