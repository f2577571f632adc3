"""The whole house in memory: what the shop tells is recorded, what changed is told, journeys are walked step by step."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from typing import Any

from escalera.adapters.memory import (
    InMemoryAddressBook,
    InMemoryCustomerRepository,
    InMemoryEventPublisher,
    InMemoryJourneyRuns,
    InMemoryJourneySteps,
    InMemoryJourneySwitches,
    InMemoryMessageLedger,
    InMemoryMessageSender,
    InMemoryProjections,
    InMemoryRateLimits,
    InMemorySealKeys,
    InMemorySweeps,
    InMemoryWhereabouts,
    InMemoryWorkLists,
)
from escalera.contracts.registry import SHOP_EVENTS
from escalera.contracts.steps import StepOutcomeV1, StepPayloadV1
from escalera.domain.customer import Customer
from escalera.domain.facts import Fact, Message, Task
from escalera.domain.goals import Goal
from escalera.domain.history import CustomerHistory
from escalera.domain.score import ShopScore
from escalera.domain.scoring import materially_differs, score_customer, shop_score, summarise
from escalera.domain.seals import KeyRing
from escalera.domain.staff import Role, StaffMember
from escalera.domain.standing import StandingRules
from escalera.domain.vocabulary import (
    ComplaintId,
    CustomerId,
    GroupName,
    JourneyName,
    Language,
    MessageChannel,
    MessageName,
    Purpose,
)
from escalera.journeys.graph import JourneyGraph
from escalera.journeys.occasions import subject_of
from escalera.journeys.programme import (
    GroupTerms,
    JourneyTerms,
    MessageTerms,
    Policy,
    Programme,
    RewardTerms,
    Shop,
)
from escalera.ports.customers import Change, CustomerRepository, MessageLedger
from escalera.ports.events import OutgoingEvent
from escalera.ports.journeys import RunState, Whereabouts
from escalera.ports.messages import MessageRenderer, MessageSender, RenderedMessage
from escalera.use_cases.close_addresses import keep_closed
from escalera.use_cases.close_entries import ClosingPorts, EndedRun, close_ended_run
from escalera.use_cases.close_stranded_entries import Swept, close_stranded_entries
from escalera.use_cases.desk.finish_task import finish_task
from escalera.use_cases.desk.steer_journeys import pause_journey, resume_journey
from escalera.use_cases.desk.tend_complaints import answer_complaint
from escalera.use_cases.find_broken_promises import find_broken_promises
from escalera.use_cases.find_quiet_customers import find_quiet_customers
from escalera.use_cases.follow_changes import follow_changes
from escalera.use_cases.leave_journeys import JourneyNews, leave_journeys
from escalera.use_cases.links import PortalLinks
from escalera.use_cases.perform_step import perform_step
from escalera.use_cases.publish_changes import publish_changes
from escalera.use_cases.record_complaints import record_complaints
from escalera.use_cases.record_consents import record_consents
from escalera.use_cases.record_deliveries import record_deliveries
from escalera.use_cases.record_purchases import record_purchases
from escalera.use_cases.record_refunds import record_refunds
from escalera.use_cases.record_registrations import record_registrations
from escalera.use_cases.recording import Outcome
from escalera.use_cases.steps.visit import StepPorts
from escalera.use_cases.stop_texts import stop_texts
from tests.fakes.clock import SetClock

DAY = 86_400
ANA = CustomerId("ana")
BERTA = StaffMember("sub-berta", "Berta", "berta@casa.example.com", Role.OWNER)
MARTA = StaffMember("sub-marta", "Marta", "marta@casa.example.com", Role.SERVICE)
RING = KeyRing("1", {"1": b"a" * 40})

IN_EVERY_LANGUAGE = dict.fromkeys(Language, "words")


def _message(name: str, purpose: Purpose, *, sells: bool = False) -> MessageTerms:
    return MessageTerms(MessageName(name), purpose, sells, tuple(MessageChannel), IN_EVERY_LANGUAGE)


ENTER: dict[str, Mapping[str, Any]] = {
    "thank-you": {"kind": "service", "priority": 50, "fresh": 3 * DAY},
    "win-back": {
        "kind": "promotion",
        "priority": 20,
        "once_per": 180 * DAY,
        "fresh": 7 * DAY,
        "leaves_on": ("PurchaseRecorded", "ComplaintOpened", "ConsentLost"),
    },
    "complaint-recovery": {"kind": "service", "priority": 100, "fresh": 3 * DAY},
}


def _journey(name: str, **fields: Any) -> JourneyTerms:
    """What must be known of a journey, beside what its runs say themselves."""
    return JourneyTerms(
        **{
            "name": JourneyName(name),
            "kind": Purpose.SERVICE,
            "starts_on": "",
            "leaves_on": frozenset(),
            "waits_for": frozenset(),
            "while_complaint_open": "withhold",
            "priority": 0,
            "once_per": None,
            "fresh": None,
            "classes": None,
            "longest": 60 * DAY,
            **fields,
        }
    )


WITHOUT_CONDITIONS = (
    *("anniversary", "birthday", "call", "goes-well-with"),
    *("address-changed", "complaint-answer", "confirm-address"),
)
PROGRAMME = Programme(
    shop=Shop(
        name="Casa",
        url="https://casa.example.com",
        support_email="hola@casa.example.com",
        support_phone="+44 20 7946 0018",
        postal_address="Calle 7",
        default_language=Language.SPANISH,
        default_time_zone="Europe/Madrid",
        currency="EUR",
        exchange_rates={"GBP": "1.15"},
    ),
    policy=Policy(
        channels=(MessageChannel.EMAIL, MessageChannel.SMS),
        needs_consent=frozenset({Purpose.PROMOTION, Purpose.RELATIONSHIP}),
        quiet_from=time(21),
        quiet_to=time(9),
        cap_messages=3,
        cap_within=7 * DAY,
        holdout_share=0.0,
        holdout_salt="salt",
        settle_after=3600,
        expires_after=3 * DAY,
        typical_gap=40 * DAY,
        worth_gaps=3,
        unusual=0.2,
        at_least=14 * DAY,
        frequent_from_orders=3,
        answer_within=DAY,
    ),
    journeys={name: _journey(name) for name in (*ENTER, *WITHOUT_CONDITIONS)},
    messages={
        "thanks": _message("thanks", Purpose.SERVICE),
        "how-was-it": _message("how-was-it", Purpose.RELATIONSHIP),
        "miss-you": _message("miss-you", Purpose.RELATIONSHIP),
        "offer": _message("offer", Purpose.PROMOTION, sells=True),
    },
    rewards={"comeback": RewardTerms("comeback", IN_EVERY_LANGUAGE, "HOLA", 14 * DAY)},
    teams={},
    groups=(
        GroupTerms(
            GroupName("valuable-complained"),
            "About",
            ("P4d",),
            {"class": ["A"], "complained": {"within": 30 * DAY}},
        ),
    ),
)

RECORDERS: Mapping[str, Callable[..., list[Outcome]]] = {
    "CustomerRegistered": record_registrations,
    "PurchaseCompleted": record_purchases,
    "PurchaseRefunded": record_refunds,
    "DeliveryCompleted": record_deliveries,
    "ComplaintRaised": record_complaints,
    "ComplaintAnswered": record_complaints,
    "ComplaintResolved": record_complaints,
    "ConsentGiven": record_consents,
    "ConsentWithdrawn": record_consents,
}

GOALS = {"win-back": Goal("PurchaseRecorded", timedelta(days=30), timedelta(days=60))}


class PlainRenderer:
    """A `MessageRenderer` whose text is the message's name: what is sent can be told by it."""

    def render(
        self, message: MessageName, channel: MessageChannel, language: Language, context: Mapping[str, Any]
    ) -> RenderedMessage:
        return RenderedMessage(text=message, subject=message, html=message)

    def mentions(self, message: MessageName, channel: MessageChannel, language: Language, fact: str) -> bool:
        return False


