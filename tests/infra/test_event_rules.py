"""Which events reach which function and start which journey, by the rules' own patterns."""

import json
from copy import deepcopy
from dataclasses import replace
from pathlib import Path

import aws_cdk as cdk
import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera.contracts.registry import ESCALERA_EVENTS, SHOP_EVENTS
from infra.app import build_app
from infra.settings import settings_for
from programme_compiler.source import read_source
from tests.support.event_patterns import matches
from tests.support.template import SynthesizedStack, readable, tags

ROOT = Path(__file__).resolve().parents[2]

MOST_CHARACTERS_OF_A_PATTERN = 2048

HEARD_BY = {
    "CustomerRegistered": "on_customer_registered",
    "ConsentGiven": "on_consent_changed",
    "ConsentWithdrawn": "on_consent_changed",
    "PurchaseCompleted": "on_purchase_completed",
    "PurchaseRefunded": "on_purchase_refunded",
    "DeliveryCompleted": "on_delivery_completed",
    "ComplaintRaised": "on_complaint_changed",
    "ComplaintAnswered": "on_complaint_changed",
    "ComplaintResolved": "on_complaint_changed",
}


def _example(name):
    return json.loads((ROOT / "events" / name / "v1.example.json").read_text(encoding="utf-8"))


SHOPS, OWN = "Bus", "BusOwn"


def _published(stack, name, detail=None) -> set[str]:
    """The functions and journeys that an event of Escalera's own reaches."""
    return _reached(stack, _said("escalera", name, detail), OWN)


def _reached(stack, event, bus=SHOPS) -> set[str]:
    """The functions and journeys that an event on the shops' bus, or another one, reaches."""
    assert bus in stack.resources("AWS::Events::EventBus")
    reached = set()
    for rule in stack.resources("AWS::Events::Rule").values():
        if readable(rule.get("EventBusName")) == bus and matches(rule["EventPattern"], event):
            reached |= {_target(stack, target["Arn"]) for target in rule["Targets"]}
    return reached


def _target(stack, arn) -> str:
    name = readable(arn).removesuffix(".Arn")
    if name in stack.queue_mappings:
        return str(stack.queue_mappings[name][0])
    if name in (queues := stack.resources("AWS::SQS::Queue")):
        return tags(queues[name])["escalera:function"]
    machines = stack.resources("AWS::StepFunctions::StateMachine")
    return tags(machines[name])["escalera:journey"]


def _said(source, name, detail=None):
    detail = _example(name) if detail is None else detail
    return {"source": source, "detail-type": name, "account": "1", "region": "eu-west-1", "detail": detail}


def test_every_event_of_a_shop_is_heard_by_the_one_function_for_it(prod):
    assert set(HEARD_BY) == set(SHOP_EVENTS)

    for name, function in HEARD_BY.items():
        assert _reached(prod, _said("shop", name)) == {function}
        assert _reached(prod, _said("shop.till-3", name)) == {function}


@pytest.mark.parametrize("source", ["shopping.list", "escalera", "com.shop", "myshop", "Shop", "", "shops"])
def test_nobody_else_can_speak_for_the_shop_and_what_they_say_is_kept(prod, source):
    assert _reached(prod, _said(source, "PurchaseCompleted")) == {"unknown_events"}


@pytest.mark.parametrize("source", ["shop", "shop.till-3", "escalera", "escalera.other"])
def test_who_puts_events_on_the_shops_bus_cannot_speak_for_escalera(prod, source):
    heard = [_reached(prod, _said(source, name)) for name in ESCALERA_EVENTS]

    assert heard == [{"unknown_events"}] * len(ESCALERA_EVENTS)


def test_an_event_of_aws_that_somebody_forwards_is_left_alone(prod):
    assert _reached(prod, _said("aws.s3", "Object Created", {})) == set()


def test_the_shop_is_offered_a_right_to_its_own_bus_and_to_no_other(prod):
    (policy,) = prod.resources("AWS::IAM::ManagedPolicy").values()
    (statement,) = policy["PolicyDocument"]["Statement"]

    assert (statement["Effect"], statement["Action"]) == ("Allow", "events:PutEvents")
    assert readable(statement["Resource"]) == f"{SHOPS}.Arn"
    assert readable(prod.template["Outputs"]["ShopEventsPolicy"]["Value"]).startswith("BusShopMayPutEvents")


def test_one_function_alone_puts_events_on_escaleras_own_bus(prod):
    may = {
        name
        for name, function in prod.functions.items()
        for action, resource in prod.grants(function["Role"])
        if action == "events:PutEvents" and resource == f"{OWN}.Arn"
    }
    assert may == {"publish_changes"}


@pytest.mark.parametrize("name", ["PurchaseComplete", "OrderPlaced", "purchasecompleted", "PurchaseRecorded"])
@pytest.mark.parametrize("source", ["shop", "shop.till-3"])
def test_what_a_shop_says_by_a_name_that_nobody_knows_is_kept(prod, source, name):
    assert _reached(prod, _said(source, name, {})) == {"unknown_events"}


