"""The staff: who may sign in to the console, and how they prove who they are."""

from aws_cdk import Duration, Fn, RemovalPolicy, Stack
from aws_cdk import aws_cognito as cognito
from constructs import Construct

from escalera.domain.staff import Role
from infra.constructs.retention_function import RetentionFunction
from infra.nag import accept
from infra.settings import Settings

_ABOUT = {
    Role.OWNER: "Sees and changes everything",
    Role.SERVICE: "Serves customers: complaints, tasks, cards",
    Role.VIEWER: "Sees everything and changes nothing",
}
_SECOND_FACTOR = {
    "off": cognito.Mfa.OFF,
    "optional": cognito.Mfa.OPTIONAL,
    "required": cognito.Mfa.REQUIRED,
}


class Staff(Construct):
    """A user pool that only owners add people to (`escalera staff`); each role is a group of it."""

    def __init__(self, scope: Construct, id: str, *, console_url: str, settings: Settings) -> None:
        super().__init__(scope, id)
        self.pool = self._pool(settings)
        for role in Role:
            cognito.CfnUserPoolGroup(
                self,
                role.value.capitalize(),
                user_pool_id=self.pool.user_pool_id,
                group_name=role.value,
                description=_ABOUT[role],
            )
        domain = self.pool.add_domain(
            "Domain", cognito_domain=cognito.CognitoDomainOptions(domain_prefix=_own_prefix(self, settings))
        )
        self.client = self.pool.add_client(
            "Console",
            # Every code is redeemed with the secret it was asked for with (PKCE): a secret of the client's own would
            # be one more to keep, and prove nothing more.
            generate_secret=False,
            auth_flows=cognito.AuthFlow(),
            o_auth=cognito.OAuthSettings(
                flows=cognito.OAuthFlows(authorization_code_grant=True),
                scopes=[
                    cognito.OAuthScope.OPENID,
                    cognito.OAuthScope.EMAIL,
                    cognito.OAuthScope.PROFILE,
                ],
                callback_urls=[f"{console_url}/signed-in"],
                logout_urls=[f"{console_url}/signed-out"],
            ),
            supported_identity_providers=[cognito.UserPoolClientIdentityProvider.COGNITO],
            prevent_user_existence_errors=True,
            id_token_validity=Duration.minutes(15),
            access_token_validity=Duration.minutes(15),
            refresh_token_validity=Duration.hours(1),
        )
        self._pages = settings.sign_in.url or domain.base_url()

    def let_in(self, function: RetentionFunction) -> None:
        """Let the function send people to sign in, and ask who they are."""
        function.allow(
            "cognito-idp:AdminGetUser",
            "cognito-idp:AdminListGroupsForUser",
            on=[self.pool.user_pool_arn],
        )
        function.set_environment(
            USER_POOL=self.pool.user_pool_id,
            USER_POOL_CLIENT=self.client.user_pool_client_id,
            SIGN_IN_PAGES=self._pages,
        )

    def _pool(self, settings: Settings) -> cognito.UserPool:
        factor = settings.sign_in.second_factor
        pool = cognito.UserPool(
            self,
            "Pool",
            self_sign_up_enabled=False,
            sign_in_aliases=cognito.SignInAliases(email=True),
            sign_in_case_sensitive=False,
            standard_attributes=cognito.StandardAttributes(
                email=cognito.StandardAttribute(required=True, mutable=True),
                fullname=cognito.StandardAttribute(required=False, mutable=True),
            ),
            password_policy=cognito.PasswordPolicy(
                min_length=12,
                require_digits=True,
                require_lowercase=True,
                require_uppercase=True,
                require_symbols=True,
                temp_password_validity=Duration.days(7),
            ),
            account_recovery=cognito.AccountRecovery.EMAIL_ONLY,
            mfa=_SECOND_FACTOR[factor],
            mfa_second_factor=None if factor == "off" else cognito.MfaSecondFactor(otp=True, sms=False),
            deletion_protection=settings.protects_data,
            removal_policy=RemovalPolicy.RETAIN if settings.protects_data else RemovalPolicy.DESTROY,
        )
        accept(
            pool,
            "Cognito's threat protection is priced per person who signs in; a second factor is asked for instead "
            "(see `sign_in` in the stage's settings).",
            "AwsSolutions-COG3",
            "AwsSolutions-COG8",
        )
        if factor != "required":
            accept(pool, "This stage holds nobody's data but invented people's.", "AwsSolutions-COG2")
        return pool


def _own_prefix(scope: Construct, settings: Settings) -> str:
    """A name that is nobody else's in the region: the stage, and a part of the stack's own random id."""
    random = Fn.select(4, Fn.split("-", Fn.select(2, Fn.split("/", Stack.of(scope).stack_id))))
    return Fn.join("-", ["escalera", settings.stage, random])
