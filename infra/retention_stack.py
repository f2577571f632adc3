"""The stack: it composes the constructs and says who may do what. Nothing is built here but connections."""

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_lambda as lambda_
from aws_cdk import aws_sqs as sqs
from constructs import Construct

from infra.assembly import Assembly
from infra.constructs.alarms import Alarms
from infra.constructs.customer_table import CustomerTable
from infra.constructs.dashboard import Dashboard, text_spending
from infra.constructs.dead_letters import DeadLetters
from infra.constructs.dispatch import Dispatch
from infra.constructs.event_inbox import EventInbox
from infra.constructs.journeys import Journeys
from infra.constructs.mail import Mail
from infra.constructs.nightly_score import MACHINE, NightlyScore
from infra.constructs.record_archive import RecordArchive
from infra.constructs.redrive import REDRIVE, Redrive
from infra.constructs.retention_bus import RetentionBus, own_event, shop_event
from infra.constructs.retention_function import FunctionDefaults, RetentionFunction
from infra.constructs.schedules import Schedules
from infra.constructs.seal_keys import SealKeys
from infra.constructs.shared_layers import SharedLayers
from infra.constructs.staff import Staff
from infra.constructs.texts import Texts
from infra.constructs.unknown_events import UNKNOWN_EVENTS, UnknownEvents
from infra.constructs.web_site import WebSite
from infra.naming import pascal
from infra.settings import Settings

# What shops say, by the function that hears it.
SHOP_EVENTS = {
    "on_customer_registered": ("CustomerRegistered",),
    "on_consent_changed": ("ConsentGiven", "ConsentWithdrawn"),
    "on_purchase_completed": ("PurchaseCompleted",),
    "on_purchase_refunded": ("PurchaseRefunded",),
    "on_delivery_completed": ("DeliveryCompleted",),
    "on_complaint_changed": ("ComplaintRaised", "ComplaintAnswered", "ComplaintResolved"),
}


# What the nights call, in order: what each reads and writes of a night's folder, and whether it computes with numpy.
NIGHT: dict[str, tuple[str, tuple[str, ...], tuple[str, ...], bool]] = {
    "plan_night": ("Says in how many parts a night works through the base", (), (), False),
    "gather_histories": (
        "Sorts a file of the export by customer",
        ("AWSDynamoDB",),
        ("histories",),
        False,
    ),
    "summarise_base": ("Sums up a part of the base", ("histories",), ("summaries",), True),
    "settle_score": (
        "Fits the value model, settles where classes are cut",
        ("summaries",),
        ("score",),
        True,
    ),
    "score_customers": (
        "Scores a part of the base, writes back what changed",
        ("histories", "score"),
        ("results",),
        True,
    ),
    "record_measures": ("Keeps the day's measures", ("score", "results"), (), False),
}


ENDED_EXECUTIONS: dict[str, dict[str, list[object]]] = {
    "Failed": {"status": ["FAILED", "TIMED_OUT"]},
    "WereStopped": {"status": ["ABORTED"]},
    "WereRedriven": {"status": ["SUCCEEDED"], "redriveCount": [{"numeric": [">", 0]}]},
}
"""What Step Functions says of executions that concerns an entry."""


