"""The people who may sign in to the console, in the stack's user pool."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from escalera.adapters.dynamodb.colleagues import DynamoDBColleagues
from escalera.adapters.dynamodb.open_sessions import DynamoDBOpenSessions
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
        table = connection.output("TableName")
        self._sessions = DynamoDBOpenSessions(table, lambda service, _: connection.client(service))
        self._colleagues = DynamoDBColleagues(table, lambda service, _: connection.client(service))

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
        self._give_role(email, role)

    def give_role(self, email: str, role: Role) -> None:
        """Give somebody this role, and no other; their open sessions end, for these hold the former one."""
        self._give_role(email, role)
        self.sign_out(email)

    def _give_role(self, email: str, role: Role) -> None:
        for other in Role:
            move = (
                self._client.admin_add_user_to_group
                if other is role
                else self._client.admin_remove_user_from_group
            )
            self._known(email, lambda move=move, other=other: self._move(move, email, other))

    def remove(self, email: str) -> None:
        """Delete the account and end the open sessions: every page asks them to sign in, which they cannot."""
        staff_id = self._id_of(email)
        # First the account: a session that began in between would be closed with the others.
        self._known(email, lambda: self._client.admin_delete_user(UserPoolId=self._pool, Username=email))
        self._sessions.close_all(staff_id)

    def sign_out(self, email: str) -> int:
        """End every open session of somebody, how many there were; also of one whose account is gone already.

        Nothing is asked of the pool for it: the console keeps none of its tokens.
        """
        try:
            ids = {self._id_of(email)}
        except CommandError:
            now = datetime.now(UTC)
            ids = {one.id for one in self._colleagues.known(now) if one.email.casefold() == email.casefold()}
            if not ids:
                raise
        return sum(map(self._sessions.close_all, ids))

    def _id_of(self, email: str) -> str:
        """The pool's own id of somebody, by which the console knows them."""
        found: list[str] = []
        self._known(
            email,
            lambda: found.append(
                self._client.admin_get_user(UserPoolId=self._pool, Username=email)["Username"]
            ),
        )
        return found[0]

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