class House:
    """All ports in memory. `customers`, `senders`, `runs` may be exchanged for failing ones before a step is done."""

    def __init__(self, **policy: Any) -> None:
        self.clock = SetClock()
        self.store = InMemoryCustomerRepository()
        self.customers: CustomerRepository = self.store
        self.book = InMemoryAddressBook(self.store)
        self.sweeps = InMemorySweeps()
        self.limits = InMemoryRateLimits()
        self.ledger: MessageLedger = InMemoryMessageLedger(self.store)
        self.email = InMemoryMessageSender(InMemoryMessageLedger(self.store), "email")
        self.sms = InMemoryMessageSender(InMemoryMessageLedger(self.store), "sms")
        self.senders: dict[MessageChannel, MessageSender] = {
            MessageChannel.EMAIL: self.email,
            MessageChannel.SMS: self.sms,
        }
        self.renderer: MessageRenderer = PlainRenderer()
        self.runs = InMemoryJourneyRuns()
        self.steps = InMemoryJourneySteps()
        self.whereabouts: Whereabouts = InMemoryWhereabouts(self.store)
        self.work = InMemoryWorkLists(self.store)
        self.links = PortalLinks("https://paginas.casa.example.com", InMemorySealKeys(RING))
        self.switches = InMemoryJourneySwitches(self.store)
        self.bus = InMemoryEventPublisher()
        self.programme = replace(PROGRAMME, policy=replace(PROGRAMME.policy, **policy))
        self.score: ShopScore | None = None
        self._told = 0

    @property
    def ports(self) -> StepPorts:
        return StepPorts(
            customers=self.customers,
            ledger=self.ledger,
            senders=self.senders,
            renderer=self.renderer,
            runs=self.runs,
            whereabouts=self.whereabouts,
            links=self.links,
            switches=self.switches,
            programme=self.programme,
            clock=self.clock,
        )

    @property
    def rules(self) -> StandingRules:
        return replace(self.programme.policy.standing_rules(), score=self.score)

    @property
    def sent(self) -> list[str]:
        """The texts that left the house, on any channel."""
        return [message.content.text for message in (*self.email.sent, *self.sms.sent)]

    def ana(self, customer: CustomerId = ANA) -> Customer:
        return self.store.load([customer])[customer]

    def facts(self, kind: type[Fact], customer: CustomerId = ANA) -> list[Any]:
        return [fact for fact in self.store.facts_of(customer) if isinstance(fact, kind)]

    def statuses(self) -> list[str]:
        return [message.status.value for message in self.facts(Message)]

    def event(self, name: str, event_id: str = "", **fields: Any) -> Any:
        """A valid event of the shop, by Ana, now; `fields` say what is particular about it."""
        model = SHOP_EVENTS[name]
        plain = {"occurred_at": self.clock.now(), "customer_id": ANA, "event_id": event_id or name}
        example = {
            key: value for key, value in model.EXAMPLE.items() if key not in ("lines", "contact", "discount")
        }
        return model.model_validate({**example, **plain, **fields})

    def record(self, events: Sequence[Any], customers: Any = None) -> list[Outcome]:
        """Record a batch of events of one kind."""
        name = type(events[0]).__name__.removesuffix("V1")
        rules = self.rules
        outcomes = RECORDERS[name](
            events, customers=customers or self.customers, rules=rules, clock=self.clock
        )
        assert len(outcomes) == len(events)
        for outcome in outcomes:
            assert outcome.error is None
        return outcomes

    def tell(self, name: str, event_id: str = "", **fields: Any) -> None:
        """The shop tells one event."""
        self.record([self.event(name, event_id, **fields)])

    def ana_registers(self, *, consents: Sequence[str] = ("relationship", "promotion")) -> None:
        self.tell("CustomerRegistered")
        for purpose in consents:
            self.tell("ConsentGiven", f"yes-{purpose}", purpose=purpose)

    def publish(self) -> list[OutgoingEvent]:
        """Tell the bus what was written since last time; the answer is what it was told."""
        written, self._told = self.store.stream[self._told :], len(self.store.stream)
        before = len(self.bus.published)
        followed, said = follow_changes(written, projections=InMemoryProjections(self.store.store))
        assert followed == written
        keep_closed(written, said, customers=self.store)
        changes = [one.news for one in written]
        assert publish_changes(changes, events=self.bus, clock=self.clock) == []
        return self.bus.published[before:]

    def stop(self, phone: str, at: datetime | None = None) -> bool:
        """STOP is answered from this number."""
        at = at or self.clock.now()
        return stop_texts(phone, customers=self.store, book=self.book, clock=self.clock, at=at)

    def told(self, name: str) -> list[dict[str, Any]]:
        """Everything the bus was ever told under this name."""
        self.publish()
        return [event.detail for event in self.bus.published if event.name == name]

    def news(self, name: str) -> int:
        """The last event of this name reaches the journeys."""
        return self.news_of(name, self.told(name)[-1])

    def news_of(self, name: str, detail: Mapping[str, Any]) -> int:
        customer = CustomerId(detail["customer_id"])
        at = datetime.fromisoformat(detail["occurred_at"])
        news = JourneyNews(name, detail["event_id"], at, customer, subject_of(name, detail))
        return leave_journeys(
            news,
            customers=self.customers,
            runs=self.runs,
            whereabouts=self.whereabouts,
            goals=GOALS,
            clock=self.clock,
        )

    def run_of(self, journey: str, event: str, execution: str = "run-1") -> "Run":
        """A run of the journey, started by the last event of this name; it has not entered yet."""
        return Run(self, journey, event, self.told(event)[-1], execution)

    def sweep(self) -> int:
        return find_quiet_customers(
            customers=self.customers, sweeps=self.sweeps, rules=self.rules, clock=self.clock
        )

    def night(self) -> int:
        """The whole base is scored; the answer is how many customers were written."""
        rules, now = self.programme.scoring_rules(), self.clock.now()
        everybody = [
            CustomerHistory.of(one, self.store.facts_of(one.id))
            for one in self.store.store.customers.values()
        ]
        self.score = shop_score(summarise(everybody, rules, now), rules, now)
        scored = [
            Change(history.customer, score_customer(history, self.score, None, rules, now))
            for history in everybody
        ]
        return len(
            self.customers.save([one for one in scored if materially_differs(one.before, one.after, "EUR")])
        )

    def removes(self, journey: str, *, rule: str = "") -> None:
        """A release without this journey; `rule`: what the programme says of those who are in it."""
        journeys = {name: terms for name, terms in self.programme.journeys.items() if name != journey}
        removed = {journey: rule} if rule else {}
        self.programme = replace(self.programme, journeys=journeys, removed_journeys=removed)

    def renames(self, journey: str, to: str) -> None:
        """A release in which this journey has another name."""
        self.removes(journey)
        later = {to: _journey(to, earlier_names=(JourneyName(journey),))}
        self.programme = replace(self.programme, journeys={**self.programme.journeys, **later})

    @property
    def closing(self) -> ClosingPorts:
        return ClosingPorts(self.customers, self.runs, self.clock, frozenset(self.programme.journeys))

    def run_ended(self, execution: str = "run-1", state: RunState = RunState.FAILED) -> int:
        """Step Functions says that a run of Ana's has ended."""
        ended = EndedRun(execution, ANA, state)
        return close_ended_run(ended, self.closing, pause=lambda _: None)

    def look_for_stranded(self, graphs: Mapping[str, JourneyGraph]) -> Swept:
        return close_stranded_entries(
            self.programme,
            graphs,
            self.closing,
            steps=self.steps,
            work=self.work,
            whereabouts=self.whereabouts,
            pause=lambda _: None,
        )

    def until_quiet(self) -> None:
        """Time passes until the sweep notices Ana's silence; it is ten in the morning."""
        due_at = self.ana().quiet_due_at
        assert due_at is not None
        self.clock.at = due_at.replace(hour=10, minute=0, second=0) + timedelta(days=1)
        assert self.sweep() == 1

    def pause(self, journey: str, by: StaffMember = BERTA) -> bool:
        """The owner pauses a journey."""
        return pause_journey(journey, by=by, journeys=ENTER, switches=self.switches, clock=self.clock)

    def resume(self, journey: str, by: StaffMember = BERTA) -> bool:
        """The owner lets it go on."""
        return resume_journey(journey, by=by, switches=self.switches, clock=self.clock)

    def look_at_promises(self) -> int:
        return find_broken_promises(customers=self.customers, sweeps=self.sweeps, clock=self.clock)

    def answer(self, complaint: str, text: str, form: str = "form-1", by: StaffMember = MARTA) -> bool:
        """Somebody of the shop answers Ana's complaint."""
        return answer_complaint(
            ANA,
            ComplaintId(complaint),
            text=text,
            form=form,
            by=by,
            customers=self.customers,
            clock=self.clock,
        )

    def finish_tasks(self, by: StaffMember = MARTA, note: str = "") -> list[bool]:
        """Somebody of the shop does all that Ana needs."""
        return [
            finish_task(ANA, task.task_id, by=by, note=note, customers=self.customers, clock=self.clock)
            for task in self.facts(Task)
        ]

    def ana_is_in_win_back(self) -> "Run":
        """Ana registered, bought, went quiet and entered win-back."""
        self.ana_registers()
        self.tell("PurchaseCompleted", "p-0", order_id="old")
        self.until_quiet()
        run = self.run_of("win-back", "CustomerWentQuiet")
        assert run.enter().outcome == "done"
        return run


