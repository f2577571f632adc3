"""The public contract: models, schemas and examples say the same, and what was once released is understood for ever."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from pydantic import ValidationError

from demo import Event, load_history
from escalera.contracts.customers import ContactDetails
from escalera.contracts.generate import EVENTS_FOLDER, generated_files, main, stale_files
from escalera.contracts.purchases import PurchaseCompletedV1
from escalera.contracts.registry import ESCALERA_EVENTS, EVENTS, SHOP_EVENTS

# Examples as they were when each event was first released; an event never loses one.
RELEASED = sorted((Path(__file__).parent / "released_events").glob("*.json"))

TOLD_BY_SHOPS = {
    "CustomerRegistered",
    "PurchaseCompleted",
    "PurchaseRefunded",
    "DeliveryCompleted",
    "ComplaintRaised",
    "ComplaintAnswered",
    "ComplaintResolved",
    "ConsentGiven",
    "ConsentWithdrawn",
}


def published(name: str, kind: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((EVENTS_FOLDER / name / f"v1.{kind}.json").read_text("utf-8"))
    return read


def schema_errors(name: str, event: dict[str, Any]) -> list[str]:
    validator = Draft202012Validator(
        published(name, "schema"), format_checker=Draft202012Validator.FORMAT_CHECKER
    )
    return sorted(error.message for error in validator.iter_errors(event))


def fields_named(name: str, event: dict[str, Any]) -> set[str]:
    """The fields that the model complains of, each by its path."""
    with pytest.raises(ValidationError) as caught:
        EVENTS[name].model_validate(event)
    return {".".join(map(str, error["loc"])) for error in caught.value.errors()}


@pytest.fixture(scope="module")
def history() -> list[Event]:
    return load_history()


def test_the_events_a_shop_tells_are_these_and_escalera_tells_others():
    assert SHOP_EVENTS.keys() == TOLD_BY_SHOPS
    assert not SHOP_EVENTS.keys() & ESCALERA_EVENTS.keys()


def test_the_published_files_are_those_the_models_make():
    assert stale_files() == []
    assert len(list(generated_files())) == 2 * len(EVENTS)


def test_a_changed_missing_or_orphaned_file_is_told_by_name_and_mended(tmp_path, monkeypatch, capsys):
    folder = tmp_path / "events"
    monkeypatch.setattr("escalera.contracts.generate.EVENTS_FOLDER", folder)
    monkeypatch.setattr("sys.argv", ["generate"])
    assert main() == 0
    (folder / "ConsentGiven" / "v1.example.json").write_text("{}", "utf-8")
    (folder / "ConsentGiven" / "v1.schema.json").unlink()
    (folder / "Gone").mkdir()
    (folder / "Gone" / "v1.schema.json").write_text("{}", "utf-8")
    monkeypatch.setattr("sys.argv", ["generate", "--check"])
    assert main() == 1
    assert [line.split(" ")[0] for line in capsys.readouterr().err.splitlines()] == [
        "events/ConsentGiven/v1.example.json",
        "events/ConsentGiven/v1.schema.json",
        "events/Gone/v1.schema.json",
    ]
    monkeypatch.setattr("sys.argv", ["generate"])
    assert main() == 0
    assert stale_files() == []


@pytest.mark.parametrize("name", EVENTS)
def test_every_schema_is_a_schema_and_says_who_tells_the_event(name):
    schema = published(name, "schema")
    Draft202012Validator.check_schema(schema)
    assert schema["title"] == name
    assert schema["x-source"] == ("shop" if name in SHOP_EVENTS else "escalera")
    assert schema["description"]


@pytest.mark.parametrize("name", EVENTS)
def test_every_example_fits_its_schema_and_its_model_and_comes_back_as_it_was(name):
    example = published(name, "example")
    assert schema_errors(name, example) == []
    read = EVENTS[name].model_validate_json(json.dumps(example))
    assert json.loads(read.model_dump_json(exclude_unset=True)) == example


@pytest.mark.parametrize("name", EVENTS)
def test_an_example_shows_no_field_that_is_not_in_the_contract(name):
    assert published(name, "example").keys() <= EVENTS[name].model_fields.keys()


@pytest.mark.parametrize("name", SHOP_EVENTS)
def test_a_shop_finds_every_field_in_the_example(name):
    assert published(name, "example").keys() == SHOP_EVENTS[name].model_fields.keys()


@pytest.mark.parametrize("path", RELEASED, ids=lambda path: path.stem)
def test_an_event_as_it_was_released_is_understood_by_model_and_schema(path):
    name, event = path.stem.split("-")[0], json.loads(path.read_text("utf-8"))
    assert schema_errors(name, event) == []
    read = EVENTS[name].model_validate(event)
    assert json.loads(read.model_dump_json(exclude_unset=True)) == event


def test_every_event_has_a_released_example():
    assert {path.stem.split("-")[0] for path in RELEASED} == EVENTS.keys()


@pytest.mark.parametrize("name", EVENTS)
def test_a_field_of_a_later_release_does_no_harm(name):
    example = published(name, "example")
    later = {**example, "mood": {"deep": [1]}}
    assert schema_errors(name, later) == []
    assert EVENTS[name].model_validate(later) == EVENTS[name].model_validate(example)


def required() -> Iterator[tuple[str, str]]:
    for name, model in EVENTS.items():
        for field, info in model.model_fields.items():
            if info.is_required():
                yield name, field


@pytest.mark.parametrize(("name", "field"), list(required()))
def test_a_missing_field_is_named_by_model_and_schema(name, field):
    event = {key: value for key, value in published(name, "example").items() if key != field}
    assert fields_named(name, event) == {field}
    of_a_guest = field == "customer_id" and name in SHOP_EVENTS
    assert schema_errors(name, event) == [f"'{field}' is a required property"] * (not of_a_guest)


NOBODY = (0, "0", "NULL", "None", "N/A", "-", "guest", "Invitado", None, " ")
NO_TIMES = ("20260101", "2026", "202601011200", "2026-01-01", 1767225600, 1767225600.5, True)


@pytest.mark.parametrize(
    ("name", "changed", "fields"),
    [
        ("PurchaseCompleted", {"event_id": ""}, {"event_id"}),
        ("PurchaseCompleted", {"event_id": "x" * 201}, {"event_id"}),
        ("PurchaseCompleted", {"version": 2}, {"version"}),
        ("PurchaseCompleted", {"occurred_at": "2026-11-03T17:12:44"}, {"occurred_at"}),
        ("PurchaseCompleted", {"occurred_at": "1969-12-31T23:59:59Z"}, {"occurred_at"}),
        ("PurchaseCompleted", {"occurred_at": "yesterday"}, {"occurred_at"}),
        ("PurchaseCompleted", {"channel": "fax"}, {"channel"}),
        ("PurchaseCompleted", {"customer_id": "a b"}, {"customer_id"}),
        ("PurchaseCompleted", {"customer_id": "a#b"}, {"customer_id"}),
        ("PurchaseCompleted", {"customer_id": "a\x1fb"}, {"customer_id"}),
        ("PurchaseCompleted", {"order_id": "a\x00b"}, {"order_id"}),
        ("PurchaseCompleted", {"customer_id": ""}, {"customer_id"}),
        ("PurchaseCompleted", {"customer_id": "x" * 129}, {"customer_id"}),
        *(("PurchaseCompleted", {"customer_id": nobody}, {"customer_id"}) for nobody in NOBODY),
        *(("PurchaseCompleted", {"occurred_at": time}, {"occurred_at"}) for time in NO_TIMES),
        ("PurchaseCompleted", {"order_id": 5001.0}, {"order_id"}),
        ("PurchaseCompleted", {"order_id": True}, {"order_id"}),
        ("PurchaseCompleted", {"total": 45.9}, {"total"}),
        ("PurchaseCompleted", {"total": {"amount": 45.9, "currency": "EUR"}}, {"total.amount"}),
        ("PurchaseCompleted", {"total": {"amount": "4590", "currency": "EUR"}}, {"total.amount"}),
        (
            "PurchaseCompleted",
            {"total": {"amount": -1, "currency": "euro"}},
            {"total.amount", "total.currency"},
        ),
        (
            "PurchaseCompleted",
            {"lines": [{"sku": None, "quantity": 0.5, "unit_price": {"amount": -1, "currency": "EUR"}}]},
            {f"lines.0.{field}" for field in ("sku", "quantity", "unit_price.amount")},
        ),
        ("PurchaseCompleted", {"contact": {"email": "nobody"}}, {"contact.email"}),
        ("PurchaseRefunded", {"amount": None, "refund_id": " "}, {"amount", "refund_id"}),
        ("CustomerRegistered", {"phone": "600 000 000"}, {"phone"}),
        ("CustomerRegistered", {"email": "a@b", "language": "fr"}, {"email", "language"}),
        ("CustomerRegistered", {"time_zone": "Madrid"}, {"time_zone"}),
        ("CustomerRegistered", {"time_zone": "../Europe/Madrid"}, {"time_zone"}),
        ("ConsentGiven", {"purpose": "spam", "for_channel": "letter"}, {"purpose", "for_channel"}),
        ("ComplaintRaised", {"subject": "x" * 201, "text": "x" * 5001}, {"subject", "text"}),
    ],
)
def test_whatever_is_wrong_is_named_field_by_field(name, changed, fields):
    assert fields_named(name, {**published(name, "example"), **changed}) == fields


def test_number_of_a_record_is_read_as_its_digits():
    example = published("PurchaseCompleted", "example")
    lines = [{**example["lines"][0], "sku": 77}]
    read = PurchaseCompletedV1.model_validate(
        {**example, "event_id": 1, "customer_id": 1001, "order_id": 5001, "lines": lines}
    )
    assert (read.event_id, read.customer_id, read.order_id, read.lines[0].sku) == ("1", "1001", "5001", "77")


def test_name_holds_no_line_ends_nor_other_control_characters():
    read = ContactDetails.model_validate(
        {"given_name": " Ana\r\nBcc: x\t", "family_name": "de la\x00Cruz\u2028"}
    )
    assert (read.given_name, read.family_name) == ("Ana Bcc: x", "de la Cruz")


def test_every_schema_says_which_it_is():
    ids = [published(name, "schema")["$id"] for name in EVENTS]
    assert len(set(ids)) == len(EVENTS)
    assert "urn:escalera:event:PurchaseCompleted:v1" in ids


@pytest.mark.parametrize("written", ["es", "ES", "es-MX", "es_419", " es "])
def test_language_of_a_country_is_the_language(written):
    assert ContactDetails.model_validate({"language": written}).language == "es"


def test_all_that_is_wrong_is_named_at_once():
    assert fields_named("PurchaseCompleted", {}) == {
        "event_id",
        "version",
        "occurred_at",
        "channel",
        "customer_id",
        "order_id",
        "total",
    }


@pytest.mark.parametrize("zone", ["Europe/Madrid", "America/Sao_Paulo", "Australia/Lord_Howe", "UTC"])
def test_a_time_zone_is_an_iana_name(zone):
    event = {**published("CustomerRegistered", "example"), "time_zone": zone}
    read = SHOP_EVENTS["CustomerRegistered"].model_validate(event)
    assert read.model_dump()["time_zone"] == zone


def test_the_whole_demo_history_speaks_the_contract(history):
    assert len(history) == 618
    for event in history:
        name, detail = event["detail-type"], event["detail"]
        assert event["source"] == "shop"
        read = SHOP_EVENTS[name].model_validate_json(json.dumps(detail))
        assert json.loads(read.model_dump_json(exclude_unset=True)) == detail


def test_the_whole_demo_history_fits_the_published_schemas(history):
    validators = {name: Draft202012Validator(published(name, "schema")) for name in SHOP_EVENTS}
    assert [
        event for event in history if not validators[event["detail-type"]].is_valid(event["detail"])
    ] == []
    assert {event["detail-type"] for event in history} == SHOP_EVENTS.keys()
