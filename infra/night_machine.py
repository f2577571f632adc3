"""The night as a state machine: export, gather, summarise, settle, score, record. Pure: a definition comes out.

Where a part of the stack is named it says `${Part}`; the construct puts in what CloudFormation calls it. Every night
has a folder of its own, by the name of its execution, so that one that is run again never reads the files of another.
"""

from typing import Any

Json = dict[str, Any]

FOLDER = "nights"
MAP_LABEL = "Gather"
HOUR = 3600
LONGEST_SECONDS = 6 * HOUR
EXPORT_LOOK_SECONDS = 20

# A partition of the table that belongs to no customer: who had the last turn. `keys` of the adapter reads past it.
TURN = {"pk": {"S": "NIGHT"}, "sk": {"S": "TURN"}}

_NIGHT = f"States.Format('{FOLDER}/{{}}', $$.Execution.Name)"

_BUSY = [
    "DynamoDb.LimitExceededException",
    "DynamoDb.InternalServerErrorException",
    "DynamoDb.SdkClientException",
    "DynamoDb.ThrottlingException",
    "DynamoDB.InternalServerErrorException",
    "DynamoDB.ThrottlingException",
    "Sfn.SdkClientException",
    "Sfn.ThrottlingException",
]


def _again(*errors: str, attempts: int, first: int = 2, longest: int = 300) -> Json:
    """Try again after a pause somewhere below a bound that doubles."""
    return {
        "ErrorEquals": list(errors),
        "IntervalSeconds": first,
        "BackoffRate": 2,
        "MaxDelaySeconds": longest,
        "MaxAttempts": attempts,
        "JitterStrategy": "FULL",
    }


_CALL_AGAIN = [
    # Our own: by their names, as errors.py gives them.
    _again(
        "RetryableError",
        "ServiceRefusedError",
        "ServiceUnavailableError",
        "StaleCustomerError",
        "StoreBusyError",
        attempts=8,
    ),
    # No room, or an outage: nothing was wrong with what was asked.
    _again(
        "Lambda.TooManyRequestsException",
        "Lambda.ServiceException",
        "Lambda.SdkClientException",
        "Lambda.ClientExecutionTimeoutException",
        attempts=10,
    ),
    # A crash or a timeout may be the data's: a few attempts tell.
    _again(
        "Lambda.AWSLambdaException", "Lambda.Unknown", "Runtime.ExitError", "Sandbox.Timedout", attempts=3
    ),
]
_ASK_AGAIN = [_again(*_BUSY, attempts=8)]
_ITEM_AGAIN = [_again("States.ItemReaderFailed", attempts=3)]


def night_definition(*, concurrency: int) -> Json:
    """The Amazon States Language of a night; `concurrency`: how many files, or buckets, at once."""
    return {
        "Comment": "Reads the base once, scores every customer, writes back what changed, keeps the day's measures",
        "TimeoutSeconds": LONGEST_SECONDS,
        "StartAt": "Take the turn",
        "States": {**_one_at_a_time(), **_export(), **_work(concurrency)},
    }


def _one_at_a_time() -> Json:
    """Never two nights at once: the turn is taken from an execution only once it is over."""

    def take(name_of_before: str) -> Json:
        return {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:putItem",
            "Parameters": {
                "TableName": "${Table}",
                "Item": {
                    **TURN,
                    "execution": {"S.$": "$$.Execution.Id"},
                    "taken_at": {"S.$": "$$.State.EnteredTime"},
                },
                "ConditionExpression": "attribute_not_exists(pk) OR #execution = :before",
                "ExpressionAttributeNames": {"#execution": "execution"},
                "ExpressionAttributeValues": {":before": {"S.$": name_of_before}},
            },
            "ResultPath": None,
            "Retry": _ASK_AGAIN,
            "Next": "Export the table",
        }

    def catch(error: str, then: str) -> list[Json]:
        return [{"ErrorEquals": [error], "ResultPath": None, "Next": then}]

    taken = "DynamoDB.ConditionalCheckFailedException"
    return {
        "Take the turn": {**take("$$.Execution.Id"), "Catch": catch(taken, "Whose turn was it")},
        "Whose turn was it": {
            "Type": "Task",
            "Resource": "arn:aws:states:::dynamodb:getItem",
            "Parameters": {"TableName": "${Table}", "Key": TURN, "ConsistentRead": True},
            "ResultSelector": {"execution.$": "$.Item.execution.S"},
            "ResultPath": "$.before",
            "Retry": _ASK_AGAIN,
            "Next": "Is it still running",
        },
        "Is it still running": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:describeExecution",
            "Parameters": {"ExecutionArn.$": "$.before.execution"},
            "ResultSelector": {"status.$": "$.Status"},
            "ResultPath": "$.then",
            "Retry": _ASK_AGAIN,
            "Catch": catch("Sfn.ExecutionDoesNotExistException", "Take over"),
            "Next": "Only one at once",
        },
        "Only one at once": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.then.status", "StringEquals": "RUNNING", "Next": "Another night runs"}
            ],
            "Default": "Take over",
        },
        "Take over": {**take("$.before.execution"), "Catch": catch(taken, "Another night runs")},
        "Another night runs": {
            "Type": "Fail",
            "Error": "AnotherNightRuns",
            "Cause": "A night that began before this one is still running: wait for its end, or stop it first.",
        },
    }


