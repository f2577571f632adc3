"""What of the dataset is used, what is dropped, and which order a return belongs to."""

from datetime import UTC, datetime

import pytest

from demo.cut import segment
from demo.source import Order, Refund, match_returns, orders_and_returns, usable_lines

HEAD = (
    "InvoiceNo",
    "StockCode",
    "Description",
    "Quantity",
    "InvoiceDate",
    "UnitPrice",
    "CustomerID",
    "Country",
)


def read(*lines: str) -> tuple[list[Order], list[Refund]]:
    """Orders and matched refunds of lines written `invoice,code,name,quantity,time,price,customer`."""
    rows = [dict(zip(HEAD, f"{line},United Kingdom".split(","), strict=True)) for line in lines]
    orders, returns = orders_and_returns(usable_lines(rows))
    return orders, match_returns(orders, returns)


@pytest.mark.parametrize(
    "useless",
    [
        pytest.param("1001,22041,FRAME,2,2010-03-01 10:00:00,2.1,", id="no customer"),
        pytest.param("1001,POST,POSTAGE,1,2010-03-01 10:00:00,18.0,13085", id="postage"),
        pytest.param("1001,M,Manual,1,2010-03-01 10:00:00,5.0,13085", id="manual entry"),
        pytest.param("1001,D,Discount,1,2010-03-01 10:00:00,5.0,13085", id="discount"),
        pytest.param("1001,BANK CHARGES,Bank Charges,1,2010-03-01 10:00:00,15.0,13085", id="bank charges"),
        pytest.param(
            "1001,TEST001,This is a test product.,5,2010-03-01 10:00:00,4.5,13085", id="test product"
        ),
        pytest.param("1001,gift_0001_30,Gift Voucher,1,2010-03-01 10:00:00,30.0,13085", id="voucher"),
        pytest.param("1001,22041,FRAME,2,2010-03-01 10:00:00,0.0,13085", id="zero price"),
        pytest.param("1001,22041,FRAME,2,2010-03-01 10:00:00,0.001,13085", id="price that rounds to zero"),
        pytest.param("1001,22041,FRAME,-2,2010-03-01 10:00:00,2.1,13085", id="negative outside a return"),
        pytest.param("1001,85048,LIGHTS,3,2010-03-01 10:00:00,6.95,13085", id="duplicate"),
    ],
)
def test_a_line_that_is_no_sale_changes_nothing(useless: str) -> None:
    sale = "1001,85048,LIGHTS,3,2010-03-01 10:00:00,6.95,13085"
    orders, _ = read(sale, useless)
    assert [(order.order_id, order.total) for order in orders] == [("1001", 2085)]


def test_house_brand_articles_are_products() -> None:
    orders, _ = read("1001,DCGS0058,MISO PRETTY  GUM,1,2010-03-01 10:00:00,0.83,13085")
    assert [(order.lines[0].sku, order.lines[0].name) for order in orders] == [
        ("DCGS0058", "Miso pretty gum")
    ]


def test_the_dearest_lines_of_an_order_come_first() -> None:
    orders, _ = read(
        "1001,10001,A,1,2010-03-01 10:00:00,1.0,7",
        "1001,10002,B,1,2010-03-01 10:00:00,9.0,7",
        "1001,10003,C,6,2010-03-01 10:00:00,1.0,7",
    )
    assert [line.sku for line in orders[0].lines] == ["10002", "10003", "10001"]


def test_shop_time_becomes_utc_in_winter_and_in_summer() -> None:
    orders, _ = read("1001,10001,A,1,2010-01-15 10:00:00,1.0,7", "1002,10001,A,1,2010-07-15 10:00:00,1.0,7")
    assert [order.placed_at for order in orders] == [
        datetime(2010, 1, 15, 10, tzinfo=UTC),
        datetime(2010, 7, 15, 9, tzinfo=UTC),
    ]


def test_a_return_belongs_to_the_latest_earlier_order_that_still_has_the_piece() -> None:
    _, refunds = read(
        "1001,10001,A,5,2010-03-01 10:00:00,2.0,7",
        "1002,10001,A,2,2010-03-05 10:00:00,3.0,7",
        "1003,10001,A,9,2010-03-09 10:00:00,4.0,7",
        "C1004,10001,A,-3,2010-03-07 10:00:00,3.0,7",
        "C1005,10001,A,-4,2010-03-08 10:00:00,3.0,7",
    )
    assert [(each.refund_id, each.order_id, each.amount) for each in refunds] == [
        ("C1004-1", "1001", 200),
        ("C1004-2", "1002", 600),
        ("C1005", "1001", 800),
    ]


def test_pieces_never_bought_or_bought_by_another_or_later_are_not_refunded() -> None:
    _, refunds = read(
        "1001,10001,A,5,2010-03-01 10:00:00,2.0,7",
        "C1002,10002,B,-1,2010-03-02 10:00:00,2.0,7",
        "C1003,10001,A,-1,2010-03-02 10:00:00,2.0,8",
        "C1004,10001,A,-1,2010-03-01 10:00:00,2.0,7",
    )
    assert refunds == []


def test_an_order_is_never_refunded_more_than_it_cost() -> None:
    orders, refunds = read(
        "1001,10001,A,5,2010-03-01 10:00:00,2.0,7",
        "C1002,10001,A,-4,2010-03-02 10:00:00,2.5,7",
        "C1003,10001,A,-4,2010-03-03 10:00:00,2.5,7",
    )
    assert [refund.amount for refund in refunds] == [800, 200]
    assert sum(refund.amount for refund in refunds) == orders[0].total


@pytest.mark.parametrize(
    ("days", "kind"),
    [
        ((300,), "one-time"),
        ((250, 300), "repeat"),
        ((100, 120), "lapsed"),
        ((10, 120), "lapsed"),
        ((10, 160), "repeat"),
        ((150, 180, 210, 240, 270, 290), "frequent"),
        ((10, 20, 30, 40, 50, 60, 70, 80), "lapsed"),
    ],
)
def test_segment_is_read_from_the_customers_own_gaps(days: tuple[int, ...], kind: str) -> None:
    placed = [datetime.fromordinal(733_000 + day).replace(tzinfo=UTC) for day in days]
    assert segment(placed, datetime.fromordinal(733_000 + 360).replace(tzinfo=UTC)) == kind
