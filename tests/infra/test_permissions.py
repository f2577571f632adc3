"""Least privilege, as a table: every action of every function with every resource, and not one more."""

import pytest

from escalera.adapters.dynamodb.ledger import sending_row
from tests.fakes.facts import a_message
from tests.support.template import readable

TABLE = "CustomersTable.Arn"
KEEP_CUSTOMERS = {
    ("dynamodb:GetItem", TABLE),
    ("dynamodb:BatchGetItem", TABLE),
    ("dynamodb:PutItem", TABLE),
    ("dynamodb:UpdateItem", TABLE),
    ("dynamodb:ConditionCheckItem", TABLE),
}
FOLLOW = {("CONDITIONAL dynamodb:BatchWriteItem", TABLE)}
QUERY_CUSTOMERS = {("dynamodb:Query", TABLE)}
SWEEP = KEEP_CUSTOMERS | {
    ("dynamodb:Query", f"{TABLE}/index/due"),
    ("sqs:SendMessage", "SchedulesMissedQueue.Arn"),
}
READ_STREAM = {
    ("dynamodb:DescribeStream", "CustomersTable.StreamArn"),
    ("dynamodb:GetRecords", "CustomersTable.StreamArn"),
    ("dynamodb:GetShardIterator", "CustomersTable.StreamArn"),
    ("dynamodb:ListStreams", "CustomersTable.StreamArn"),
    ("sqs:SendMessage", "CustomersChangesDeadLettersQueue.Arn"),
}
ARCHIVE = {
    *((action, resource) for action, resource in READ_STREAM if action.startswith("dynamodb:")),
    ("sqs:SendMessage", "ArchiveMissedQueue.Arn"),
    ("s3:PutObject", "ArchiveFiles.Arn/records/*"),
    ("s3:PutObject", "ArchiveFiles.Arn/removals/*"),
}
SES = "arn:AWS::Partition:ses:AWS::Region:AWS::AccountId:"
NAMED_IN_MOVES = ("pk", "sk", "status", "decided_at", "provider_id", "run")
SEND = {("states:StartSyncExecution", "DispatchMachine")}
DISPATCH = {
    ("CONDITIONAL dynamodb:UpdateItem", TABLE),
    ("ses:SendEmail", f"{SES}identity/casa-nogal.example.com"),
    ("ses:SendEmail", f"{SES}identity/hola@casa-nogal.example.com"),
    ("ses:SendEmail", f"{SES}configuration-set/MailConfigurationSet"),
    ("sns:Publish", "*"),
    ("DENIED sns:Publish", "arn:AWS::Partition:sns:*:*:*"),
}
STATES = "arn:AWS::Partition:states:AWS::Region:AWS::AccountId:"
# Those of this release by their names' beginning, and with them those of journeys that are removed.
MACHINES = (f"{STATES}stateMachine:Journeys*", f"{STATES}stateMachine:escalera-prod-Journeys*")
EXECUTIONS = f"{STATES}execution:"
OF_JOURNEYS = (f"{EXECUTIONS}Journeys*:*", f"{EXECUTIONS}escalera-prod-Journeys*:*")
WAKE = {("states:SendTaskSuccess", machine) for machine in MACHINES}
READ_LINK_KEYS = {("secretsmanager:GetSecretValue", "LinkKeysSecret")}
READ_ORIGIN_KEYS = {("secretsmanager:GetSecretValue", "OriginKeysSecret")}
LOOK_AND_STOP = {
    (f"states:{action}", one) for action in ("DescribeExecution", "StopExecution") for one in OF_JOURNEYS
}
FILES = "NightFiles.Arn"
READ_WORK = {("dynamodb:Query", f"{TABLE}/index/work")}
LET_IN = {
    ("cognito-idp:AdminGetUser", "StaffPool.Arn"),
    ("cognito-idp:AdminListGroupsForUser", "StaffPool.Arn"),
    ("secretsmanager:GetSecretValue", "SessionKeysSecret"),
}


def _read(*folders):
    """Any night's files of these folders, and their names."""
    return {("s3:GetObject", f"{FILES}/nights/*/{folder}/*") for folder in folders} | {
        ("s3:ListBucket", FILES)
    }


def _write(folder):
    return {("s3:PutObject", f"{FILES}/nights/*/{folder}/*")}


