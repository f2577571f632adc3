"""What the customer wishes to hear, by which way and how often (doctrine P6b)."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from escalera.domain.consent import allows, is_suppressed
from escalera.domain.customer import Customer
from escalera.domain.limits import Action
from escalera.domain.links import LinkPurpose
from escalera.domain.preferences import ASKED_FOR, Frequency, Preferences, with_preferences
from escalera.domain.vocabulary import Language, MessageChannel, Purpose, SubjectName
from escalera.journeys.programme import Programme
from escalera.use_cases.portal.choose import choose
from escalera.use_cases.portal.own_data import request_data
from escalera.web.forms import Form
from escalera.web.portal.portal import Portal, Visit, covered
from escalera.web.site import Answer

DAY = timedelta(days=1)
LONGEST_PAUSE = 366 * DAY
_RATES = (Frequency(1, 7 * DAY), Frequency(1, 14 * DAY), Frequency(1, 30 * DAY))
"""What customers may wish, as long as it is less than the shop's own rule."""


@dataclass(frozen=True, slots=True)
class Choice:
    """One box: a purpose on a channel."""

    name: str
    channel: MessageChannel
    purpose: Purpose
    given: bool


@dataclass(frozen=True, slots=True)
class Way:
    """A channel, and what comes by it."""

    channel: MessageChannel
    address: str
    """Covered, so that whoever looks over a shoulder does not read it."""
    is_closed: bool
    is_stopped: bool
    choices: tuple[Choice, ...]


def preferences_page(portal: Portal) -> None:
    """Register it."""
    programme = portal.parts.programme

    @portal.page(LinkPurpose.PREFERENCES)
    def preferences(visit: Visit) -> Answer:
        return _shown(visit, programme)

    @portal.change(LinkPurpose.PREFERENCES)
    def save(visit: Visit) -> Answer:
        form = visit.form
        until = _pause(form, visit)
        if until is None and form.text("pause_until") and not form.has("nothing"):
            return _shown(visit, programme, status=422, wrong_pause=form.text("pause_until"))
        told = _told(form, visit.customer, programme, until)
        if not visit.may(Action.CHOOSE):
            chosen = replace(visit, customer=with_preferences(visit.customer, told, visit.now))
            return _shown(chosen, programme, status=429, too_often=True)
        choose(
            visit.customer.id,
            told,
            customers=portal.parts.customers,
            rules=portal.parts.rules(),
            clock=portal.parts.clock,
        )
        return visit.go_back(said="saved")

    @portal.change(LinkPurpose.PREFERENCES, "/data")
    def ask_for_data(visit: Visit) -> Answer:
        if not visit.may(Action.MAIL_LINK):
            return _shown(visit, programme, status=429, too_often=True)
        request_data(visit.customer.id, customers=portal.parts.customers, clock=portal.parts.clock)
        return visit.go_back(said="asked")


def _shown(
    visit: Visit,
    programme: Programme,
    *,
    status: int = 200,
    wrong_pause: str = "",
    too_often: bool = False,
) -> Answer:
    customer = visit.customer
    until = customer.paused_until
    paused = until if until is not None and until > visit.now else None
    today = visit.now.astimezone(visit.time_zone).date()
    return visit.show(
        "preferences.html",
        status=status,
        ways=list(_ways(customer, programme)),
        subjects=[
            (name, texts[visit.language], _wants(customer, name))
            for name, texts in programme.subjects.items()
        ],
        rates=_rates(customer, programme),
        rate=_rate(customer),
        shop_rate=Frequency(programme.policy.cap_messages, timedelta(seconds=programme.policy.cap_within)),
        paused=paused.astimezone(visit.time_zone).date() if paused else None,
        first_day=today + DAY,
        last_day=today + LONGEST_PAUSE,
        wrong_pause=wrong_pause,
        too_often=too_often,
        languages=list(Language),
    )


def _ways(customer: Customer, programme: Programme) -> Iterator[Way]:
    policy = programme.policy
    for channel in policy.channels:
        address = customer.contact.address(channel)
        if not address:
            continue
        stopped = channel in customer.unsubscribed
        choices = tuple(
            Choice(
                f"{channel.value}-{purpose.value}",
                channel,
                purpose,
                given=not stopped
                and allows(customer, purpose, channel, must_ask=purpose in policy.needs_consent),
            )
            for purpose in ASKED_FOR
        )
        yield Way(channel, covered(address), is_suppressed(customer, channel), stopped, choices)


def _told(form: Form, customer: Customer, programme: Programme, until: datetime | None) -> Preferences:
    nothing = form.has("nothing")
    return Preferences(
        # Only what is said anew: a box that stayed as it was shown says nothing.
        consents={
            (one.purpose, one.channel): chosen
            for way in _ways(customer, programme)
            for one in way.choices
            if (chosen := form.has(one.name) and not nothing) != one.given
        },
        subjects={
            name: chosen
            for name in programme.subjects
            if not nothing and (chosen := form.has(f"subject-{name}")) != _wants(customer, name)
        },
        frequency=_frequency(form, customer, programme),
        paused_until=until,
        language=next((one for one in Language if one.value == form.text("language")), None),
    )


def _wants(customer: Customer, subject: SubjectName) -> bool:
    wish = customer.subjects.get(subject)
    return wish is None or wish.wanted


def _rates(customer: Customer, programme: Programme) -> list[Frequency]:
    """The wishes to choose from: those that are less than the shop writes anyhow, and the customer's own."""
    policy = programme.policy
    shop = policy.cap_messages / policy.cap_within
    less = [one for one in _RATES if one.messages / one.within.total_seconds() < shop]
    own = _rate(customer)
    return less if own is None or own in less else [*less, own]


def _rate(customer: Customer) -> Frequency | None:
    if customer.wished_cap is None:
        return None
    return Frequency(customer.wished_cap, customer.wished_within or 7 * DAY)


def _frequency(form: Form, customer: Customer, programme: Programme) -> Frequency | None:
    chosen = form.text("frequency")
    return next((one for one in _rates(customer, programme) if rate_name(one) == chosen), None)


def rate_name(rate: Frequency) -> str:
    """How a form calls it."""
    return f"{rate.messages}-{rate.within.days}"


def _pause(form: Form, visit: Visit) -> datetime | None:
    """The first moment of the day on which the pause ends, where the customer lives; None for a day that cannot be."""
    try:
        day = date.fromisoformat(form.text("pause_until"))
        until = datetime.combine(day, time(), visit.time_zone).astimezone(UTC)
    except (ValueError, OverflowError):  # no day, or one of which UTC knows no beginning
        return None
    return until if visit.now < until <= visit.now + LONGEST_PAUSE else None
