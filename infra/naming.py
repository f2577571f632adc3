"""Names of constructs, outputs and tags, from the names people use for functions and journeys."""

import re

import aws_cdk as cdk
from constructs import IConstruct

TAG_PREFIX = "escalera:"


def pascal(name: str) -> str:
    """`on_purchase_completed` and `on-purchase-completed` become `OnPurchaseCompleted`."""
    return "".join(part[:1].upper() + part[1:] for part in re.split(r"[^A-Za-z0-9]+", name))


def tag(construct: IConstruct, **tags: str) -> None:
    """Tag a construct so that people and tools find it without knowing its generated name."""
    for key, value in tags.items():
        cdk.Tags.of(construct).add(TAG_PREFIX + key, value)
