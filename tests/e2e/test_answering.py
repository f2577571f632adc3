"""Somebody of the shop finds who complained, answers, and the customer reads it word for word: on the deployed template."""

from datetime import timedelta
from typing import Any

from escalera.adapters.dynamodb.work import DynamoDBWorkLists
from escalera.domain.facts import Audit, MessageStatus, Promise, PromiseStatus
from escalera.domain.staff import Role, StaffMember
from escalera.domain.vocabulary import ComplaintId, CustomerId, OrderId
from escalera.domain.work import open_complaints, orders_of_id
from escalera.use_cases.desk.tend_complaints import answer_complaint, resolve_complaint
from tests.e2e.shop import Shop
from tests.fakes.clock import SetClock

MARTA = StaffMember("sub-marta", "Marta", "marta@casa.example.com", Role.SERVICE)
AN_HOUR_IN_A_SECOND = 1 / 3600
TEXT = "Dear Ana,\r\n\r\na new one leaves today <b>at our cost</b>.\r\nMarta"


def test_an_answer_written_at_the_desk_reaches_the_customer_once_and_keeps_the_promise(shop: Shop) -> None:
    shop.stack.set_wait_scale(AN_HOUR_IN_A_SECOND)
    work = DynamoDBWorkLists(shop.outputs["TableName"], lambda name, _: shop.client(name))
    customer, case = CustomerId(shop.new_customer()), ComplaintId("cracked")
    address = f"{customer}@example.com"
    shop.put(
        shop.purchase(customer, f"{customer}-1"),
        shop.event("ComplaintRaised", customer, complaint_id=case, subject="A cracked shade"),
    )
    shop.wait_until(
        lambda: any(
            one.customer_id == customer and one.promised_at for one in work.page(open_complaints()).facts
        ),
        "it stands in the queue with the hour promised",
    )
    assert [one.customer_id for one in work.page(orders_of_id(OrderId(f"{customer}-1"))).facts] == [customer]
    assert shop.customers.find_by_name("ejemplo, an", limit=500).count(customer) == 1

    at_the_desk: dict[str, Any] = {
        "by": MARTA,
        "customers": shop.customers,
        "clock": SetClock(shop.now + timedelta(hours=1)),
    }
    assert answer_complaint(customer, case, text=TEXT, form="one", **at_the_desk)
    assert not answer_complaint(customer, case, text=TEXT, form="one", **at_the_desk)
    answered = shop.wait_until(
        lambda: [mail for mail in shop.mails_to(address) if "Our answer to your case" in mail.subject],
        "the answer arrives",
    )
    assert "a new one leaves today <b>at our cost</b>.\nMarta" in answered[0].text.replace("\r\n", "\n")
    assert "&lt;b&gt;at our cost" in answered[0].html
    assert resolve_complaint(customer, case, cause="packaging", causes=["packaging"], **at_the_desk)
    shop.wait_until(
        lambda: all(one.customer_id != customer for one in work.page(open_complaints()).facts),
        "it leaves the queue",
    )

    shop.settle(2)
    assert len([mail for mail in shop.mails_to(address) if "Our answer" in mail.subject]) == 1
    [message] = shop.messages(customer, "complaint-answered")
    assert message.status in {MessageStatus.SENT, MessageStatus.DELIVERED}
    [promise] = [fact for fact in shop.facts(customer) if isinstance(fact, Promise)]
    assert promise.status is PromiseStatus.KEPT
    rows = sorted(fact.what for fact in shop.facts(customer) if isinstance(fact, Audit))
    assert rows == ["complaint answered", "complaint solved"]