@given(name=st.text(min_size=1), source=st.sampled_from(["shop", "shop.till-3"]) | st.just("shop."))
def test_whatever_a_shop_says_reaches_one_queue(prod, name, source):
    assert len(_reached(prod, _said(source, name, {}))) == 1


def test_patterns_are_no_longer_than_eventbridge_takes(prod):
    for rule in prod.resources("AWS::Events::Rule").values():
        assert len(json.dumps(rule["EventPattern"])) <= MOST_CHARACTERS_OF_A_PATTERN


def test_the_small_assembly_hears_what_starts_ends_or_wakes_its_journeys(prod):
    reached = {name: _published(prod, name) for name in ESCALERA_EVENTS}

    assert {name: who for name, who in reached.items() if who} == {
        "PurchaseRecorded": {"thank-you", "leave_journeys"},
        "CustomerWentQuiet": {"win-back"},
        "DeliveryRecorded": {"leave_journeys"},
        "ComplaintOpened": {"leave_journeys"},
        "ConsentLost": {"leave_journeys"},
        "CustomerErased": {"leave_journeys"},
    }


def test_the_journeys_of_the_programme_are_started_and_ended_by_events_that_exist(as_programmed):
    reached = {name: _published(as_programmed, name) for name in ESCALERA_EVENTS}
    groups = read_source(ROOT / "programme").named["groups"]
    joined = {
        name: _published(as_programmed, "GroupJoined", _example("GroupJoined") | {"group": name})
        for name in groups
    }
    started = set().union(*reached.values(), *joined.values()) - {"leave_journeys"}
    machines = as_programmed.resources("AWS::StepFunctions::StateMachine")
    del machines["NightMachine"], machines["DispatchMachine"]

    assert started == {tags(machine)["escalera:journey"] for machine in machines.values()}
    assert joined["volume-down"] == {"volume-down"}, "other journeys are not started in vain"
    assert joined["most-valuable"] == set()
    assert "leave_journeys" in reached["PurchaseRecorded"], "a purchase must end win-back at once"
    assert "leave_journeys" in reached["ComplaintClosed"], "complaint-recovery waits for it"


def test_journeys_that_wait_for_nothing_do_not_make_leave_journeys_hear_everything(assembly, tmp_path):
    alone = replace(assembly, journeys=[replace(assembly.journeys[0], listens_to=frozenset())])
    app = cdk.App(outdir=str(tmp_path))
    build_app(app, settings=settings_for("dev"), assembly=alone)
    app.synth()

    stack = SynthesizedStack(tmp_path / "escalera-dev.template.json")

    assert _published(stack, "RungChanged") == set()
    assert _published(stack, "PurchaseRecorded") == {"thank-you"}


def _ses_event(configuration_set):
    """As SES writes it; CloudFormation's reference stands for the set's name on both sides."""
    mail = {"messageId": "m-1", "tags": {"ses:configuration-set": [configuration_set]}}
    return {
        "source": "aws.ses",
        "detail-type": "Email Bounced",
        "detail": {"eventType": "Bounce", "mail": mail},
    }


def _with_names(stack):
    """The default bus's rule with the reference to the configuration set written out."""
    rules = stack.resources("AWS::Events::Rule").values()
    (pattern,) = [
        deepcopy(rule["EventPattern"])
        for rule in rules
        if readable(rule.get("EventBusName", "default")) == "default"
        and rule["EventPattern"]["source"] == ["aws.ses"]
    ]
    names = pattern["detail"]["mail"]["tags"]["ses:configuration-set"]
    pattern["detail"]["mail"]["tags"]["ses:configuration-set"] = [readable(name) for name in names]
    return pattern


def test_feedback_about_our_own_mail_alone_is_heard(prod):
    pattern = _with_names(prod)

    assert matches(pattern, _ses_event("MailConfigurationSet"))
    assert not matches(pattern, _ses_event("somebody-elses"))


def test_every_recorded_kind_of_feedback_is_heard_once_it_is_about_our_mail(prod, shared_data):
    pattern = _with_names(prod)
    recorded = sorted((shared_data / "ses" / "eventbridge_derived").glob("*.json"))

    for path in recorded:
        event = json.loads(path.read_text(encoding="utf-8"))
        assert not matches(pattern, event), f"{path.name} is about another configuration set"
        event["detail"]["mail"]["tags"]["ses:configuration-set"] = ["MailConfigurationSet"]
        assert matches(pattern, event), path.name
    assert len(recorded) == 10


def test_the_archive_keeps_what_shops_say_and_not_what_follows_from_it(prod):
    (archive,) = prod.resources("AWS::Events::Archive").values()

    assert matches(archive["EventPattern"], _said("shop", "PurchaseCompleted"))
    assert not matches(archive["EventPattern"], _said("escalera", "PurchaseRecorded"))
    assert readable(archive["SourceArn"]) == f"{SHOPS}.Arn"
    assert archive["RetentionDays"] == settings_for("prod").event_archive_days
