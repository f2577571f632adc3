"""A ring of keys by which Escalera seals what it gives away: links, sessions."""

import json

from aws_cdk import RemovalPolicy
from aws_cdk import aws_secretsmanager as secretsmanager
from constructs import Construct

from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.settings import Settings

STAYS = (
    "A key is not replaced but joined by a newer one: links in mails of the last two years have to go on working. When "
    "that is done is for people to say, not for a clock."
)


class SealKeys(Construct):
    """A secret that holds `{"current": "1", "1": "<drawn by AWS>"}`; nobody has to see it, and no template holds it.

    What is drawn here stays: a change of how it is drawn would draw anew, and break every seal there is. Further keys
    are added by hand (docs/how-to/change-the-keys.md).
    """

    def __init__(
        self, scope: Construct, id: str, *, about: str, settings: Settings, stays: str = STAYS
    ) -> None:
        """`stays`: why no clock replaces the keys."""
        super().__init__(scope, id)
        self.secret = secretsmanager.Secret(
            self,
            "Secret",
            description=about,
            generate_secret_string=secretsmanager.SecretStringGenerator(
                secret_string_template=json.dumps({"current": "1"}),
                generate_string_key="1",
                password_length=64,
                exclude_punctuation=True,
            ),
            removal_policy=RemovalPolicy.RETAIN if settings.protects_data else RemovalPolicy.DESTROY,
        )
        accept(self.secret, stays, "AwsSolutions-SMG4")

    def value_of(self, key_id: str) -> str:
        """A reference to one key, which CloudFormation looks up when it deploys: no template holds the value."""
        return self.secret.secret_value_from_json(key_id).unsafe_unwrap()

    def grant_read(self, function: RetentionFunction, *, variable: str) -> None:
        """Let the function read the keys, and tell it by this variable which secret they are in."""
        function.allow("secretsmanager:GetSecretValue", on=[self.secret.secret_arn])
        function.set_environment(**{variable: self.secret.secret_arn})
