"""A firewall for the two sites, for shops that want one: a stack of its own, for CloudFront looks for it in us-east-1.

It costs 5 US dollars a month for each site, 1 for each of its four rules, and 0.60 for a million requests.
"""

from typing import Any

from aws_cdk import CfnOutput, Environment, Stack
from aws_cdk import aws_wafv2 as waf
from constructs import Construct

from escalera.domain.links import LinkPurpose
from infra.settings import Settings

REGION = "us-east-1"
MANAGED = (
    "AWSManagedRulesAmazonIpReputationList",
    "AWSManagedRulesKnownBadInputsRuleSet",
    "AWSManagedRulesCommonRuleSet",
)
COUNTED_ONLY = ("SizeRestrictions_BODY", "CrossSiteScripting_BODY", "GenericRFI_BODY", "NoUserAgent_HEADER")
"""Of the common rules, what people and mail programs do rightly: write long complaints, with `<` and addresses of pages in
them, and unsubscribe by one click without saying which program they are."""


class FirewallStack(Stack):
    """One web ACL for each site, with AWS's own rules and a limit of requests for each address."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings) -> None:
        super().__init__(
            scope,
            id,
            env=Environment(region=REGION),
            description=f"Escalera ({settings.stage}): the firewall before its sites",
            analytics_reporting=False,
            tags={"project": "escalera", "stage": settings.stage},
        )
        for site, limit in (
            ("Portal", settings.firewall.portal_requests),
            ("Console", settings.firewall.console_requests),
        ):
            acl = waf.CfnWebACL(
                self,
                site,
                scope="CLOUDFRONT",
                default_action=waf.CfnWebACL.DefaultActionProperty(allow={}),
                visibility_config=_seen(site),
                rules=[
                    *(_managed(name, priority) for priority, name in enumerate(MANAGED)),
                    _limit(limit, len(MANAGED)),
                ],
            )
            CfnOutput(
                self, f"{site}WebAcl", value=acl.attr_arn, description=f"`web_acl_arn` of `{site.lower()}`"
            )


def _managed(name: str, priority: int) -> waf.CfnWebACL.RuleProperty:
    counted = COUNTED_ONLY if name == "AWSManagedRulesCommonRuleSet" else ()
    return waf.CfnWebACL.RuleProperty(
        name=name,
        priority=priority,
        override_action=waf.CfnWebACL.OverrideActionProperty(none={}),
        visibility_config=_seen(name),
        statement=waf.CfnWebACL.StatementProperty(
            managed_rule_group_statement=waf.CfnWebACL.ManagedRuleGroupStatementProperty(
                vendor_name="AWS",
                name=name,
                rule_action_overrides=[
                    waf.CfnWebACL.RuleActionOverrideProperty(
                        name=rule, action_to_use=waf.CfnWebACL.RuleActionProperty(count={})
                    )
                    for rule in counted
                ]
                or None,
            )
        ),
    )


def _limit(requests: int, priority: int) -> waf.CfnWebACL.RuleProperty:
    """So many in five minutes from one address; who unsubscribes is not counted: a provider does it for thousands."""
    way_out: Any = waf.CfnWebACL.StatementProperty(
        byte_match_statement=waf.CfnWebACL.ByteMatchStatementProperty(
            field_to_match=waf.CfnWebACL.FieldToMatchProperty(uri_path={}),
            positional_constraint="STARTS_WITH",
            search_string=f"/{LinkPurpose.UNSUBSCRIBE}/",
            text_transformations=[waf.CfnWebACL.TextTransformationProperty(priority=0, type="NONE")],
        )
    )
    return waf.CfnWebACL.RuleProperty(
        name="RequestsOfOneAddress",
        priority=priority,
        action=waf.CfnWebACL.RuleActionProperty(block={}),
        visibility_config=_seen("RequestsOfOneAddress"),
        statement=waf.CfnWebACL.StatementProperty(
            rate_based_statement=waf.CfnWebACL.RateBasedStatementProperty(
                aggregate_key_type="IP",
                evaluation_window_sec=300,
                limit=requests,
                scope_down_statement=waf.CfnWebACL.StatementProperty(
                    not_statement=waf.CfnWebACL.NotStatementProperty(statement=way_out)
                ),
            )
        ),
    )


def _seen(name: str) -> waf.CfnWebACL.VisibilityConfigProperty:
    """Counted, and never sampled: a sample shows whole paths, and a customer's link is the key to their pages."""
    return waf.CfnWebACL.VisibilityConfigProperty(
        cloud_watch_metrics_enabled=True, metric_name=name, sampled_requests_enabled=False
    )
