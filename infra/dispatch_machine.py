r"""The state machine that sends one message, in Amazon States Language.

    Begin -> Send -> Note it -> sent
      \        \-> Give it back -> turned away
       \-> taken: somebody else sends it

It takes the row before it sends, calls the provider once, and notes the answer. What it is told, and what it answers,
is the contract in `escalera.contracts.dispatch`; the requests come ready to be passed on.
"""

from typing import Any, NamedTuple

from escalera.contracts.dispatch import PROVIDER_ID, RUN, End, Kind

Json = dict[str, Any]

LONGEST_SECONDS = 15
"""So long the whole may take: less than its caller waits for it."""
_UPDATE = "arn:aws:states:::dynamodb:updateItem"
_UPDATES = ("TableName", "Key", "UpdateExpression", "ConditionExpression", "ExpressionAttributeNames")
_STANDS_OTHERWISE = "DynamoDB.ConditionalCheckFailedException"


class _Way(NamedTuple):
    """How one kind is sent: the state, what it calls, and what of the order it passes on."""

    state: str
    resource: str
    parameters: tuple[str, ...]


_WAYS = {
    Kind.EMAIL: _Way(
        "Send the e-mail",
        "arn:aws:states:::aws-sdk:sesv2:sendEmail",
        ("FromEmailAddress", "Destination", "ConfigurationSetName", "EmailTags", "Content"),
    ),
    Kind.TEXT: _Way(
        "Send the text",
        "arn:aws:states:::aws-sdk:sns:publish",
        ("PhoneNumber", "Message", "MessageAttributes"),
    ),
}


def dispatch_definition() -> Json:
    """The definition; it names no resource, for all that it calls is in its orders."""
    return {
        "Comment": "Sends one message, once",
        "TimeoutSeconds": LONGEST_SECONDS,
        "StartAt": "Is there a row",
        "States": {
            "Is there a row": _choice(_present("$.begin", "Which run this is"), "By which way"),
            **_begin(),
            "By which way": _choice(
                _present(f"$.{Kind.EMAIL}", _WAYS[Kind.EMAIL].state), _WAYS[Kind.TEXT].state
            ),
            **{way.state: _send(kind, way) for kind, way in _WAYS.items()},
            **_note(),
            **_give_back(),
            "Unclear": {
                "Type": "Fail",
                "Error": "Unclear",
                "Cause": "Nobody knows whether the provider has the message.",
            },
        },
    }


def _begin() -> Json:
    """Take the row; where that breaks nothing has left, whether it was taken or not."""
    return {
        "Which run this is": {
            "Type": "Pass",
            "Parameters": {RUN: {"S.$": "$$.Execution.Id"}},
            "ResultPath": "$.run",
            "Next": "Begin",
        },
        "Begin": {
            **_update("begin", "$.run"),
            "Catch": [_to("Taken", _STANDS_OTHERWISE), _to("Not begun", "States.ALL", keep="$.refusal")],
            "Next": "By which way",
        },
        "Taken": _end(End.TAKEN),
        "Not begun": _end(End.NOT_BEGUN, error="$.refusal.Error"),
    }


def _send(kind: Kind, way: _Way) -> Json:
    return {
        "Type": "Task",
        "Resource": way.resource,
        "Parameters": {f"{name}.$": f"$.{kind}.{name}" for name in way.parameters},
        "ResultSelector": {PROVIDER_ID: {"S.$": "$.MessageId"}},
        "ResultPath": "$.took",
        "Catch": [_to("Was it turned away", "States.ALL", keep="$.refusal")],
        "Next": "Is it to be noted",
    }


def _note() -> Json:
    return {
        "Is it to be noted": _choice(_present("$.sent", "Note it"), "Sent"),
        "Note it": {
            **_update("sent", "$.took"),
            # The provider's own feedback was quicker.
            "Catch": [_to("Sent", _STANDS_OTHERWISE), _to("Unclear", "States.ALL")],
            "Next": "Sent",
        },
        "Sent": _end(End.SENT, provider_id=f"$.took['{PROVIDER_ID}'].S"),
    }


def _give_back() -> Json:
    """A provider that answers its first request with a 4xx turned the message away; of anything else, nobody knows."""
    return {
        "Was it turned away": _choice(
            {
                "And": [
                    _matches("*Status Code: 4*"),
                    {"Or": [{"Not": _matches("*SDK Attempt Count:*")}, _matches("*SDK Attempt Count: 1)*")]},
                ],
                "Next": "Is it to be given back",
            },
            "Unclear",
        ),
        "Is it to be given back": _choice(_present("$.released", "Give it back"), "Turned away"),
        "Give it back": {
            **_update("released"),
            "Catch": [_to("Unclear", "States.ALL")],
            "Next": "Turned away",
        },
        "Turned away": _end(End.TURNED_AWAY, error="$.refusal.Error"),
    }


def _update(order: str, added: str | None = None) -> Json:
    """Move the row. Tried again it changes nothing the second time, so it may be."""
    values = f"$.{order}.ExpressionAttributeValues"
    return {
        "Type": "Task",
        "Resource": _UPDATE,
        "Parameters": {
            **{f"{name}.$": f"$.{order}.{name}" for name in _UPDATES},
            "ExpressionAttributeValues.$": f"States.JsonMerge({values}, {added}, false)" if added else values,
        },
        "ResultPath": None,
        "Retry": [
            {"ErrorEquals": [_STANDS_OTHERWISE], "MaxAttempts": 0},
            {
                "ErrorEquals": ["States.ALL"],
                "IntervalSeconds": 1,
                "BackoffRate": 2,
                "MaxAttempts": 3,
                "JitterStrategy": "FULL",
            },
        ],
    }


def _end(end: End, **told: str) -> Json:
    parameters = {"end": end, **{f"{name}.$": path for name, path in told.items()}}
    return {"Type": "Pass", "Parameters": parameters, "End": True}


def _present(variable: str, then: str) -> Json:
    return {"Variable": variable, "IsPresent": True, "Next": then}


def _matches(pattern: str) -> Json:
    return {"Variable": "$.refusal.Cause", "StringMatches": pattern}


def _choice(rule: Json, otherwise: str) -> Json:
    return {"Type": "Choice", "Choices": [rule], "Default": otherwise}


def _to(then: str, error: str, *, keep: str | None = None) -> Json:
    return {"ErrorEquals": [error], "ResultPath": keep, "Next": then}