class RetentionStack(Stack):
    """The ring: bus, inboxes, table, stream, journeys, the door to the customer, and what comes back by it."""

    def __init__(self, scope: Construct, id: str, *, settings: Settings, assembly: Assembly) -> None:
        super().__init__(
            scope,
            id,
            description=f"Escalera ({settings.stage}): keeping customers",
            termination_protection=settings.protects_data,
            analytics_reporting=False,
            tags={"project": "escalera", "stage": settings.stage},
        )
        self._settings = settings
        self._assembly = assembly
        runtime = lambda_.Runtime(assembly.python, lambda_.RuntimeFamily.PYTHON)
        self._defaults = FunctionDefaults(
            folder=assembly.functions,
            runtime=runtime,
            layers=SharedLayers(self, "Layers", folders=assembly.layers, runtime=runtime),
            settings=settings,
        )
        self._functions: dict[str, RetentionFunction] = {}
        self._inboxes: dict[str, EventInbox] = {}
        self._dead_letters: dict[str, sqs.IQueue] = {}

        self.bus = RetentionBus(self, "Bus", archive_days=settings.event_archive_days)
        self.customers = CustomerTable(self, "Customers", settings=settings)
        self.mail = Mail(self, "Mail", sender=assembly.sender, domain=settings.mail_domain)
        self.texts = Texts(self, "Texts", settings=settings)
        self.dispatch = Dispatch(self, "Dispatch", customers=self.customers, mail=self.mail, texts=self.texts)
        self.link_keys = SealKeys(
            self, "LinkKeys", about="What links into customers' own pages are sealed with", settings=settings
        )
        self.origin_keys = SealKeys(
            self,
            "OriginKeys",
            about="What CloudFront proves by that a request came through it",
            settings=settings,
            stays="A key is joined by a newer one before CloudFront uses that: a clock that replaced it would close the sites.",
        )
        self.portal = WebSite(
            self,
            "PortalSite",
            site=settings.portal,
            settings=settings,
            origin_keys=self.origin_keys,
            visitors="the links in a customer's mails are sealed, and every page looks at the seal",
        )

        self._hear_the_shop()
        self._publish_changes()
        self._archive_records()
        self._run_journeys()
        self._hear_what_came_of_messages()
        self._look_by_the_clock()
        self._redrive_by_the_clock()
        self._score_by_night()
        self._open_portal()
        self._open_console()
        self._watch()
        self._say_where_things_are()

    def _hear_the_shop(self) -> None:
        for name, names in SHOP_EVENTS.items():
            inbox = self._inbox(name, about=f"Records {' and '.join(names)}")
            inbox.receive(
                "Rule",
                bus=self.bus.bus,
                pattern=shop_event(*names),
                about=f"The shop says {', '.join(names)}",
            )
            self.customers.grant_keep_customers(inbox.function)
        known = [name for names in SHOP_EVENTS.values() for name in names]
        unknown = UnknownEvents(self, "UnknownEvents", bus=self.bus.bus, known=known)
        self._dead_letters[UNKNOWN_EVENTS] = unknown.kept.queue

    def _publish_changes(self) -> None:
        function = self._function(
            "publish_changes", about="Follows what changed in the table, and tells the bus"
        )
        self.bus.grant_publish(function)
        self.customers.grant_keep_customers(function)
        self.customers.grant_follow_customers(function)
        missed = self.customers.publish_changes_through(function, settings=self._settings.stream)
        self._dead_letters[function.name] = missed.queue

    def _archive_records(self) -> None:
        function = self._function("archive_records", about="Keeps every change of the table for a rebuild")
        self.archive = RecordArchive(
            self, "Archive", table=self.customers.table, function=function, settings=self._settings
        )
        self._dead_letters[function.name] = self.archive.missed.queue

    def _run_journeys(self) -> None:
        perform = self._function(
            "perform_step", about="Does one step of a journey; the one door to the customer"
        )
        self.customers.grant_keep_customers(perform)
        self.customers.grant_query_customers(perform)
        self.dispatch.grant_send(perform)
        self.link_keys.grant_read(perform, variable="LINK_KEYS")
        perform.set_environment(PORTAL_URL=self.portal.url)
        self.journeys = Journeys(
            self,
            "Journeys",
            journeys=self._assembly.journeys,
            bus=self.bus.own,
            perform_step=perform,
            settings=self._settings,
        )
        self._dead_letters["journeys"] = self.journeys.not_started.queue
        leave = self._inbox(
            "leave_journeys", about="Ends or wakes journeys when something happens to their customer"
        )
        leave.receive(
            "Rule",
            bus=self.bus.own,
            pattern=own_event(*self._assembly.listened_to),
            about="What ends a journey, or what one of its steps waits for",
        )
        for name, ended in ENDED_EXECUTIONS.items():
            leave.receive(
                f"{name}Rule",
                bus=self.mail.feedback_bus,
                pattern=self.journeys.ended(ended),
                about=f"Executions of journeys that {name}",
            )
        leave.function.set_environment(JOURNEYS=self.journeys.names_by_machine())
        self.customers.grant_keep_customers(leave.function)
        self.customers.grant_query_customers(leave.function)
        self.journeys.grant_look(leave.function)
        self.journeys.grant_stop(leave.function)
        self.journeys.grant_wake(leave.function)
        self.journeys.grant_wake(perform)

    def _hear_what_came_of_messages(self) -> None:
        # Its receipts come from CloudWatch Logs without a queue, so Lambda itself keeps those that failed.
        dead_letters = DeadLetters(self, "FeedbackDeadLetters")
        feedback = self._inbox(
            "on_message_feedback", about="Learns what became of messages", dead_letters=dead_letters
        )
        feedback.receive(
            "Rule",
            bus=self.mail.feedback_bus,
            pattern=self.mail.feedback(),
            about="What SES says of our e-mail",
        )
        self.texts.hand_receipts_to(feedback.function)
        replies = self._inbox("on_sms_reply", about="Hears STOP and other answers to texts")
        self.texts.hand_replies_to(replies)
        for inbox in (feedback, replies):
            self.customers.grant_keep_customers(inbox.function)
            self.customers.grant_query_customers(inbox.function)

    def _look_by_the_clock(self) -> None:
        self._schedules = schedules = Schedules(self, "Schedules", time_zone=self._assembly.time_zone)
        self._dead_letters["schedules"] = schedules.missed.queue
        times = self._settings.schedules
        quiet = f"cron({times.quiet_minute} {times.quiet_hour} * * ? *)"
        promises = f"rate({times.promises_every_minutes} minutes)"
        for name, expression, about in (
            ("find_quiet_customers", quiet, "Finds customers whose silence has become unusual"),
            ("find_broken_promises", promises, "Finds promises whose time has run out"),
        ):
            function = self._function(name, about=about, dead_letters=schedules.missed)
            self.customers.grant_sweep(function)
            schedules.call(function, expression=expression, about=about)
        self._close_stranded_entries(schedules, every_minutes=times.stranded_every_minutes)

    def _close_stranded_entries(self, schedules: Schedules, *, every_minutes: int) -> None:
        about = "Closes entries of journeys whose execution is over"
        function = self._function("close_stranded_entries", about=about, dead_letters=schedules.missed)
        self.customers.grant_keep_customers(function)
        self.customers.grant_read_work(function)
        self.journeys.grant_look(function)
        self.journeys.grant_stop(function)
        schedules.call(function, expression=f"rate({every_minutes} minutes)", about=about)

    def _redrive_by_the_clock(self) -> None:
        about = "Handles dead letters again once what they needed is back"
        function = self._function(REDRIVE, about=about, dead_letters=self._schedules.missed)
        Redrive(self, "Redrive", function=function, inboxes=self._inboxes, journeys=self.journeys)
        expression = f"rate({self._settings.schedules.redrive_every_minutes} minutes)"
        self._schedules.call(function, expression=expression, about=about)

    def _score_by_night(self) -> None:
        functions = {
            name: self._function(name, about=about, computes=computes)
            for name, (about, _, _, computes) in NIGHT.items()
        }
        self.night = NightlyScore(
            self, "Night", customers=self.customers, functions=functions, settings=self._settings
        )
        for name, (_, reads, writes, _) in NIGHT.items():
            if reads or writes:
                self.night.grant_files(functions[name], reads=reads, writes=writes)
        for name in ("settle_score", "score_customers", "record_measures"):
            self.customers.grant_keep_customers(functions[name])
        self.customers.grant_query_customers(functions["score_customers"])
        times = self._settings.schedules
        self._schedules.start(
            self.night.machine,
            name=MACHINE,
            expression=f"cron({times.score_minute} {times.score_hour} * * ? *)",
            about="Scores every customer, and keeps the day's measures",
        )

    def _open_portal(self) -> None:
        function = self._function("portal", about="The customers' own pages")
        self.portal.serve_by(function)
        self.customers.grant_keep_customers(function)
        self.customers.grant_query_customers(function)
        self.link_keys.grant_read(function, variable="LINK_KEYS")
        function.set_environment(PORTAL_URL=self.portal.url)

    def _open_console(self) -> None:
        self.console = WebSite(
            self,
            "ConsoleSite",
            site=self._settings.console,
            settings=self._settings,
            origin_keys=self.origin_keys,
            visitors="staff sign in by Cognito's pages, and every page looks at the sealed cookie they come back with",
        )
        self.staff = Staff(self, "Staff", console_url=self.console.url, settings=self._settings)
        function = self._function("console", about="The staff's pages")
        self.console.serve_by(function)
        self.staff.let_in(function)
        self.customers.grant_keep_customers(function)
        self.customers.grant_query_customers(function)
        self.customers.grant_read_work(function)
        self.dispatch.grant_send(function)  # tests that people send themselves
        SealKeys(
            self, "SessionKeys", about="What sessions of the console are sealed with", settings=self._settings
        ).grant_read(function, variable="SESSION_KEYS")
        function.set_environment(SITE_URL=self.console.url)

    def _watch(self) -> None:
        self.alarms = Alarms(self, "Alarms", email=self._settings.alarm_email)
        for inbox in self._inboxes.values():
            self.alarms.watch_inbox(inbox)
        for name, queue in self._dead_letters.items():
            self.alarms.watch_dead_letters(name, queue)
        for name, function in self._functions.items():
            self.alarms.watch_function(function)
            if name not in self._inboxes:
                self.alarms.watch_room(function)
        for name, machine in self.journeys.machines.items():
            self.alarms.watch_journey(name, machine)
        self.alarms.watch_dispatch(self.dispatch.machine)
        self.alarms.watch_night(self.night.machine)
        self.alarms.watch_stream(
            self._functions["publish_changes"], above_seconds=self._settings.stream.alarm_age_seconds
        )
        self.alarms.watch_stream(
            self._functions["archive_records"],
            above_seconds=self._settings.archive.alarm_age_seconds,
            because="Changes of the table have been waiting for an hour to be archived: its log says why. The stream keeps "
            "them for 24 hours; what is not archived by then, a rebuild does not restore.",
        )
        self.alarms.watch_removals(self.archive.removed_by_hand)
        self.alarms.watch_spending(text_spending(), above_usd=self._settings.sms_alarm_usd)
        Dashboard(
            self,
            "Dashboard",
            inboxes=list(self._inboxes.values()),
            functions=list(self._functions.values()),
            journeys=self.journeys.machines,
            dead_letters=self._all_dead_letters(),
        )

    def _say_where_things_are(self) -> None:
        """Outputs: how the operator's tool finds things whose names CloudFormation made up."""
        self._output("BusName", self.bus.bus.event_bus_name)
        self._output("OwnBusName", self.bus.own.event_bus_name)
        self._output("ShopEventsPolicy", self.bus.shop_policy.managed_policy_arn)
        self._output("TableName", self.customers.table.table_name)
        self._output("ConfigurationSet", self.mail.configuration_set.configuration_set_name)
        self._output("AlarmTopic", self.alarms.topic.topic_arn)
        self._output("SmsRepliesTopic", self.texts.replies.topic_arn)
        self._output("SmsRepliesRole", self.texts.replies_role.role_arn)
        self._output("DispatchMachine", self.dispatch.machine.state_machine_arn)
        self._output("NightlyScore", self.night.machine.state_machine_arn)
        self._output("NightFiles", self.night.files.bucket_name)
        self._output("RecordArchive", self.archive.files.bucket_name)
        self._output("UserPool", self.staff.pool.user_pool_id)
        self._output("OriginKeysArn", self.origin_keys.secret.secret_arn)
        self._site_outputs("Console", self.console)
        self._site_outputs("Portal", self.portal)
        for name, machine in self.journeys.machines.items():
            self._output(f"Journey{pascal(name)}", machine.state_machine_arn)
        for name, function in self._functions.items():
            self._output(f"Function{pascal(name)}", function.function.function_name)
        for name, inbox in self._inboxes.items():
            self._output(f"Inbox{pascal(name)}", inbox.queue.queue_url)
        for name, queue in self._all_dead_letters().items():
            self._output(f"DeadLetters{pascal(name)}", queue.queue_url)

    def _site_outputs(self, name: str, site: WebSite) -> None:
        """Where a site is found, what a domain of the shop's has to point to, and the API behind it."""
        self._output(f"{name}Url", site.url)
        self._output(f"{name}Alias", site.distribution.distribution_domain_name)
        self._output(f"{name}Api", site.api.api_id)

    def _all_dead_letters(self) -> dict[str, sqs.IQueue]:
        """Every queue of dead letters, by the function, or the part, whose they are."""
        return {name: inbox.dead_letters.queue for name, inbox in self._inboxes.items()} | self._dead_letters

    def _function(
        self, name: str, *, about: str, dead_letters: DeadLetters | None = None, computes: bool = False
    ) -> RetentionFunction:
        function = RetentionFunction(
            self,
            name,
            defaults=self._defaults,
            about=about,
            dead_letters=dead_letters.queue if dead_letters else None,
            computes=computes,
        )
        self._functions[name] = function
        return function

    def _inbox(self, name: str, *, about: str, dead_letters: DeadLetters | None = None) -> EventInbox:
        function = self._function(name, about=about, dead_letters=dead_letters)
        inbox = EventInbox(
            function, "Inbox", function=function, settings=self._settings.inbox, dead_letters=dead_letters
        )
        self._inboxes[name] = inbox
        return inbox

    def _output(self, name: str, value: str) -> None:
        CfnOutput(self, name, value=value)
