"""Functions fed by a queue: the good are recorded, the hopeless put away with their reason, the rest left to the queue."""

import json
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace

import pytest

from escalera import bootstrap
from escalera.contracts.registry import SHOP_EVENTS
from escalera.domain.errors import PermanentError, StoreBusyError
from escalera.domain.facts import Complaint, Order
from escalera.domain.once import guest_id
from escalera.domain.vocabulary import CustomerId, MessageChannel, Purpose
from escalera.runtime import dead_letters, inbox
from escalera.runtime.inbox import UNEXPECTED_RECEIVES, Verdict, event_reader, take_in
from tests.fakes.failing import Failing, Failure
from tests.support.functions import invoke, left_to_the_queue
from tests.support.lambda_events import Context, batch, on_the_bus

ANA = CustomerId("c-1001")
PURCHASE = SHOP_EVENTS["PurchaseCompleted"].EXAMPLE
ANSWERED_BY = {
    "CustomerRegistered": "on_customer_registered",
    "ConsentGiven": "on_consent_changed",
    "ConsentWithdrawn": "on_consent_changed",
    "PurchaseCompleted": "on_purchase_completed",
    "PurchaseRefunded": "on_purchase_refunded",
    "DeliveryCompleted": "on_delivery_completed",
    "ComplaintRaised": "on_complaint_changed",
    "ComplaintAnswered": "on_complaint_changed",
    "ComplaintResolved": "on_complaint_changed",
}


def a_purchase(**fields):
    return on_the_bus("PurchaseCompleted", {**PURCHASE, **fields})


@pytest.mark.parametrize(("name", "function"), ANSWERED_BY.items())
def test_every_event_of_the_shop_is_taken_in_by_its_function(cloud, name, function):
    answer = invoke(function, batch(on_the_bus(name, SHOP_EVENTS[name].EXAMPLE)))
    assert left_to_the_queue(answer) == []
    assert cloud.dead_letters() == []
    assert cloud.customers.load([ANA])[ANA].version == 1


def test_what_the_events_said_is_in_the_table(cloud):
    for name, function in ANSWERED_BY.items():
        invoke(function, batch(on_the_bus(name, SHOP_EVENTS[name].EXAMPLE)))
    ana = cloud.customers.load([ANA])[ANA]
    assert (ana.contact.given_name, ana.orders, ana.orders_returned) == ("Ana", 1, 1)
    assert not ana.consents[Purpose.PROMOTION, MessageChannel.EMAIL].given
    assert not ana.has_open_complaint
    facts = cloud.customers.facts_of(ANA)
    (order,) = (fact for fact in facts if isinstance(fact, Order))
    assert order.delivered_at == datetime(2025, 11, 6, 13, 20, tzinfo=UTC)
    (complaint,) = (fact for fact in facts if isinstance(fact, Complaint))
    assert complaint.cause == "packaging"


def test_duplicates_within_and_across_batches_count_once(cloud):
    for _ in range(2):
        assert left_to_the_queue(invoke("on_purchase_completed", batch(a_purchase(), a_purchase()))) == []
    assert cloud.customers.load([ANA])[ANA].orders == 1


def test_invalid_event_is_put_away_with_every_wrong_field_and_the_others_are_recorded(cloud):
    wrong = a_purchase(total={"amount": "12.5", "currency": "euro"}, order_id="5002")
    del wrong["detail"]["occurred_at"]
    body = json.dumps(wrong, indent=3)
    answer = invoke("on_purchase_completed", batch(a_purchase(), body))
    assert left_to_the_queue(answer) == []
    ((letter, reason),) = cloud.dead_letters()
    assert letter == body
    assert reason.startswith("PurchaseCompleted bus-PurchaseCompleted: ")
    assert "total.amount: is a text of 4 characters; write a whole number of minor units" in reason
    assert "total.currency: " in reason
    assert "occurred_at: is missing; add it" in reason
    assert cloud.customers.load([ANA])[ANA].orders == 1


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        ("not json", "no JSON"),
        ("[1]", "no JSON object"),
        (
            on_the_bus("PurchaseImagined", PURCHASE),
            "PurchaseImagined: nobody here takes it, only PurchaseCompleted",
        ),
        (on_the_bus("PurchaseCompleted", None), "PurchaseCompleted bus-PurchaseCompleted: the whole: "),
        (a_purchase(version=2), "version: is 2; write 1"),
    ],
)
def test_what_is_no_event_for_this_inbox_is_put_away(cloud, body, reason):
    assert left_to_the_queue(invoke("on_purchase_completed", batch(body))) == []
    ((_, said),) = cloud.dead_letters()
    assert reason in said


