"""State machines of journeys that a release removed or renamed: they stay until nobody is in them."""

from collections.abc import Iterator
from typing import Any

from botocore.exceptions import ClientError

from escalera_cli.readiness.findings import Client, Finding, ok, warn

MACHINE = "AWS::StepFunctions::StateMachine"
COUNTED = 1000
SUBJECT = "Removed journeys"


def removed_journeys(client: Client, *, stage: str) -> Iterator[Finding]:
    """Those of this stage that no release names any more, with how many people are in them, and what to do."""
    in_use = _in_use(client("cloudformation"), f"escalera-{stage}")
    states = client("stepfunctions")
    removed = [
        (journey, machine["stateMachineArn"])
        for machine in _pages(states.list_state_machines, "stateMachines")
        if in_use and machine["stateMachineArn"] not in in_use
        if (journey := _journey_of(states, machine["stateMachineArn"], stage))
    ]
    if not removed:
        yield ok(SUBJECT, "no state machine is left over from an earlier release")
    for journey, arn in sorted(removed):
        answer = states.list_executions(stateMachineArn=arn, statusFilter="RUNNING", maxResults=COUNTED)
        people = len(answer["executions"])
        if people:
            more = "at least " if answer.get("nextToken") else ""
            yield ok(SUBJECT, f"{journey}: {more}{people} people are still in it, and go on as they began")
        else:
            todo = f"Delete it: aws stepfunctions delete-state-machine --state-machine-arn {arn}"
            yield warn(SUBJECT, f"{journey}: nobody is in it any more", todo)


def _in_use(cloudformation: Any, stack: str) -> frozenset[str]:
    """The state machines of the stack; none where it is not deployed."""
    try:
        found = list(_pages(cloudformation.list_stack_resources, "StackResourceSummaries", StackName=stack))
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        return frozenset()
    return frozenset(one["PhysicalResourceId"] for one in found if one["ResourceType"] == MACHINE)


def _journey_of(states: Any, arn: str, stage: str) -> str:
    """The journey that this stage made the state machine for; empty where it is somebody else's."""
    tags = {tag["key"]: tag["value"] for tag in states.list_tags_for_resource(resourceArn=arn)["tags"]}
    ours = tags.get("project") == "escalera" and tags.get("stage") == stage
    return tags.get("escalera:journey", "") if ours else ""


def _pages(ask: Any, part: str, **asked: str) -> Iterator[Any]:
    """Every page of an answer; Step Functions and CloudFormation spell their tokens differently."""
    answer = ask(**asked)
    while True:
        yield from answer[part]
        token = next((name for name in ("nextToken", "NextToken") if answer.get(name)), None)
        if token is None:
            return
        answer = ask(**asked, **{token: answer[token]})