class Run:
    """One execution of a journey, walked by the test."""

    def __init__(self, house: House, journey: str, event: str, cause: dict[str, Any], execution: str) -> None:
        self.house, self.journey, self.event, self.cause, self.execution = (
            house,
            journey,
            event,
            cause,
            execution,
        )

    def step(self, do: str, name: str = "", *, token: str | None = None, **settings: Any) -> StepOutcomeV1:
        payload = StepPayloadV1.model_validate(
            {
                "version": 1,
                "journey": self.journey,
                "customer_id": self.cause["customer_id"],
                "event": self.event,
                "cause": self.cause,
                "execution": self.execution,
                "task_token": token,
                "step": {"id": name or do, "do": do, **settings},
            }
        )
        return perform_step(payload, ports=self.house.ports, pause=lambda _: None)

    def enter(self, **settings: Any) -> StepOutcomeV1:
        return self.step("enter", **{"longest": 60 * DAY, **ENTER.get(self.journey, {}), **settings})

    def send(self, message: str, **settings: Any) -> StepOutcomeV1:
        return self.step("send", f"send-{message}", message=message, **settings)

    def wait_for(self, event: str, token: str) -> StepOutcomeV1:
        return self.step("wait_for", event=event, at_most=20 * DAY, token=token)

    def finish(self, result: str = "finished") -> StepOutcomeV1:
        return self.step("finish", result=result)
