"""The card of a customer: what somebody who answers the telephone reads in five seconds."""

from datetime import timedelta
from typing import Any

import pytest

from escalera.domain.brief import Advice, CustomerBrief, Manner
from escalera.domain.complaints import Clock
from escalera.domain.errors import NotThereError
from escalera.domain.facts import Opinion
from escalera.domain.money import Money
from escalera.domain.vocabulary import CustomerId, MessageChannel, OrderId, Purpose
from escalera.ports.customers import Change, Write
from escalera.use_cases.desk.show_customer import show_customer
from tests.fakes.house import ANA, DAY, House


def card(house: House, customer: CustomerId = ANA) -> CustomerBrief:
    return show_customer(customer, customers=house.customers, programme=house.programme, clock=house.clock)


def said(brief: CustomerBrief) -> list[str]:
    return [one.say for one in brief.advice]


def the(brief: CustomerBrief, beginning: str) -> Advice:
    (one,) = [one for one in brief.advice if one.say.startswith(beginning)]
    return one


@pytest.fixture
def house() -> House:
    house = House()
    house.ana_registers()
    return house


def buys(house: House, order: str, **fields: Any) -> None:
    house.tell("PurchaseCompleted", f"p-{order}", order_id=order, **fields)


def test_nobody_known_has_no_card(house):
    with pytest.raises(NotThereError, match="look them up again"):
        card(house, CustomerId("nobody"))


def test_card_says_what_was_bought_how_often_and_how_long_ago(house):
    for number in range(3):
        buys(house, f"{number}", total={"amount": 1000, "currency": "EUR"})
        house.clock.go_on(days=10)
    house.tell("PurchaseRefunded", order_id="0", refund_id="r", amount={"amount": 400, "currency": "EUR"})
    brief = card(house)
    assert [one.order_id for one in brief.orders] == ["2", "1", "0"]
    assert (brief.worth.kept_orders, brief.worth.spent) == (3, (Money(2600, "EUR"),))
    assert brief.rhythm.usual_gap == timedelta(days=10)
    assert brief.rhythm.silence == timedelta(days=10)
    assert brief.rhythm.unusual_from == house.ana().quiet_due_at
    assert brief.rhythm.quiet_since is None


def test_first_order_is_thanked_and_when_it_arrived_asked_about(house):
    buys(house, "1")
    assert the(card(house), "Thank for the first order").because == "order 1 is the first"
    house.clock.go_on(days=3)
    house.tell("DeliveryCompleted", order_id="1")
    assert the(card(house), "Ask how it was").at == house.clock.now()
    buys(house, "2")
    assert the(card(house), "Thank for the order").because == "bought lately, order 2"


def test_old_order_is_not_thanked_for_again(house):
    buys(house, "1")
    house.clock.go_on(days=15)
    assert not any(one.startswith("Thank") for one in said(card(house)))


def test_complaint_has_its_clock_goes_first_and_nothing_is_sold_over_it(house):
    buys(house, "1")
    house.tell("ComplaintRaised", complaint_id="c", subject="The lamp arrived broken")
    recovery = house.run_of("complaint-recovery", "ComplaintOpened")
    recovery.enter()
    recovery.step("promise", kind="answer-complaint", due=DAY)
    recovery.step("reward", reward="comeback")
    due = house.clock.now() + timedelta(days=1)

    brief = card(house)
    assert said(brief)[:2] == ["Answer the complaint; thank for telling us", "Sell nothing now"]
    assert (brief.advice[0].because, brief.advice[0].at) == (
        "an answer is promised: The lamp arrived broken",
        due,
    )
    assert (brief.complaints[0].clock, brief.complaints[0].due_at) == (Clock.RUNNING, due)
    assert [one.due_at for one in brief.promises] == [due]
    assert not any(one.manner is Manner.SELL for one in brief.advice)

    house.clock.go_on(hours=19)
    assert card(house).complaints[0].clock is Clock.NEAR
    house.clock.go_on(hours=5)
    assert card(house).complaints[0].clock is Clock.LATE
    assert the(card(house), "Apologise for the late answer").at == due


def test_answered_complaint_is_asked_after_and_its_promise_is_off_the_card(house):
    house.tell("ComplaintRaised", complaint_id="c")
    recovery = house.run_of("complaint-recovery", "ComplaintOpened")
    recovery.enter()
    recovery.step("promise", kind="answer-complaint", due=DAY)
    house.clock.go_on(hours=1)
    house.tell("ComplaintAnswered", complaint_id="c")
    brief = card(house)
    assert brief.promises == ()
    assert brief.complaints[0].clock is Clock.STOPPED
    assert said(brief)[:2] == ["Ask whether the answer helped, and solve what is left", "Sell nothing now"]
    house.answer("c", "A new one\nis on its way")
    assert [one.text for one in card(house).complaints[0].answers] == ["A new one\nis on its way"]


def test_promise_that_was_broken_is_apologised_for(house):
    house.tell("ComplaintRaised", complaint_id="c")
    recovery = house.run_of("complaint-recovery", "ComplaintOpened")
    recovery.enter()
    recovery.step("promise", kind="answer-complaint", due=DAY)
    house.clock.go_on(days=2)
    house.look_at_promises()
    house.tell("ComplaintResolved", complaint_id="c")
    assert (
        the(card(house), "Apologise: we did not keep our word").because
        == "promised and not done: answer complaint"
    )
    house.clock.go_on(days=31)
    assert "Apologise: we did not keep our word" not in said(card(house))