def test_neither_reason_nor_logs_quote_what_is_personal(cloud, capsys):
    contact = {"given_name": 7, "email": "ana at example", "phone": "0034 600 000 001"}
    ticket = {
        **SHOP_EVENTS["ComplaintRaised"].EXAMPLE,
        "event_id": "ana@example.com",
        "subject": 7,
        "text": 8.25,
    }
    invoke("on_purchase_completed", batch(a_purchase(contact=contact)))
    invoke("on_complaint_changed", batch(on_the_bus("ComplaintRaised", ticket)))
    unknown = {**ticket, "customer_id": "ana at example", "channel": "0034 600"}
    invoke("on_complaint_changed", batch(on_the_bus("ComplaintRaised", unknown)))
    reasons = " ".join(reason for _, reason in cloud.dead_letters())
    logged = capsys.readouterr().out
    assert "customer_id: " in reasons
    assert "channel: " in reasons
    for told in (reasons, logged):
        for personal in ("ana at example", "0034 600", "ana@example.com", "8.25"):
            assert personal not in told


NOBODYS_BUSINESS = ("Ana Ruiz", "Ana", "ana ruiz 600000001", "ana ruiz, 600 000 001", 600000001, 600000001.5)


@pytest.mark.parametrize("name", SHOP_EVENTS)
def test_no_field_of_any_event_is_quoted_when_a_name_or_number_came_in_it(name, cloud, capsys):
    events = [
        on_the_bus(name, wrong)
        for personal in NOBODYS_BUSINESS
        for wrong in with_each_field_as(personal, {**SHOP_EVENTS[name].EXAMPLE, "language": "es"})
    ]
    invoke(ANSWERED_BY[name], batch(*events, on_the_bus("Ana Ruiz", SHOP_EVENTS[name].EXAMPLE)))
    reasons = "\n".join(reason for _, reason in cloud.dead_letters())
    for field in ("customer_id: ", "channel: ", "version: ", "occurred_at: "):
        assert field in reasons
    for told in (reasons, capsys.readouterr().out):
        for personal in ("ana ruiz", 'ana"', "600000001", "600 000"):
            assert personal not in told.lower()


def with_each_field_as(value, example):
    """The event with one field after the other, of its parts too, as something that has no place there."""
    for field, known in example.items():
        yield {**example, field: value}
        if isinstance(known, dict):
            yield from ({**example, field: part} for part in with_each_field_as(value, known))


def test_event_from_the_future_is_put_away_with_its_field_and_changes_nothing(cloud):
    wrong = a_purchase(occurred_at="2108-03-01T10:00:00Z", order_id="5002")
    assert left_to_the_queue(invoke("on_purchase_completed", batch(a_purchase(), wrong))) == []
    ((_, reason),) = cloud.dead_letters()
    assert reason.startswith("occurred_at: is more than a day after now")
    ana = cloud.customers.load([ANA])[ANA]
    assert ana.orders == 1
    assert ana.last_order_at == datetime(2025, 11, 3, 17, 12, 44, tzinfo=UTC)


def test_what_says_nothing_of_a_person_is_quoted(cloud):
    invoke("on_purchase_completed", batch(a_purchase(total={"amount": -5, "currency": True}, version=None)))
    ((_, reason),) = cloud.dead_letters()
    for got in ("amount: is -5", "currency: is true", "version: is null"):
        assert got in reason


def test_every_dead_letter_is_counted(cloud, capsys):
    invoke("on_purchase_completed", batch("not json", "nor this"))
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [line["DeadLetters"] for line in lines if "DeadLetters" in line] == [[1, 1]]


def test_record_that_cannot_be_put_away_stays_with_the_queue(cloud):
    cloud.sqs.delete_queue(QueueUrl=cloud.dead_letters_url)
    answer = invoke("on_purchase_completed", batch("not json", a_purchase()))
    assert left_to_the_queue(answer) == ["m0"]
    assert cloud.customers.load([ANA])[ANA].orders == 1


def test_busy_store_leaves_the_whole_batch_to_the_queue(cloud, monkeypatch):
    busy = Failing(cloud.customers, [Failure("save", error=lambda: StoreBusyError("slow down"))])
    monkeypatch.setattr(bootstrap, "customers", lambda _table: busy)
    answer = invoke("on_purchase_completed", batch(a_purchase(), a_purchase(order_id="5002"), "not json"))
    assert left_to_the_queue(answer) == ["m0", "m1"]
    assert len(cloud.dead_letters()) == 1