def _inbox(construct, dead_letters=None):
    queue = f"{construct}InboxQueue.Arn"
    return {
        ("sqs:ReceiveMessage", queue),
        ("sqs:DeleteMessage", queue),
        ("sqs:GetQueueAttributes", queue),
        ("sqs:ChangeMessageVisibility", queue),
        ("sqs:SendMessage", dead_letters or f"{construct}InboxDeadLettersQueue.Arn"),
    }


HEARING = (
    "OnCustomerRegistered",
    "OnConsentChanged",
    "OnPurchaseCompleted",
    "OnPurchaseRefunded",
    "OnDeliveryCompleted",
    "OnComplaintChanged",
    "LeaveJourneys",
    "OnMessageFeedback",
    "OnSmsReply",
)
DEAD = (
    {f"{name}InboxDeadLettersQueue.Arn" for name in HEARING} - {"OnMessageFeedbackInboxDeadLettersQueue.Arn"}
) | {"FeedbackDeadLettersQueue.Arn", "JourneysNotStartedQueue.Arn"}
REDRIVE = (
    {
        (f"sqs:{action}", queue)
        for action in ("ReceiveMessage", "DeleteMessage", "ChangeMessageVisibility")
        for queue in DEAD
    }
    | {("lambda:InvokeFunction", f"{name}Function.Arn") for name in HEARING}
    | {("states:StartExecution", name) for name in ("JourneysThankYou", "JourneysWinBack")}
    | {("sqs:SendMessage", "SchedulesMissedQueue.Arn")}
)

MAY = {
    "on_customer_registered": _inbox("OnCustomerRegistered") | KEEP_CUSTOMERS,
    "on_consent_changed": _inbox("OnConsentChanged") | KEEP_CUSTOMERS,
    "on_purchase_completed": _inbox("OnPurchaseCompleted") | KEEP_CUSTOMERS,
    "on_purchase_refunded": _inbox("OnPurchaseRefunded") | KEEP_CUSTOMERS,
    "on_delivery_completed": _inbox("OnDeliveryCompleted") | KEEP_CUSTOMERS,
    "on_complaint_changed": _inbox("OnComplaintChanged") | KEEP_CUSTOMERS,
    "publish_changes": READ_STREAM | KEEP_CUSTOMERS | FOLLOW | {("events:PutEvents", "BusOwn.Arn")},
    "archive_records": ARCHIVE,
    "perform_step": KEEP_CUSTOMERS | QUERY_CUSTOMERS | SEND | WAKE | READ_LINK_KEYS,
    "leave_journeys": _inbox("LeaveJourneys") | KEEP_CUSTOMERS | QUERY_CUSTOMERS | LOOK_AND_STOP | WAKE,
    "on_message_feedback": (
        _inbox("OnMessageFeedback", "FeedbackDeadLettersQueue.Arn") | KEEP_CUSTOMERS | QUERY_CUSTOMERS
    ),
    "on_sms_reply": _inbox("OnSmsReply") | KEEP_CUSTOMERS | QUERY_CUSTOMERS,
    "find_quiet_customers": SWEEP,
    "find_broken_promises": SWEEP,
    "redrive_dead_letters": REDRIVE,
    "close_stranded_entries": (
        KEEP_CUSTOMERS | READ_WORK | LOOK_AND_STOP | {("sqs:SendMessage", "SchedulesMissedQueue.Arn")}
    ),
    "plan_night": set(),
    "gather_histories": _read("AWSDynamoDB") | _write("histories"),
    "summarise_base": _read("histories") | _write("summaries"),
    "settle_score": _read("summaries") | _write("score") | KEEP_CUSTOMERS,
    "score_customers": _read("histories", "score") | _write("results") | KEEP_CUSTOMERS | QUERY_CUSTOMERS,
    "record_measures": _read("score", "results") | KEEP_CUSTOMERS,
    "portal": KEEP_CUSTOMERS | QUERY_CUSTOMERS | READ_LINK_KEYS | READ_ORIGIN_KEYS,
    "console": KEEP_CUSTOMERS | QUERY_CUSTOMERS | READ_WORK | LET_IN | SEND | READ_ORIGIN_KEYS,
}


@pytest.mark.parametrize("name", MAY)
def test_function_may_do_what_it_needs_and_nothing_else(prod, name):
    function = prod.functions[name]
    logs = f"{readable(function['LoggingConfig']['LogGroup'])}.Arn"
    everybody = {
        ("logs:CreateLogStream", logs),
        ("logs:PutLogEvents", logs),
        ("xray:PutTraceSegments", "*"),
        ("xray:PutTelemetryRecords", "*"),
    }

    assert prod.grants(function["Role"]) == MAY[name] | everybody


