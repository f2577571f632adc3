"""The only place where ports meet adapters. Each is made once per process, by the first who needs it.

Imports stand inside: a function loads only what it uses, and that is most of what its cold start costs.
"""
# ruff: noqa: PLC0415

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, Any

from escalera.domain.vocabulary import MessageChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository, MessageLedger
from escalera.ports.events import EventPublisher
from escalera.ports.journeys import JourneyRuns
from escalera.ports.messages import MessageRenderer, MessageSender
from escalera.ports.scores import ShopScores
from escalera.runtime.clients import connect
from escalera.runtime.clock import SystemClock, clock_from

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from escalera.domain.goals import Goal
    from escalera.domain.record_history import RecordChange
    from escalera.domain.standing import StandingRules
    from escalera.journeys.graph import JourneyGraph
    from escalera.journeys.programme import Programme
    from escalera.ports.addresses import AddressBook
    from escalera.ports.audit import AuditTrail
    from escalera.ports.colleagues import Colleagues
    from escalera.ports.dead_letters import DeadLetterConsumer, DeadLetterQueue
    from escalera.ports.journeys import JourneySteps, Whereabouts
    from escalera.ports.keys import SealKeys
    from escalera.ports.limits import RateLimits
    from escalera.ports.measures import DailyMeasures
    from escalera.ports.night import ExportReader, NightFiles
    from escalera.ports.open_sessions import OpenSessions
    from escalera.ports.projections import Projections
    from escalera.ports.sweeps import Sweeps
    from escalera.ports.switches import JourneySwitches, KnownSwitches
    from escalera.ports.work import WorkLists
    from escalera.ports.written import Written
    from escalera.runtime.latest_score import LatestScore
    from escalera.runtime.recording import Books
    from escalera.use_cases.close_entries import ClosingPorts
    from escalera.use_cases.score.rules import NightRules
    from escalera.use_cases.steps.visit import StepPorts
    from escalera.web.console.site import ConsoleParts
    from escalera.web.origin import OriginKeys
    from escalera.web.portal.portal import PortalParts


@cache
def clock() -> Clock:
    """Where time comes from."""
    return clock_from()


@cache
def customers(table: str) -> CustomerRepository:
    """The customers kept in this table."""
    from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository

    return DynamoDBCustomerRepository(table, connect)


@cache
def addresses(table: str) -> "AddressBook":
    """Their addresses, in the same table."""
    from escalera.adapters.dynamodb.addresses import DynamoDBAddressBook

    return DynamoDBAddressBook(table, connect)


@cache
def sweeps(table: str) -> "Sweeps":
    """When it was last looked who is due, in the same table."""
    from escalera.adapters.dynamodb.sweeps import DynamoDBSweeps

    return DynamoDBSweeps(table, connect)


@cache
def ledger(table: str) -> MessageLedger:
    """The messages considered for them, in the same table."""
    from escalera.adapters.dynamodb.ledger import DynamoDBMessageLedger

    return DynamoDBMessageLedger(table, connect)


@cache
def work_lists(table: str) -> "WorkLists":
    """The lists of what the shop's people look at, in the same table."""
    from escalera.adapters.dynamodb.work import DynamoDBWorkLists

    return DynamoDBWorkLists(table, connect)


@cache
def shop_scores(table: str) -> ShopScores:
    """The shop's latest score, in the same table."""
    from escalera.adapters.dynamodb.scores import DynamoDBShopScores

    return DynamoDBShopScores(table, connect)


@cache
def latest_score(table: str) -> "LatestScore":
    """The same, read only every few minutes."""
    from escalera.runtime.latest_score import LatestScore

    return LatestScore(shop_scores(table), clock())


@cache
def daily_measures(table: str) -> "DailyMeasures":
    """The shop's measures of each day, in the same table."""
    from escalera.adapters.dynamodb.measures import DynamoDBDailyMeasures

    return DynamoDBDailyMeasures(table, connect)


@cache
def night_files(bucket: str) -> "NightFiles":
    """The files of the nights, in this bucket."""
    from escalera.adapters.s3 import S3NightFiles

    return S3NightFiles(bucket, connect)


@cache
def export_reader() -> "ExportReader":
    """Understands the table's exports."""
    from escalera.adapters.dynamodb.exports import DynamoDBExportReader

    return DynamoDBExportReader()


@cache
def night_rules() -> "NightRules":
    """What the programme says of scoring and measuring."""
    from escalera.use_cases.score.rules import NightRules

    shop = programme()
    zone = shop.shop.default_time_zone
    return NightRules(shop.scoring_rules(), _programme_rules(), zone, shop.targets)


@cache
def projections(table: str) -> "Projections":
    """What follows the customers in the same table."""
    from escalera.adapters.dynamodb.projections import DynamoDBProjections

    return DynamoDBProjections(table, connect)