def test_event_that_can_never_be_recorded_is_put_away_and_the_one_to_retry_is_not(cloud):
    outcomes = [Verdict(), Verdict(PermanentError("two currencies")), Verdict(StoreBusyError("slow down"))]
    answer = take_in(
        batch("one", "two", "three"),
        Context(),
        read=str,
        use=lambda many: outcomes if many == ["one", "two", "three"] else [],
        dead_letters=cloud.dead_letters_url,
    )
    assert left_to_the_queue(answer) == ["m2"]
    assert cloud.dead_letters() == [("two", "two currencies")]


def test_use_case_that_forgets_an_event_is_found_out(cloud):
    answer = take_in(
        batch("one", "two"),
        Context(),
        read=str,
        use=lambda many: [Verdict()] * (len(many) - 1),
        dead_letters=cloud.dead_letters_url,
    )
    assert left_to_the_queue(answer) == ["m0", "m1"]


LARGEST = 10**18 - 1


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("total", {"amount": 10**40, "currency": "EUR"}),
        ("total", {"amount": LARGEST + 1, "currency": "EUR"}),
        ("order_id", "\U0001f6d2" * 128),
    ],
)
def test_number_or_id_that_the_table_cannot_hold_is_put_away_by_its_field_alone(cloud, field, wrong):
    good = [a_purchase(order_id=str(number)) for number in range(6)]
    answer = invoke("on_purchase_completed", batch(*good, a_purchase(**{"order_id": "6000", field: wrong})))
    assert left_to_the_queue(answer) == []
    ((_, reason),) = cloud.dead_letters()
    assert f" {field}" in reason
    assert cloud.customers.load([ANA])[ANA].orders == 6


@pytest.mark.parametrize(
    ("field", "wrong"),
    [
        ("discount", {"amount": 10**40, "currency": "EUR"}),
        ("discount", {"amount": 100, "currency": "USD"}),
        ("lines", [{"sku": "A", "quantity": 10**9, "unit_price": {"amount": 1, "currency": "EUR"}}]),
        ("lines", [{"sku": "A", "quantity": 1, "unit_price": {"amount": 10**40, "currency": "EUR"}}]),
        ("contact", {"email": "nobody"}),
    ],
)
def test_purchase_is_recorded_without_what_is_optional_and_wrong_and_that_is_logged_and_counted(
    cloud, capsys, monkeypatch, field, wrong
):
    logged = []
    monkeypatch.setattr(
        inbox, "logger", lambda: SimpleNamespace(warning=lambda *_, **said: logged.append(said))
    )
    answer = invoke("on_purchase_completed", batch(a_purchase(**{"order_id": "6000", field: wrong})))
    assert left_to_the_queue(answer) == []
    assert cloud.dead_letters() == []
    assert cloud.customers.load([ANA])[ANA].orders == 1
    ((said, event),) = [(one["field"], one["event"]) for one in logged]
    assert said.startswith(field)
    assert event == "PurchaseCompleted bus-PurchaseCompleted"
    assert '"EventWarnings":[1.0]' in capsys.readouterr().out


def test_two_guests_are_two_customers_and_the_same_guest_is_one(cloud):
    orders = (("1", "ana@example.com"), ("2", "rui@example.com"), ("3", "Ana@example.com"))
    guests = [
        a_purchase(order_id=order, customer_id=nobody, contact={"email": email})
        for (order, email), nobody in zip(orders, ("0", 0, None), strict=True)
    ]
    assert left_to_the_queue(invoke("on_purchase_completed", batch(*guests))) == []
    assert cloud.dead_letters() == []
    known = cloud.customers.load([guest_id("ana@example.com"), guest_id("rui@example.com")])
    assert [(one.orders, one.contact.email) for one in known.values()] == [
        (2, "ana@example.com"),
        (1, "rui@example.com"),
    ]


