"""Rendering out of a compiled package: what the checker allowed is what goes out."""

import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from escalera.adapters.programme import load_programme
from escalera.adapters.templates import ProgrammeRenderer
from escalera.domain.errors import PermanentError
from escalera.domain.vocabulary import Language, MessageChannel, MessageName
from programme_compiler.compile import compile_programme

THANKS = MessageName("order-thanks")
ES = Language.SPANISH
EMAIL, SMS = MessageChannel.EMAIL, MessageChannel.SMS
FACTS: dict[str, Any] = {
    "shop": {
        "name": "Luz & Co",
        "url": "https://shop.example.com",
        "support_email": "hola@shop.example.com",
        "support_phone": "+34900000000",
        "postal_address": "Calle Mayor 1",
    },
    "links": {
        page: f"https://portal.example.com/{page}/1.aaaa.bbbb"
        for page in ("preferences", "unsubscribe", "opinion", "complain", "data", "confirm", "take_back")
    },
    "customer": {"name": "María <b>", "orders": 1},
    "order": {"number": "1001", "total": "19,99 €", "placed_on": "2 de marzo"},
}


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> str:
    root = tmp_path_factory.mktemp("layer")
    name = "escalera_programme_under_test"
    compile_programme(Path(__file__).parents[2] / "programme", root / name)
    sys.path.insert(0, str(root))
    return name


@pytest.fixture(scope="module")
def renderer(package: str) -> ProgrammeRenderer:
    return ProgrammeRenderer(load_programme(package), package)


def test_programme_is_read_once(package):
    assert load_programme(package) is load_programme(package)
    assert THANKS in load_programme(package).messages


def test_email_has_its_three_parts_and_escapes_only_the_html(renderer):
    email = renderer.render(THANKS, EMAIL, ES, FACTS)
    assert "María &lt;b&gt;" in email.html
    assert "María <b>" in email.text
    assert "\n" not in email.subject
    assert email.subject


def test_every_language_of_every_message_is_there(renderer, package):
    facts = FACTS | {
        "silence": {"days": 60},
        "complaint": {"reference": "R-1", "subject": "roto", "answer_by": "mañana"},
        "answer": {"text": "A new one is on its way."},
        "reward": {"code": "ABC", "valid_until": "30 de marzo", "text": "10 %"},
    }
    for name, terms in load_programme(package).messages.items():
        for channel in terms.channels:
            for language in Language:
                rendered = renderer.render(MessageName(name), channel, language, facts)
                assert rendered.text.strip()
                assert bool(rendered.html and rendered.subject) == (channel is EMAIL)


def test_text_message_is_one_line_and_no_accent_of_a_name_takes_its_room(renderer):
    text = renderer.render(THANKS, SMS, ES, FACTS).text
    assert "Maria" in text
    assert "\n" not in text


@pytest.mark.parametrize("missing", ["customer", "shop"])
def test_missing_fact_is_an_error_and_not_a_gap(renderer, missing):
    facts = {name: group for name, group in FACTS.items() if name != missing}
    for channel in (EMAIL, SMS):
        with pytest.raises(PermanentError, match=f"order-thanks.*{missing}"):
            renderer.render(THANKS, channel, ES, facts)


def test_message_that_is_not_there_says_what_to_do(renderer):
    for channel in (EMAIL, SMS):
        with pytest.raises(PermanentError, match="build and deploy both"):
            renderer.render(MessageName("no-such"), channel, ES, FACTS)


def test_jinja_is_loaded_with_the_first_message_and_not_before():
    code = "import sys, escalera.adapters.templates; sys.exit('jinja2' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.parametrize("language", Language)
def test_answer_of_a_person_goes_out_word_for_word_and_harmless(renderer, language):
    text = 'Ana,\n\n<script>alert("x")</script> {{ 7 * 7 }}\nMarta'
    complaint = {"reference": "31", "subject": "<img src=x>"}
    facts = {**FACTS, "complaint": complaint, "answer": {"text": text}}
    written = renderer.render(MessageName("complaint-answered"), EMAIL, language, facts)
    assert text in written.text
    assert "<script" not in written.html
    assert "<img src=x" not in written.html
    lines = r"Ana,<br ?/?>\s*<br ?/?>\s*&lt;script&gt;alert\(&#34;x&#34;\)&lt;/script&gt; \{\{ 7 \* 7 \}\}<br ?/?>\s*Marta"
    assert re.search(lines, written.html)
    assert "31" in written.subject


@pytest.mark.parametrize("language", Language)
@pytest.mark.parametrize(
    ("message", "link"), [("confirm-address", "confirm"), ("address-changed", "take_back")]
)
def test_a_message_to_an_address_that_is_not_the_customers_needs_nothing_of_the_customer(
    renderer, language, message, link
):
    url = f"https://portal.example.com/{link}/1.aaaa.bbbb"
    facts = {"shop": FACTS["shop"], "customer": {"name": "", "orders": 0}, "links": {link: url}}
    mail = renderer.render(MessageName(message), EMAIL, language, facts)
    text = renderer.render(MessageName(message), SMS, language, facts)
    assert url in mail.text
    assert url in mail.html
    assert url in text.text
    assert set(re.findall(r'href="(https://[^"]*)"', mail.html)) == {url, FACTS["shop"]["url"]}
