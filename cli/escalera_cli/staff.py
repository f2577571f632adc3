"""The people who may sign in to the console, in the stack's user pool."""

from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError

from escalera.domain.staff import Role
from escalera_cli.connection import Connection
from escalera_cli.endings import CommandError

LOCAL_PASSWORD = "Escalera-8400!"  # noqa: S105 - of invented people, on this machine alone
LOCAL_STAFF = {
    Role.OWNER: ("owner@example.com", "Olivia Owner"),
    Role.SERVICE: ("service@example.com", "Sergio Service"),
    Role.VIEWER: ("viewer@example.com", "Vera Viewer"),
}


@dataclass(frozen=True)
class Account:
    """Somebody who may sign in."""

    email: str
    name: str
    role: Role | None
    status: str
    """As Cognito calls it: FORCE_CHANGE_PASSWORD until the invitation was answered, then CONFIRMED."""


class StaffAccounts:
    """The accounts of a stack's staff."""

    def __init__(self, connection: Connection) -> None:
        self._client = connection.client("cognito-idp")
        self._pool = connection.output("UserPool")

    def invite(self, email: str, *, name: str, role: Role, password: str | None = None) -> None:
        """Add somebody, who gets an e-mail with a password for the first time; with a password, none is sent."""
        about = [
            {"Name": "email", "Value": email},
            {"Name": "email_verified", "Value": "true"},
            *([{"Name": "name", "Value": name}] if name else []),
        ]
        quietly: dict[str, Any] = {"MessageAction": "SUPPRESS"} if password else {}
        try:
            self._client.admin_create_user(
                UserPoolId=self._pool, Username=email, UserAttributes=about, **quietly
            )
        except self._client.exceptions.UsernameExistsException:
            raise CommandError(
                f"{email} is one of the staff already: `escalera staff role` changes what they may do."
            ) from None
        if password:
            self._client.admin_set_user_password(
                UserPoolId=self._pool, Username=email, Password=password, Permanent=True
            )
        self.give_role(email, role)

    def give_role(self, email: str, role: Role) -> None:
        """Give somebody this role, and no other."""
        for other in Role:
            move = (
                self._client.admin_add_user_to_group
                if other is role
                else self._client.admin_remove_user_from_group
            )
            self._known(email, lambda move=move, other=other: self._move(move, email, other))

    def remove(self, email: str) -> None:
        """Take the account away: within minutes every page of theirs asks them to sign in, which they cannot."""
        self._known(email, lambda: self._client.admin_delete_user(UserPoolId=self._pool, Username=email))

    def everybody(self) -> list[Account]:
        """All accounts, by address."""
        roles = {member: role for role in reversed(Role) for member in self._members(role)}
        pages = self._client.get_paginator("list_users").paginate(UserPoolId=self._pool)
        found = [_account(user, roles) for page in pages for user in page["Users"]]
        return sorted(found, key=lambda account: account.email)

    def _members(self, role: Role) -> list[str]:
        pages = self._client.get_paginator("list_users_in_group").paginate(
            UserPoolId=self._pool, GroupName=role.value
        )
        return [user["Username"] for page in pages for user in page["Users"]]

    def _move(self, move: Any, email: str, role: Role) -> None:
        move(UserPoolId=self._pool, Username=email, GroupName=role.value)

    def _known(self, email: str, call: Any) -> None:
        try:
            call()
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") != "UserNotFoundException":
                raise
            raise CommandError(f"{email} is none of the staff: `escalera staff list` shows who is.") from None


def invite_local_staff(connection: Connection) -> None:
    """Somebody of each role to sign in as on the local stack, all with the same password."""
    accounts = StaffAccounts(connection)
    there = {account.email for account in accounts.everybody()}
    for role, (email, name) in LOCAL_STAFF.items():
        if email not in there:
            accounts.invite(email, name=name, role=role, password=LOCAL_PASSWORD)


def _account(user: dict[str, Any], roles: dict[str, Role]) -> Account:
    about = {one["Name"]: one.get("Value", "") for one in user["Attributes"]}
    return Account(
        email=about.get("email", user["Username"]),
        name=about.get("name", ""),
        role=roles.get(user["Username"]),
        status=user["UserStatus"],
    )