def _export() -> Json:
    """The base as it is at one instant, read from the table's backups: it costs the table no read."""
    return {
        "Export the table": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:exportTableToPointInTime",
            "Parameters": {
                "TableArn": "${TableArn}",
                "S3Bucket": "${Files}",
                "S3Prefix.$": _NIGHT,
                "S3SseAlgorithm": "AES256",
                "ExportFormat": "DYNAMODB_JSON",
                "ClientToken.$": "$$.Execution.Name",  # asked twice, exported once
            },
            "ResultSelector": {"arn.$": "$.ExportDescription.ExportArn"},
            "ResultPath": "$.export",
            "Retry": _ASK_AGAIN,
            "Next": "Wait for the export",
        },
        "Wait for the export": {
            "Type": "Wait",
            "Seconds": EXPORT_LOOK_SECONDS,
            "Next": "Look at the export",
        },
        "Look at the export": {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:describeExport",
            "Parameters": {"ExportArn.$": "$.export.arn"},
            "ResultSelector": {
                "arn.$": "$.ExportDescription.ExportArn",
                "status.$": "$.ExportDescription.ExportStatus",
                "description.$": "$.ExportDescription",
            },
            "ResultPath": "$.export",
            "Retry": _ASK_AGAIN,
            "Next": "Is it exported",
        },
        "Is it exported": {
            "Type": "Choice",
            "Choices": [
                {"Variable": "$.export.status", "StringEquals": "COMPLETED", "Next": "Plan"},
                {"Variable": "$.export.status", "StringEquals": "FAILED", "Next": "Not exported"},
            ],
            "Default": "Wait for the export",
        },
        "Not exported": {
            "Type": "Fail",
            "Error": "ExportFailed",
            "Cause": "DynamoDB could not export the table: the last state's output says why.",
        },
    }


def _work(concurrency: int) -> Json:
    return {
        "Plan": {
            **_call(
                "PlanNight", {"folder.$": _NIGHT, "export.$": "$.export.description"}, then="Gather histories"
            ),
            # From here on the plan is all the state there is.
            "ResultSelector": {
                "night.$": "$.Payload.night",
                "buckets.$": "$.Payload.buckets",
                "manifest.$": "$.Payload.manifest",
            },
        },
        "Gather histories": {
            "Type": "Map",
            "Label": MAP_LABEL,
            "MaxConcurrency": concurrency,
            "ItemReader": {
                "Resource": "arn:aws:states:::s3:getObject",
                "ReaderConfig": {"InputType": "JSONL"},
                "Parameters": {"Bucket": "${Files}", "Key.$": "$.manifest"},
            },
            "ItemSelector": {"night.$": "$.night", "file.$": "$$.Map.Item.Value.dataFileS3Key"},
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "DISTRIBUTED", "ExecutionType": "STANDARD"},
                "StartAt": "Gather",
                "States": {"Gather": _call("GatherHistories", {"night.$": "$.night", "file.$": "$.file"})},
            },
            "ResultPath": None,
            "Retry": _ITEM_AGAIN,
            "Next": "Summarise the base",
        },
        "Summarise the base": _by_bucket("Summarise", "SummariseBase", concurrency, then="Settle"),
        "Settle": _call("SettleScore", {"night.$": "$.night"}, then="Score customers", keep=True),
        "Score customers": _by_bucket("Score", "ScoreCustomers", concurrency, then="Record"),
        "Record": _call("RecordMeasures", {"night.$": "$.night"}),
    }


def _by_bucket(state: str, function: str, concurrency: int, *, then: str) -> Json:
    """Each bucket of customers on its own; what comes of it lies in the night's files."""
    return {
        "Type": "Map",
        "ItemsPath": "$.buckets",
        "MaxConcurrency": concurrency,
        "ItemSelector": {"night.$": "$.night", "bucket.$": "$$.Map.Item.Value"},
        "ItemProcessor": {
            "ProcessorConfig": {"Mode": "INLINE"},
            "StartAt": state,
            "States": {state: _call(function, {"night.$": "$.night", "bucket.$": "$.bucket"})},
        },
        "ResultPath": None,
        "Next": then,
    }


def _call(function: str, payload: Json, *, then: str | None = None, keep: bool = False) -> Json:
    """Call a function; its answer is the output, unless the input is to be kept."""
    return {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Parameters": {"FunctionName": f"${{{function}}}", "Payload": payload},
        **({"ResultPath": None} if keep else {"OutputPath": "$.Payload"} if then is None else {}),
        "Retry": _CALL_AGAIN,
        **({"Next": then} if then else {"End": True}),
    }
