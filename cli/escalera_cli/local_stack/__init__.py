"""The local stack: the deployed template, real handlers and accelerated time, without an AWS account."""

from escalera_cli.local_stack.control import LocalStackError
from escalera_cli.local_stack.deploy import Deployment, DeploymentError, deploy
from escalera_cli.local_stack.outbox import SentEmail, SentText
from escalera_cli.local_stack.stack import LocalStack

__all__ = [
    "Deployment",
    "DeploymentError",
    "LocalStack",
    "LocalStackError",
    "SentEmail",
    "SentText",
    "deploy",
]
