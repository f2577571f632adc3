"""Every YAML and JSON block in the pages is what the models accept; the how-to pages' example is a whole programme."""

import json
import re
import shutil
from datetime import UTC, datetime, timedelta
from math import isclose

import pytest
import yaml

from bench.pricing import PRICES
from escalera.contracts.registry import EVENTS
from escalera.domain.rhythm import Prior, unusual_silence
from escalera.journeys.file_model import Journey
from escalera_cli.importing.columns import FIELDS, read_wish
from escalera_cli.verdicts import problems_with
from infra.journey_compiler import compile_journey
from programme_compiler import check_programme
from programme_compiler.models import MessageFile, ProgrammeFile
from programme_compiler.source import read_source
from tests.docs.pages import ROOT, blocks

YAML = [
    pytest.param(block, id=str(block)) for block in blocks("yaml", "yml") if block.title != "mapping.yaml"
]
JSON = [pytest.param(block, id=str(block)) for block in blocks("json")]
LONG_AFTER = datetime(2100, 1, 1, tzinfo=UTC)
"""Whatever date a page's example has, it is not in the future."""
THANKS = {"es": "Gracias", "pt": "Obrigado", "en": "Thank you"}


@pytest.fixture(scope="module")
def source():
    return read_source(ROOT / "programme")


def accept(data):
    """Read a piece of the programme as what it is: a message, a part of programme.yaml, or of a journey."""
    if isinstance(data, list):
        data = {"steps": data}
    if "sells" in data:
        return MessageFile.model_validate(data)
    if data.keys() <= ProgrammeFile.model_fields.keys():
        whole = yaml.safe_load((ROOT / "programme" / "programme.yaml").read_text(encoding="utf-8"))
        return ProgrammeFile.model_validate({**whole, **data})
    rest = {"name": "example", "about": "An example", "kind": "promotion", "starts_on": "PurchaseRecorded"}
    return Journey.model_validate({**rest, **data})


@pytest.mark.parametrize("block", YAML)
def test_yaml_block_is_what_the_programme_accepts(block):
    assert accept(yaml.safe_load(block.text)).model_fields_set


@pytest.mark.parametrize(
    "wrong",
    ["steps: [{fly: high}]", "rhythm: {unusual: 2}", "{sells: true, purpose: service}", "- wait: soon"],
)
def test_wrong_yaml_is_noticed(wrong):
    with pytest.raises(ValueError):  # noqa: PT011 - pydantic's own text is not ours to fix
        accept(yaml.safe_load(wrong))


@pytest.mark.parametrize("block", JSON)
def test_json_block_fulfils_its_contract(block):
    found = json.loads(block.text)
    if isinstance(found, list):
        assert [problems_with(event, LONG_AFTER) for event in found] == [[] for _ in found]
    else:
        EVENTS[block.title].model_validate(found)


def test_mapping_of_the_import_is_read_and_every_field_is_told(tmp_path):
    examples = [block for block in blocks("yaml") if block.title == "mapping.yaml"]
    for block in examples:
        (tmp_path / "mapping.yaml").write_text(block.text, encoding="utf-8")
        assert read_wish(tmp_path / "mapping.yaml").columns
    assert len(examples) == 2
    page = block.page.read_text(encoding="utf-8")
    assert [field for field in FIELDS if f"`{field}`" not in page] == []


def test_win_back_in_the_readme_is_win_back(source):
    """Whoever changes the journey changes what the README says of it."""
    (block,) = [block for block in blocks("yaml") if block.page == ROOT / "README.md"]
    shown, real = accept(yaml.safe_load(block.text)), source.journeys["win-back"].journey
    assert shown.steps == real.steps
    assert (shown.starts_on, shown.leaves_on) == (real.starts_on, real.leaves_on)