def test_largest_amounts_and_longest_ids_are_recorded_and_given_back(cloud):
    price = {"amount": LARGEST, "currency": "EUR"}
    line = {"sku": "A", "quantity": 10**9 - 1, "unit_price": price, "unit_cost": price, "category": "c"}
    ids = {"customer_id": "%" * 128, "order_id": "\U0001f6d2" * 125}
    whole = a_purchase(**ids, total=price, discount=price, lines=[line] * 100)
    refund = {**SHOP_EVENTS["PurchaseRefunded"].EXAMPLE, **ids, "refund_id": "%" * 128, "amount": price}
    assert left_to_the_queue(invoke("on_purchase_completed", batch(whole))) == []
    refunded = invoke("on_purchase_refunded", batch(on_the_bus("PurchaseRefunded", refund)))
    assert left_to_the_queue(refunded) == []
    assert cloud.dead_letters() == []
    customer = CustomerId("%" * 128)
    assert cloud.customers.load([customer])[customer].orders == 1
    assert len(cloud.customers.facts_of(customer)) == 2


class Store:
    """Breaks over one event, and counts how often it is asked."""

    def __init__(self, error):
        self.error = error
        self.asked = []
        self.handled = []

    def use(self, many):
        self.asked.append(list(many))
        if "guilty" in many:
            raise self.error
        self.handled += many
        return [Verdict()] * len(many)


def received(event, times):
    for record in event["Records"]:
        record["attributes"]["ApproximateReceiveCount"] = str(times)
    return event


def test_event_that_breaks_its_batch_stands_alone_and_the_others_are_handled_once(cloud):
    store = Store(OverflowError("ana@example.com"))
    innocents = [f"innocent {number}" for number in range(49)]
    event = batch(*innocents[:17], "guilty", *innocents[17:])

    def take(times):
        return take_in(
            received(event, times), Context(), read=str, use=store.use, dead_letters=cloud.dead_letters_url
        )

    assert left_to_the_queue(take(1)) == ["m17"]
    assert sorted(store.handled) == sorted(innocents)
    assert len(store.asked) <= 2 * 6 + 1  # halves of halves, not one by one
    assert cloud.dead_letters() == []
    assert left_to_the_queue(take(UNEXPECTED_RECEIVES)) == []
    ((body, reason),) = cloud.dead_letters()
    assert body == "guilty"
    assert reason.startswith("unexpected OverflowError at test_functions_inbox.py:")
    assert "ana" not in reason


def test_store_that_is_down_is_not_asked_for_each_event_of_a_batch(cloud):
    store = Store(StoreBusyError("slow down"))
    event = received(batch("one", "guilty", "two"), 100)
    answer = take_in(event, Context(), read=str, use=store.use, dead_letters=cloud.dead_letters_url)
    assert left_to_the_queue(answer) == ["m0", "m1", "m2"]
    assert len(store.asked) == 1
    assert cloud.dead_letters() == []


def test_batch_that_is_split_stops_before_the_functions_time_is_up(cloud):
    store = Store(OverflowError())

    class Late(Context):
        def get_remaining_time_in_millis(self):
            return 4_000

    event = received(batch("one", "guilty", "two"), 100)
    answer = take_in(event, Late(), read=str, use=store.use, dead_letters=cloud.dead_letters_url)
    assert left_to_the_queue(answer) == ["m0", "m1", "m2"]
    assert cloud.dead_letters() == []


def test_reason_is_one_that_a_queue_can_carry(cloud):
    def use(_many):
        return [Verdict(PermanentError("a\x00b\x1f" + "x" * 9000))]

    take_in(batch("one"), Context(), read=str, use=use, dead_letters=cloud.dead_letters_url)
    ((_, reason),) = cloud.dead_letters()
    assert reason.startswith("a b x")
    assert len(reason) == dead_letters._LONGEST_REASON


def test_model_is_picked_by_the_name_of_the_event():
    read = event_reader(*SHOP_EVENTS.values())
    for name, model in SHOP_EVENTS.items():
        assert type(read(json.dumps(on_the_bus(name, model.EXAMPLE)))) is model


def test_yes_of_a_shop_whose_clock_is_ahead_does_not_outlive_a_later_no(cloud):
    ahead = datetime.now(UTC) + timedelta(hours=10)
    yes, no = SHOP_EVENTS["ConsentGiven"].EXAMPLE, SHOP_EVENTS["ConsentWithdrawn"].EXAMPLE
    about = {"customer_id": ANA, "purpose": "promotion", "for_channel": "email"}
    for name, told, at in (("ConsentGiven", yes, ahead), ("ConsentWithdrawn", no, None)):
        said = {**told, **about, "occurred_at": (at or datetime.now(UTC)).isoformat()}
        invoke("on_consent_changed", batch(on_the_bus(name, said)))
    assert cloud.dead_letters() == []
    consents = cloud.customers.load([ANA])[ANA].consents
    assert [one.given for one in consents.values()] == [False]
