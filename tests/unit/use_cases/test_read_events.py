"""What real shops send: blemishes of what is optional, and guests without an id."""

import json
from typing import Any

import pytest
from pydantic import ValidationError

from escalera.contracts.complaints import ComplaintRaisedV1
from escalera.contracts.customers import CustomerRegisteredV1
from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.once import guest_id
from escalera.use_cases.read_events import read_shop_event

EXAMPLE = PurchaseCompletedV1.EXAMPLE
LINE = EXAMPLE["lines"][0]
ANA = guest_id("ana@example.com")


def purchase(**changed: Any) -> dict[str, Any]:
    return {**EXAMPLE, **changed}


def left_out(detail: dict[str, Any]) -> tuple[PurchaseCompletedV1, list[str]]:
    event, warnings = read_shop_event(PurchaseCompletedV1, detail)
    return event, [one.field for one in warnings]


@pytest.mark.parametrize(
    ("changed", "fields"),
    [
        ({}, []),
        ({"contact": {"language": "fr"}}, ["contact.language"]),
        ({"contact": {"language": "pt-BR"}}, []),
        ({"contact": {"phone": ""}}, ["contact.phone"]),
        ({"contact": {"phone": "600 000 001", "email": ""}}, ["contact.email", "contact.phone"]),
        ({"contact": {"given_name": None, "email": " ana@example.com "}}, ["contact.given_name"]),
        ({"contact": "Ana"}, ["contact"]),
        ({"lines": [{**LINE, "sku": None}]}, ["lines.0.sku"]),
        ({"lines": [{**LINE, "sku": ""}]}, []),
        ({"lines": [LINE, {**LINE, "quantity": 0}]}, ["lines.1.quantity"]),
        ({"lines": [{**LINE, "quantity": 0.5}]}, ["lines.0.quantity"]),
        ({"lines": ["lamp", LINE, 7, {**LINE, "name": None}]}, ["lines.0", "lines.2", "lines.3.name"]),
        (
            {"lines": [{"name": "fee", "unit_price": {"amount": -500, "currency": "EUR"}}]},
            ["lines.0.unit_price"],
        ),
        ({"discount": {"amount": 100, "currency": "USD"}}, ["discount"]),
        (
            {"lines": [{**LINE, "unit_cost": {"amount": 1, "currency": "USD"}}, {**LINE, "sku": None}]},
            ["lines.1.sku", "lines.0.unit_cost"],
        ),
        ({"order_id": 5001}, []),
    ],
)
def test_purchase_is_read_and_what_is_left_out_is_named(changed, fields):
    event, warned = left_out(purchase(**changed))
    assert warned == fields
    assert (event.order_id, event.total.amount, event.customer_id) == ("5001", 4590, "c-1001")


def test_rest_of_a_line_stays():
    event, _ = left_out(purchase(lines=["lamp", {**LINE, "quantity": 0}]))
    (line,) = event.lines
    assert (line.sku, line.category, line.quantity) == ("LAMP-01", "lamps", None)


@pytest.mark.parametrize("nobody", ["0", 0, None, "NULL", "guest", ""])
@pytest.mark.parametrize(
    ("contact", "customer"),
    [
        ({"email": " Ana@example.com"}, ANA),
        ({"email": "", "phone": "+34600000001"}, guest_id("+34600000001")),
        ({"email": "ana@example.com", "phone": "+34600000001"}, ANA),
    ],
)
def test_guest_is_known_by_the_address(nobody, contact, customer):
    assert left_out(purchase(customer_id=nobody, contact=contact))[0].customer_id == customer


def test_guest_without_the_field_is_known_by_the_address_too():
    detail = purchase(contact={"email": "ana@example.com"})
    del detail["customer_id"]
    assert left_out(detail)[0].customer_id == ANA
    registered = {**CustomerRegisteredV1.EXAMPLE, "customer_id": "0", "email": "ana@example.com"}
    assert read_shop_event(CustomerRegisteredV1, registered)[0].customer_id == ANA


@pytest.mark.parametrize("name", sorted(SHOP_EVENTS))
def test_whatever_is_told_of_a_guest_is_told_of_the_same_one(name):
    model = SHOP_EVENTS[name]
    address = {"email": "ana@example.com"}
    where = address if name == "CustomerRegistered" else {"contact": address}
    event, warnings = read_shop_event(model, {**model.EXAMPLE, "customer_id": None, **where})
    assert (event.customer_id, warnings) == (ANA, ())


@pytest.mark.parametrize("contact", [None, {}, {"email": "ana"}, {"phone": "600"}, "Ana"])
def test_guest_without_an_address_is_refused(contact):
    with pytest.raises(ValidationError, match="customer_id"):
        read_shop_event(PurchaseCompletedV1, purchase(customer_id="0", contact=contact))


def test_text_that_is_too_long_is_cut():
    detail = {**ComplaintRaisedV1.EXAMPLE, "subject": "s" * 201, "text": "t" * 6000, "order_id": "a b"}
    event, warnings = read_shop_event(ComplaintRaisedV1, detail)
    assert (event.subject, event.text) == ("s" * 199 + "…", "t" * 4999 + "…")
    assert [str(one) for one in warnings[1:]] == [
        "subject: is cut to 200 characters: it is longer; write at most 200 characters",
        "text: is cut to 5000 characters: it is longer; write at most 5000 characters",
    ]
    assert warnings[0].field == "order_id"


def test_real_faults_are_read(shared_data):
    for path in sorted((shared_data / "faults" / "events").glob("*.json")):
        event, warned = left_out(json.loads(path.read_text(encoding="utf-8")))
        assert event.order_id == "5001", path.name
        assert event.customer_id == (ANA if path.stem in {"cid_zero", "guest_null"} else "c-1001"), path.name
        assert bool(warned) == (path.stem not in {"cid_zero", "guest_null", "order_int"}), path.name
