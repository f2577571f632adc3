"""The sites: CloudFront is the only way in, each has limits of its own, and a firewall stands before them if it is named."""

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk
import pytest

from escalera.contracts.origin import ORIGIN_HEADER
from infra.app import build_app, build_firewall
from infra.settings import settings_for
from tests.support.template import SynthesizedStack, readable

ROOT = Path(__file__).resolve().parents[2]
ACL = "arn:aws:wafv2:us-east-1:123456789012:global/webacl/portal/1"


def _origins(stack):
    return [
        origin
        for distribution in stack.resources("AWS::CloudFront::Distribution").values()
        for origin in distribution["DistributionConfig"]["Origins"]
    ]


def test_cloudfront_proves_by_a_secret_that_no_template_holds_that_a_request_came_by_it(prod):
    secret = "{{resolve:secretsmanager:OriginKeysSecret:SecretString:1::}}"
    headers = [
        {readable(one["HeaderName"]): readable(one["HeaderValue"]) for one in origin["OriginCustomHeaders"]}
        for origin in _origins(prod)
    ]

    assert headers == [{ORIGIN_HEADER: secret}] * 2
    for name in ("portal", "console"):
        variables = prod.functions[name]["Environment"]["Variables"]
        assert readable(variables["ORIGIN_KEYS"]) == "OriginKeysSecret"
    assert readable(prod.template["Outputs"]["OriginKeysArn"]["Value"]) == "OriginKeysSecret"


def test_each_site_has_a_way_limits_and_a_reserve_of_its_own(prod):
    stages = prod.resources("AWS::ApiGatewayV2::Stage")
    assert len({readable(stage["ApiId"]) for stage in stages.values()}) == 2
    for name, stage in stages.items():
        assert stage["DefaultRouteSettings"] == {"ThrottlingBurstLimit": 1000, "ThrottlingRateLimit": 500}, (
            name
        )
    for name in ("portal", "console"):
        assert prod.functions[name]["ReservedConcurrentExecutions"] > 0, name


def _synthesized(app, name):
    app.synth()
    return SynthesizedStack(Path(app.outdir) / f"{name}.template.json")


def test_a_site_stands_behind_the_firewall_that_its_settings_name(assembly, tmp_path):
    dev = settings_for("dev")
    app = cdk.App(outdir=str(tmp_path))
    build_app(app, settings=replace(dev, portal=replace(dev.portal, web_acl_arn=ACL)), assembly=assembly)
    stack = _synthesized(app, "escalera-dev")

    found = {
        name: distribution["DistributionConfig"].get("WebACLId")
        for name, distribution in stack.resources("AWS::CloudFront::Distribution").items()
    }
    assert found == {"PortalSiteDistribution": ACL, "ConsoleSiteDistribution": None}


@pytest.fixture(scope="module")
def firewall(tmp_path_factory):
    app = cdk.App(outdir=str(tmp_path_factory.mktemp("firewall")))
    build_firewall(app, settings=settings_for("prod"))
    return _synthesized(app, "escalera-prod-firewall")


def test_the_firewall_is_made_where_cloudfront_looks_for_it(firewall):
    manifest = json.loads((firewall.path.parent / "manifest.json").read_text(encoding="utf-8"))
    stack = manifest["artifacts"]["escalera-prod-firewall"]

    assert stack["environment"] == "aws://unknown-account/us-east-1"
    assert {acl["Scope"] for acl in firewall.resources("AWS::WAFv2::WebACL").values()} == {"CLOUDFRONT"}
    assert set(firewall.template["Outputs"]) == {"PortalWebAcl", "ConsoleWebAcl"}


def _rules(firewall, site):
    return {rule["Name"]: rule for rule in firewall.resources("AWS::WAFv2::WebACL")[site]["Rules"]}


def test_the_firewall_limits_each_address_and_more_for_staff_than_for_customers(firewall):
    limits = {}
    for site in ("Portal", "Console"):
        rule = _rules(firewall, site)["RequestsOfOneAddress"]
        rate = rule["Statement"]["RateBasedStatement"]
        assert (rule["Action"], rate["AggregateKeyType"]) == ({"Block": {}}, "IP")
        limits[site] = rate["Limit"], rate["EvaluationWindowSec"]
        spared = rate["ScopeDownStatement"]["NotStatement"]["Statement"]["ByteMatchStatement"]
        assert (spared["PositionalConstraint"], spared["SearchString"]) == ("STARTS_WITH", "/unsubscribe/")

    assert limits == {"Portal": (1000, 300), "Console": (3000, 300)}


def test_the_firewall_takes_awss_rules_but_lets_people_write(firewall):
    for site in ("Portal", "Console"):
        rules = _rules(firewall, site)
        assert len({rule["Priority"] for rule in rules.values()}) == 4
        managed = {name for name, rule in rules.items() if "ManagedRuleGroupStatement" in rule["Statement"]}
        assert managed == {
            "AWSManagedRulesAmazonIpReputationList",
            "AWSManagedRulesCommonRuleSet",
            "AWSManagedRulesKnownBadInputsRuleSet",
        }
        common = rules["AWSManagedRulesCommonRuleSet"]["Statement"]["ManagedRuleGroupStatement"]
        assert {(one["Name"], *one["ActionToUse"]) for one in common["RuleActionOverrides"]} == {
            ("SizeRestrictions_BODY", "Count"),
            ("CrossSiteScripting_BODY", "Count"),
            ("GenericRFI_BODY", "Count"),
            ("NoUserAgent_HEADER", "Count"),
        }


def test_the_firewall_keeps_no_sample_of_requests_for_a_link_is_a_key(firewall):
    for site in ("Portal", "Console"):
        for rule in _rules(firewall, site).values():
            assert rule["VisibilityConfig"]["SampledRequestsEnabled"] is False


def test_cfn_lint_has_nothing_to_say_of_the_firewall(firewall):
    program = str(Path(sys.executable).parent / "cfn-lint")
    command = (program, "--regions", "us-east-1", "--", str(firewall.path))
    said = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)

    assert (said.stdout, said.returncode) == ("", 0), said.stderr