def test_what_the_how_to_pages_add_makes_a_programme_without_problems(tmp_path):
    """The journey and the message of the how-to pages; what they show in English stands in for the other languages."""
    shutil.copytree(ROOT / "programme", tmp_path / "programme")
    titled = [block for block in blocks("yaml", "html", "text") if block.title.startswith("programme/")]
    assert len(titled) >= 5
    for block in titled:
        path = tmp_path / block.title
        path.parent.mkdir(parents=True, exist_ok=True)
        if not path.name.startswith("en."):
            path.write_text(block.text, encoding="utf-8")
            continue
        for language, thanks in THANKS.items():
            text = block.text.replace("footer.en", f"footer.{language}").replace(
                'lang="en"', f'lang="{language}"'
            )
            text = text.replace("Thank you", thanks).replace("thank you", thanks)
            path.with_name(path.name.replace("en.", f"{language}.")).write_text(text, encoding="utf-8")
    assert [str(problem) for problem in check_programme(tmp_path / "programme")] == []


def test_silences_in_the_table_are_those_of_the_formula(source):
    page = (ROOT / "docs" / "explanation" / "silence.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| (\d+) \| (\d+) days \| (\d+) days \|$", page, re.MULTILINE)
    assert len(rows) >= 4
    rhythm = source.programme.rhythm
    prior = Prior(
        typical_gap=timedelta(seconds=rhythm.typical_gap),
        worth_gaps=rhythm.worth_gaps,
        unusual=rhythm.unusual,
        at_least=timedelta(seconds=rhythm.at_least),
    )
    for orders, span, quiet in rows:
        silence = unusual_silence(int(orders), timedelta(days=int(span)), prior)
        assert round(silence / timedelta(days=1)) == int(quiet), f"{orders} orders over {span} days"


def test_states_passed_in_the_cost_page_are_those_of_the_machines(source):
    page = (ROOT / "docs" / "explanation" / "cost.md").read_text(encoding="utf-8")
    rows = re.findall(r"^\| .+ \| (\d+) \| (\d+) \|$", page, re.MULTILINE)
    lives = [
        passed(source, "thank-you", {"4-branch": "case-0", "6-branch": "else"}),
        passed(source, "thank-you", {"4-branch": "case-0", "6-branch": "case-0"}),
        passed(source, "win-back", {"3-branch": "case-1"}),
    ]
    assert [(int(states), int(calls)) for states, calls in rows] == lives
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert f"({lives[0][0]} for the thank-you" in readme
    assert f"{lives[0][0] * 0.000025:.5f} US dollars" in readme


def test_prices_in_the_cost_page_are_those_the_bench_reckons_with():
    page = (ROOT / "docs" / "explanation" / "cost.md").read_text(encoding="utf-8")
    for price in PRICES.values():
        row = next(row for row in page.splitlines() if row.endswith(f"<{price.page}> |"))
        written = {float(number) for number in re.findall(r"\d+\.\d+", row)}
        assert any(isclose(price.each * scale, one) for scale in (1, 1e3, 1e6) for one in written), price


def test_life_in_the_readme_costs_what_the_bench_kept():
    page = " ".join((ROOT / "README.md").read_text(encoding="utf-8").split())
    life = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))["life"]
    days, mails = round(life["days"]), life["counts"]["mail"]
    assert f"{days} days with three purchases, a return, a complaint, a win-back and {mails} e-mails" in page
    assert life["calls by function"]["on_purchase_completed"] == 3
    assert f"cost {life['USD a life']:.6f} US dollars, **{life['USD a month']:.6f} a month**" in page
    assert f"× states passed × {PRICES['transition'].each:.6f}" in page
    assert f"× {PRICES['mail'].each:.4f}" in page
    assert f"({PRICES['mail'].each:.4f} per e-mail" in page


@pytest.mark.parametrize("page", ["README.md", "docs/how-to/deploy.md"])
def test_account_is_looked_at_before_anything_is_deployed_to_it(page):
    commands = [line.strip() for line in (ROOT / page).read_text(encoding="utf-8").splitlines()]
    asked = commands.index(".venv/bin/escalera doctor --stage prod")
    assert asked < commands.index("npx cdk deploy -c stage=prod")