def test_there_is_no_function_that_the_table_forgets(prod):
    assert set(prod.functions) == set(MAY)


def test_no_role_stands_on_a_policy_somebody_else_writes(prod):
    for name, role in prod.resources("AWS::IAM::Role").items():
        assert "ManagedPolicyArns" not in role, name
        assert "Policies" not in role, name


def _role_of(stack, service):
    """The roles that a service assumes."""
    return [
        name
        for name, role in stack.resources("AWS::IAM::Role").items()
        if role["AssumeRolePolicyDocument"]["Statement"][0]["Principal"]["Service"] == service
    ]


def test_a_journey_may_call_perform_step_and_no_other_function(prod):
    (role,) = [one for one in _role_of(prod, "states.amazonaws.com") if one.startswith("Journeys")]

    calls = {grant for grant in prod.grants({"Ref": role}) if not grant[0].startswith(("logs:", "xray:"))}

    assert calls == {("lambda:InvokeFunction", "PerformStepFunction.Arn")}


def test_a_night_may_call_its_functions_export_the_table_and_start_its_own_parts(prod):
    (role,) = [one for one in _role_of(prod, "states.amazonaws.com") if one.startswith("Night")]
    files = f"{FILES}/nights/*/AWSDynamoDB/*"

    found = {grant for grant in prod.grants({"Ref": role}) if not grant[0].startswith(("logs:", "xray:"))}

    assert found == {
        *(
            ("lambda:InvokeFunction", f"{name}Function.Arn")
            for name in (
                "PlanNight",
                "GatherHistories",
                "SummariseBase",
                "SettleScore",
                "ScoreCustomers",
                "RecordMeasures",
            )
        ),
        ("CONDITIONAL dynamodb:GetItem", TABLE),
        ("CONDITIONAL dynamodb:PutItem", TABLE),
        ("dynamodb:ExportTableToPointInTime", TABLE),
        ("dynamodb:DescribeExport", f"{TABLE}/export/*"),
        ("s3:PutObject", files),
        ("s3:PutObjectAcl", files),
        ("s3:AbortMultipartUpload", files),
        ("s3:GetObject", files),
        ("states:StartExecution", "NightMachine"),
        ("states:DescribeExecution", f"{EXECUTIONS}NightMachine.Name:*"),
        ("states:DescribeExecution", f"{EXECUTIONS}NightMachine.Name/Gather:*"),
        ("states:StopExecution", f"{EXECUTIONS}NightMachine.Name:*"),
        ("states:StopExecution", f"{EXECUTIONS}NightMachine.Name/Gather:*"),
    }


