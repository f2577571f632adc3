"""The process may die anywhere around a send: never two messages, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier

import pytest

from escalera.contracts.steps import StepOutcomeV1
from escalera.domain.errors import (
    ChannelThrottledError,
    ChannelUnavailableError,
    MessageRefusedError,
    StaleCustomerError,
    StoreBusyError,
)
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import MessageChannel
from escalera.ports.customers import Change
from escalera.ports.messages import OutgoingMessage, RenderedMessage
from tests.fakes.failing import CrashError, Failing, Failure
from tests.fakes.house import House, Run


@pytest.fixture
def house() -> House:
    house = House()
    house.ana_registers()
    house.tell("PurchaseCompleted", order_id="1")
    return house


@pytest.fixture
def run(house: House) -> Run:
    run = house.run_of("thank-you", "PurchaseRecorded")
    assert run.enter().outcome == "done"
    return run


def crash(house: House, where: str) -> None:
    """The next send dies here, the ones after it do not; `where` begins with who it is that dies."""
    port, method, after = {
        "we, before the claim": ("customers", "save", False),
        "we, after the claim": ("customers", "save", True),
        "we, before it is handed over": ("sender", "send", False),
        "we, after it was handed over": ("sender", "send", True),
        "its sender, before the provider has it": ("provider", "take", False),
        "its sender, after the provider has it": ("provider", "take", True),
    }[where]
    failures = [Failure(method, after=after)]
    if port == "customers":
        house.customers = Failing(house.store, failures)
    elif port == "sender":
        house.senders[MessageChannel.EMAIL] = Failing(house.email, failures)
    else:
        house.email.provider = Failing(house.email.provider, failures)


def failing_sender(house: House, error: Callable[[], Exception], times: int = 1) -> Failing:
    """Fails before the message is handed over."""
    return Failing(house.email, [Failure("send", on=frozenset(range(1, times + 1)), error=error)])


def an_email(row: Message) -> OutgoingMessage:
    return OutgoingMessage(row.message_key, "ana@example.com", RenderedMessage(row.message))


def unreachable() -> ChannelUnavailableError:
    return ChannelUnavailableError("nobody there")


def until_it_goes_on(house: House, run: Run) -> tuple[StepOutcomeV1, int]:
    """Ask as the state machine would: again after each hold. How it ended, and after how many seconds."""
    waited = 0
    for _ in range(30):
        outcome = run.send("thanks")
        if outcome.outcome != "hold":
            return outcome, waited
        waited += outcome.seconds
        house.clock.go_on(seconds=outcome.seconds)
    pytest.fail("the customer is parked")


@pytest.mark.parametrize(
    ("where", "sent", "status"),
    [
        ("we, before the claim", 1, "sent"),
        ("we, after the claim", 1, "sent"),
        ("we, before it is handed over", 1, "sent"),
        ("we, after it was handed over", 1, "sent"),
        ("its sender, before the provider has it", 0, "unconfirmed"),
        ("its sender, after the provider has it", 1, "unconfirmed"),
    ],
)
def test_a_crash_anywhere_never_doubles_a_message_and_the_journey_goes_on(house, run, where, sent, status):
    """And none of our own loses one."""
    crash(house, where)
    with pytest.raises(CrashError):
        run.send("thanks")
    outcome, waited = until_it_goes_on(house, run)
    assert outcome == StepOutcomeV1.done()
    assert waited <= house.programme.policy.settle_after + 2
    assert len(house.sent) == sent
    assert house.statuses() == [status]
    assert len(house.ana().recent_contacts) == 1
    assert run.finish().outcome == "done"
    assert house.ana().active_entries == {}


def test_nobody_sends_while_somebody_else_may_be_sending(house, run):
    crash(house, "its sender, before the provider has it")
    with pytest.raises(CrashError):
        run.send("thanks")
    outcome = run.send("thanks")
    assert (outcome.outcome, outcome.reason) == ("hold", "unconfirmed")
    assert house.sent == []


def test_who_was_slow_to_hand_over_what_another_sent_meanwhile_sends_nothing(house, run):
    slow = Failing(house.email)
    house.senders[MessageChannel.EMAIL] = slow

    def another_is_faster(_method: str) -> None:
        house.senders[MessageChannel.EMAIL] = house.email
        assert run.send("thanks").outcome == "done"

    slow.between = another_is_faster
    house.clock.go_on(seconds=1)
    with pytest.raises(StaleCustomerError, match="taken over"):
        run.send("thanks")
    assert run.send("thanks").outcome == "done"
    assert (house.sent, house.statuses()) == (["thanks"], ["sent"])


def test_a_claim_is_good_until_the_next_one(house, run):
    """Or a slow one would send its older text, and the newer trace would be taken for another message's."""
    slow = Failing(house.email)
    house.senders[MessageChannel.EMAIL] = slow

    def another_claims_and_dies(_method: str) -> None:
        house.clock.go_on(seconds=1)
        crash(house, "we, before it is handed over")
        with pytest.raises(CrashError):
            run.send("thanks")

    slow.between = another_claims_and_dies
    with pytest.raises(StaleCustomerError, match="taken over"):
        run.send("thanks")
    house.senders[MessageChannel.EMAIL] = house.email
    assert (house.sent, house.statuses()) == ([], ["claimed"])
    assert run.send("thanks").outcome == "done"
    assert len(house.ana().recent_contacts) == 1


