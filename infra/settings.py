"""What differs between stages, in one place: numbers and switches, never which resources there are."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Any, Literal

Stage = Literal["local", "dev", "prod"]

MINUTE = 60


@dataclass(frozen=True, kw_only=True)
class FunctionSettings:
    """What one Lambda may use. Memory also buys CPU: at 1,024 MB these functions start in half the time of 512."""

    memory_mb: int = 1024
    timeout_seconds: int = 30
    reserved_concurrency: int | None = None
    """None: share the account's pool. A reserve is floor and ceiling, and a new account may have none to give."""


@dataclass(frozen=True, kw_only=True)
class InboxSettings:
    """How a queue feeds its function, and when its operator hears of it."""

    batch_size: int
    window_seconds: int
    """How long to gather a batch; AWS wants at least 1 for batches of more than 10."""
    max_concurrency: int
    """Batches at once. Never above the function's reserve, or SQS would be throttled and count false receives."""
    receives_before_dead: int = 500
    """Pauses grow to 15 minutes (`escalera.runtime.back_off`): trouble of two and a half days makes no dead letters, and
    the last try comes before the queue drops the event after 7 days. A function that cannot run at all is called again
    after the queue's visibility timeout of 3 minutes: that lasts for a day."""
    alarm_age_seconds: int = 5 * MINUTE


@dataclass(frozen=True, kw_only=True)
class StreamSettings:
    """How the table's stream feeds `publish_changes`."""

    batch_size: int
    window_seconds: int
    batches_per_shard: int
    """Batches of one shard at once; items of one customer stay in order all the same."""
    retries: int | None = None
    """None: tried on until it is `maximum_age_hours` old."""
    maximum_age_hours: int = 12
    """Older changes are given up and noted. The stream keeps them for 24 hours: the rest is time to redrive them."""
    alarm_age_seconds: int = 5 * MINUTE


@dataclass(frozen=True, kw_only=True)
class ArchiveSettings:
    """How the table's stream feeds `archive_records`, and how long the archive of records is kept.

    A rebuild reads the newest export of before the loss, and the archive since: the archive is kept longer than the
    exports (`NightSettings.keep_files_days`), or the two would not meet.
    """

    window_seconds: int = 300
    """How long to gather: nobody waits for it, and each file costs a request. 300 is the longest that AWS allows."""
    batch_size: int = 5000
    retries: int = 1000
    keep_days: int = 14
    """Erased customers' records from before are in the archive until then."""
    alarm_age_seconds: int = 3600


@dataclass(frozen=True, kw_only=True)
class ScheduleSettings:
    """When the clock looks for whoever needs a look. Times of day are the shop's own."""

    score_hour: int = 3
    score_minute: int = 30
    """Never between two and three: once a year that hour is missing where clocks change."""
    quiet_hour: int = 7
    quiet_minute: int = 15
    promises_every_minutes: int = 15
    redrive_every_minutes: int = 15
    stranded_every_minutes: int = 30


@dataclass(frozen=True, kw_only=True)
class NightSettings:
    """How the nightly score works through the base."""

    concurrency: int = 10
    """Files, or buckets of customers, at once: it bounds how many functions run and how fast the table is written."""
    keep_files_days: int = 7
    """How long a night's files are kept, to rebuild the table from its export and to look into a night that failed.
    They hold what the table holds: erased customers are in them until then."""


@dataclass(frozen=True, kw_only=True)
class SiteSettings:
    """Where a web site is found, and how much may be asked of it."""

    domain: str | None = None
    """A domain of the shop's that points to the distribution (`PortalAlias` and `ConsoleAlias` are outputs of the
    stack); None: CloudFront's own, `d111111abcdef8.cloudfront.net`."""
    certificate_arn: str | None = None
    """The domain's certificate, in us-east-1, where CloudFront looks for it."""
    url: str | None = None
    """Another address by which people find it: only on the local stack, where nothing has a name."""
    web_acl_arn: str | None = None
    """A firewall before the site: an output of the stack that `-c firewall=true` makes, or the shop's own; None: none."""
    requests_per_second: int = 500
    """Of all visitors together. Above what the function's reserve can answer, so that it is no smaller bucket that one
    visitor empties for everybody; below the account's 10,000, which all its APIs share."""
    requests_at_once: int = 1000


@dataclass(frozen=True, kw_only=True)
class FirewallSettings:
    """How many requests an address may send in five minutes, each page's files among them."""

    portal_requests: int = 1000
    """Customers of one mobile network may share an address, and come together after a mail to all."""
    console_requests: int = 3000
    """All staff of a shop share one address."""


@dataclass(frozen=True, kw_only=True)
class SignInSettings:
    """How staff prove who they are."""

    second_factor: Literal["off", "optional", "required"] = "required"
    """A code from an app on their phone, beside the password."""
    url: str | None = None
    """Another address of the sign-in pages: only on the local stack."""


