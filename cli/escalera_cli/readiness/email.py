"""E-mail: SES's leave to send, and what the domain's DNS says of it."""

from collections.abc import Callable, Iterator

from botocore.exceptions import ClientError
from dns.exception import DNSException
from dns.resolver import NXDOMAIN, NoAnswer, Resolver

from escalera_cli.readiness.findings import Client, Finding, missing, ok, warn

Lookup = Callable[[str, str], list[str]]
"""Name and record type to texts; empty where there is none."""


def dns_lookup(name: str, kind: str) -> list[str]:
    """Ask the DNS; TXT records come joined, names without their last dot."""
    try:
        answer = Resolver().resolve(name, kind, lifetime=5)
    except (NXDOMAIN, NoAnswer):
        return []
    return [
        "".join(part.decode() for part in one.strings) if kind == "TXT" else str(one).rstrip(".")
        for one in answer
    ]


def sending(client: Client) -> Iterator[Finding]:
    """Whether SES sends for this account, to anybody, and how much."""
    account = client("sesv2").get_account()
    if not account.get("SendingEnabled", True):
        yield missing(
            "SES sending",
            "AWS has paused it",
            "See the reputation page of the SES console; answer AWS there.",
        )
    if account.get("ProductionAccessEnabled"):
        quota = account.get("SendQuota", {})
        found = (
            f"granted: {quota.get('Max24HourSend', 0):,.0f} a day, {quota.get('MaxSendRate', 0):g} a second"
        )
        yield ok("SES production access", found)
    else:
        todo = "Ask for it in the SES console (Account dashboard > Request production access); it takes about a day."
        yield missing("SES production access", "sandbox: only proven addresses can be written to", todo)


def identity(client: Client, domain: str, lookup: Lookup = dns_lookup) -> Iterator[Finding]:
    """Whether the domain is proven, and signs its mail."""
    todo = f"Run: aws sesv2 create-email-identity --email-identity {domain}, then put its three CNAMEs into the DNS."
    try:
        found = client("sesv2").get_email_identity(EmailIdentity=domain)
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "NotFoundException":
            raise
        yield missing("SES identity", f"{domain} is unknown to SES", todo)
        return
    if found.get("VerifiedForSendingStatus"):
        yield ok("SES identity", f"{domain} is proven")
    else:
        yield missing(
            "SES identity", f"{domain} is not proven yet", "Put the CNAMEs below into the DNS, and wait."
        )
    yield from _dkim(domain, found.get("DkimAttributes", {}), lookup)
    bounces = found.get("MailFromAttributes", {}).get("MailFromDomain")
    yield from _asked("SPF", lambda: _spf(domain, bounces, lookup))
    yield from _asked("DMARC", lambda: _dmarc(domain, lookup))


def _dkim(domain: str, dkim: dict[str, object], lookup: Lookup) -> Iterator[Finding]:
    tokens = dkim.get("Tokens")
    wanted = {
        f"{token}._domainkey.{domain}": f"{token}.dkim.amazonses.com"
        for token in (tokens if isinstance(tokens, list) else ())
    }
    if dkim.get("Status") == "SUCCESS":
        yield ok("DKIM", "mail is signed")
        return

    def look() -> Iterator[Finding]:
        absent = [f"{name} CNAME {to}" for name, to in wanted.items() if to not in lookup(name, "CNAME")]
        todo = (
            f"Put into the DNS: {'; '.join(absent)}"
            if absent
            else "The records are there: SES looks again within 72 h."
        )
        yield missing("DKIM", f"mail is not signed yet ({dkim.get('Status', 'off')})", todo)

    yield from _asked("DKIM", look)


def _spf(domain: str, bounces: str | None, lookup: Lookup) -> Iterator[Finding]:
    """SPF is judged by the domain that bounces go to: SES's own, which passes, unless the shop has named its own."""
    if bounces is None:
        todo = f"Better for DMARC: set a MAIL FROM domain, such as bounce.{domain}, on the SES identity."
        yield warn("SPF", "passes by amazonses.com, which is not your domain", todo)
        return
    said = [text for text in lookup(bounces, "TXT") if text.lower().startswith("v=spf1")]
    if any("include:amazonses.com" in text for text in said):
        yield ok("SPF", f"{bounces} lets SES send")
    else:
        todo = f'Put into the DNS: {bounces} TXT "v=spf1 include:amazonses.com ~all"'
        yield missing("SPF", f"{bounces} does not name SES", todo)


def _dmarc(domain: str, lookup: Lookup) -> Iterator[Finding]:
    organisation = ".".join(domain.split(".")[-2:])
    said = [
        text
        for name in dict.fromkeys((domain, organisation))
        for text in lookup(f"_dmarc.{name}", "TXT")
        if text.lower().replace(" ", "").startswith("v=dmarc1")
    ]
    if not said:
        todo = f'Put into the DNS: _dmarc.{domain} TXT "v=DMARC1; p=none; rua=mailto:POSTMASTER" (large mailboxes ask for it).'
        yield missing("DMARC", f"{domain} has no record", todo)
    elif "p=none" in said[0].lower().replace(" ", ""):
        yield warn("DMARC", "only watched (p=none)", "Once its reports look well, ask for p=quarantine.")
    else:
        yield ok("DMARC", said[0])


def _asked(subject: str, look: Callable[[], Iterator[Finding]]) -> Iterator[Finding]:
    try:
        yield from look()
    except DNSException as error:
        yield warn(subject, f"the DNS did not answer: {error}", "Look again later, or from another network.")
