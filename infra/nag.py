"""One way to say why a cdk-nag rule does not apply somewhere."""

import aws_cdk as cdk
from constructs import IConstruct


def accept(construct: IConstruct, because: str, *rules: str) -> None:
    """Accept these findings on a construct and all within it, with the reason that goes into the report.

    A rule that finds several things in one policy names each: `AwsSolutions-IAM5[Resource::*]`.
    """
    cdk.Validations.of(construct).acknowledge(
        *(cdk.Acknowledgment(id=rule, reason=because) for rule in rules)
    )
