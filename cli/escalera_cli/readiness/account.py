"""The account as such: who we are, what the CDK needs, and how much Lambda may do at once."""

from collections.abc import Iterator

from botocore.exceptions import ClientError

from escalera_cli.readiness.findings import Client, Finding, missing, ok, warn

TOOLKIT = "CDKToolkit"
FRESH_ACCOUNT_CONCURRENCY = 10
LEFT_FOR_OTHERS = 100
"""Lambda keeps this many unreserved, so reserving more fails the deployment."""


def bootstrap(client: Client) -> Iterator[Finding]:
    """Whether the CDK can deploy here."""
    cloudformation = client("cloudformation")
    region = cloudformation.meta.region_name
    todo = f"Run: npx cdk bootstrap aws://ACCOUNT/{region}"
    try:
        [stack] = cloudformation.describe_stacks(StackName=TOOLKIT)["Stacks"]
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "ValidationError":
            raise
        yield missing("CDK bootstrap", f"there is none in {region}", todo)
        return
    status = stack["StackStatus"]
    if status.endswith("_COMPLETE") and not status.startswith(("DELETE", "ROLLBACK")):
        yield ok("CDK bootstrap", f"done in {region}")
    else:
        yield missing("CDK bootstrap", f"the stack {TOOLKIT} is {status}", todo)


def concurrency(client: Client, *, reserved: int) -> Iterator[Finding]:
    """Whether Lambda may run enough at once for what the stage reserves."""
    limit = client("lambda").get_account_settings()["AccountLimit"]
    whole, free = limit["ConcurrentExecutions"], limit["UnreservedConcurrentExecutions"]
    todo = "Ask for 1,000 concurrent executions: Service Quotas > AWS Lambda (L-B99A9384); it usually takes a day."
    if reserved and free - reserved < LEFT_FOR_OTHERS:
        found = f"{free} of {whole} are free, and this stage reserves {reserved} (AWS keeps {LEFT_FOR_OTHERS} back)"
        yield missing("Lambda concurrency", found, todo)
    elif whole <= FRESH_ACCOUNT_CONCURRENCY:
        yield warn("Lambda concurrency", f"only {whole} at once: a burst takes long to work off", todo)
    else:
        yield ok("Lambda concurrency", f"{free} of {whole} are free")
