import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from escalera.adapters.programme import load_graphs
from escalera.domain.vocabulary import Language, MessageChannel, Purpose
from escalera.journeys.graph import NodeKind
from escalera.journeys.programme import Programme
from escalera.journeys.texts import render
from programme_compiler import ProgrammeRefusedError, compile_programme
from programme_compiler.__main__ import main
from programme_compiler.check import checked
from programme_compiler.compile import load_journeys
from programme_compiler.graphs import graph_of
from programme_compiler.schemas import SCHEMAS, schema_text
from programme_compiler.yaml_files import read_yaml

ROOT = Path(__file__).parents[3]
DEFAULT = ROOT / "programme"


def files_of(folder: Path) -> dict[str, bytes]:
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_the_default_programme_may_go_live():
    assert [str(problem) for problem in checked(DEFAULT, cache=ROOT / "build" / "mjml").problems] == []


@pytest.mark.parametrize("name", SCHEMAS)
def test_the_schemas_editors_read_are_those_of_the_models(name):
    """`python -m programme_compiler schemas` writes them anew."""
    assert (DEFAULT / "schemas" / name).read_text(encoding="utf-8") == schema_text(name)


@pytest.mark.parametrize(
    ("schema", "files"),
    [
        ("programme.schema.json", "programme.yaml"),
        ("journey.schema.json", "journeys/*.yaml"),
        ("message.schema.json", "messages/*/message.yaml"),
    ],
)
def test_editors_find_nothing_wrong_in_the_default_programme(schema, files):
    validator = Draft202012Validator(json.loads(schema_text(schema)))
    paths = sorted(DEFAULT.glob(files))
    assert paths
    for path in paths:
        data = read_yaml(DEFAULT, path.relative_to(DEFAULT)).data
        assert [error.message for error in validator.iter_errors(data)] == []


@pytest.mark.parametrize(
    "wrong",
    [{"snd": "hello"}, {"wait": "5 days"}, {"send": "hello", "vai": ["email"]}, {"branch": []}],
)
def test_editors_underline_a_step_that_is_wrong(wrong):
    validator = Draft202012Validator(json.loads(schema_text("journey.schema.json")))
    journey = {
        "name": "a",
        "about": "b",
        "kind": "service",
        "starts_on": "PurchaseRecorded",
        "steps": [wrong],
    }
    assert not validator.is_valid(journey)
    assert validator.is_valid({**journey, "steps": [{"send": "hello"}]})


def test_handlers_find_the_programme_and_every_text_in_the_package(programme, tmp_path):
    package = tmp_path / "escalera_programme"
    compiled = compile_programme(programme.root, package)
    read = Programme.from_json(json.loads((package / "programme.json").read_text(encoding="utf-8")))
    assert read == compiled
    assert set(files_of(package)) == {
        "__init__.py",
        "programme.json",
        "graphs.json",
        "pages/brand.css",
        *(
            f"messages/{message}/{language.value}.{ending}"
            for message in ("offer", "we-miss-you")
            for language in Language
            for ending in ("html", "txt", "sms")
        ),
    }


def test_what_shows_journeys_finds_their_graphs_in_the_package(programme, tmp_path, monkeypatch):
    compile_programme(programme.root, tmp_path / "shown_programme")
    monkeypatch.syspath_prepend(str(tmp_path))
    graphs = load_graphs("shown_programme")
    assert graphs == {name: graph_of(one) for name, one in load_journeys(programme.root).items()}
    assert [node.name for node in graphs["win-back"].nodes if node.kind is NodeKind.SEND] == [
        "we-miss-you",
        "offer",
    ]


def test_the_policy_is_compiled_as_it_was_written(programme, tmp_path):
    compiled = compile_programme(programme.root, tmp_path / "package")
    assert compiled.policy.needs_consent == {Purpose.RELATIONSHIP, Purpose.PROMOTION}
    assert compiled.policy.channels == (MessageChannel.EMAIL, MessageChannel.SMS)
    assert (str(compiled.policy.quiet_from), str(compiled.policy.quiet_to)) == ("21:00:00", "09:00:00")
    assert compiled.policy.cap_within == 7 * 86_400
    assert compiled.journeys["win-back"].leaves_on == {"PurchaseRecorded"}
    assert (
        compiled.journeys["win-back"].longest == (3 + 5 + 3) * 86_400
    )  # two sends of up to 3 days each, and a wait
    assert compiled.messages["offer"].subjects[Language.PORTUGUESE] == "Olá"
    assert compiled.rewards["comeback"].text[Language.ENGLISH] == "a present"
    assert compiled.teams["sales"].email == "ventas@casa.example.com"
    assert list(compiled.causes) == ["wrong", "late"]
    assert compiled.causes["late"][Language.PORTUGUESE] == "Tarde"


