"""A web site without a server: CloudFront before an HTTP API before one function."""

import json
from typing import cast

from aws_cdk import Aws
from aws_cdk import aws_apigatewayv2 as apigateway
from aws_cdk import aws_apigatewayv2_integrations as integrations
from aws_cdk import aws_certificatemanager as acm
from aws_cdk import aws_cloudfront as cloudfront
from aws_cdk import aws_cloudfront_origins as origins
from constructs import Construct

from escalera.contracts.origin import ORIGIN_HEADER
from infra.constructs.kept_log import KeptLog
from infra.constructs.retention_function import RetentionFunction
from infra.constructs.seal_keys import SealKeys
from infra.nag import accept
from infra.settings import Settings, SiteSettings

# Never the path: a customer's link is the key to their pages, and belongs into no log.
ACCESS_LOG = {
    "request": "$context.requestId",
    "at": "$context.requestTime",
    "method": "$context.httpMethod",
    "status": "$context.status",
    "milliseconds": "$context.responseLatency",
    "error": "$context.error.message",
}
STATIC = "/static/*"


class WebSite(Construct):
    """One origin for pages and static files alike, so that a page's policy needs to trust nobody but itself.

    CloudFront keeps what stands under `/static/` (its addresses change with its content) and passes on all else.
    """

    def __init__(
        self,
        scope: Construct,
        id: str,
        *,
        site: SiteSettings,
        settings: Settings,
        origin_keys: SealKeys,
        visitors: str,
    ) -> None:
        """`visitors` says how the site knows who a visitor is, for whoever asks why the API itself does not.

        `origin_keys`: what CloudFront proves by that a request came through it (decision 022).
        """
        super().__init__(scope, id)
        self._origin_keys = origin_keys
        self._origin_header = {ORIGIN_HEADER: origin_keys.value_of(settings.origin_key)}
        self.api = apigateway.HttpApi(self, "Api", create_default_stage=False)
        self._open_stage(site, settings)
        self.distribution = self._distribution(site)
        self.url = site.url or f"https://{site.domain or self.distribution.distribution_domain_name}"
        """Where people find it, without a slash at the end."""
        accept(self, f"The API asks nobody who they are: {visitors}.", "AwsSolutions-APIG4")

    def serve_by(self, function: RetentionFunction) -> None:
        """Let the function answer every request, and refuse what did not come by CloudFront."""
        self._origin_keys.grant_read(function, variable="ORIGIN_KEYS")
        apigateway.HttpRoute(
            self,
            "Route",
            http_api=self.api,
            route_key=apigateway.HttpRouteKey.DEFAULT,
            integration=integrations.HttpLambdaIntegration("Function", function.function),
        )

    def _open_stage(self, site: SiteSettings, settings: Settings) -> None:
        log = KeptLog(self, "Requests", settings=settings)
        stage = apigateway.HttpStage(
            self,
            "Stage",
            http_api=self.api,
            auto_deploy=True,
            throttle=apigateway.ThrottleSettings(
                rate_limit=site.requests_per_second, burst_limit=site.requests_at_once
            ),
        )
        cast(
            "apigateway.CfnStage", stage.node.default_child
        ).access_log_settings = apigateway.CfnStage.AccessLogSettingsProperty(
            destination_arn=log.log_group_arn, format=json.dumps(ACCESS_LOG)
        )

    def _distribution(self, site: SiteSettings) -> cloudfront.Distribution:
        origin = origins.HttpOrigin(
            f"{self.api.api_id}.execute-api.{Aws.REGION}.{Aws.URL_SUFFIX}",
            protocol_policy=cloudfront.OriginProtocolPolicy.HTTPS_ONLY,
            custom_headers=self._origin_header,
        )
        certificate = site.certificate_arn and acm.Certificate.from_certificate_arn(
            self, "Certificate", site.certificate_arn
        )
        distribution = cloudfront.Distribution(
            self,
            "Distribution",
            default_behavior=cloudfront.BehaviorOptions(
                origin=origin,
                allowed_methods=cloudfront.AllowedMethods.ALLOW_ALL,
                cache_policy=cloudfront.CachePolicy.CACHING_DISABLED,
                origin_request_policy=cloudfront.OriginRequestPolicy.ALL_VIEWER_EXCEPT_HOST_HEADER,
                viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
            ),
            additional_behaviors={
                STATIC: cloudfront.BehaviorOptions(
                    origin=origin,
                    cache_policy=cloudfront.CachePolicy.CACHING_OPTIMIZED,
                    viewer_protocol_policy=cloudfront.ViewerProtocolPolicy.REDIRECT_TO_HTTPS,
                )
            },
            domain_names=[site.domain] if site.domain else None,
            certificate=certificate or None,
            minimum_protocol_version=(
                cloudfront.SecurityPolicyProtocol.TLS_V1_2_2021 if certificate else None
            ),
            http_version=cloudfront.HttpVersion.HTTP2_AND_3,
            price_class=cloudfront.PriceClass.PRICE_CLASS_100,
            web_acl_id=site.web_acl_arn,
        )
        accept(
            distribution,
            "Customers travel: a page of theirs is not closed to any country.",
            "AwsSolutions-CFR1",
        )
        if not site.web_acl_arn:
            accept(
                distribution,
                "A firewall costs more a month than all the rest while nobody comes. Every link is signed and every form "
                "checked, and a flood takes this site alone; a shop that wants one names it in the stage's settings.",
                "AwsSolutions-CFR2",
            )
        accept(
            distribution,
            "CloudFront's own log would hold whole addresses, and a customer's link is the key to their pages. "
            "The API logs every request without its path.",
            "AwsSolutions-CFR3",
        )
        if not site.domain:
            accept(
                distribution,
                "CloudFront's own domain has AWS's certificate and its minimum of TLS; with a domain of the "
                "shop's (see the stage's settings) it is TLS 1.2 and newer.",
                "AwsSolutions-CFR4",
            )
        return distribution
