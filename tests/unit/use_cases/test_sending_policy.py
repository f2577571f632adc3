"""What a journey would send and the contact policy has its word on, from the claim's point of view."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from escalera.domain.errors import ChannelThrottledError
from escalera.domain.facts import Message, Reward, Task
from escalera.domain.preferences import Frequency, Preferences, with_preferences
from escalera.domain.vocabulary import MessageChannel, SubjectName
from escalera.ports.customers import Change
from tests.fakes.failing import Failing, Failure
from tests.fakes.house import House, Run


@pytest.fixture
def house() -> House:
    return House()


def a_run(house: House, *, consents: tuple[str, ...] = ("relationship", "promotion")) -> Run:
    """Ana bought, and is being thanked."""
    house.ana_registers(consents=consents)
    house.tell("PurchaseCompleted", order_id="1")
    run = house.run_of("thank-you", "PurchaseRecorded")
    assert run.enter().outcome == "done"
    return run


@pytest.mark.parametrize("message", ["how-was-it", "offer"])
def test_with_an_open_complaint_nothing_but_service_goes_out_and_it_is_told(house, message):
    run = a_run(house)
    house.tell("ComplaintRaised", complaint_id="c")
    assert run.send("thanks").outcome == "done"
    outcome = run.send(message)
    assert (outcome.outcome, outcome.reason) == ("withheld", "open_complaint")
    assert house.sent == ["thanks"]
    assert [told["reason"] for told in house.told("MessageWithheld")] == ["open_complaint"]
    house.tell("ComplaintResolved", complaint_id="c")
    assert run.send(message).outcome == "withheld"  # decided once
    assert house.sent == ["thanks"]


def test_a_message_held_by_a_complaint_goes_out_once_it_is_resolved(house):
    run = a_run(house)
    house.tell("ComplaintRaised", complaint_id="c")
    held = run.send("offer", while_complaint_open="hold")
    assert (held.outcome, held.reason) == ("hold", "open_complaint")
    house.clock.go_on(seconds=held.seconds)
    house.tell("ComplaintResolved", complaint_id="c")
    assert run.send("offer", while_complaint_open="hold").outcome == "done"
    assert house.sent == ["offer"]


def win_back_of_one_who_complained(house: House) -> Run:
    """Ana complained before she went quiet: the win-back begins all the same."""
    house.ana_registers()
    house.tell("PurchaseCompleted", "p-0", order_id="old")
    house.tell("ComplaintRaised", complaint_id="c")
    house.until_quiet()
    run = house.run_of("win-back", "CustomerWentQuiet")
    assert run.enter().outcome == "done"
    return run


ACTS = pytest.mark.parametrize(
    ("do", "settings"),
    [("task", {"kind": "personal-call", "team": "sales"}), ("reward", {"reward": "comeback"})],
)


@ACTS
def test_with_an_open_complaint_nobody_is_called_to_buy_and_gets_no_code(house, do, settings):
    run = win_back_of_one_who_complained(house)
    withheld = run.step(do, f"2-{do}", **settings)
    assert (withheld.outcome, withheld.reason) == ("withheld", "open_complaint")
    assert house.facts(Task) == house.facts(Reward) == []
    house.tell("ComplaintResolved", complaint_id="c")
    assert run.step(do, f"2-{do}", **settings).outcome == "done"


@ACTS
def test_where_the_journey_waits_for_the_complaint_the_call_and_the_code_wait_too(house, do, settings):
    run = win_back_of_one_who_complained(house)
    journeys = house.programme.journeys
    waits = replace(journeys["win-back"], while_complaint_open="hold")
    house.programme = replace(house.programme, journeys={**journeys, "win-back": waits})
    held = run.step(do, f"2-{do}", may_hold=True, **settings)
    assert (held.outcome, held.reason, held.seconds) == ("hold", "open_complaint", 6 * 3600)


def test_service_goes_on_while_a_complaint_is_open(house):
    run = a_run(house)
    house.tell("ComplaintRaised", complaint_id="c")
    assert run.step("task", "2-task", kind="check", team="service").outcome == "done"


def test_a_message_held_by_a_complaint_is_withheld_once_it_has_expired(house):
    run = a_run(house)
    house.tell("ComplaintRaised", complaint_id="c")
    until = house.clock.now().timestamp() + 3 * 86_400
    for _ in range(20):
        outcome = run.send("offer", while_complaint_open="hold")
        if outcome.outcome != "hold":
            break
        house.clock.go_on(seconds=outcome.seconds)
    assert (outcome.outcome, outcome.reason) == ("withheld", "open_complaint")
    assert 0 <= house.clock.now().timestamp() - until <= 5
    assert house.sent == []


def test_a_complaint_between_the_look_and_the_claim_stops_the_message(house):
    run = a_run(house)
    meanwhile = Failing(house.store)
    complaint = house.event("ComplaintRaised", complaint_id="c")

    def complain(method: str) -> None:
        if method == "save" and meanwhile.calls["save"] == 1:
            house.record([complaint], customers=house.store)

    meanwhile.between, house.customers = complain, meanwhile
    assert run.send("offer").reason == "open_complaint"
    assert house.sent == []


def test_consent_withdrawn_in_the_middle_of_a_journey_ends_what_needed_it(house):
    run = a_run(house)
    house.tell("ConsentWithdrawn", "no", purpose="relationship", for_channel="email")
    outcome = run.send("how-was-it")
    assert (outcome.outcome, outcome.reason) == ("withheld", "no_consent")
    assert run.send("thanks").outcome == "done"
    assert house.sent == ["thanks"]


def test_without_a_yes_to_offers_nothing_that_sells_goes_out(house):
    run = a_run(house, consents=("relationship",))
    assert run.send("offer").reason == "no_consent"
    assert run.send("how-was-it").outcome == "done"


def test_consent_withdrawn_between_the_look_and_the_claim_stops_the_message(house):
    run = a_run(house)
    meanwhile = Failing(house.store)
    no = house.event("ConsentWithdrawn", purpose="promotion", for_channel="email")

    def withdraw(method: str) -> None:
        if method == "save" and meanwhile.calls["save"] == 1:
            house.record([no], customers=house.store)

    meanwhile.between, house.customers = withdraw, meanwhile
    assert run.send("offer").reason == "no_consent"
    assert house.sent == []


def cap_is_full(house: House, run: Run) -> None:
    """Two of three this week."""
    for number in range(2):
        assert run.step("send", f"earlier-{number}", message="how-was-it").outcome == "done"
        house.clock.go_on(hours=1)


def test_the_fourth_message_of_a_week_waits_until_the_first_is_a_week_old(house):
    run = a_run(house)
    first = house.clock.now()
    cap_is_full(house, run)
    assert run.send("how-was-it").outcome == "done"
    held = run.send("offer", expires_after=30 * 86_400)
    assert (held.outcome, held.reason) == ("hold", "frequency_cap")
    house.clock.go_on(seconds=held.seconds)
    assert (house.clock.now() - first).days == 7
    assert run.send("offer", expires_after=30 * 86_400).outcome == "done"


def test_two_messages_at_once_cannot_both_be_the_third(house):
    """The cap is judged and claimed at one version of the customer."""
    run = a_run(house)
    cap_is_full(house, run)
    meanwhile = Failing(house.store)

    def send_another(method: str) -> None:
        if method == "save" and meanwhile.calls["save"] == 1:
            house.customers = house.store
            assert run.send("how-was-it").outcome == "done"

    meanwhile.between, house.customers = send_another, meanwhile
    assert run.send("offer", expires_after=30 * 86_400).reason == "frequency_cap"
    assert len(house.sent) == 3


def throttle_once(house: House, run: Run, message: str) -> None:
    house.email.provider = Failing(house.email.provider, [Failure("take", error=ChannelThrottledError)])
    with pytest.raises(ChannelThrottledError):
        run.send(message)


def test_a_throttled_message_does_not_count_itself_when_it_is_tried_again(house):
    run = a_run(house)
    cap_is_full(house, run)
    throttle_once(house, run, "offer")
    house.clock.go_on(seconds=2)
    assert run.send("offer").outcome == "done"
    assert len(house.ana().recent_contacts) == 3


def test_a_throttled_message_that_meets_the_night_does_not_count_itself_in_the_morning(house):
    run = a_run(house)
    cap_is_full(house, run)
    house.clock.at = datetime(2026, 3, 2, 19, 59, tzinfo=UTC)  # a minute to nine in Madrid
    throttle_once(house, run, "offer")
    house.clock.go_on(minutes=2)
    held = run.send("offer")
    assert held.reason == "quiet_hours"
    house.clock.go_on(seconds=held.seconds)
    assert run.send("offer").outcome == "done"


def test_a_throttled_message_that_is_then_withheld_takes_no_room_from_another(house):
    run = a_run(house)
    cap_is_full(house, run)
    throttle_once(house, run, "offer")
    house.tell("ConsentWithdrawn", "no", purpose="promotion")
    house.clock.go_on(seconds=2)
    assert run.send("offer").reason == "no_consent"
    assert run.send("how-was-it").outcome == "done"


def test_a_throttled_retry_forgets_its_own_trace_only(house):
    """Two messages claimed at the same instant are two, whichever is tried again."""
    run = a_run(house)
    assert run.send("how-was-it").outcome == "done"
    throttle_once(house, run, "offer")
    house.clock.go_on(seconds=2)
    assert run.send("offer").outcome == "done"
    assert len(house.ana().recent_contacts) == 2


def test_at_night_a_text_waits_for_the_morning_where_the_customer_lives(house):
    run = a_run(house)
    house.clock.at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    held = run.send("how-was-it")
    assert (held.outcome, held.reason) == ("hold", "quiet_hours")
    assert house.clock.go_on(seconds=held.seconds) >= datetime(2026, 3, 3, 8, 0, tzinfo=UTC)
    assert run.send("how-was-it").outcome == "done"


def test_a_message_that_would_have_expired_by_the_morning_is_withheld_now(house):
    run = a_run(house)
    house.clock.at = datetime(2026, 3, 2, 22, 30, tzinfo=UTC)
    outcome = run.send("how-was-it", expires_after=3600)
    assert (outcome.outcome, outcome.reason) == ("withheld", "quiet_hours")


def test_a_closed_mailbox_gets_nothing_for_ever_and_the_text_goes_instead(house):
    run = a_run(house)
    house.tell("ConsentGiven", "sms", purpose="relationship", for_channel="sms")
    close_mailbox(house)
    assert run.send("how-was-it", via=["email", "sms"]).outcome == "done"
    assert [message.content.text for message in house.sms.sent] == ["how-was-it"]
    assert house.email.sent == []


def test_a_closed_mailbox_withholds_even_service(house):
    run = a_run(house)
    close_mailbox(house)
    house.tell("ConsentGiven", "again", purpose="service", for_channel="email")
    assert run.send("thanks", via=["email"]).reason == "suppressed"
    assert house.sent == []


def close_mailbox(house: House) -> None:
    from escalera.domain.consent import with_suppression
    from escalera.domain.vocabulary import SuppressionReason
    from escalera.ports.customers import Change

    ana = house.ana()
    reason = SuppressionReason.SPAM_COMPLAINT
    closed = with_suppression(ana, MessageChannel.EMAIL, reason, house.clock.now(), address=None)
    house.store.save([Change(ana, closed)])


def test_the_holdout_hears_nothing_but_service_and_gets_no_present():
    house = House(holdout_share=1.0)
    run = a_run(house)
    assert run.send("thanks").outcome == "done"
    assert run.send("how-was-it").reason == "holdout"
    assert house.sent == ["thanks"]


def test_a_message_the_programme_no_longer_has_does_not_stop_the_journey(house):
    assert a_run(house).send("gone").reason == "message_removed"
    [row] = house.facts(Message)
    assert (row.message, row.status.value, row.reason) == ("gone", "withheld", "message_removed")


def test_what_is_no_service_says_how_to_get_no_more_of_it(house):
    run = a_run(house)
    run.send("thanks")
    run.send("offer")
    assert ["List-Unsubscribe" in message.headers for message in house.email.sent] == [False, True]


def test_a_customer_who_wishes_one_message_a_month_gets_one_a_month():
    house = House(cap_messages=100)
    run = house.ana_is_in_win_back()
    ana = house.ana()
    wish = Preferences(frequency=Frequency(1, timedelta(days=30)))
    house.store.save([Change(ana, with_preferences(ana, wish, house.clock.now()))])

    for day in range(0, 50, 10):
        house.clock.at += timedelta(days=day and 10)
        run.step("send", f"send-{day}", message="miss-you", expires_after=86_400)
    assert [row.status.value for row in sorted(house.facts(Message), key=lambda row: row.considered_at)] == [
        "sent",
        "withheld",
        "withheld",
        "sent",
        "withheld",
    ]


def test_what_the_customer_does_not_want_to_hear_about_is_withheld_and_says_why():
    house = House()
    ideas = SubjectName("ideas")
    about = replace(house.programme.messages["miss-you"], subject=ideas)
    house.programme = replace(house.programme, messages={**house.programme.messages, "miss-you": about})
    run = house.ana_is_in_win_back()
    ana = house.ana()
    told = with_preferences(ana, Preferences(subjects={ideas: False}), house.clock.now())
    house.store.save([Change(ana, told)])

    assert run.send("miss-you").reason == "unwanted_subject"
    assert run.send("offer").outcome == "done"
