"""How the shop's figures went from day to day, out of the daily facts."""

from escalera.reporting.charts import FINE_PERCENT, lines
from escalera.reporting.course import Course
from escalera.reporting.figures import measure_names
from escalera.reporting.model import Section, Table
from escalera.reporting.words import Words

_POINTS = 60


def history(course: Course, words: Words) -> Section:
    """Retention, repeat rate and won-back, one point a day."""
    say, names = words.say, measure_names(words)
    title = say("Day by day")
    if len(course.days) < 2:
        return Section("history", title, [say("Each night adds a point here; this is the first.")])
    sentence = say(
        "What each night found on its day. These figures stay as they were, even if the past is corrected later."
    )
    step = -(-len(course.days) // _POINTS)
    shown = course.days[::-step][::-1]
    days = [words.short_day(one.day) for one in shown]
    measured = ("retention", "repeat_rate", "reactivation")
    series = {names[name]: [getattr(one.everybody, name).value for one in shown] for name in measured}
    head = [say("Day"), say("Customers of the last 12 months"), *series]
    rows = [
        [
            words.short_day(one.day),
            words.number(one.everybody.active),
            *(words.percent(getattr(one.everybody, name).value, 1) for name in measured),
        ]
        for one in reversed(shown)
    ]
    chart = lines(title, days, series, FINE_PERCENT)
    return Section("history", title, [sentence], chart, Table.of(title, head, rows))