def written(image: Mapping[str, Any]) -> "Written":
    """What was written, in an entry of the table's stream."""
    from escalera.adapters.dynamodb.news import written as read

    return read(image.get("OldImage"), image.get("NewImage"))


def archived(entries: "Sequence[Mapping[str, Any]]") -> "tuple[list[RecordChange], list[bytes]]":
    """Entries of the table's stream: what each says of its record, and how the archive keeps it."""
    from escalera.adapters.dynamodb.stream_records import archived_line, read_entry

    # On the local stack days may be short, and the stream is dated by the system all the same.
    shift = clock().now() - SystemClock().now() if not isinstance(clock(), SystemClock) else timedelta(0)
    return [read_entry(one, shift) for one in entries], [archived_line(one, shift) for one in entries]


@cache
def publisher(bus: str) -> EventPublisher:
    """Puts Escalera's own events on this bus."""
    from escalera.adapters.eventbridge import EventBridgePublisher

    return EventBridgePublisher(bus, connect)


@cache
def runs() -> JourneyRuns:
    """The running journeys."""
    from escalera.adapters.stepfunctions import StepFunctionsJourneyRuns

    return StepFunctionsJourneyRuns(connect)


@cache
def dead_letter_queue(url: str) -> "DeadLetterQueue":
    """The dead letters in the queue of this URL."""
    from escalera.adapters.sqs import SqsDeadLetterQueue

    return SqsDeadLetterQueue(url, connect)


@cache
def dead_letter_consumer(function: str) -> "DeadLetterConsumer":
    """The function of this name, for dead letters that were meant for it."""
    from escalera.adapters.awslambda import LambdaConsumer

    return LambdaConsumer(function, connect)


@cache
def journey_starter() -> "DeadLetterConsumer":
    """Starts journeys by the events that could not start them."""
    from escalera.adapters.stepfunctions import StepFunctionsJourneyStarter

    return StepFunctionsJourneyStarter(connect)


@cache
def whereabouts(table: str) -> "Whereabouts":
    """Where those wait who are in them, noted in this table."""
    from escalera.adapters.dynamodb.whereabouts import DynamoDBWhereabouts

    return DynamoDBWhereabouts(table, connect)


@cache
def journey_steps(table: str) -> "JourneySteps":
    """Which steps journeys have, or had in earlier releases, kept in this table."""
    from escalera.adapters.dynamodb.journey_steps import DynamoDBJourneySteps

    return DynamoDBJourneySteps(table, connect)


@cache
def closing_ports(table: str) -> "ClosingPorts":
    """What entries are closed with whose run is over."""
    from escalera.use_cases.close_entries import ClosingPorts

    return ClosingPorts(customers(table), runs(), clock(), journey_names())


@cache
def journey_names() -> frozenset[str]:
    """The names of the programme's journeys, without loading the rest."""
    from escalera.adapters.programme import load_journey_names

    return load_journey_names()


@cache
def audit_trail(table: str) -> "AuditTrail":
    """Who did what, written in this table."""
    from escalera.adapters.dynamodb.audit import DynamoDBAuditTrail

    return DynamoDBAuditTrail(table, connect)


@cache
def journey_switches(table: str) -> "JourneySwitches":
    """Which journeys are paused, kept in this table."""
    from escalera.adapters.dynamodb.switches import DynamoDBJourneySwitches

    return DynamoDBJourneySwitches(table, connect)


@cache
def colleagues(table: str) -> "Colleagues":
    """Who works at the console, kept in this table."""
    from escalera.adapters.dynamodb.colleagues import DynamoDBColleagues

    return DynamoDBColleagues(table, connect)


@cache
def open_sessions(table: str) -> "OpenSessions":
    """The open sessions of the console, kept in this table."""
    from escalera.adapters.dynamodb.open_sessions import DynamoDBOpenSessions

    return DynamoDBOpenSessions(table, connect)


@cache
def rate_limits(table: str) -> "RateLimits":
    """How often customers did what they may do only so often, counted in this table."""
    from escalera.adapters.dynamodb.limits import DynamoDBRateLimits

    return DynamoDBRateLimits(table, connect)


@cache
def known_switches(table: str) -> "KnownSwitches":
    """The same, read only every minute."""
    from escalera.runtime.known_switches import RefreshedSwitches

    return RefreshedSwitches(journey_switches(table), clock())


@cache
def programme() -> "Programme":
    """What the shop decided, as compiled into the programme's layer."""
    from escalera.adapters.programme import load_programme

    return load_programme()


@cache
def goals() -> "Mapping[str, Goal]":
    """What its journeys are for, by name; without loading the rest."""
    from escalera.adapters.programme import load_goals

    return load_goals()


