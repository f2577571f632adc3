"""E-mail by SES: a configuration set whose feedback comes back by way of EventBridge."""

from email.utils import parseaddr

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_ses as ses
from constructs import Construct

from infra.constructs.retention_function import RetentionFunction

# What tells the fate of a message. Opens and clicks are not asked for: they would need tracking pixels.
FEEDBACK = [
    ses.EmailSendingEvent.SEND,
    ses.EmailSendingEvent.DELIVERY,
    ses.EmailSendingEvent.DELIVERY_DELAY,
    ses.EmailSendingEvent.BOUNCE,
    ses.EmailSendingEvent.COMPLAINT,
    ses.EmailSendingEvent.REJECT,
    ses.EmailSendingEvent.RENDERING_FAILURE,
    ses.EmailSendingEvent.SUBSCRIPTION,
]


class Mail(Construct):
    """Sends with TLS only, and never to an address that bounced for good or complained."""

    def __init__(self, scope: Construct, id: str, *, sender: str, domain: str | None) -> None:
        super().__init__(scope, id)
        self.sender = sender
        self._address = parseaddr(sender)[1]
        if "@" not in self._address:
            message = f"the sender {sender!r} holds no address: write it as `Shop <hello@shop.example>`"
            raise ValueError(message)
        # SES publishes to the account's default bus and to no other.
        self.feedback_bus = events.EventBus.from_event_bus_name(self, "FeedbackBus", "default")
        self.configuration_set = ses.ConfigurationSet(
            self,
            "ConfigurationSet",
            tls_policy=ses.ConfigurationSetTlsPolicy.REQUIRE,
            suppression_reasons=ses.SuppressionReasons.BOUNCES_AND_COMPLAINTS,
            reputation_metrics=True,
        )
        ses.ConfigurationSetEventDestination(
            self,
            "Feedback",
            configuration_set=self.configuration_set,
            destination=ses.EventDestination.event_bus(self.feedback_bus),
            events=FEEDBACK,
        )
        if domain is not None:
            identity = ses.EmailIdentity(
                self,
                "Domain",
                identity=ses.Identity.domain(domain),
                configuration_set=self.configuration_set,
                mail_from_domain=f"mail.{domain}",
            )
            for number, record in enumerate(identity.dkim_records, start=1):
                says = f"CNAME record {number} of 3 by which receivers know the shop's mail (DKIM)"
                CfnOutput(
                    self, f"Dkim{number}", value=f"{record.name} CNAME {record.value}", description=says
                )

    def grant_send(self, role: iam.Role) -> None:
        """Send as the shop, through this configuration set."""
        domain = self._address.rpartition("@")[2]
        # SES authorises against whichever of the two is proven: the very address, or its domain.
        names = (f"identity/{domain}", f"identity/{self._address}", self._set_resource())
        resources = [_ses_arn(self, name) for name in names]
        role.add_to_policy(iam.PolicyStatement(actions=["ses:SendEmail"], resources=resources))

    def name_sender_to(self, function: RetentionFunction) -> None:
        """Tell whoever writes e-mails from whom they are, and what their feedback is known by."""
        function.set_environment(
            SENDER=self.sender, CONFIGURATION_SET=self.configuration_set.configuration_set_name
        )

    def feedback(self) -> events.EventPattern:
        """What SES says about messages that went through this configuration set, and no others of the account."""
        own = {"ses:configuration-set": [self.configuration_set.configuration_set_name]}
        return events.EventPattern(source=["aws.ses"], detail={"mail": {"tags": own}})

    def _set_resource(self) -> str:
        return f"configuration-set/{self.configuration_set.configuration_set_name}"


def _ses_arn(scope: Construct, resource: str) -> str:
    kind, _, name = resource.partition("/")
    return Stack.of(scope).format_arn(service="ses", resource=kind, resource_name=name)