def test_compiled_mail_is_html_that_still_waits_for_its_facts(programme, tmp_path):
    package = tmp_path / "package"
    compile_programme(programme.root, package)
    source = (package / "messages/offer/en.html").read_text(encoding="utf-8")
    facts = {
        "customer": {"name": "Ana & Eva"},
        "links": {"preferences": "https://casa.example.com/p?a=1&b=2"},
        "reward": {"code": "HOLA-1", "text": "a <b>present</b>", "valid_until": "1 May"},
    }
    html = render(source, facts, html=True)
    assert "<!doctype html>" in html.lower()
    assert "<mj-" not in html
    assert "Ana &amp; Eva" in html
    assert "a &lt;b&gt;present&lt;/b&gt;" in html
    assert 'href="https://casa.example.com/p?a=1&amp;b=2"' in html


def test_the_same_programme_gives_the_same_bytes(programme, tmp_path):
    compile_programme(programme.root, tmp_path / "first")
    compile_programme(programme.root, tmp_path / "second")
    assert files_of(tmp_path / "first") == files_of(tmp_path / "second")


def test_nothing_of_an_earlier_compilation_stays(programme, tmp_path):
    old = tmp_path / "package" / "messages" / "gone" / "es.sms"
    old.parent.mkdir(parents=True)
    old.write_text("old", encoding="utf-8")
    compile_programme(programme.root, tmp_path / "package")
    assert not old.exists()


def test_a_programme_with_problems_is_refused_before_anything_is_written(programme, tmp_path):
    programme.replace("journeys/win-back.yaml", "team: sales", "team: sale")
    with pytest.raises(ProgrammeRefusedError, match="there is no team called `sale`") as refused:
        compile_programme(programme.root, tmp_path / "package")
    assert len(refused.value.problems) == 1
    assert not (tmp_path / "package").exists()
    with pytest.raises(ProgrammeRefusedError):
        load_journeys(programme.root)


def test_a_changed_part_reaches_every_mail_that_includes_it(programme, tmp_path):
    footer = "<mj-section><mj-column><mj-text>{}</mj-text></mj-column></mj-section>"
    programme.replace(
        "messages/offer/es.mjml", "</mj-body>", '<mj-include path="../../brand/footer.mjml" /></mj-body>'
    )
    for words in ("First words", "Second words"):
        programme.write("brand/footer.mjml", footer.format(words))
        compile_programme(programme.root, tmp_path / "package")
        assert words in (tmp_path / "package/messages/offer/es.html").read_text(encoding="utf-8")


def test_the_command_says_what_is_wrong_and_ends_accordingly(programme, tmp_path, capsys):
    assert main(["check", str(programme.root)]) == 0
    programme.replace("programme.yaml", "share: 0.05", "share: 5")
    assert main(["check", str(programme.root)]) == 1
    assert main(["compile", str(programme.root), "--package", str(tmp_path / "package")]) == 1
    assert (
        capsys.readouterr().out.splitlines()
        == [f"{programme.root}/programme.yaml:19: `share` is 5. It must be at most 0.5."] * 2
    )


def test_the_look_of_the_customers_pages_travels_with_the_programme(programme, tmp_path):
    programme.write("brand/pages.css", ":root { --accent: #123456; }\n")
    compile_programme(programme.root, tmp_path / "package")
    assert (tmp_path / "package/pages/brand.css").read_text(
        encoding="utf-8"
    ) == ":root { --accent: #123456; }\n"


def test_a_shop_without_a_look_of_its_own_gets_an_empty_one(programme, tmp_path):
    compile_programme(programme.root, tmp_path / "package")
    assert (tmp_path / "package/pages/brand.css").read_text(encoding="utf-8") == ""


@pytest.mark.parametrize(
    "loads", ["@import 'a.css';", "body { background: URL(a.png) }", "x { y: image-set(a) }"]
)
def test_the_look_may_load_nothing_from_elsewhere(programme, loads):
    programme.write("brand/pages.css", f"/* url(x) */\n{loads}\n")
    (problem,) = programme.problems()
    assert problem.startswith("brand/pages.css:2: `")
    assert "would load something, and the customers' pages load nothing from elsewhere" in problem


def test_opinions_and_subjects_are_compiled_in_the_order_of_the_file(programme, tmp_path):
    subjects = "subjects:\n  z: {es: z, pt: z, en: z}\n  a: {es: a, pt: a, en: a}\n"
    text = (programme.root / "programme.yaml").read_text(encoding="utf-8")
    programme.write("programme.yaml", f"{text}opinions: {{low: 1, high: 4}}\n{subjects}")
    for message, subject in (("offer", "z"), ("we-miss-you", "a")):
        path = f"messages/{message}/message.yaml"
        programme.write(path, (programme.root / path).read_text(encoding="utf-8") + f"subject: {subject}\n")
    compiled = compile_programme(programme.root, tmp_path / "package")
    written = (tmp_path / "package/programme.json").read_text(encoding="utf-8")
    read = Programme.from_json(json.loads(written))

    assert list(read.subjects) == list(compiled.subjects) == ["z", "a"]
    assert (read.opinions.low, read.opinions.high, read.opinions.review_url) == (1, 4, "")
    assert read.messages["offer"].subject == "z"