@cache
def graphs() -> "Mapping[str, JourneyGraph]":
    """The graphs of its journeys, by name."""
    from escalera.adapters.programme import load_graphs

    return load_graphs()


@cache
def _programme_rules() -> "StandingRules":
    from escalera.adapters.programme import load_rules

    return load_rules()


def rules(table: str) -> "StandingRules":
    """What the programme says of rhythm and ladder, and last night's score of the shop in this table."""
    from dataclasses import replace

    from escalera.domain.value.parameters import ValueModel

    score = latest_score(table).read()
    fitted = score.value_model if score else None
    model = None if fitted is None else ValueModel.from_json(fitted)
    return replace(_programme_rules(), score=score, value_model=model)


def books(table: str) -> "Books":
    """What the functions that record work with, over this table."""
    from escalera.runtime.recording import Books

    return Books(customers(table), rules(table), clock())


@cache
def renderer() -> MessageRenderer:
    """The programme's texts."""
    from escalera.adapters.templates import ProgrammeRenderer

    return ProgrammeRenderer(programme())


@cache
def senders(
    dispatch: str, table: str, sender: str, configuration_set: str
) -> Mapping[MessageChannel, MessageSender]:
    """Every channel and who carries it: all go by the state machine with this ARN."""
    from functools import partial

    from escalera.adapters.dynamodb.ledger import sending_row
    from escalera.adapters.ses import SesEmails
    from escalera.adapters.sns import SnsTexts
    from escalera.adapters.stepfunctions import StepFunctionsMessageSender
    from escalera.contracts.dispatch import Kind

    moves = partial(sending_row, table)
    emails = SesEmails(sender, configuration_set)
    return {
        MessageChannel.EMAIL: StepFunctionsMessageSender(dispatch, Kind.EMAIL, emails, connect, moves=moves),
        MessageChannel.SMS: StepFunctionsMessageSender(dispatch, Kind.TEXT, SnsTexts(), connect, moves=moves),
    }


@cache
def step_ports(
    *, table: str, dispatch: str, sender: str, configuration_set: str, portal_url: str, link_keys: str
) -> "StepPorts":
    """All that a step of a journey may act by."""
    from escalera.use_cases.links import PortalLinks
    from escalera.use_cases.steps.visit import StepPorts

    return StepPorts(
        customers=customers(table),
        ledger=ledger(table),
        senders=senders(dispatch, table, sender, configuration_set),
        renderer=renderer(),
        runs=runs(),
        whereabouts=whereabouts(table),
        links=PortalLinks(portal_url, seal_keys(link_keys)),
        switches=known_switches(table),
        programme=programme(),
        clock=clock(),
    )


@cache
def seal_keys(secret: str) -> "SealKeys":
    """The keys in this secret."""
    from escalera.adapters.secretsmanager import SecretsManagerSealKeys

    return SecretsManagerSealKeys(secret, connect)


def origin_keys(secret: str) -> "OriginKeys":
    """What CloudFront proves by that a request came through it; read anew from this secret each time."""
    from escalera.web.origin import OriginKeys

    return OriginKeys(lambda: seal_keys(secret).ring())


@cache
def console_parts(
    *,
    table: str,
    keys: str,
    pool: str,
    client: str,
    pages: str,
    site: str,
    dispatch: str,
    sender: str,
    configuration_set: str,
) -> "ConsoleParts":
    """All that the staff's pages work with."""
    from escalera.adapters.cognito import CognitoSignIn
    from escalera.web.console.site import ConsoleParts

    return ConsoleParts(
        sign_in=CognitoSignIn(pool, client, pages=pages, site=site, connect=connect),
        ring=seal_keys(keys).ring(),
        customers=customers(table),
        work=work_lists(table),
        clock=clock(),
        wall_clock=SystemClock(),
        programme=programme(),
        graphs=graphs(),
        switches=journey_switches(table),
        steps=journey_steps(table),
        renderer=renderer(),
        email=senders(dispatch, table, sender, configuration_set)[MessageChannel.EMAIL],
        trail=audit_trail(table),
        daily=daily_measures(table),
        colleagues=colleagues(table),
        sessions=open_sessions(table),
    )


@cache
def portal_parts(*, table: str, url: str, keys: str) -> "PortalParts":
    """All that the customers' pages work with."""
    from functools import partial

    from escalera.use_cases.links import PortalLinks
    from escalera.web.portal.portal import PortalParts

    return PortalParts(
        customers=customers(table),
        book=addresses(table),
        limits=rate_limits(table),
        links=PortalLinks(url, seal_keys(keys)),
        programme=programme(),
        rules=partial(rules, table),
        clock=clock(),
    )


def brand_of_pages() -> "Path":
    """The folder of the shop's own look of pages, in the programme's layer."""
    from escalera.adapters.programme import brand_folder

    return brand_folder()