def test_cpu_in_the_cost_page_is_what_the_bench_kept():
    page = (ROOT / "docs" / "explanation" / "cost.md").read_text(encoding="utf-8")
    measured = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))
    kept = {f"purchases, {name}": found["all"] for name, found in measured["purchases"].items()}
    kept["mails, of a journey of two"] = measured["mails"]["all"]
    for what, cpu in kept.items():
        assert f"| {what} | {cpu:.2f} |" in page


def test_what_killing_the_sender_does_stands_in_the_page_as_the_bench_kept_it():
    page = (ROOT / "docs" / "explanation" / "the-send-ledger.md").read_text(encoding="utf-8")
    rounds = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))["killed"]
    for name, found in rounds.items():
        assert f"| {name} | {' | '.join(map(str, list(found.values())[1:]))} |" in page
    assert {(one["sends"], one["doubled"]) for one in rounds.values()} == {(200, 0)}


def test_what_trouble_of_aws_does_stands_in_the_page_as_the_bench_kept_it():
    page = (ROOT / "docs" / "explanation" / "reliability.md").read_text(encoding="utf-8")
    rounds = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))["faults"]
    services = {
        "DynamoDB": "dynamodb",
        "Step Functions": "states",
        "the call of `perform_step`": "lambda",
        "SES": "ses",
        "Secrets Manager": "secretsmanager",
        "EventBridge": "events",
    }
    counted = {
        name: [found for how, found in rounds.items() if how.startswith(f"{key} ")]
        for name, key in services.items()
    }
    assert sum(map(len, counted.values())) == len(rounds)
    for name, found in counted.items():
        total = {what: sum(one[what] for one in found) for what in found[0]}
        thanked = total["purchases"] - total["lost"] - total["in doubt, not sent again"]
        ends = [total["doubled"], total["lost"], total["in doubt, not sent again"], total["journeys failed"]]
        row = " | ".join(map(str, [len(found), total["purchases"], thanked, *ends]))
        assert re.search(rf"^\| {re.escape(name)}: .+ \| {re.escape(row)} \|$", page, re.MULTILINE), (
            name,
            row,
        )


def test_what_became_of_generated_inputs_stands_in_the_page_as_the_bench_kept_it():
    page = (ROOT / "docs" / "explanation" / "reliability.md").read_text(encoding="utf-8")
    kept = json.loads((ROOT / "bench" / "results.json").read_text(encoding="utf-8"))["fuzz"]
    events, answers = kept["events"], kept["requests"]
    fates = (
        f"{events['recorded']:,} recorded, {events['in dead letters']:,} in dead letters with a reason, "
        f"{events['in unknown events']:,} in `unknown_events`"
    )
    assert f"| {events['put']:,} | {fates} | {events['wrong']} |" in page
    said = ", ".join(
        f"{answers[kind]:,} {'answered ' * (kind == '2xx')}{kind}" for kind in ("2xx", "3xx", "4xx", "5xx")
    )
    assert f"| {answers['sent']:,} | {said} | {answers['wrong']} |" in page
    assert events["lost"] == events["without a reason"] == 0


def passed(source, journey, outcomes):
    """(states, calls of perform_step) of a run in which these steps have these outcomes and all others are done."""
    machine = compile_journey(source.journeys[journey].journey, perform_step_arn="perform-step")
    name, outcome, states, calls = machine["StartAt"], "", 0, 0
    while True:
        state = machine["States"][name]
        states += 1
        if state["Type"] == "Task":
            calls, outcome = calls + 1, outcomes.get(name, "done")
        if state.get("End"):
            return states, calls
        ways = {choice["StringEquals"]: choice["Next"] for choice in state.get("Choices", ())}
        name = ways.get(outcome, state["Default"]) if ways else state["Next"]
