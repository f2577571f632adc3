"""Puts a report together."""

from collections.abc import Iterator, Sequence

from escalera.domain.measures import Measures
from escalera.domain.measures.result import LeftOut
from escalera.reporting import money, people
from escalera.reporting.course import Course
from escalera.reporting.figures import targets, tiles
from escalera.reporting.history import history
from escalera.reporting.model import Report, Section
from escalera.reporting.words import Words


def make_report(days: Sequence[Measures], shop: str, words: Words) -> Report:
    """The report of the newest of these days (oldest first, at least one); `words` are of that day's currency."""
    course = Course(days)
    now = course.now
    say = words.say
    return Report(
        language=words.language.value,
        shop=shop,
        title=say("Loyalty in numbers"),
        subtitle=say(
            "{day}. {customers} customers are known; {active} bought in the last 12 months.",
            day=words.day(now.day),
            customers=words.number(now.everybody.known),
            active=words.number(now.everybody.active),
        ),
        day=now.day,
        tiles=list(tiles(course, words)) if now.everybody.known else [],
        sections=list(_sections(course, words)),
        notices=list(_notices(now, words)),
        footnotes=[
            say("An order that was given back in full does not count as bought. Amounts are after refunds."),
            say(
                "All amounts are in {currency}, at the exchange rates of your programme.",
                currency=now.currency,
            ),
            say(
                "The last 12 months are the {days} days up to this report.",
                days=words.number(now.window_days),
            ),
        ],
        show_table=say("Show the numbers"),
    )


def _sections(course: Course, words: Words) -> Iterator[Section]:
    now = course.now
    yield targets(course, words)
    yield money.keeping(now, words)
    if not now.everybody.known:
        return
    yield money.months(now, words)
    yield money.classes(now, words)
    yield people.ladder(now, words)
    yield people.silence(now, words)
    yield people.cohorts(now, words)
    yield people.members(now, words)
    yield people.completeness(now, words)
    yield history(course, words)


def _notices(now: Measures, words: Words) -> Iterator[str]:
    if not now.everybody.known:
        yield words.say(
            "No customers are known yet. As soon as your shop tells of purchases, this page fills."
        )
    for one in now.left_out:
        yield words.say(
            "Not in any amount: {what}, because your programme has no exchange rate for {currency}.",
            what=", ".join(_amounts_left_out(one, words)),
            currency=one.currency,
        )


def _amounts_left_out(one: LeftOut, words: Words) -> Iterator[str]:
    if one.orders:
        amount = words.money(one.bought, currency=one.currency)
        yield words.say("{count} orders over {amount}", count=words.number(one.orders), amount=amount)
    if one.refunds:
        amount = words.money(one.given_back, currency=one.currency)
        yield words.say("{count} refunds over {amount}", count=words.number(one.refunds), amount=amount)
