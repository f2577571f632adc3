"""What customers bring: month by month, by class, and what keeping more of them is worth."""

from escalera.domain.measures import Measures
from escalera.domain.measures.arithmetic import MORE, YEARS, growth
from escalera.domain.measures.definitions import MOST_OF_REVENUE
from escalera.domain.measures.result import MonthMeasures
from escalera.domain.money import minor_digits
from escalera.reporting.charts import COUNT, PERCENT, columns, lines, money_in
from escalera.reporting.model import Chart, Section, Table
from escalera.reporting.words import UNKNOWN, Words

_MONTHS_SHOWN = 13
_TOO_QUICK = 20
"""Beyond this growth in seven years a projection says more about the arithmetic than about the shop."""


def months(now: Measures, words: Words) -> Section:
    """Revenue by month, from new customers and from those who had bought before."""
    say = words.say
    title = say("Revenue, month by month")
    shown = now.months[-_MONTHS_SHOWN:]
    if not shown:
        return Section("months", title, [say("No orders in the last two years.")])
    sentence = say(
        "What each month's orders brought, after refunds: from people who bought for the first time, "
        "and from customers who had bought before. The last month is not over."
    )
    unit = 10 ** minor_digits(now.currency)
    series = {
        say("Customers who came back"): [(one.value - one.new_value) / unit for one in shown],
        say("First orders"): [one.new_value / unit for one in shown],
    }
    names = [words.month(one.month) for one in shown]
    chart = columns(title, names, series, money_in(now.currency), stacked=True)
    head = [
        say("Month"),
        say("Orders"),
        say("Customers"),
        say("New customers"),
        say("From first orders"),
        say("From all orders"),
    ]
    table = Table.of(title, head, [_month(one, words) for one in reversed(shown)])
    return Section("months", title, [sentence], chart, table)


def _month(one: MonthMeasures, words: Words) -> list[str]:
    return [
        words.month(one.month),
        words.number(one.orders),
        words.number(one.buyers),
        words.number(one.new),
        words.money(one.new_value, whole=True),
        words.money(one.value, whole=True),
    ]


def classes(now: Measures, words: Words) -> Section:
    """Who brings the revenue (doctrine L8, L9)."""
    say = words.say
    title = say("Who brings the revenue")
    most = now.bring_most
    if most.value is None:
        return Section("classes", title, [say("Nobody has brought any revenue in the last 12 months.")])
    sentences = [
        say(
            "{part} of the {whole} customers who brought anything in the last 12 months, {share} of them, "
            "bring {most} of the revenue. Serve them first.",
            part=words.number(most.part),
            whole=words.number(most.whole),
            share=words.percent(most.value),
            most=words.percent(MOST_OF_REVENUE),
        )
    ]
    judged = {name: one for name, one in now.classes.items() if one.active or one.revenue}
    if set(judged) <= {"none"}:
        sentences.append(
            say("Customers are not in classes A, B and C yet: the nightly score puts them there.")
        )
        return Section("classes", title, sentences)
    sentences.append(say("Class A are the customers who bring most, C those who bring least."))
    names = {name: say("no class yet") if name == "none" else name for name in judged}
    customers = now.everybody.active
    series = {
        say("Share of customers"): [one.active / customers if customers else None for one in judged.values()],
        say("Share of revenue"): [one.share_of_revenue.value for one in judged.values()],
    }
    chart = columns(title, list(names.values()), series, PERCENT)
    columns_shown = {
        say("Customers"): [words.number(one.active) for one in judged.values()],
        say("Revenue"): [words.money(one.revenue, whole=True) for one in judged.values()],
        say("Share of revenue"): [words.percent(one.share_of_revenue.value) for one in judged.values()],
        say("Customers kept"): [words.percent(one.retention.value) for one in judged.values()],
        say("Average order"): [words.money(one.average_order.value) for one in judged.values()],
        say("A customer's value ahead"): [words.money(one.expected_value.value) for one in judged.values()],
    }
    known = {title: column for title, column in columns_shown.items() if set(column) != {UNKNOWN}}
    rows = [list(row) for row in zip(names.values(), *known.values(), strict=True)]
    table = Table.of(title, [say("Class"), *known], rows)
    return Section("classes", title, sentences, chart, table)


def keeping(now: Measures, words: Words) -> Section:
    """What existing customers bring, and what keeping more is worth (doctrine S16, R8)."""
    say, own = words.say, now.arithmetic
    title = say("What keeping customers is worth")
    rule = say(
        "The rule behind it: with 20 new customers a year for every 100, a shop that keeps 90 of 100 has {most} "
        "after seven years; one that keeps 80 still has {least}.",
        most=words.number(100 * growth(0.9, 0.2, YEARS)),
        least=words.number(100 * growth(0.8, 0.2, YEARS)),
    )
    if own.worth_of_more is None or not own.as_it_is:
        unknown = say("With your own numbers this can be told after a second year of orders.")
        return Section("keeping", title, [unknown, rule])
    sentences = []
    if own.existing.value is not None:
        existing = say(
            "{share} of the revenue of the last 12 months, {amount}, came from customers who had bought before.",
            share=words.percent(own.existing.value),
            amount=words.money(own.existing.part, whole=True),
        )
        sentences.append(existing)
    if own.more < MORE:
        sentences.append(
            say("You keep so many of your customers that five more of every 100 cannot be kept.")
        )
    elif own.worth_of_more > 0:
        worth = say(
            "Keeping 5 customers more of every 100 is worth about {amount} a year: {more} customers, "
            "each bringing {yearly}, as those who stayed did.",
            amount=words.money(own.worth_of_more, whole=True),
            more=words.number(own.more * own.kept.whole),
            yearly=words.money(own.yearly.value, whole=True),
        )
        sentences.append(worth)
    if own.with_more[-1] > _TOO_QUICK:
        sentences.append(
            say("The shop is growing too quickly to say how many customers it will have in seven years.")
        )
        return Section("keeping", title, [*sentences, rule])
    sentences.append(
        say(
            "The picture shows how many customers you would have for every 100 of today, "
            "if each year went like the last: {kept} kept, {gained} new for every 100.",
            kept=words.percent(own.kept.value),
            gained=words.number(100 * (own.gained.value or 0)),
        )
    )
    chart, table = _projection(now, words, title)
    return Section("keeping", title, [*sentences, rule], chart, table)


def _projection(now: Measures, words: Words, title: str) -> tuple[Chart, Table]:
    say, own = words.say, now.arithmetic
    years = [words.number(year) for year in range(YEARS + 1)]
    series = {
        say("As it is"): [round(100 * one, 1) for one in own.as_it_is],
        say("Keeping 5 more of every 100"): [round(100 * one, 1) for one in own.with_more],
    }
    chart = lines(title, years, series, COUNT, axis=say("Years from now"))
    head = [say("Years from now"), *series]
    rows = [[year, *(words.number(one[at]) for one in series.values())] for at, year in enumerate(years)]
    return chart, Table.of(title, head, rows)
