import json
import subprocess
import sys
from dataclasses import replace
from datetime import time
from pathlib import Path

import pytest

from escalera.domain.vocabulary import AbcClass, JourneyName, Language, MessageChannel, MessageName, Purpose
from escalera.journeys.programme import (
    JourneyTerms,
    MessageTerms,
    Policy,
    Programme,
    RewardTerms,
    Shop,
    TeamTerms,
)

IN_EVERY_LANGUAGE = {Language.SPANISH: "hola", Language.PORTUGUESE: "olá", Language.ENGLISH: "hello"}

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
        channels=(MessageChannel.SMS, MessageChannel.EMAIL),
        needs_consent=frozenset({Purpose.PROMOTION, Purpose.RELATIONSHIP}),
        quiet_from=time(21),
        quiet_to=time(9, 30),
        cap_messages=3,
        cap_within=604_800,
        holdout_share=0.05,
        holdout_salt="salt",
        settle_after=3600,
        expires_after=259_200,
        typical_gap=3_456_000,
        worth_gaps=3,
        unusual=0.2,
        at_least=1_209_600,
        frequent_from_orders=3,
        answer_within=86_400,
    ),
    journeys={
        "win-back": JourneyTerms(
            name=JourneyName("win-back"),
            kind=Purpose.PROMOTION,
            starts_on="CustomerWentQuiet",
            leaves_on=frozenset({"PurchaseRecorded", "ConsentLost"}),
            waits_for=frozenset({"CustomerReturned"}),
            while_complaint_open="hold",
            priority=20,
            once_per=15_552_000,
            fresh=None,
            classes=(AbcClass.A, AbcClass.C),
            longest=2_000_000,
        ),
    },
    messages={
        "hello": MessageTerms(
            name=MessageName("hello"),
            purpose=Purpose.RELATIONSHIP,
            sells=False,
            channels=(MessageChannel.EMAIL,),
            subjects=IN_EVERY_LANGUAGE,
        ),
    },
    rewards={
        "comeback": RewardTerms(name="comeback", text=IN_EVERY_LANGUAGE, code_prefix="HOLA", valid=1_209_600)
    },
    teams={"sales": TeamTerms(name="sales", email="sales@casa.example.com")},
    causes={"wrong-item": IN_EVERY_LANGUAGE, "late": IN_EVERY_LANGUAGE},
)


def through_a_file(programme: Programme) -> Programme:
    return Programme.from_json(json.loads(json.dumps(programme.to_json())))


def test_a_programme_is_read_back_as_it_was_written():
    assert through_a_file(PROGRAMME) == PROGRAMME
    assert list(through_a_file(PROGRAMME).causes) == ["wrong-item", "late"]


def test_a_programme_without_quiet_hours_and_for_all_classes_is_read_back_too():
    open_all_day = replace(
        PROGRAMME,
        policy=replace(PROGRAMME.policy, quiet_from=None, quiet_to=None),
        journeys={"win-back": replace(PROGRAMME.journeys["win-back"], classes=None)},
    )
    assert through_a_file(open_all_day) == open_all_day


def test_what_is_read_back_has_the_types_the_domain_asks_for():
    read = through_a_file(PROGRAMME)
    assert isinstance(read.messages["hello"].purpose, Purpose)
    assert {type(language) for language in read.rewards["comeback"].text} == {Language}
    assert Purpose.PROMOTION in read.policy.needs_consent


def test_a_programme_of_another_version_is_refused_at_start():
    with pytest.raises(ValueError, match="build both again"):
        Programme.from_json({**PROGRAMME.to_json(), "version": 99})


def test_journeys_are_found_by_the_event_that_ends_or_wakes_them():
    journey = PROGRAMME.journeys["win-back"]
    assert PROGRAMME.journeys_left_on("PurchaseRecorded") == (journey,)
    assert PROGRAMME.journeys_left_on("CustomerReturned") == ()
    assert PROGRAMME.journeys_waiting_for("CustomerReturned") == (journey,)


def test_handlers_read_the_programme_without_pydantic_yaml_or_jinja():
    code = (
        "import sys, escalera.journeys.programme, escalera.journeys.conditions; "
        "print([m for m in ('pydantic', 'yaml', 'jinja2') if m in sys.modules])"
    )
    root = Path(__file__).parents[3] / "layers" / "escalera" / "python"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "[]"
