"""One customer's life, told late, twice and out of order, while journeys write to them: what must hold at every moment.

Beside the house stands a simple book of what the shop truly did; what the house made of it is compared with that.
"""

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from escalera.domain.errors import ChannelThrottledError, ChannelUnavailableError
from escalera.domain.facts import Entry, EntryStatus, Message, MessageStatus, Order, Refund
from escalera.domain.standing import rung_of
from escalera.domain.vocabulary import MessageChannel
from escalera.ports.messages import OutgoingMessage
from tests.fakes.failing import CrashError
from tests.fakes.house import House, Run

TAKEN = {MessageStatus.SENT, MessageStatus.SENDING, MessageStatus.UNCONFIRMED}
MOODS = (
    *("takes", "takes", "is away", "throttles"),
    *("we die before", "we die after", "the sender dies before", "the sender dies after"),
)
CAP_LOOKS_BACK = 7 * 86_400
STEPS = ("thanks", "how-was-it", "miss-you", "offer")


class Provider:
    """Takes messages, asks to slow down, or whoever sends by it dies at some point: whatever was drawn."""

    def __init__(self, life: "LifeOfACustomer") -> None:
        self.life, self.mood, self.taken = life, "takes", list[OutgoingMessage]()

    def take(self, message: OutgoingMessage) -> str:
        if self.mood == "throttles":
            raise ChannelThrottledError("slow down")
        if self.mood == "the sender dies before":
            self.life.in_doubt.add(message.key)
            raise CrashError
        self.life.goes_out(message)
        if self.mood == "the sender dies after":
            self.life.in_doubt.add(message.key)
            raise CrashError
        return f"id-{message.key}"


class Sender:
    """Carries messages to it, unless it is out of reach, or we die at it: before it has one, or when all is done."""

    def __init__(self, life: "LifeOfACustomer") -> None:
        self.mood, self.real, self.provider = "takes", life.house.email, Provider(life)
        self.real.provider = self.provider

    def send(self, message: OutgoingMessage, *, claimed: Message | None) -> str | None:
        mood, self.mood = self.mood, "takes"
        if mood == "is away":
            raise ChannelUnavailableError("nobody there")
        if mood == "we die before":
            raise CrashError
        self.provider.mood = mood
        answer = self.real.send(message, claimed=claimed)
        if mood == "we die after":
            raise CrashError
        return answer


