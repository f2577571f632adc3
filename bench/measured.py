"""A shop whose nights measured it for more than a year: real nights, a fortnight apart, as the page of measures reads them."""

from datetime import timedelta
from random import Random

from bench.house import House
from bench.night import BOUGHT, Shop, past
from escalera.runtime.clients import connect
from escalera.use_cases.look.measured_days import FORTNIGHT, LONGEST

BASE = 500
_APART = timedelta(days=FORTNIGHT)
_NIGHTS = LONGEST // FORTNIGHT + 1


def measured_house() -> House:
    """It, on the morning after the last night."""
    from escalera.adapters.dynamodb.measures import DynamoDBDailyMeasures  # noqa: PLC0415 - see `Shop`

    house = House()
    house.wire.table.streams = False
    draw = Random(BASE)  # noqa: S311 - the same shop every time
    daily = DynamoDBDailyMeasures("customers", connect)
    shop = Shop(house, daily=daily)
    as_of = house.clock.at - (_NIGHTS - 1) * _APART
    shop.hold([past(number, draw, as_of) for number in range(BASE)])
    shop.run(as_of, BASE)
    for _ in range(_NIGHTS - 1):
        for number in draw.sample(range(BASE), int(BASE * BOUGHT * FORTNIGHT)):
            shop.buy(number, as_of + _APART / 2, draw)
        as_of += _APART
        shop.run(as_of, BASE)
    there = len(daily.on(as_of.date() - night * _APART for night in range(_NIGHTS)))
    if there != _NIGHTS:
        raise AssertionError(f"{there} of {_NIGHTS} nights left their measures")
    return house
