"""A purchase is thanked, a silence is noticed, a complaint is heard: on the deployed template."""

from collections import Counter
from datetime import timedelta

from escalera.domain.facts import EntryStatus, MessageStatus, Promise, PromiseStatus, Reward
from escalera.domain.vocabulary import Rung
from tests.e2e.shop import Shop


def test_the_same_purchase_fifty_times_is_one_order_and_one_thank_you(shop: Shop) -> None:
    customer = shop.new_customer()
    again = [shop.purchase(customer, f"{customer}-1") for _ in range(50)]
    shop.put(*again)
    shop.wait_until(lambda: shop.mails_to(f"{customer}@example.com"), "the thank-you")
    shop.settle(2)
    known = shop.customer(customer)
    assert known.orders == 1
    assert known.spending["EUR"].bought == 4590
    assert known.rung is Rung.BUYER
    assert [mail.tags["purpose"] for mail in shop.mails_to(f"{customer}@example.com")] == ["service"]


def test_a_burst_queues_and_every_purchase_is_counted_and_thanked(shop: Shop) -> None:
    customers = [shop.nobody_yet() for _ in range(40)]
    contact = {"given_name": "Rui", "language": "pt"}
    shop.put(
        *(
            shop.purchase(one, f"{one}-{n}", contact={**contact, "email": f"{one}@example.org"})
            for n in range(3)
            for one in customers
        )
    )

    def thanked() -> bool:
        mails = Counter(to for mail in shop.stack.emails() for to in mail.recipients)
        return all(mails[f"{one}@example.org"] == 3 for one in customers)

    shop.wait_until(thanked, "three thank-yous for each of forty customers", within=90)
    assert [shop.customer(one).orders for one in customers] == [3] * 40


def test_after_delivery_it_asks_how_it_was(shop: Shop) -> None:
    customer = shop.new_customer()
    shop.put(shop.purchase(customer, f"{customer}-1"))
    shop.wait_until(lambda: shop.mails_to(f"{customer}@example.com"), "the thank-you")
    shop.put(shop.event("DeliveryCompleted", customer, order_id=f"{customer}-1"))
    rows = shop.wait_until(lambda: shop.messages(customer, "how-was-it"), "how-was-it is considered")
    assert not shop.messages(customer, "did-it-arrive")
    assert rows[0].channel == "email"


def test_a_silence_is_noticed_and_a_purchase_ends_the_win_back_at_once(shop: Shop) -> None:
    customer = shop.new_customer()
    shop.stack.set_wait_scale(1)  # journeys now wait in real time: win-back stands at its first wait
    shop.put(shop.purchase(customer, f"{customer}-1", ago=timedelta(days=200)))
    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the purchase of long ago")
    shop.invoke("FindQuietCustomers")
    shop.wait_until(lambda: shop.messages(customer, "we-miss-you"), "we-miss-you")
    [entry] = shop.entries(customer, "win-back")
    assert shop.customer(customer).quiet_since is not None
    shop.put(shop.purchase(customer, f"{customer}-2"))

    def left() -> bool:
        return shop.entries(customer, "win-back")[0].status is EntryStatus.LEFT

    shop.wait_until(left, "the win-back is left")
    run = shop.wait_until(
        lambda: (
            (found := shop.client("stepfunctions").describe_execution(executionArn=entry.execution))["status"]
            != "RUNNING"
            and found
        ),
        "the run has stopped",
    )
    assert run["status"] == "ABORTED"
    assert shop.customer(customer).quiet_since is None
    assert not shop.messages(customer, "comeback-offer")


def test_win_back_runs_to_its_offer_and_its_last_question(shop: Shop) -> None:
    customer = shop.new_customer()
    shop.put(shop.purchase(customer, f"{customer}-1", ago=timedelta(days=200)))
    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the purchase of long ago")
    shop.invoke("FindQuietCustomers")
    offer = shop.wait_until(
        lambda: [m for m in shop.mails_to(f"{customer}@example.com") if "HOLA-" in m.text],
        "the offer",
        within=40,
    )
    [reward] = [fact for fact in shop.facts(customer) if isinstance(fact, Reward)]
    assert reward.code in offer[0].text
    assert "List-Unsubscribe" in offer[0].headers
    shop.wait_until(
        lambda: shop.entries(customer, "win-back")[0].status is EntryStatus.FINISHED, "the end", within=60
    )
    assert [row.status for row in shop.messages(customer, "why-did-you-leave")] != []


def test_a_complaint_is_heard_promised_an_answer_and_stops_all_selling(shop: Shop) -> None:
    customer = shop.new_customer()
    shop.put(shop.event("ComplaintRaised", customer, complaint_id=f"{customer}-x", subject="A cracked shade"))
    mails = shop.wait_until(lambda: shop.mails_to(f"{customer}@example.com"), "the acknowledgement")
    [promise] = [fact for fact in shop.facts(customer) if isinstance(fact, Promise)]
    assert promise.due_at - promise.made_at == timedelta(hours=24)
    assert "A cracked shade" in mails[0].text
    shop.put(shop.purchase(customer, f"{customer}-1", ago=timedelta(days=200)))
    shop.wait_until(lambda: shop.customer(customer).orders == 1, "the purchase of long ago")
    shop.invoke("FindQuietCustomers")
    held = shop.wait_until(lambda: shop.messages(customer, "we-miss-you"), "we-miss-you is considered")
    assert held[0].status in {MessageStatus.HELD, MessageStatus.WITHHELD}
    assert held[0].reason == "open_complaint"
    shop.move_clock(timedelta(hours=30))
    shop.invoke("FindBrokenPromises")
    [judged] = [fact for fact in shop.facts(customer) if isinstance(fact, Promise)]
    assert judged.status is PromiseStatus.BROKEN