def test_task_stands_on_the_card_until_it_is_done(house):
    buys(house, "1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    run.step("task", kind="personal-call", team="sales", due=DAY)
    assert [one.kind for one in card(house).tasks] == ["personal-call"]
    assert the(card(house), "Do what is asked for: personal call").because == "a task of sales"
    house.finish_tasks()
    assert card(house).tasks == ()


def test_silence_is_noticed_and_the_return_is_thanked(house):
    buys(house, "old")
    house.until_quiet()
    assert the(card(house), "Say that we miss them").because == "silent for longer than is usual for them"
    house.clock.go_on(days=1)
    buys(house, "new")
    assert said(card(house))[0] == "Thank for coming back"
    assert not any(one.startswith("Say that we miss") for one in said(card(house)))


def test_each_message_says_what_drove_it_and_by_which_rule_it_was_withheld():
    house = House()
    house.ana_registers(consents=("relationship",))
    buys(house, "1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    run.enter()
    run.send("thanks")
    run.send("offer")
    sent = {str(one.message.message): one for one in card(house).messages}
    assert (sent["thanks"].went_out, sent["thanks"].cause, sent["thanks"].reason) == (True, "a purchase", "")
    assert (sent["offer"].went_out, sent["offer"].reason) == (False, "the customer had not said yes to it")


def test_reach_is_what_the_contact_policy_would_say(house):
    email, sms = card(house).reach
    assert (email.channel, sms.channel) == (MessageChannel.EMAIL, MessageChannel.SMS)
    assert email.is_open
    assert email.refused[Purpose.PROMOTION] == ""
    house.tell("ConsentWithdrawn", "no", purpose="promotion")
    email, _ = card(house).reach
    assert email.refused[Purpose.PROMOTION] == "has not said yes to it"
    assert "Offer what you like to in person, and nothing in writing" in said(card(house))


def test_journeys_on_the_card_are_those_the_customer_is_in(house):
    run = house.ana_is_in_win_back()
    assert [one.journey for one in card(house).journeys] == ["win-back"]
    run.finish()
    assert card(house).journeys == ()


def test_code_that_is_good_still_is_brought_to_mind(house):
    run = house.ana_is_in_win_back()
    run.step("reward", reward="comeback")
    (reward,) = card(house).rewards
    assert the(card(house), f"Remind them of their code {reward.code}").at == reward.valid_until
    house.clock.go_on(days=15)
    assert card(house).rewards == ()


@pytest.mark.parametrize(
    ("score", "say"),
    [
        (1, "Ask what went wrong"),
        (2, "Ask what went wrong"),
        (3, None),
        (4, "Thank for the kind"),
        (5, "Thank for the kind"),
    ],
)
def test_what_they_thought_of_an_order_is_answered(house, score, say):
    buys(house, "1")
    ana = house.ana()
    opinion = Opinion(ANA, OrderId("1"), score, house.clock.now(), "As it is")
    house.store.save([Change(ana, ana, (Write(opinion),))])
    found = [one for one in card(house).advice if "of 5" in one.because]
    assert [one.say.startswith(say or "") for one in found] == ([True] if say else [])
    assert any(one.what == f"rated order 1: {score} of 5" for one in card(house).timeline)
    house.clock.go_on(days=31)
    assert not any("of 5" in one.because for one in card(house).advice)


def test_one_thing_that_is_missing_is_asked_for_and_no_more(house):
    assert not any(one.startswith("Ask for their") for one in said(card(house)))
    other = CustomerId("luis")
    house.tell("PurchaseCompleted", "p-l", customer_id=other, order_id="l")
    assert [one for one in said(card(house, other)) if one.startswith("Ask for their")] == [
        "Ask for their name, if it fits"
    ]


def test_timeline_tells_a_life_backwards(house):
    house.clock.go_on(days=1)
    buys(house, "1")
    house.clock.go_on(days=1)
    house.tell("ComplaintRaised", complaint_id="c", subject="Broken")
    house.clock.go_on(hours=1)
    house.answer("c", "Sorry")
    whats = [one.what for one in card(house).timeline]
    assert whats.index("Marta wrote an answer, case c") < whats.index("complained, case c")
    assert whats.index("complained, case c") < whats.index("bought, order 1")
    assert whats.index("bought, order 1") < whats.index("registered")
    assert not any("complaint answered" in what for what in whats)


def test_card_is_two_questions_to_the_table(house):
    asked: list[str] = []

    class Counting:
        def __getattr__(self, name: str) -> Any:
            asked.append(name)
            return getattr(house.store, name)

    buys(house, "1")
    house.customers = Counting()
    card(house)
    assert asked == ["load", "facts_of"]


def test_an_order_keeps_what_was_bought(house):
    def line(sku: str) -> dict[str, Any]:
        return {"sku": sku, "quantity": 1, "unit_price": {"amount": 500, "currency": "EUR"}}

    buys(house, "1", lines=[line("LAMP-1"), line("RUG-2"), line("LAMP-1")])
    assert card(house).orders[0].products == ("LAMP-1", "RUG-2")
