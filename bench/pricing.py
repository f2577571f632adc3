"""AWS's public list prices in US dollars, US East (N. Virginia), without free tiers, each with the page that holds it.

They differ by region and change: look at the page before you reckon with them. DynamoDB's are those since November 2024.
"""

from collections.abc import Mapping
from dataclasses import dataclass

REGION = "us-east-1"


@dataclass(frozen=True)
class Price:
    """What one unit costs, and the page that says so."""

    of: str
    each: float
    page: str


PRICES: Mapping[str, Price] = {
    "write": Price(
        "DynamoDB write unit, on-demand", 0.625e-6, "https://aws.amazon.com/dynamodb/pricing/on-demand/"
    ),
    "read": Price(
        "DynamoDB read unit, on-demand", 0.125e-6, "https://aws.amazon.com/dynamodb/pricing/on-demand/"
    ),
    "request": Price("Lambda request", 0.20e-6, "https://aws.amazon.com/lambda/pricing/"),
    "GB second": Price("Lambda GB-second, arm64", 0.0000133334, "https://aws.amazon.com/lambda/pricing/"),
    "transition": Price(
        "Step Functions state transition", 25e-6, "https://aws.amazon.com/step-functions/pricing/"
    ),
    "express request": Price(
        "Step Functions Express request", 1e-6, "https://aws.amazon.com/step-functions/pricing/"
    ),
    "express GB second": Price(
        "Step Functions Express GB-second", 0.00001667, "https://aws.amazon.com/step-functions/pricing/"
    ),
    "bus event": Price("EventBridge custom event", 1e-6, "https://aws.amazon.com/eventbridge/pricing/"),
    "queue request": Price("SQS request, standard queue", 0.40e-6, "https://aws.amazon.com/sqs/pricing/"),
    "mail": Price("SES e-mail", 0.0001, "https://aws.amazon.com/ses/pricing/"),
}
MEMORY_GB = 1.0
SHARE_OF_CPU = 1024 / 1769
"""Lambda gives a whole CPU at 1,769 MB, and in proportion below."""


EXPRESS_GB_SECONDS = 0.0625 * 0.2
"""Of one message sent: the smallest memory, and two tenths of a second, which is reckoned, not measured."""


def priced(counts: Mapping[str, float]) -> dict[str, float]:
    """The dollars by line."""
    return {name: number * PRICES[name].each for name, number in counts.items()}
