import pytest
from pydantic import ValidationError

from escalera.journeys.file_model import BranchStep, Journey, SendStep, WaitForStep
from escalera.journeys.numbered import every_step, longest_way, number_steps

DAY = 86_400


def a_journey(*steps, **keys):
    written = {
        "name": "win-back",
        "about": "Bring them back",
        "kind": "promotion",
        "starts_on": "CustomerWentQuiet",
        "steps": list(steps),
    }
    return Journey.model_validate({**written, **keys})


def test_the_short_forms_mean_the_long_ones():
    journey = a_journey({"send": "hello"}, {"wait_for": "DeliveryRecorded"})
    assert journey.starts_on.event == "CustomerWentQuiet"
    assert journey.steps == (SendStep(send="hello"), WaitForStep(wait_for="DeliveryRecorded"))


def test_waiting_for_something_never_lasts_for_ever():
    (step,) = a_journey({"wait_for": "DeliveryRecorded"}).steps
    assert isinstance(step, WaitForStep)
    assert step.at_most == 30 * DAY
    assert step.otherwise == "go_on"


def test_a_start_may_have_a_condition():
    start = a_journey(
        {"send": "hello"}, starts_on={"event": "PurchaseRecorded", "if": {"orders": {"at_least": 2}}}
    ).starts_on
    assert start.condition is not None
    assert start.condition.normal_form() == {"orders": {"at_least": 2}}


@pytest.mark.parametrize(
    ("steps", "reason"),
    [
        ([], "the list is empty"),
        ([{"wait": "0s"}], "greater than or equal to 1"),
        ([{"wait": 5}], "a duration is a whole number and its unit"),
        ([{"branch": [{"else": [{"wait": "1d"}]}]}], "only an `else`"),
        (
            [{"branch": [{"else": [{"wait": "1d"}]}, {"if": {"quiet": True}, "then": [{"wait": "1d"}]}]}],
            "stands last",
        ),
        ([{"branch": [{"if": {}, "then": [{"wait": "1d"}]}]}], "an empty condition"),
        (
            [{"branch": [{"if": {"orders": {"at_least": 3, "at_most": 2}}, "then": [{"wait": "1d"}]}]}],
            "no customer",
        ),
        ([{"send": "hello", "via": ["email", "email"]}], "stands here twice"),
        ([{"send": "hello", "wait": "1d"}], "Extra inputs"),
        ([{"snd": "hello"}], "a step says one of"),
    ],
)
def test_steps_that_make_no_sense_are_refused(steps, reason):
    with pytest.raises(ValidationError, match=reason):
        a_journey(*steps)


def test_steps_are_known_by_number_and_by_what_they_do():
    journey = a_journey(
        {"send": "hello"},
        {"wait": "5d"},
        {
            "branch": [
                {"if": {"class": "A"}, "then": [{"task": "call", "team": "sales"}]},
                {"if": {"class": "B"}, "then": [{"promise": "gift", "due": "1d"}, {"reward": "gift"}]},
                {"else": [{"wait_for": "CustomerReturned"}]},
            ]
        },
    )
    assert [numbered.id for numbered in every_step(number_steps(journey))] == [
        "1-send-hello",
        "2-wait-5d",
        "3-branch",
        "3.1.1-task-call",
        "3.2.1-promise-gift",
        "3.2.2-reward-gift",
        "3.3.1-wait-for-CustomerReturned",
    ]


def test_every_numbered_step_knows_its_place_in_the_file():
    journey = a_journey(
        {"branch": [{"if": {"class": "A"}, "then": [{"send": "a"}]}, {"else": [{"send": "b"}]}]}
    )
    branch = journey.steps[0]
    assert isinstance(branch, BranchStep)
    assert [numbered.place for numbered in every_step(number_steps(journey))] == [
        ("steps", 0),
        ("steps", 0, "branch", 0, "then", 0),
        ("steps", 0, "branch", 1, "else", 0),
    ]


def test_the_longest_way_takes_the_slowest_case_and_counts_what_a_send_may_wait():
    journey = a_journey(
        {"wait": "1d"},
        {
            "branch": [
                {"if": {"class": "A"}, "then": [{"wait": "2d"}]},
                {"else": [{"wait_for": "CustomerReturned", "at_most": "9d"}]},
            ]
        },
        {"send": "hello"},
        {"send": "bye", "expires_after": "4d"},
    )
    assert longest_way(number_steps(journey), expires_after=3 * DAY) == (1 + 9 + 3 + 4) * DAY
