"""Who the customers are and where they go: the ladder, silences, cohorts, members, and what is known of them."""

from collections.abc import Mapping

from escalera.domain.measures import Measures
from escalera.domain.measures.result import Cohort
from escalera.domain.vocabulary import Rung
from escalera.reporting.charts import COUNT, FINE_PERCENT, PERCENT, bars, columns, lines
from escalera.reporting.figures import measure_names
from escalera.reporting.model import Cell, Section, Table
from escalera.reporting.words import UNKNOWN, Words

_COHORTS_SHOWN = 12
_MONTHS_SHOWN = 12


def ladder(now: Measures, words: Words) -> Section:
    """Where customers stand, and who moved (doctrine R1-R7)."""
    say = words.say
    title = say("The ladder of loyalty")
    rungs = rung_names(words)
    order = {"new": -1, **{rung.value: at for at, rung in enumerate(Rung)}}
    up = sum(one.customers for one in now.flow if -1 < order[one.before] < order[one.now])
    down = sum(one.customers for one in now.flow if order[one.before] > order[one.now])
    fresh = sum(one.customers for one in now.flow if one.before == "new")
    sentences = [
        say(
            "Every customer stands on one rung, from somebody you merely know to somebody who brings you others."
        ),
        say(
            "In the last {days} days {up} went up, {down} went down, and {fresh} came new.",
            days=words.number(now.flow_days),
            up=words.number(up),
            down=words.number(down),
            fresh=words.number(fresh),
        ),
    ]
    before = {rung: sum(one.customers for one in now.flow if one.before == rung) for rung in now.ladder}
    shown = [rung for rung in reversed(list(now.ladder)) if now.ladder[rung] or before[rung]]
    ago = say("{days} days ago", days=now.flow_days)
    series = {say("Now"): [now.ladder[rung] for rung in shown], ago: [before[rung] for rung in shown]}
    chart = bars(title, [rungs[rung] for rung in shown], series, COUNT)
    standing = [[rungs[rung], words.number(now.ladder[rung]), words.number(before[rung])] for rung in shown]
    table = Table.of(title, [say("Rung"), *series], standing)
    return Section("ladder", title, sentences, chart, table, _moves(now, words))


def _moves(now: Measures, words: Words) -> Table | None:
    """Who went from which rung to which, most first; None when nobody did."""
    say, rungs = words.say, rung_names(words)
    moves = sorted((one for one in now.flow if one.before != one.now), key=lambda one: -one.customers)
    if not moves:
        return None
    head = [say("From"), say("To"), say("Customers")]
    rows = [[rungs[one.before], rungs[one.now], words.number(one.customers)] for one in moves]
    return Table.of(say("Who moved in the last {days} days", days=now.flow_days), head, rows)


def rung_names(words: Words) -> Mapping[str, str]:
    """What the rungs are called; `new` is the ground they are reached from."""
    say = words.say
    return {
        "new": say("not known before"),
        Rung.SUSPECT.value: say("merely known"),
        Rung.PROSPECT.value: say("interested"),
        Rung.BUYER.value: say("bought once"),
        Rung.CUSTOMER.value: say("customer"),
        Rung.FREQUENT.value: say("frequent customer"),
        Rung.ADVOCATE.value: say("advocate"),
        Rung.PROMOTER.value: say("brings others"),
    }


def silence(now: Measures, words: Words) -> Section:
    """How many fall silent each month (doctrine S1)."""
    say = words.say
    title = say("Customers who fall silent")
    shown = now.attrition[-_MONTHS_SHOWN - 1 :]
    over = shown[:-1]  # the present month is not
    if not any(one.lost["all"].whole for one in over):
        return Section(
            "silence", title, [say("This can be told once customers have been with you for a month.")]
        )
    sentence = say(
        "Each customer has a rhythm of their own; a silence that is unusual for that customer counts as falling "
        "silent. The picture shows how many of those who were not silent when a month began fell silent in it."
    )
    judged = [name for name in "ABC" if any(name in one.lost for one in over)]
    series = {
        say("Everybody"): [one.lost["all"].value for one in over],
        **{say("Class {name}", name=name): [_lost(one.lost, name) for one in over] for name in judged},
    }
    chart = lines(title, [words.month(one.month) for one in over], series, FINE_PERCENT)
    head = [say("Month"), *series, say("Customers who came back")]
    rows = [
        [
            words.month(one.month),
            *(words.percent(_lost(one.lost, name), 1) for name in ("all", *judged)),
            words.number(one.returned),
        ]
        for one in reversed(shown)
    ]
    return Section("silence", title, [sentence], chart, Table.of(title, head, rows))


