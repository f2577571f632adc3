import pytest
from jinja2.exceptions import SecurityError, UndefinedError

from escalera.journeys.texts import render, render_line


def test_what_a_customer_is_called_cannot_become_markup():
    facts = {"customer": {"name": "<b>Ana</b>"}}
    assert render("Hola {{ customer.name }}", facts, html=True) == "Hola &lt;b&gt;Ana&lt;/b&gt;"
    assert render("Hola {{ customer.name }}", facts, html=False) == "Hola <b>Ana</b>"


@pytest.mark.parametrize(
    "source", ["{{ order.number }}", "{{ customer.shoe_size }}", "{% if reward %}x{% endif %}"]
)
def test_a_missing_fact_is_an_error_and_never_a_gap(source):
    with pytest.raises(UndefinedError):
        render(source, {"customer": {"name": "Ana"}}, html=False)


@pytest.mark.parametrize("source", ["{{ ''.__class__.__mro__ }}", "{{ customer.update({'name': 'x'}) }}"])
def test_templates_cannot_reach_out_of_their_sandbox(source):
    with pytest.raises((SecurityError, UndefinedError)):
        render(source, {"customer": {"name": "Ana"}}, html=False)


def test_a_line_stays_one_line():
    assert render_line("Hola\n {{ name }} \n", {"name": "Ana\r\nBcc: x"}) == "Hola Ana Bcc: x"


def test_line_ends_after_a_condition_stay():
    source = "Hola{% if name %}, {{ name }}{% endif %}\n\nGracias."
    assert render(source, {"name": "Ana"}, html=False) == "Hola, Ana\n\nGracias."


def test_text_of_several_lines_keeps_them_and_cannot_become_markup():
    facts = {"answer": {"text": "Dear <i>Ana</i>,\n\nsorry & thanks."}}
    source = "<p>{{ answer.text | with_lines }}</p>"
    written = "<p>Dear &lt;i&gt;Ana&lt;/i&gt;,<br />\n<br />\nsorry &amp; thanks.</p>"
    assert render(source, facts, html=True) == written
    assert render(source, facts, html=False) == "<p>Dear <i>Ana</i>,\n\nsorry & thanks.</p>"
