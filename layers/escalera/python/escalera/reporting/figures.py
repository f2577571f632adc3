"""The figures a shop owner looks at first, and the shop's targets."""

from collections.abc import Callable, Iterator

from escalera.domain.measures import Measures
from escalera.domain.measures.figures import Average, Rate
from escalera.domain.measures.measuring import IN_MONEY
from escalera.domain.measures.result import TargetProgress
from escalera.domain.money import minor_digits
from escalera.reporting.course import Course
from escalera.reporting.model import Goal, Section, Tile
from escalera.reporting.words import Words

_SMALLEST_CHANGE = 0.0005


def tiles(course: Course, words: Words) -> Iterator[Tile]:
    """One figure each, with the sentence that explains it."""
    yield _kept(course, words)
    yield from _of_the_year(course, words)
    yield _value(course, words)
    yield _won_back(course, words)


def _of_the_year(course: Course, words: Words) -> Iterator[Tile]:
    say, everybody = words.say, course.now.everybody
    nobody = say("Nobody bought in the last 12 months.")
    repeat = say(
        "{part} of the {whole} customers of the last 12 months have bought at least twice.",
        **_of(everybody.repeat_rate, words),
    )
    yield Tile(
        say("Bought more than once"),
        words.percent(everybody.repeat_rate.value),
        repeat if everybody.active else nobody,
        _points(course, words, lambda one: one.everybody.repeat_rate),
    )
    orders = say(
        "{orders} orders in the last 12 months, from {customers} customers.",
        orders=words.number(everybody.frequency.total),
        customers=words.number(everybody.frequency.count),
    )
    yield Tile(
        say("Orders per customer"),
        words.number(everybody.frequency.value, 1),
        orders if everybody.active else nobody,
        _percent(course, words, lambda one: one.everybody.frequency),
    )
    average = say(
        "What an order of the last 12 months brought, after refunds: the average of {orders}.",
        orders=words.number(everybody.average_order.count),
    )
    yield Tile(
        say("Average order"),
        words.money(everybody.average_order.value),
        average if everybody.active else nobody,
        _percent(course, words, lambda one: one.everybody.average_order),
    )


def _kept(course: Course, words: Words) -> Tile:
    retention = course.now.everybody.retention
    if retention.value is None:
        sentence = words.say(
            "Not known yet: it compares the last 12 months with the 12 before, when nobody had bought."
        )
    else:
        sentence = words.say(
            "{part} of the {whole} customers of the 12 months before bought again in the last 12 months.",
            **_of(retention, words),
        )
    change = _points(course, words, lambda one: one.everybody.retention)
    return Tile(words.say("Customers kept"), words.percent(retention.value), sentence, change)


def _value(course: Course, words: Words) -> Tile:
    say, everybody = words.say, course.now.everybody
    ahead, so_far = everybody.expected_value, everybody.lifetime_revenue
    if ahead.value is not None:
        sentence = say(
            "What a customer is expected to bring from now on, on average. So far one has brought {so_far}.",
            so_far=words.money(so_far.value),
        )
        change = _percent(course, words, lambda one: one.everybody.expected_value)
        return Tile(say("A customer's value ahead"), words.money(ahead.value), sentence, change)
    sentence = say(
        "What a customer has brought since the first order, on average. "
        "What one will bring cannot be estimated from the orders so far."
    )
    change = _percent(course, words, lambda one: one.everybody.lifetime_revenue)
    return Tile(say("A customer's value so far"), words.money(so_far.value), sentence, change)


def _won_back(course: Course, words: Words) -> Tile:
    reactivation = course.now.everybody.reactivation
    if reactivation.value is None:
        sentence = words.say("Nobody had fallen silent a year ago, so there was nobody to win back.")
    else:
        sentence = words.say(
            "{part} of the {whole} customers who had fallen silent a year ago have bought since.",
            **_of(reactivation, words),
        )
    change = _points(course, words, lambda one: one.everybody.reactivation)
    return Tile(words.say("Won back"), words.percent(reactivation.value), sentence, change)


def targets(course: Course, words: Words) -> Section:
    """How far the shop is from what it set out to reach (doctrine P1)."""
    say = words.say
    goals = [_goal(target, course.now, words) for target in course.now.targets]
    if goals:
        sentence = say("What you set out to reach in your programme, and how far you are.")
    else:
        sentence = say("None are set yet: write them under `targets` in programme.yaml, and they show here.")
    return Section("targets", say("Your targets"), [sentence], goals=goals)


def _goal(target: TargetProgress, now: Measures, words: Words) -> Goal:
    if target.progress is None:
        sentence = words.say("This cannot be told yet.")
    elif target.is_reached:
        sentence = words.say("Reached.")
    else:
        sentence = words.say("{share} of the way.", share=words.percent(target.progress))
    return Goal(
        title=measure_names(words)[target.measure],
        value=_written(target.measure, target.value, now, words),
        target=words.say("Target: {target}", target=_written(target.measure, target.target, now, words)),
        sentence=sentence,
        progress=target.progress,
    )


def measure_names(words: Words) -> dict[str, str]:
    """What the measures are called."""
    say = words.say
    return {
        "retention": say("Customers kept"),
        "churn": say("Customers lost"),
        "repeat_rate": say("Bought more than once"),
        "reactivation": say("Won back"),
        "frequency": say("Orders per customer"),
        "average_order": say("Average order"),
        "revenue_per_customer": say("Revenue per customer"),
        "lifetime_revenue": say("A customer's value so far"),
        "expected_value": say("A customer's value ahead"),
    }


def _written(measure: str, value: float | None, now: Measures, words: Words) -> str:
    if measure in IN_MONEY:
        return words.money(None if value is None else value * 10 ** minor_digits(now.currency))
    return words.number(value, 1) if measure == "frequency" else words.percent(value)


def _of(rate: Rate, words: Words) -> dict[str, str]:
    return {"part": words.number(rate.part), "whole": words.number(rate.whole)}


def _points(course: Course, words: Words, measure: Callable[[Measures], Rate]) -> str:
    change = course.change(measure)
    if change is None or course.before is None:
        return ""
    since = words.short_day(course.before.day)
    if abs(change) < _SMALLEST_CHANGE:
        return words.say("unchanged since {day}", day=since)
    return words.say("{change} points since {day}", change=words.points(change), day=since)


def _percent(course: Course, words: Words, measure: Callable[[Measures], Average]) -> str:
    change = course.change(measure)
    if change is None or course.before is None:
        return ""
    since, before = words.short_day(course.before.day), measure(course.before).value
    if not before or abs(change / before) < _SMALLEST_CHANGE:
        return words.say("unchanged since {day}", day=since)
    return words.say("{change} since {day}", change=words.signed_percent(change / before), day=since)