def _lost(rates: Mapping[str, object], name: str) -> float | None:
    rate = rates.get(name)
    return getattr(rate, "value", None)


def cohorts(now: Measures, words: Words) -> Section:
    """Who came when, and who of them came again."""
    say = words.say
    title = say("Do newcomers come back?")
    shown = now.cohorts[-_COHORTS_SHOWN:]
    if not shown:
        return Section("cohorts", title, [say("Nobody has bought for the first time in the last two years.")])
    sentence = say(
        "Each row follows the people whose first order fell into that month: how many of every 100 bought again "
        "one, two, three months later. The last figure of each row is of a month that is not over."
    )
    wide = max(len(one.customers) for one in shown)
    columns_shown = range(1, min(wide, _COHORTS_SHOWN))
    head = [say("First order in"), say("People"), *(f"+{offset}" for offset in columns_shown)]
    most = max(
        (one.customers[at] / one.customers[0] for one in shown for at in range(1, len(one.customers))),
        default=0,
    )
    rows = [
        [
            Cell(words.month(one.month)),
            Cell(words.number(one.customers[0])),
            *(_share(one, at, most, words) for at in columns_shown),
        ]
        for one in reversed(shown)
    ]
    return Section("cohorts", title, [sentence], table=Table(title, head, rows), is_open=True)


def _share(cohort: Cohort, at: int, most: float, words: Words) -> Cell:
    if at >= len(cohort.customers):
        return Cell("")
    share = cohort.customers[at] / cohort.customers[0]
    return Cell(words.percent(share), round(10 * share / most) if most else 0)


def members(now: Measures, words: Words) -> Section:
    """Those who said yes, against the others."""
    say, names = words.say, measure_names(words)
    title = say("Members and others")
    who = say("A member is somebody who said yes to hearing from you, beyond what an order needs.")
    if not (now.members.buyers and now.others.buyers):
        alone = say("There is nobody to compare: all who have bought are of one kind.")
        return Section("members", title, [who, alone])
    care = say(
        "Who likes your shop says yes more readily: not all of the difference comes from what you send."
    )
    compared = ("retention", "repeat_rate", "reactivation")
    sides = {say("Members"): now.members, say("Others"): now.others}
    series = {side: [getattr(group, name).value for name in compared] for side, group in sides.items()}
    chart = columns(title, [names[name] for name in compared], series, PERCENT)
    rows = [
        [say("Customers of the last 12 months"), *(words.number(one.active) for one in sides.values())],
        *(
            [names[name], *(words.percent(getattr(one, name).value) for one in sides.values())]
            for name in compared
        ),
        [names["frequency"], *(words.number(one.frequency.value, 1) for one in sides.values())],
        *(
            [names[name], *(words.money(getattr(one, name).value) for one in sides.values())]
            for name in ("average_order", "revenue_per_customer", "lifetime_revenue", "expected_value")
        ),
    ]
    rows = [row for row in rows if set(row[1:]) != {UNKNOWN}]
    return Section("members", title, [who, care], chart, Table.of(title, ["", *sides], rows), is_open=True)


def completeness(now: Measures, words: Words) -> Section:
    """What is known of customers, field by field."""
    say = words.say
    title = say("What you know of your customers")
    known = now.everybody.known
    names = {
        "given_name": say("First name"),
        "family_name": say("Family name"),
        "email": say("E-mail"),
        "phone": say("Phone"),
        "language": say("Language"),
        "time_zone": say("Time zone"),
        "consent": say("Whether you may write"),
    }
    sentence = say(
        "Of how many of the {known} customers you know, each detail is on file. Ask for one or two at a time.",
        known=words.number(known),
    )
    fields = [name for name in names if name in now.completeness]
    rates = [now.completeness[name] for name in fields]
    chart = bars(
        title, [names[name] for name in fields], {say("Known"): [one.value for one in rates]}, PERCENT
    )
    head = [say("Detail"), say("Customers"), say("Share")]
    rows = [
        [names[name], words.number(rate.part), words.percent(rate.value)]
        for name, rate in zip(fields, rates, strict=True)
    ]
    return Section("completeness", title, [sentence], chart, Table.of(title, head, rows))
