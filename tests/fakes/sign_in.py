"""A sign-in that lets in whom it was told of."""

from dataclasses import dataclass, field

from escalera.domain.staff import Role, StaffMember
from escalera.ports.sign_in import SignInRefusedError
from escalera.web.console.signing_in import challenge_of

PEOPLE = {
    role: StaffMember(
        id=f"id-{role.value}", name=f"{role.value.title()} Person", email=f"{role}@example.com", role=role
    )
    for role in Role
}


@dataclass
class FakeSignIn:
    """`SignIn` of people who come back with their role as the code."""

    people: dict[str, StaffMember] = field(
        default_factory=lambda: {member.id: member for member in PEOPLE.values()}
    )
    challenges: set[str] = field(default_factory=set)
    looked_up: int = 0

    def address(self, *, state: str, challenge: str) -> str:
        self.challenges.add(challenge)
        return f"https://sign-in.example.com/authorize?state={state}"

    def redeem(self, code: str, *, verifier: str) -> StaffMember:
        if challenge_of(verifier) not in self.challenges:
            raise SignInRefusedError("nobody asked with this verifier")
        if f"id-{code}" not in self.people:
            raise SignInRefusedError("this account has no role here")
        return self.people[f"id-{code}"]

    def look_up(self, member: StaffMember) -> StaffMember | None:
        self.looked_up += 1
        return self.people.get(member.id)

    def leave_address(self) -> str:
        return "https://sign-in.example.com/logout"
