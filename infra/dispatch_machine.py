r"""The state machine that sends one message, in Amazon States Language.

    Begin -> Send -> Note it -> sent
      \        \-> Give it back -> turned away
       \-> taken: somebody else sends it

It takes the row before it sends, calls the provider once, and notes the answer. What it is told, and what it answers,
is the contract in `escalera.contracts.dispatch`; the requests come ready to be passed on.
"""

from typing import Any

from escalera.contracts.dispatch import PROVIDER_ID, End, Kind

Json = dict[str, Any]

LONGEST_SECONDS = 15
"""So long the whole may take: less than its caller waits for it."""
_UPDATE = "arn:aws:states:::dynamodb:updateItem"
_SENDS = {
    Kind.EMAIL: ("Send the e-mail", "arn:aws:states:::aws-sdk:sesv2:sendEmail"),
    Kind.TEXT: ("Send the text", "arn:aws:states:::aws-sdk:sns:publish"),
}
# Noting may be tried again: it changes nothing the second time. Beginning and sending may not.
_NOTE_AGAIN = [
    {
        "ErrorEquals": ["DynamoDB.ConditionalCheckFailedException"],
        "MaxAttempts": 0,
    },
    {
        "ErrorEquals": ["States.ALL"],
        "IntervalSeconds": 1,
        "BackoffRate": 2,
        "MaxAttempts": 2,
        "JitterStrategy": "FULL",
    },
]


def dispatch_definition() -> Json:
    """The definition; it names no resource, for all that it calls is in its orders."""
    return {
        "Comment": "Sends one message, once",
        "TimeoutSeconds": LONGEST_SECONDS,
        "StartAt": "Is there a row",
        "States": {
            "Is there a row": _choice(
                {"Variable": "$.begin", "IsPresent": True, "Next": "Begin"}, "By which way"
            ),
            "Begin": {
                "Type": "Task",
                "Resource": _UPDATE,
                "InputPath": "$.begin",
                "ResultPath": None,
                "Catch": [_to("Taken", "DynamoDB.ConditionalCheckFailedException")],
                "Next": "By which way",
            },
            "Taken": {"Type": "Pass", "Parameters": {"end": End.TAKEN}, "End": True},
            "By which way": _choice(
                {
                    "Variable": f"$.{Kind.EMAIL}",
                    "IsPresent": True,
                    "Next": _SENDS[Kind.EMAIL][0],
                },
                _SENDS[Kind.TEXT][0],
            ),
            **{name: _send(kind, resource) for kind, (name, resource) in _SENDS.items()},
            **_note(),
            **_give_back(),
        },
    }


def _send(kind: Kind, resource: str) -> Json:
    return {
        "Type": "Task",
        "Resource": resource,
        "InputPath": f"$.{kind}",
        "ResultSelector": {PROVIDER_ID: {"S.$": "$.MessageId"}},
        "ResultPath": "$.took",
        "Catch": [_to("Was it turned away", "States.ALL", keep="$.refusal")],
        "Next": "Is it to be noted",
    }


def _note() -> Json:
    told = ("TableName", "Key", "UpdateExpression", "ConditionExpression", "ExpressionAttributeNames")
    values = "States.JsonMerge($.sent.ExpressionAttributeValues, $.took, false)"
    return {
        "Is it to be noted": _choice({"Variable": "$.sent", "IsPresent": True, "Next": "Note it"}, "Sent"),
        "Note it": {
            "Type": "Task",
            "Resource": _UPDATE,
            "Parameters": {
                **{f"{name}.$": f"$.sent.{name}" for name in told},
                "ExpressionAttributeValues.$": values,
            },
            "ResultPath": None,
            "Retry": _NOTE_AGAIN,
            # The provider's own feedback was quicker, or will say it.
            "Catch": [_to("Sent", "States.ALL")],
            "Next": "Sent",
        },
        "Sent": {
            "Type": "Pass",
            "Parameters": {"end": End.SENT, "provider_id.$": f"$.took['{PROVIDER_ID}'].S"},
            "End": True,
        },
    }


def _give_back() -> Json:
    """A provider that answers with a 4xx turned the message away; of anything else, nobody knows."""
    return {
        "Was it turned away": _choice(
            {
                "Variable": "$.refusal.Cause",
                "StringMatches": "*Status Code: 4*",
                "Next": "Is it to be given back",
            },
            "Unclear",
        ),
        "Unclear": {"Type": "Fail", "ErrorPath": "$.refusal.Error", "CausePath": "$.refusal.Cause"},
        "Is it to be given back": _choice(
            {"Variable": "$.released", "IsPresent": True, "Next": "Give it back"}, "Turned away"
        ),
        "Give it back": {
            "Type": "Task",
            "Resource": _UPDATE,
            "InputPath": "$.released",
            "ResultPath": None,
            "Retry": _NOTE_AGAIN,
            "Catch": [_to("Turned away", "States.ALL")],
            "Next": "Turned away",
        },
        "Turned away": {
            "Type": "Pass",
            "Parameters": {
                "end": End.TURNED_AWAY,
                "error.$": "$.refusal.Error",
                "cause.$": "$.refusal.Cause",
            },
            "End": True,
        },
    }


def _choice(rule: Json, otherwise: str) -> Json:
    return {"Type": "Choice", "Choices": [rule], "Default": otherwise}


def _to(then: str, error: str, *, keep: str | None = None) -> Json:
    return {"ErrorEquals": [error], "ResultPath": keep, "Next": then}
