"""The process may die anywhere around a send: never two messages, and nobody waits for ever."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from escalera.contracts.steps import StepOutcomeV1
from escalera.domain.errors import (
    ChannelThrottledError,
    ChannelUnavailableError,
    MessageRefusedError,
    StoreBusyError,
)
from escalera.domain.facts import Message, MessageStatus
from escalera.domain.vocabulary import MessageChannel
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
    """The next send dies here, the ones after it do not."""
    port, method, after = {
        "before its sender is asked": ("sender", "send", False),
        "before the claim": ("customers", "save", False),
        "after the claim": ("customers", "save", True),
        "before the provider has it": ("provider", "take", False),
        "after the provider has it": ("provider", "take", True),
        "before sent is noted": ("ledger", "move", False),
        "after sent is noted": ("ledger", "move", True),
    }[where]
    failures = [Failure(method, after=after)]
    if port == "customers":
        house.customers = Failing(house.store, failures)
    elif port == "sender":
        house.senders[MessageChannel.EMAIL] = Failing(house.email, failures)
    elif port == "provider":
        house.email.provider = Failing(house.email.provider, failures)
    else:
        house.ledger = Failing(house.ledger, failures)


def failing_sender(house: House, error: Callable[[], Exception], times: int = 1) -> Failing:
    """Fails before it asks for the claim."""
    return Failing(house.email, [Failure("send", on=frozenset(range(1, times + 1)), error=error)])


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
        ("before its sender is asked", 1, "sent"),
        ("before the claim", 1, "sent"),
        ("after the claim", 0, "unconfirmed"),
        ("before the provider has it", 0, "unconfirmed"),
        ("after the provider has it", 1, "unconfirmed"),
        ("before sent is noted", 1, "unconfirmed"),
        ("after sent is noted", 1, "sent"),
    ],
)
def test_a_crash_anywhere_never_doubles_a_message_and_the_journey_goes_on(house, run, where, sent, status):
    crash(house, where)
    with pytest.raises(CrashError):
        run.send("thanks")
    outcome, waited = until_it_goes_on(house, run)
    assert outcome == StepOutcomeV1.done()
    assert waited <= house.programme.policy.settle_after + 2
    assert len(house.sent) == sent
    assert house.statuses() == [status]
    assert run.finish().outcome == "done"
    assert house.ana().active_entries == {}


def test_nobody_sends_while_a_claim_is_in_doubt(house, run):
    crash(house, "after the claim")
    with pytest.raises(CrashError):
        run.send("thanks")
    outcome = run.send("thanks")
    assert (outcome.outcome, outcome.reason) == ("hold", "unconfirmed")
    assert house.sent == []


def test_what_the_provider_says_meanwhile_ends_the_doubt_at_once(house, run):
    crash(house, "after the provider has it")
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
        return run.send("thanks").outcome

    with ThreadPoolExecutor(8) as askers:
        outcomes = list(askers.map(ask, range(8)))
    assert house.sent == ["thanks"]
    assert set(outcomes) <= {"done", "hold"}


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


def test_a_message_refused_before_it_could_leave_is_withheld_for_good(house, run):
    house.senders[MessageChannel.EMAIL] = refusing = failing_sender(
        house, lambda: MessageRefusedError("no address")
    )
    assert run.send("thanks").outcome == "withheld"
    assert run.send("thanks").outcome == "withheld"
    assert (house.sent, refusing.calls["send"]) == ([], 1)
    assert house.statuses() == ["refused"]
    assert house.ana().recent_contacts == ()


def test_a_provider_that_cannot_be_reached_before_the_claim_leaves_none(house, run):
    house.senders[MessageChannel.EMAIL] = failing_sender(house, unreachable)
    with pytest.raises(ChannelUnavailableError):
        run.send("thanks")
    assert house.ana().recent_contacts == ()
    assert run.send("thanks").outcome == "done"
    assert (house.sent, house.statuses()) == (["thanks"], ["sent"])


def test_a_message_whose_provider_stays_out_of_reach_expires(house, run):
    house.senders[MessageChannel.EMAIL] = failing_sender(house, unreachable, times=100)
    for _ in range(2):
        with pytest.raises(ChannelUnavailableError):
            run.send("thanks", expires_after=3600)
        house.clock.go_on(seconds=1801)
    outcome = run.send("thanks", expires_after=3600)
    assert (outcome.outcome, outcome.reason) == ("withheld", "expired")


def test_whoever_cannot_reach_the_provider_does_not_give_back_the_claim_of_another(house, run):
    """Theirs may be on its way at this moment: released, it would be sent again."""
    away = failing_sender(house, unreachable)
    house.senders[MessageChannel.EMAIL] = away

    def another_is_faster(_method: str) -> None:
        house.senders[MessageChannel.EMAIL] = house.email
        crash(house, "after the provider has it")
        with pytest.raises(CrashError):
            run.send("thanks")

    away.between = another_is_faster
    with pytest.raises(ChannelUnavailableError):
        run.send("thanks")
    assert house.statuses() == ["claimed"]
    assert until_it_goes_on(house, run)[0] == StepOutcomeV1.done()
    assert house.sent == ["thanks"]


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
