"""Whether an AWS account is ready, judged on accounts in every state."""

import json
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError, NoCredentialsError

from escalera_cli.readiness import account, email, journeys, texts
from escalera_cli.readiness.findings import Standing, looked

OK, WARN, MISSING = Standing.OK, Standing.WARN, Standing.MISSING


def answering(answer):
    """A maker of clients each call of which answers this (or raises it)."""

    class Client:
        meta = type("Meta", (), {"region_name": "eu-west-1"})

        def __getattr__(self, name):
            def call(**_):
                found = answer[name] if name in answer else answer["*"]
                if isinstance(found, Exception):
                    raise found
                return found

            return call

    return lambda _service: Client()


def refused(code):
    return ClientError({"Error": {"Code": code, "Message": "no"}}, "Call")


def standings(findings):
    return {finding.subject: finding.standing for finding in findings}


@pytest.mark.parametrize(
    ("answer", "standing"),
    [
        ({"Stacks": [{"StackStatus": "UPDATE_COMPLETE"}]}, OK),
        ({"Stacks": [{"StackStatus": "ROLLBACK_COMPLETE"}]}, MISSING),
        (refused("ValidationError"), MISSING),
    ],
)
def test_bootstrap(answer, standing):
    assert standings(account.bootstrap(answering({"*": answer}))) == {"CDK bootstrap": standing}


@pytest.mark.parametrize(
    ("whole", "reserved", "standing"), [(1000, 162, OK), (10, 0, WARN), (200, 162, MISSING), (262, 162, OK)]
)
def test_concurrency_must_cover_what_the_stage_reserves(whole, reserved, standing):
    limit = {"AccountLimit": {"ConcurrentExecutions": whole, "UnreservedConcurrentExecutions": whole}}
    found = account.concurrency(answering({"*": limit}), reserved=reserved)
    assert standings(found) == {"Lambda concurrency": standing}


def test_sandbox_of_ses_is_missing_production_access():
    [finding] = email.sending(answering({"*": {"SendingEnabled": True, "ProductionAccessEnabled": False}}))
    assert finding.standing is MISSING
    assert "Request production access" in finding.todo


def identity(answer, records):
    return list(
        email.identity(
            answering({"*": answer}), "shop.example", lambda name, kind: records.get((name, kind), [])
        )
    )


def test_unknown_identity_is_missing():
    assert standings(identity(refused("NotFoundException"), {})) == {"SES identity": MISSING}


def test_unsigned_domain_is_told_its_records():
    answer = {"VerifiedForSendingStatus": False, "DkimAttributes": {"Status": "PENDING", "Tokens": ["abc"]}}
    found = identity(answer, {})
    assert standings(found) == {"SES identity": MISSING, "DKIM": MISSING, "SPF": WARN, "DMARC": MISSING}
    todo = next(finding.todo for finding in found if finding.subject == "DKIM")
    assert "abc._domainkey.shop.example CNAME abc.dkim.amazonses.com" in todo


def test_domain_in_order_is_ok():
    answer = {
        "VerifiedForSendingStatus": True,
        "DkimAttributes": {"Status": "SUCCESS"},
        "MailFromAttributes": {"MailFromDomain": "bounce.shop.example"},
    }
    records = {
        ("bounce.shop.example", "TXT"): ["v=spf1 include:amazonses.com ~all"],
        ("_dmarc.shop.example", "TXT"): ["v=DMARC1; p=quarantine"],
    }
    assert set(standings(identity(answer, records)).values()) == {OK}
    records["_dmarc.shop.example", "TXT"] = ["v=DMARC1; p=none"]
    assert standings(identity(answer, records))["DMARC"] is WARN
    records["bounce.shop.example", "TXT"] = ["v=spf1 -all"]
    assert standings(identity(answer, records))["SPF"] is MISSING


@pytest.mark.parametrize(
    ("sandbox", "attributes", "expected"),
    [
        (True, {}, (MISSING, WARN, WARN)),
        (False, {"MonthlySpendLimit": "50"}, (OK, OK, WARN)),
        (
            False,
            {
                "MonthlySpendLimit": "50",
                "DeliveryStatusIAMRole": "arn",
                "DeliveryStatusSuccessSamplingRate": "100",
            },
            (OK, OK, OK),
        ),
    ],
)
def test_texts(sandbox, attributes, expected):
    answer = {
        "get_sms_sandbox_account_status": {"IsInSandbox": sandbox},
        "get_sms_attributes": {"attributes": attributes},
        "describe_log_groups": {"logGroups": []},
    }
    assert tuple(finding.standing for finding in texts.texts(answering(answer))) == expected


