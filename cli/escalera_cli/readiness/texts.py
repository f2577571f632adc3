"""Texts: the SNS sandbox, the spending limit, and whether we hear what became of them."""

from collections.abc import Iterator
from typing import Any

from escalera_cli.readiness.findings import Client, Finding, missing, ok, warn

FIRST_LIMIT_USD = 1.0
"""What AWS lets a new account spend on texts in a month: a few dozen of them."""
RECEIPTS_KEPT_DAYS = 3
"""How long the stack keeps receipts, which hold phone numbers (decision 012)."""


def texts(client: Client) -> Iterator[Finding]:
    """Whether texts can go out, to anybody, and how many."""
    sns = client("sns")
    if sns.get_sms_sandbox_account_status()["IsInSandbox"]:
        todo = "Leave it in the SNS console (Text messaging > Exit SMS sandbox); until then, e-mail alone goes out."
        yield missing("SMS sandbox", "only proven phones can be written to", todo)
    else:
        yield ok("SMS sandbox", "left: any phone can be written to")
    told = sns.get_sms_attributes()["attributes"]
    limit = float(told.get("MonthlySpendLimit") or FIRST_LIMIT_USD)
    if limit <= FIRST_LIMIT_USD:
        todo = "Ask AWS Support for a higher SMS limit, then set it: aws sns set-sms-attributes --attributes MonthlySpendLimit=50"
        yield warn("SMS spending limit", f"${limit:g} a month: some dozens of texts, then silence", todo)
    else:
        yield ok("SMS spending limit", f"${limit:g} a month")
    if told.get("DeliveryStatusIAMRole"):
        share = told.get("DeliveryStatusSuccessSamplingRate", "0")
        if share == "100":
            yield ok("SMS receipts", "written for every text")
        else:
            todo = "aws sns set-sms-attributes --attributes DeliveryStatusSuccessSamplingRate=100"
            yield warn("SMS receipts", f"written for {share} % of delivered texts", todo)
    else:
        todo = "Switch on delivery status logging in the SNS console (Text messaging), for 100 % of texts."
        yield warn("SMS receipts", "nobody hears what became of a text", todo)
    yield from _receipt_logs(client("logs"))


def _receipt_logs(logs: Any) -> Iterator[Finding]:
    """How long the account keeps receipts; nothing to say where there are none yet."""
    found = logs.describe_log_groups(logGroupNamePrefix="sns/")["logGroups"]
    receipts = [one for one in found if "/DirectPublishToPhoneNumber" in one["logGroupName"]]
    for one in receipts:
        days = one.get("retentionInDays")
        if days is None or days > RECEIPTS_KEPT_DAYS:
            name = one["logGroupName"]
            kept = "for ever" if days is None else f"for {days} days"
            todo = f"aws logs put-retention-policy --log-group-name {name} --retention-in-days {RECEIPTS_KEPT_DAYS}"
            yield warn("SMS receipts kept", f"phone numbers stay in {name} {kept}", todo)
