"""AUTH=true: calls are judged by the action and the resource that AWS would judge them by."""

import json
from typing import Any

from ministack import app
from ministack.core import iam_actions
from ministack.core.responses import get_account_id, get_region
from ministack.services import ses, ses_v2

from .mail import read
from .registry import mend
from .settings import Settings
from .stepfunctions import token_machines


def identity_of(sender: str) -> str:
    """Give the identity a sender's address is verified by: the address itself if it is one, else its domain."""
    address = ses.parseaddr(sender)[1]
    known = address in ses_v2._identities or address in ses._identities
    return str(address if known else address.rpartition("@")[2])


def resources_of_send(request: dict[str, Any]) -> list[str]:
    """Give what AWS judges a send by: the sender's identity, and the configuration set it goes through."""
    prefix = f"arn:aws:ses:{get_region()}:{get_account_id()}"
    found = [f"{prefix}:identity/{identity_of(str(request.get('FromEmailAddress', '')))}"]
    if name := request.get("ConfigurationSetName"):
        found.append(f"{prefix}:configuration-set/{name}")
    return found


@mend(
    "SendEmail is judged on the resource '*', so a grant on the identity and configuration set is refused",
    {"app._enforce_ses_v2": "5dc09e3bd487", "core.iam_actions._ses_v2_resource_arn": "96f8ace790be"},
)
def judge_sends_by_identity(_: Settings) -> None:
    """Judge a send on its identity and its configuration set; raw content as ses:SendRawEmail, as AWS does."""
    upstream = app._enforce_ses_v2

    def enforce(  # noqa: PLR0917 (upstream calls it so)
        method: str, path: str, headers: dict[str, str], body: bytes, query: Any, request_id: str
    ) -> Any:
        if not app.AUTH or method != "POST" or not path.rstrip("/").endswith("/outbound-emails"):
            return upstream(method, path, headers, body, query, request_id)
        request = json.loads(body or b"{}")
        mail = read(request, "")
        action = "ses:SendRawEmail" if (request.get("Content") or {}).get("Raw") else "ses:SendEmail"
        context = {"ses:FromAddress": ses.parseaddr(mail.sender)[1], "ses:Recipients": list(mail.recipients)}
        for resource in resources_of_send(request):
            denied = app._enforce_data_plane(
                "sesv2", action, headers, query, request_id,
                resource_arn=resource, service_context=context, named_resource=resource,
            )  # fmt: skip
            if denied:
                return denied
        return None

    app._enforce_ses_v2 = enforce


@mend(
    "SendTaskSuccess and SendTaskFailure are judged on '*', so a grant on the state machine is refused",
    {"core.iam_actions.extract_resource_arn": "82f51700695c"},
)
def judge_tokens_by_their_machine(_: Settings) -> None:
    """Judge a task token's return on the state machine that waits for it."""
    upstream = iam_actions.extract_resource_arn

    def resource_arn(service: str, method: str, path: str, headers: Any, body: bytes, *rest: Any) -> str:
        if service == "states" and (token := iam_actions._safe_json_field(body, "taskToken")):
            return token_machines.get(token, "*")
        return str(upstream(service, method, path, headers, body, *rest))

    iam_actions.extract_resource_arn = resource_arn


@mend(
    "a policy that asks for TLS (aws:SecureTransport) refuses every call, for the endpoint is plain HTTP",
    {"core.iam_evaluator.pin_request_origin": "de819c1bd9ac"},
)
def count_the_loopback_as_secure(_: Settings) -> None:
    """Take a call that never leaves this machine for an encrypted one."""
    upstream = app.pin_request_origin

    def pin(address: str, secure: bool) -> None:
        upstream(address, secure or address in {"127.0.0.1", "::1"})

    app.pin_request_origin = pin


@mend(
    "a batch of SQS is judged by an action of its own, so a grant of the single action, as AWS has it, refuses it",
    {"core.iam_actions.extract_iam_action": "ec476b92d969"},
)
def judge_batches_of_queues_by_the_single_action(_: Settings) -> None:
    """Judge SendMessageBatch as sqs:SendMessage, and the two other batches likewise."""
    upstream = iam_actions.extract_iam_action

    def action(service: str, *rest: Any) -> str | None:
        found: str | None = upstream(service, *rest)
        return found.removesuffix("Batch") if service == "sqs" and found else found

    iam_actions.extract_iam_action = action