@pytest.mark.parametrize("ended", ["finished", "is leaving"])
def test_a_claim_left_behind_in_a_journey_that_is_over_is_withdrawn(house, run, ended):
    crash(house, "we, before it is handed over")
    with pytest.raises(CrashError):
        run.send("miss-you")
    if ended == "finished":
        run.finish()
    else:
        ana = house.ana()
        [(key, entry)] = ana.active_entries.items()
        leaving = replace(ana, active_entries={key: replace(entry, leaving="ConsentWithdrawn")})
        house.store.save([Change(ana, leaving)])
    assert run.send("miss-you").outcome == "left"
    assert (house.sent, house.statuses()) == ([], ["withheld"])
    assert house.ana().recent_contacts == ()


def test_a_claim_left_behind_for_a_message_that_is_no_more_is_withdrawn(house, run):
    crash(house, "we, before it is handed over")
    with pytest.raises(CrashError):
        run.send("miss-you")
    left = {name: terms for name, terms in house.programme.messages.items() if name != "miss-you"}
    house.programme = replace(house.programme, messages=left)
    assert run.send("miss-you").reason == "message_removed"
    assert (house.statuses(), house.ana().recent_contacts) == (["withheld"], ())


def test_a_claim_left_behind_is_judged_anew_and_its_trace_forgotten(house, run):
    """Whoever withdrew their consent meanwhile is not written to, and the message counts for nothing."""
    crash(house, "we, before it is handed over")
    with pytest.raises(CrashError):
        run.send("miss-you")
    house.tell("ConsentWithdrawn", purpose="relationship")
    outcome = run.send("miss-you")
    assert (outcome.outcome, outcome.reason) == ("withheld", "no_consent")
    assert (house.sent, house.statuses()) == ([], ["withheld"])
    assert house.ana().recent_contacts == ()


def test_a_decision_against_it_comes_too_late_for_what_is_being_sent(house, run):
    """Who looks at a claim left behind, while its owner hands it over after all, decides nothing."""
    crash(house, "we, before it is handed over")
    with pytest.raises(CrashError):
        run.send("miss-you")
    house.tell("ConsentWithdrawn", purpose="relationship")
    [claimed] = house.facts(Message)
    late = Failing(house.store)
    house.customers = late

    def its_owner_hands_it_over(method: str) -> None:
        if method == "save":
            house.customers = house.store
            crash(house, "its sender, after the provider has it")
            with pytest.raises(CrashError):
                house.email.send(an_email(claimed), claimed=claimed)

    late.between = its_owner_hands_it_over
    outcome = run.send("miss-you")
    assert (outcome.outcome, outcome.reason) == ("hold", "unconfirmed")
    assert house.statuses() == ["sending"]
    assert len(house.ana().recent_contacts) == 1


def test_what_the_provider_says_meanwhile_ends_the_doubt_at_once(house, run):
    crash(house, "its sender, after the provider has it")
    with pytest.raises(CrashError):
        run.send("thanks")
    message = house.facts(Message)[0]
    house.ledger.move(
        message.key,
        MessageStatus.DELIVERED,
        only_from=frozenset({message.status}),
        at=house.clock.now(),
        provider_id="email-1",
    )
    assert run.send("thanks") == StepOutcomeV1.done()
    assert house.statuses() == ["delivered"]
    assert len(house.told("MessageSent")) == 1


def test_an_answer_that_leaves_it_open_is_not_sent_again(house, run):
    house.email.provider = Failing(
        house.email.provider, [Failure("take", after=True, error=lambda: TimeoutError("read timed out"))]
    )
    with pytest.raises(TimeoutError):
        run.send("thanks")
    assert until_it_goes_on(house, run)[0] == StepOutcomeV1.done()
    assert house.sent == ["thanks"]


def test_the_same_send_asked_for_by_two_at_once_sends_one(house, run):
    start = Barrier(8)

    def ask(_):
        start.wait()
        with suppress(StaleCustomerError):  # one took over another's claim: asked again by the state machine
            return run.send("thanks").outcome

    with ThreadPoolExecutor(8) as askers:
        outcomes = list(askers.map(ask, range(8)))
    assert house.sent == ["thanks"]
    assert set(outcomes) <= {"done", "hold", None}
    assert run.send("thanks").outcome == "done"