@pytest.mark.parametrize(("days", "says"), [(90, "for 90 days"), (None, "for ever")])
def test_receipts_that_are_kept_for_longer_than_the_stack_would_are_named_with_the_command(days, says):
    group = {"logGroupName": "sns/eu-west-1/1/DirectPublishToPhoneNumber"}
    fine = {"logGroupName": "sns/eu-west-1/1/DirectPublishToPhoneNumber/Failure", "retentionInDays": 3}
    other = {"logGroupName": "sns/eu-west-1/1/some-topic"}
    answer = {
        "get_sms_sandbox_account_status": {"IsInSandbox": False},
        "get_sms_attributes": {"attributes": {"MonthlySpendLimit": "50"}},
        "describe_log_groups": {
            "logGroups": [group | ({"retentionInDays": days} if days else {}), fine, other]
        },
    }
    [finding] = [one for one in texts.texts(answering(answer)) if one.subject == "SMS receipts kept"]
    assert finding.standing is WARN
    assert says in finding.found
    assert "put-retention-policy --log-group-name sns/eu-west-1/1/DirectPublishToPhoneNumber " in finding.todo


def test_what_may_not_be_looked_at_is_a_warning_and_stops_nothing():
    [finding] = looked("SMS", lambda: texts.texts(answering({"*": refused("AccessDenied")})))
    assert finding.standing is WARN


def test_missing_things_end_in_one_and_json_holds_them(escalera, monkeypatch):
    answer = {
        "*": refused("ValidationError"),
        "get_caller_identity": {"Account": "123456789012", "Arn": "arn:aws:iam::123456789012:user/ana"},
    }
    monkeypatch.setattr(boto3, "client", answering(answer))
    result = escalera("doctor", "--json", "--domain", "shop.example")
    assert result.exit_code == 1
    found = {one["subject"]: one["standing"] for one in json.loads(result.output)}
    assert found["AWS account"] == "ok"
    assert found["CDK bootstrap"] == "missing"


def test_without_credentials_it_ends_in_three(escalera, monkeypatch):
    monkeypatch.setattr(boto3, "client", answering({"*": NoCredentialsError()}))
    result = escalera("doctor", "--domain", "shop.example")
    assert result.exit_code == 3
    assert "credentials" in result.output


class Account:
    """An account with the state machines of a stack, and others beside it."""

    def __init__(
        self, in_stack: list[str], machines: dict[str, dict[str, str]], people: dict[str, int]
    ) -> None:
        self._in_stack, self._machines, self._people = in_stack, machines, people

    def __call__(self, _service: str) -> "Account":
        return self

    def list_stack_resources(self, StackName: str) -> Any:  # noqa: N803 - as boto3 calls it
        if not self._in_stack:
            raise refused("ValidationError")
        found = [{"ResourceType": journeys.MACHINE, "PhysicalResourceId": one} for one in self._in_stack]
        return {"StackResourceSummaries": found}

    def list_state_machines(self, nextToken: str = "") -> Any:  # noqa: N803
        names = sorted(self._machines)
        half = names[1:] if nextToken else names[:1]
        token = {} if nextToken or len(names) < 2 else {"nextToken": "more"}
        return {"stateMachines": [{"stateMachineArn": one} for one in half], **token}

    def list_tags_for_resource(self, resourceArn: str) -> Any:  # noqa: N803
        return {"tags": [{"key": key, "value": value} for key, value in self._machines[resourceArn].items()]}

    def list_executions(self, stateMachineArn: str, **_: Any) -> Any:  # noqa: N803
        return {"executions": [{}] * self._people.get(stateMachineArn, 0)}


def machine(journey: str, stage: str = "prod") -> dict[str, str]:
    return {"project": "escalera", "stage": stage, "escalera:journey": journey}


MACHINES = {"arn:new": machine("win-back"), "arn:old": machine("spring"), "arn:dev": machine("spring", "dev")}


def test_the_state_machine_of_a_removed_journey_stays_while_people_are_in_it():
    account = Account(["arn:new"], {**MACHINES, "arn:other": {}}, {"arn:old": 3})
    [finding] = journeys.removed_journeys(account, stage="prod")
    assert (finding.standing, finding.found) == (
        OK,
        "spring: 3 people are still in it, and go on as they began",
    )


def test_the_state_machine_of_a_removed_journey_that_is_empty_can_be_deleted():
    [finding] = journeys.removed_journeys(Account(["arn:new"], MACHINES, {}), stage="prod")
    assert finding.standing is WARN
    assert finding.todo.endswith("delete-state-machine --state-machine-arn arn:old")


@pytest.mark.parametrize("in_stack", [[], ["arn:new", "arn:old"]])
def test_where_no_journey_was_removed_or_nothing_is_deployed_nothing_is_left_over(in_stack):
    assert standings(journeys.removed_journeys(Account(in_stack, MACHINES, {}), stage="prod")) == {
        "Removed journeys": OK
    }