@dataclass(frozen=True, kw_only=True)
class Settings:
    """One stage."""

    stage: Stage
    protects_data: bool
    """Whether the table survives its stack and cannot be deleted by accident."""
    log_retention_days: int
    event_archive_days: int
    log_level: Literal["INFO", "WARNING"]
    """From which level on our own code speaks."""
    functions: FunctionSettings
    special_functions: dict[str, FunctionSettings] = field(default_factory=dict)
    inbox: InboxSettings
    stream: StreamSettings
    archive: ArchiveSettings = ArchiveSettings()
    schedules: ScheduleSettings = ScheduleSettings()
    night: NightSettings = NightSettings()
    manages_sms_logs: bool = True
    """Whether this stack makes the log groups that SNS writes SMS receipts to. Their names belong to the account
    and region, so only one stack of an account and region may: the others say False and subscribe to them."""
    portal: SiteSettings = SiteSettings()
    """The customers' pages."""
    console: SiteSettings = SiteSettings()
    """The staff's pages."""
    sign_in: SignInSettings = SignInSettings()
    firewall: FirewallSettings = FirewallSettings()
    """What the firewall allows, where there is one."""
    origin_key: str = "1"
    """By which of the origin keys CloudFront proves that a request came through it (docs/how-to/change-the-keys.md)."""
    sms_alarm_usd: float = 40.0
    """Month-to-date text spending that rings the alarm; the account's own limit stops it (`escalera doctor`)."""
    alarm_email: str | None = None
    """Who hears of alarms by e-mail (AWS asks that address to confirm first); None: subscribe to the topic later."""
    sender: str | None = None
    """Who e-mail comes from, as `Name <address>`; None: the shop's name and mailbox in programme.yaml."""
    mail_domain: str | None = None
    """A domain this stack proves to SES as ours (its DKIM records are outputs of the stack, to be put into the DNS); None: the domain is proven already."""

    def function(self, name: str) -> FunctionSettings:
        """The settings of one function."""
        return self.special_functions.get(name, self.functions)


_SWEEPS = dict.fromkeys(
    ("find_quiet_customers", "find_broken_promises", "close_stranded_entries"),
    FunctionSettings(timeout_seconds=300),
)
_ARCHIVE = FunctionSettings(timeout_seconds=60)
# Calls functions one after the other, and each may take its time to fail.
_REDRIVE = FunctionSettings(timeout_seconds=900)

# At 1,769 MB a function has one whole processor, and the night's work is all processor. Fitting holds the statistics
# of the whole base. None has a reserve: the account would be without it all day for ten minutes of work.
_BUCKET = FunctionSettings(memory_mb=1769, timeout_seconds=900)
_NIGHT = {
    "gather_histories": _BUCKET,
    "summarise_base": _BUCKET,
    "settle_score": FunctionSettings(memory_mb=3008, timeout_seconds=900),
    "score_customers": _BUCKET,
    "record_measures": FunctionSettings(timeout_seconds=300),
    "plan_night": FunctionSettings(),
}

LOCAL = Settings(
    stage="local",
    console=SiteSettings(url="http://127.0.0.1:8400"),
    portal=SiteSettings(url="http://127.0.0.1:8401"),
    sign_in=SignInSettings(second_factor="off", url="http://127.0.0.1:4566"),
    protects_data=False,
    log_retention_days=1,
    event_archive_days=1,
    log_level="INFO",
    functions=FunctionSettings(),
    special_functions={
        **_SWEEPS,
        "archive_records": _ARCHIVE,
        "redrive_dead_letters": _REDRIVE,
        **_NIGHT,
    },
    night=NightSettings(concurrency=2),
    # A day lasts a second here, so nobody waits for a batch to fill.
    inbox=InboxSettings(batch_size=10, window_seconds=0, max_concurrency=2),
    stream=StreamSettings(batch_size=100, window_seconds=0, batches_per_shard=1, retries=10),
    archive=ArchiveSettings(window_seconds=1, batch_size=1000, retries=10),
)

DEV = Settings(
    stage="dev",
    sign_in=SignInSettings(second_factor="optional"),
    protects_data=False,
    log_retention_days=14,
    event_archive_days=14,
    log_level="INFO",
    functions=FunctionSettings(),
    special_functions={
        **_SWEEPS,
        "archive_records": _ARCHIVE,
        "redrive_dead_letters": _REDRIVE,
        **_NIGHT,
    },
    inbox=InboxSettings(batch_size=50, window_seconds=1, max_concurrency=5),
    stream=StreamSettings(batch_size=100, window_seconds=0, batches_per_shard=2),
)

_ONE_SWEEP = FunctionSettings(timeout_seconds=300, reserved_concurrency=1)

PROD = Settings(
    stage="prod",
    protects_data=True,
    log_retention_days=90,
    event_archive_days=90,
    log_level="INFO",
    # A burst fills the queues, not the account: together these reserve under 200 of the usual 1,000.
    functions=FunctionSettings(reserved_concurrency=10),
    special_functions={
        "perform_step": FunctionSettings(reserved_concurrency=50),
        "publish_changes": FunctionSettings(timeout_seconds=60, reserved_concurrency=20),
        "find_quiet_customers": _ONE_SWEEP,
        "find_broken_promises": _ONE_SWEEP,
        "archive_records": replace(_ARCHIVE, reserved_concurrency=2),
        "redrive_dead_letters": replace(_REDRIVE, reserved_concurrency=1),
        "close_stranded_entries": _ONE_SWEEP,
        **_NIGHT,
    },
    inbox=InboxSettings(batch_size=50, window_seconds=1, max_concurrency=10),
    stream=StreamSettings(batch_size=100, window_seconds=0, batches_per_shard=4),
)

STAGES: dict[str, Settings] = {stage.stage: stage for stage in (LOCAL, DEV, PROD)}


class UnknownStageError(ValueError):
    """There is no stage of this name."""


def settings_for(stage: str) -> Settings:
    """The settings of a stage by its name."""
    if stage not in STAGES:
        message = f"there is no stage {stage!r}: choose one of {', '.join(STAGES)} (cdk synth -c stage=dev)"
        raise UnknownStageError(message)
    return STAGES[stage]


def at_home(settings: Settings, told: Callable[[str], Any]) -> Settings:
    """The local stage with the addresses that whoever starts it has chosen, where they say so."""
    return replace(
        settings,
        console=replace(settings.console, url=told("console_url") or settings.console.url),
        portal=replace(settings.portal, url=told("portal_url") or settings.portal.url),
        sign_in=replace(settings.sign_in, url=told("sign_in_url") or settings.sign_in.url),
    )