class LifeOfACustomer(RuleBasedStateMachine):
    def __init__(self) -> None:
        super().__init__()
        self.house = House(quiet_from=None, quiet_to=None)
        self.sender = Sender(self)
        self.house.senders[MessageChannel.EMAIL] = self.sender
        self.in_doubt: set[str] = set()
        self.told: list[object] = []
        self.bought: dict[str, tuple[int, datetime]] = {}
        self.returned: dict[tuple[str, str], int] = {}
        self.raised: set[str] = set()
        self.resolved: set[str] = set()
        self.no_to_offers = False
        self.went_out: Counter[str] = Counter()
        self.runs: list[Run] = []
        self.over: set[str] = set()
        self.slow = False

    @initialize()
    def registers(self) -> None:
        self.house.ana_registers()

    def tell(self, name: str, event_id: str, **fields: object) -> None:
        event = self.house.event(name, event_id, **fields)
        self.told.append(event)
        self.house.record([event])
        self.journeys_begin()

    @rule(order=st.integers(0, 5), days_ago=st.integers(0, 30))
    def buys(self, order: int, days_ago: int) -> None:
        """Heard of now, or days later; the same order always says the same."""
        name, amount = f"o-{order}", 100 * (order + 1)
        if name not in self.bought:
            self.over |= {
                key for key, one in self.house.ana().active_entries.items() if one.journey == "win-back"
            }
        _, at = self.bought.setdefault(name, (amount, self.house.clock.now() - timedelta(days=days_ago)))
        total = {"amount": amount, "currency": "EUR"}
        self.tell("PurchaseCompleted", f"buy-{name}", order_id=name, total=total, occurred_at=at)

    @rule(order=st.integers(0, 5), part=st.sampled_from(["half", "rest"]))
    def gets_money_back(self, order: int, part: str) -> None:
        """For any order, heard of or not; the two parts make the whole."""
        name, amount = f"o-{order}", 50 * (order + 1)
        self.returned[name, part] = amount
        money = {"amount": amount, "currency": "EUR"}
        self.tell("PurchaseRefunded", f"back-{name}-{part}", order_id=name, refund_id=part, amount=money)

    @rule(order=st.integers(0, 5))
    def receives(self, order: int) -> None:
        self.tell("DeliveryCompleted", f"here-{order}", order_id=f"o-{order}")

    @rule(number=st.integers(0, 2))
    def complains(self, number: int) -> None:
        self.raised.add(f"c-{number}")
        self.tell("ComplaintRaised", f"raise-{number}", complaint_id=f"c-{number}")

    @rule(number=st.integers(0, 2))
    def is_helped(self, number: int) -> None:
        self.resolved.add(f"c-{number}")
        self.tell("ComplaintResolved", f"solve-{number}", complaint_id=f"c-{number}")

    @rule(no=st.booleans())
    def says_about_offers(self, no: bool) -> None:  # noqa: FBT001 - hypothesis gives it by name
        self.house.clock.go_on(seconds=1)
        self.no_to_offers = no
        name = "ConsentWithdrawn" if no else "ConsentGiven"
        self.tell(name, f"offers-{self.house.clock.now()}", purpose="promotion", for_channel="email")

    @rule(data=st.data())
    def is_told_again(self, data: st.DataObject) -> None:
        """Any of it once more, alone or with others of its kind in a batch."""
        if not self.told:
            return
        one = data.draw(st.sampled_from(self.told))
        alike = [other for other in self.told if type(other) is type(one)]
        self.house.record([*data.draw(st.permutations(alike)), one])

    @rule(days=st.integers(0, 40))
    def time_passes(self, days: int) -> None:
        self.house.clock.go_on(days=days, seconds=1)
        self.house.sweep()
        self.journeys_begin()

    @rule()
    def falls_silent(self) -> None:
        due_at = self.house.ana().quiet_due_at
        if due_at is not None:
            self.house.clock.at = max(self.house.clock.at, due_at)
            self.house.sweep()
            self.journeys_begin()

    @rule(slow=st.booleans())
    def the_bus_is_slow(self, slow: bool) -> None:  # noqa: FBT001
        self.slow = slow
        self.journeys_begin()

    def journeys_begin(self) -> None:
        """What is told starts its journey, in two runs, as a bus that tells twice does."""
        starts = {
            "PurchaseRecorded": "thank-you",
            "CustomerWentQuiet": "win-back",
            "ComplaintOpened": "complaint-recovery",
        }
        for event in () if self.slow else self.house.publish():
            for number in range(2 if event.name in starts else 0):
                execution = f"{event.detail['event_id']}-{number}"
                run = Run(self.house, starts[event.name], event.name, event.detail, execution)
                if run.enter(once_per=None).outcome == "done":
                    self.runs.append(run)

    @rule(reaches=st.booleans())
    def news_reaches_the_journeys(self, reaches: bool) -> None:  # noqa: FBT001
        for event in self.house.bus.published[-3:]:
            if reaches:
                self.house.news_of(event.name, event.detail)

    @rule(
        data=st.data(),
        message=st.sampled_from(STEPS),
        mood=st.sampled_from(MOODS),
        hold=st.sampled_from(["hold", "withhold"]),
    )
    def a_journey_writes(self, data: st.DataObject, message: str, mood: str, hold: str) -> None:
        if not self.runs:
            return
        run = data.draw(st.sampled_from(self.runs[-2:]))
        self.sender.mood = mood
        for _ in range(2):  # whatever came of it, it is asked for once more
            try:
                outcome = run.send(message, while_complaint_open=hold)
            except (ChannelThrottledError, ChannelUnavailableError, CrashError):
                continue
            assert outcome.outcome in {"done", "withheld", "hold", "left"}
        self.sender.mood = "takes"

    @rule(data=st.data())
    def a_journey_ends(self, data: st.DataObject) -> None:
        if self.runs:
            data.draw(st.sampled_from(self.runs)).finish()

    def goes_out(self, message: OutgoingMessage) -> None:
        """Looked at in the moment it leaves: no sale while a complaint is open, nor against a no."""
        self.went_out[message.key] += 1
        if message.content.text != "thanks":
            assert not self.raised - self.resolved
        if message.content.text == "offer":
            assert not self.no_to_offers
        row = next(one for one in self.house.facts(Message) if one.message_key == message.key)
        assert row.status is MessageStatus.SENDING
        entry = next(one for one in self.house.facts(Entry) if one.entry_id == row.entry_id)
        assert entry.status is EntryStatus.ACTIVE
        assert entry.entry_id not in self.over

    @invariant()
    def sums_are_what_was_bought_and_given_back(self) -> None:
        ana = self.house.ana()
        sums = ana.spending.get("EUR")
        assert (sums.bought if sums else 0) == sum(amount for amount, _ in self.bought.values())
        assert (sums.refunded if sums else 0) == sum(self.returned.values())
        whole = {name for name in self.bought if {(name, "half"), (name, "rest")} <= self.returned.keys()}
        assert (ana.orders, ana.orders_returned) == (len(self.bought), len(whole))
        assert len(self.house.facts(Order)) == len(self.bought)
        assert len(self.house.facts(Refund)) == len(self.returned)
        times = [at for _, at in self.bought.values()]
        assert ana.first_order_at == min(times, default=None)
        assert ana.last_order_at == max(times, default=None)

    @invariant()
    def money_back_of_each_order_is_known(self) -> None:
        ana = self.house.ana()
        known = {order.order_id: order.refunded for order in self.house.facts(Order)}
        for name in {name for name, _ in self.returned}:
            given = sum(amount for (order, _), amount in self.returned.items() if order == name)
            waiting = {order: sums["EUR"] for order, sums in ana.refunds_awaiting_order.items()}
            assert {**waiting, **known}[name] == given

    @invariant()
    def complaints_are_open_that_were_raised_and_not_resolved(self) -> None:
        assert set(self.house.ana().open_complaints) == self.raised - self.resolved

    @invariant()
    def rung_follows_from_what_is_known(self) -> None:
        ana, rules = self.house.ana(), self.house.programme.policy.standing_rules()
        assert ana.rung is rung_of(ana, rules)[0]

    @invariant()
    def quiet_or_due_to_be_looked_at(self) -> None:
        ana = self.house.ana()
        assert (ana.quiet_since is None) or ana.orders
        assert bool(ana.orders) == ((ana.quiet_since is None) != (ana.quiet_due_at is None))

    @invariant()
    def no_message_goes_out_twice(self) -> None:
        assert not self.went_out or max(self.went_out.values()) == 1
        rows = {row.message_key: row.status for row in self.house.facts(Message)}
        assert all(rows[key] in TAKEN for key in self.went_out)

    @invariant()
    def no_message_is_lost_but_by_the_death_of_whoever_sends(self) -> None:
        for row in self.house.facts(Message):
            if row.status in TAKEN and row.message_key not in self.in_doubt:
                assert (row.status, self.went_out[row.message_key]) == (MessageStatus.SENT, 1)

    @invariant()
    def whoever_was_written_to_has_a_trace_of_each_message_and_of_no_other(self) -> None:
        """One for each that left or may leave; older ones than the cap looks back on are forgotten in time."""
        ana, since = self.house.ana(), self.house.clock.now() - timedelta(seconds=CAP_LOOKS_BACK)
        traced = TAKEN | {MessageStatus.CLAIMED, MessageStatus.RELEASED}
        rows = [row for row in self.house.facts(Message) if row.status in traced]
        assert len(ana.recent_contacts) <= len(rows)
        recent = [row for row in rows if row.claimed_at and row.claimed_at > since]
        assert len([one for one in ana.recent_contacts if one.at > since]) == len(recent)

    @invariant()
    def each_entry_that_counts_is_active_and_the_other_way_round(self) -> None:
        active = {one.entry_id for one in self.house.facts(Entry) if one.status is EntryStatus.ACTIVE}
        assert set(self.house.ana().active_entries) <= active

    @invariant()
    def one_promotional_journey_at_a_time(self) -> None:
        now = self.house.clock.now()
        running = [
            one for one in self.house.ana().active_entries.values() if one.until > now and not one.leaving
        ]
        assert sum(one.journey == "win-back" for one in running) <= 1


TestLifeOfACustomer = LifeOfACustomer.TestCase
TestLifeOfACustomer.settings = settings(
    max_examples=max(40, settings().max_examples // 2), stateful_step_count=40
)
