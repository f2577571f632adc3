"""Which services may assume the stack's roles, and on whose behalf."""

from aws_cdk import Aws
from aws_cdk import aws_iam as iam

OF_THIS_ACCOUNT = {"StringEquals": {"aws:SourceAccount": Aws.ACCOUNT_ID}}
"""A service acts for many customers: with this condition it uses a role only for resources of this account."""


def service_of_this_account(service: str) -> iam.ServicePrincipal:
    """The service, as long as it acts for this account (the confused deputy problem of the IAM user guide).

    Not for Lambda's execution roles: AWS documents the key for states, events, scheduler and sms-voice, not for them.
    A role cannot be passed to a function of another account, so there is no such deputy.
    """
    return iam.ServicePrincipal(service, conditions=OF_THIS_ACCOUNT)