@pytest.mark.parametrize("error", [ChannelThrottledError, ChannelUnavailableError])
def test_throttled_nine_times_of_ten_every_message_goes_out_once(house, error):
    times = [n for n in range(1, 200) if n % 10]
    house.email.provider = Failing(house.email.provider, [Failure("take", on=frozenset(times), error=error)])
    for order in range(2, 12):
        house.tell("PurchaseCompleted", order_id=str(order))
    runs = [
        Run(house, "thank-you", "PurchaseRecorded", cause, f"run-{n}")
        for n, cause in enumerate(house.told("PurchaseRecorded"))
    ]
    for run in runs:
        assert run.enter().outcome == "done"
    left = list(runs)
    for _ in range(200):
        if not left:
            break
        run = left.pop(0)
        house.clock.go_on(seconds=1)
        try:
            assert run.send("thanks").outcome == "done"
        except error:
            left.append(run)
    assert len({message.key for message in house.email.sent}) == len(house.email.sent) == len(runs) == 11
    assert set(house.statuses()) == {"sent"}


def test_what_the_provider_will_never_take_is_withheld_for_good(house, run):
    refusal = Failure("take", error=lambda: MessageRefusedError("no such domain"))
    house.email.provider = refusing = Failing(house.email.provider, [refusal])
    assert run.send("thanks").outcome == "withheld"
    assert run.send("thanks").outcome == "withheld"
    assert refusing.calls["take"] == 1
    assert house.statuses() == ["refused"]
    assert house.ana().recent_contacts == ()


@pytest.mark.parametrize("busy", [1, 2])
def test_a_refused_message_counts_for_nothing_though_others_write_the_customer_meanwhile(house, run, busy):
    refused, others = list[int](), list[int]()

    def refuse() -> MessageRefusedError:
        refused.append(1)
        return MessageRefusedError("too large")

    def write_meanwhile(method: str) -> None:
        if method == "save" and refused and len(others) < busy:
            others.append(1)
            ana = house.ana()
            house.store.save([Change(ana, replace(ana, orders=ana.orders + 1))])

    house.senders[MessageChannel.EMAIL] = failing_sender(house, refuse)
    house.customers = Failing(house.store, between=write_meanwhile)
    assert run.send("thanks").outcome == "withheld"
    assert len(others) == busy
    assert house.statuses() == ["refused"]
    assert house.ana().recent_contacts == ()


def test_a_message_refused_before_it_could_be_handed_over_is_withheld_for_good(house, run):
    house.senders[MessageChannel.EMAIL] = refusing = failing_sender(
        house, lambda: MessageRefusedError("too large")
    )
    assert run.send("thanks").outcome == "withheld"
    assert run.send("thanks").outcome == "withheld"
    assert (house.sent, refusing.calls["send"]) == ([], 1)
    assert house.statuses() == ["refused"]
    assert house.ana().recent_contacts == ()


def test_a_sender_out_of_reach_for_a_moment_costs_nothing_and_counts_once(house, run):
    house.senders[MessageChannel.EMAIL] = failing_sender(house, unreachable)
    with pytest.raises(ChannelUnavailableError):
        run.send("thanks")
    assert run.send("thanks").outcome == "done"
    assert (house.sent, house.statuses()) == (["thanks"], ["sent"])
    assert len(house.ana().recent_contacts) == 1


def test_a_message_whose_provider_stays_out_of_reach_expires(house, run):
    house.senders[MessageChannel.EMAIL] = failing_sender(house, unreachable, times=100)
    for _ in range(2):
        with pytest.raises(ChannelUnavailableError):
            run.send("thanks", expires_after=3600)
        house.clock.go_on(seconds=1801)
    outcome = run.send("thanks", expires_after=3600)
    assert (outcome.outcome, outcome.reason) == ("withheld", "expired")


def test_a_store_that_is_busy_when_the_claim_is_asked_for_costs_no_message(house, run):
    busy = Failure("save", error=lambda: StoreBusyError("slow down"))
    house.customers = Failing(house.store, [busy])
    with pytest.raises(StoreBusyError):
        run.send("thanks")
    assert (house.sent, house.statuses()) == ([], [])
    assert run.send("thanks").outcome == "done"
    assert house.sent == ["thanks"]


def test_a_text_that_cannot_be_written_leaves_no_claim_behind(house, run):
    house.renderer = Failing(house.renderer, [Failure("render", error=lambda: KeyError("order"))])
    with pytest.raises(KeyError):
        run.send("thanks")
    assert house.statuses() == []
    assert run.send("thanks").outcome == "done"
    assert house.sent == ["thanks"]