def test_only_the_dispatch_may_send_and_of_a_row_it_changes_how_far_it_came_alone(prod):
    (role,) = [one for one in _role_of(prod, "states.amazonaws.com") if one.startswith("Dispatch")]
    found = {grant for grant in prod.grants({"Ref": role}) if not grant[0].startswith(("logs:", "xray:"))}
    assert found == DISPATCH

    statements = [
        statement
        for policy in prod.resources("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
    ]
    (moves,) = [one["Condition"] for one in statements if "dynamodb:Attributes" in str(one.get("Condition"))]
    assert moves["ForAllValues:StringEquals"] == {"dynamodb:Attributes": [*NAMED_IN_MOVES]}
    assert sum("ses:SendEmail" in one["Action"] for one in statements) == 1


def test_what_the_moves_of_a_row_name_is_what_the_dispatch_may_touch():
    row = sending_row("customers", a_message())
    named = {
        name
        for move in (row.begin, row.sent, row.released)
        for name in move["ExpressionAttributeNames"].values()
    }
    assert named | row.begin["Key"].keys() == {*NAMED_IN_MOVES}


def _conditions_of(stack, action):
    """The conditions of every statement that grants the action, by whose role it is; None where there is none."""
    return [
        (readable(policy["Roles"][0]), statement.get("Condition"))
        for policy in stack.resources("AWS::IAM::Policy").values()
        for statement in policy["PolicyDocument"]["Statement"]
        if action in statement["Action"]
    ]


def test_a_night_itself_reaches_no_customer_in_the_table(prod):
    found = [condition for role, condition in _conditions_of(prod, "dynamodb:PutItem") if "Night" in role]

    assert found[0] == {"ForAllValues:StringEquals": {"dynamodb:LeadingKeys": ["NIGHT"]}}


def test_nothing_but_what_customers_are_found_by_can_be_deleted(prod):
    assert _conditions_of(prod, "dynamodb:DeleteItem") == []
    assert _conditions_of(prod, "dynamodb:BatchWriteItem") == [
        (
            "PublishChangesRole",
            {"ForAllValues:StringLike": {"dynamodb:LeadingKeys": ["IDENTITY#*", "NAME#*"]}},
        )
    ]


def test_rules_may_start_journeys_and_nothing_else(prod):
    (role,) = _role_of(prod, "events.amazonaws.com")

    assert prod.grants({"Ref": role}) == {
        ("states:StartExecution", "JourneysThankYou"),
        ("states:StartExecution", "JourneysWinBack"),
    }


def test_the_clock_may_call_its_functions_start_the_night_and_keep_what_failed(prod):
    (role,) = _role_of(prod, "scheduler.amazonaws.com")

    assert prod.grants({"Ref": role}) == {
        ("lambda:InvokeFunction", "FindQuietCustomersFunction.Arn"),
        ("lambda:InvokeFunction", "FindBrokenPromisesFunction.Arn"),
        ("lambda:InvokeFunction", "RedriveDeadLettersFunction.Arn"),
        ("lambda:InvokeFunction", "CloseStrandedEntriesFunction.Arn"),
        ("states:StartExecution", "NightMachine"),
        ("sqs:SendMessage", "SchedulesMissedQueue.Arn"),
    }


def test_a_two_way_number_may_hand_over_replies_and_nothing_else(prod):
    (role,) = _role_of(prod, "sms-voice.amazonaws.com")

    assert prod.grants({"Ref": role}) == {("sns:Publish", "TextsReplies")}


def _allowed_services(policy):
    """Each statement of a resource's or a role's policy that lets a service in: the service, and the condition's keys."""
    for statement in policy["Statement"]:
        principal = statement["Principal"]
        if statement["Effect"] == "Allow" and isinstance(principal, dict) and "Service" in principal:
            yield (
                principal["Service"],
                {key for test in statement.get("Condition", {}).values() for key in test},
            )


def test_services_assume_roles_for_this_account_alone(prod):
    found = {
        (service, *keys)
        for role in prod.resources("AWS::IAM::Role").values()
        for service, keys in _allowed_services(role["AssumeRolePolicyDocument"])
    }

    assert found == {
        ("events.amazonaws.com", "aws:SourceAccount"),
        ("scheduler.amazonaws.com", "aws:SourceAccount"),
        ("sms-voice.amazonaws.com", "aws:SourceAccount"),
        ("states.amazonaws.com", "aws:SourceAccount"),
        # Not documented for execution roles, which cannot be passed to another account's function (infra/trust.py).
        ("lambda.amazonaws.com",),
    }


def test_no_role_trusts_anybody_but_services(prod):
    for name, role in prod.resources("AWS::IAM::Role").items():
        for statement in role["AssumeRolePolicyDocument"]["Statement"]:
            assert set(statement["Principal"]) == {"Service"}, name


def test_services_reach_queues_and_topics_for_this_account_or_from_one_resource_alone(prod):
    policies = {
        name: policy["PolicyDocument"]
        for kind in ("AWS::SQS::QueuePolicy", "AWS::SNS::TopicPolicy", "AWS::S3::BucketPolicy")
        for name, policy in prod.resources(kind).items()
    }
    found = [
        (name, service, keys)
        for name, policy in policies.items()
        for service, keys in _allowed_services(policy)
    ]

    assert {service for _, service, _ in found} >= {"events.amazonaws.com", "cloudwatch.amazonaws.com"}
    assert [one for one in found if not one[2] & {"aws:SourceAccount", "aws:SourceArn"}] == []


def test_services_call_functions_from_one_resource_alone(prod):
    permissions = prod.resources("AWS::Lambda::Permission")

    assert permissions
    assert [name for name, one in permissions.items() if "SourceArn" not in one] == []


def test_nothing_is_granted_by_what_it_is_not(prod):
    for name, policy in prod.resources("AWS::IAM::Policy").items():
        for statement in policy["PolicyDocument"]["Statement"]:
            assert not {"NotResource", "NotAction", "NotPrincipal"} & statement.keys(), name
