"""Signing in by Cognito's own pages: passwords and second factors are never seen by code of ours."""

import json
import urllib.error
import urllib.request
from base64 import urlsafe_b64decode
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlencode

from botocore.exceptions import BotoCoreError, ClientError

from escalera.domain.errors import RetryableError
from escalera.domain.staff import Role, StaffMember
from escalera.ports.sign_in import SignInRefusedError

if TYPE_CHECKING:
    from mypy_boto3_cognito_idp import CognitoIdentityProviderClient

Connect = Callable[[str, Mapping[str, Any]], Any]

CLIENT_SETTINGS: Mapping[str, Any] = {
    "connect_timeout": 2,
    "read_timeout": 5,
    "retries": {"mode": "standard"},
}
SECONDS = 8
SCOPES = "openid email profile"


class CognitoSignIn:
    """A `SignIn` over a user pool.

    pages: the address of the pool's own pages, without a slash at the end; site: the console's, where people come back.
    """

    def __init__(self, pool: str, client: str, *, pages: str, site: str, connect: Connect) -> None:
        self._pool = pool
        self._client_id = client
        self._pages = pages
        self._site = site
        self._connect = connect

    @cached_property
    def client(self) -> "CognitoIdentityProviderClient":
        """The low-level client, made when first needed."""
        client: CognitoIdentityProviderClient = self._connect("cognito-idp", CLIENT_SETTINGS)
        return client

    def address(self, *, state: str, challenge: str) -> str:
        """Cognito's sign-in page."""
        asked = {
            "response_type": "code",
            "client_id": self._client_id,
            "redirect_uri": self._back,
            "scope": SCOPES,
            "state": state,
            "code_challenge": challenge,
            "code_challenge_method": "S256",
        }
        return f"{self._pages}/oauth2/authorize?{urlencode(asked)}"

    def redeem(self, code: str, *, verifier: str) -> StaffMember:
        """Ask the token endpoint who it is.

        The answer comes from Cognito itself over TLS, so its signature need not be checked (OpenID Connect Core
        1.0, 3.1.3.7); whom it is meant for is checked all the same.
        """
        asked = {
            "grant_type": "authorization_code",
            "client_id": self._client_id,
            "redirect_uri": self._back,
            "code": code,
            "code_verifier": verifier,
        }
        claims = _claims(self._ask(asked).get("id_token", ""))
        if claims.get("aud") != self._client_id or claims.get("token_use") != "id":
            raise SignInRefusedError("the sign-in answered for somebody else: sign in again")
        role = highest(claims.get("cognito:groups", ()))
        if role is None:
            raise SignInRefusedError(NO_ROLE)
        return StaffMember(
            id=str(claims["cognito:username"]),
            name=str(claims.get("name") or claims.get("email", "")),
            email=str(claims.get("email", "")),
            role=role,
        )

    def look_up(self, member: StaffMember) -> StaffMember | None:
        """The person's account and groups as they are now."""
        who: Any = {"UserPoolId": self._pool, "Username": member.id}
        try:
            found = self.client.admin_get_user(**who)
            groups = self.client.admin_list_groups_for_user(**who)["Groups"]
        except self.client.exceptions.UserNotFoundException:
            return None
        except (ClientError, BotoCoreError) as error:
            raise RetryableError(f"the user pool cannot be asked ({type(error).__name__})") from error
        role = highest(str(group.get("GroupName", "")) for group in groups)
        if not found["Enabled"] or role is None:
            return None
        about = {one["Name"]: one.get("Value", "") for one in found["UserAttributes"]}
        email = about.get("email", member.email)
        return StaffMember(id=member.id, name=about.get("name") or email, email=email, role=role)

    def leave_address(self) -> str:
        """Cognito's sign-out, which comes back to the console."""
        asked = {"client_id": self._client_id, "logout_uri": f"{self._site}/signed-out"}
        return f"{self._pages}/logout?{urlencode(asked)}"

    @property
    def _back(self) -> str:
        return f"{self._site}/signed-in"

    def _ask(self, asked: Mapping[str, str]) -> Mapping[str, Any]:
        form = {"Content-Type": "application/x-www-form-urlencoded"}
        request = urllib.request.Request(  # noqa: S310 - the address comes from our own settings
            f"{self._pages}/oauth2/token", data=urlencode(asked).encode(), headers=form
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as answer:  # noqa: S310
                told: Mapping[str, Any] = json.load(answer)
        except urllib.error.HTTPError as error:
            if error.code >= 500:
                raise RetryableError(f"the sign-in is in trouble ({error.code})") from error
            raise SignInRefusedError("the sign-in no longer takes this code: sign in again") from error
        except OSError as error:
            raise RetryableError(f"the sign-in cannot be asked ({type(error).__name__})") from error
        return told


NO_ROLE = "this account has no role here: an owner gives one with `escalera staff`"


def highest(groups: Iterable[str]) -> Role | None:
    """The role of somebody in these groups of the pool: of several, the one with more rights."""
    there = set(groups)
    return next((role for role in (Role.OWNER, Role.SERVICE, Role.VIEWER) if role.value in there), None)


def _claims(token: str) -> Mapping[str, Any]:
    try:
        _, payload, _ = token.split(".")
        claims: Mapping[str, Any] = json.loads(urlsafe_b64decode(payload + "=" * (-len(payload) % 4)))
    except ValueError as error:
        raise SignInRefusedError("the sign-in gave no identity: sign in again") from error
    return claims
