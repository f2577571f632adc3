"""What the check says of messages: complete, honest, courteous, and right with every customer."""

import pytest

MAIL = "messages/we-miss-you/es.mjml"
PLAIN = "messages/we-miss-you/es.txt"
NAME = "{% if customer.name %}, {{ customer.name }}{% endif %}"
SMS = "messages/we-miss-you/es.sms"
OFFER = "messages/offer/message.yaml"
TERMS = "messages/we-miss-you/message.yaml"
SUBJECTS = "subjects:\n  ideas: {es: ideas, pt: ideias, en: ideas}\n"


@pytest.mark.parametrize(
    ("path", "old", "new", "problem"),
    [
        (
            PLAIN, "{{ customer.name }}", "{{ customer.name }",
            "1: the template is not right: unexpected '}'. See that every {{ has its }}, every {% its %}, and every if its endif.",
        ),
        (PLAIN, "{{ customer.name }}", "{{ customer.name | uper }}", "1: the message cannot be written: No filter named 'uper' found. Look for a misspelled filter or test."),
        (PLAIN, "{{ customer.name }}", "{{ customer.nmae }}", "1: `customer` has no `nmae`. Did you mean `name`?"),
        (PLAIN, "{{ customer.name }}", "{{ costumer.name }}", "1: messages know nothing called `costumer`. Did you mean `customer`?"),
        (PLAIN, "{{ customer.name }}", "{{ customer }}", "1: `customer` alone is not a text. Write one of its facts: customer.name, customer.orders."),
        (PLAIN, "Gracias.", "Gracias!!", "1: exclamation marks stand in a row. One is enough, none is often better (S6)."),
        (PLAIN, "Gracias.", "¡Gracias! Un saludo!\n!", "1: exclamation marks stand in a row. One is enough, none is often better (S6)."),
        (PLAIN, "Gracias.", "GRACIAS, gracias.", "1: `GRACIAS` in capitals reads like shouting. Write `Gracias` (S6)."),
        (
            PLAIN, "Gracias.", "Gracias. No\nrespondiste.",
            ("1: `no respondiste` sounds like blame. Say what we will do or what we would like to know, "
            "not what the customer did wrong (S6)."),
        ),
        (
            PLAIN, "Gracias.", "",
            "1: the message thanks for nothing, in Spanish. Say thank you somewhere: for the purchase, the patience or the time (S6).",
        ),
        (
            PLAIN, "Hola" + NAME + ". Gracias.", "Que tal." + " Bla" * 40 + " gracias.",
            ("1: the message neither greets nor names the customer. Begin with a greeting; with the name where there is one: "
            "{% if customer.name %}, {{ customer.name }}{% endif %} (S6)."),
        ),
        (PLAIN, "Gracias.", "Gracias. TODO", "1: a placeholder was left in: `TODO`. Put what belongs there, or delete it."),
        (
            PLAIN, "{{ links.preferences }}", "",
            "1: a relationship message shows no way to choose or to stop. Add a link to {{ links.preferences }} or {{ links.unsubscribe }} (S7).",
        ),
        (PLAIN, "Gracias.", "Gracias: http://a.example.com.", "1: the link `http://a.example.com` is not encrypted. Begin it with https://."),
        (PLAIN, "Gracias.", "Gracias: https://a b", "1: the link `https://a` is not a whole address. Write it as https://shop.example/page."),
        (MAIL, '<mj-button href="', '<mj-button href="mailto:x" rel="', "10: the link `mailto:x` has no e-mail address. Write it as mailto:{{ shop.support_email }}."),
        (MAIL, "<mj-button", '<mj-image src="logo.png" /><mj-button', "10: the link `logo.png` is not a picture on the web. Use an address that begins with https://."),
        (MAIL, "<mj-text>", '<mj-text><a href="#">x</a>', "9: the link `#` leads nowhere. Put the address it should lead to, such as {{ shop.url }}."),
        (MAIL, "<mj-title>Hola</mj-title>", "", "1: the e-mail has no subject. Write it in the head: <mj-title>...</mj-title>."),
        (
            MAIL, "<mj-preview>Gracias.</mj-preview>", "",
            "1: the e-mail has no preview line. Write in the head: <mj-preview>...</mj-preview>, the line that stands beside the subject.",
        ),
        (MAIL, "<mj-title>Hola", "<mj-title>Hola " + "a" * 80, "3: the subject has 85 letters with long values. Make it 78 at most; the first 40 are what people see."),
        (
            MAIL, "<mj-button", '<mj-button colour="red"',
            ("10: this is not right MJML: <mj-button>: Attribute colour is illegal. "
            "Look the element up at https://documentation.mjml.io, and mind that every tag is closed."),
        ),
        (MAIL, "</mj-text>", "", "9: `<mj-text>` is never closed. Add </mj-text> where it ends."),
        (MAIL, "</mj-text>", "</b></mj-text>", "9: `</b>` closes nothing that is open. Delete it, or open <b> before it."),
        (
            MAIL, "<mj-preview>", '<mj-include path="../brand/no.mjml" /><mj-preview>',
            "4: there is no file `../brand/no.mjml` to include. Correct the path: it counts from this file's folder.",
        ),
        (SMS, "Gracias.", "Gracias" + "a" * 160, "1: the text message takes 173 signs with long values, and 160 fit into one. Shorten it by 13."),
        (
            SMS, "Gracias.", "Gracias, aquí" + "a" * 60,
            ("1: the text message takes 79 signs with long values, and 70 fit into one. Shorten it by 9. "
            "Or do without í (in its own words): then 160 signs fit instead of 70."),
        ),
        (SMS, "Gracias.", "  {{ shop.name / 2 }}", "1: the message cannot be written: unsupported operand type(s) for /: 'str' and 'int'. Try it without filters and sums first."),
        (OFFER, "purpose: promotion", "purpose: service", "1: a message that sells is a promotion, not service. Write `purpose: promotion` or `sells: false`."),
        (OFFER, "sells: true", "sells: yes", "3: `sells` must be true or false, not `yes`. Write true or false here."),
        ("messages/offer/pt.sms", "{{ reward.valid_until }}", "", "1: the message offers a reward but not the last day it is valid. Add {{ reward.valid_until }} (S7)."),
        ("messages/offer/en.txt", "{{ reward.code }}", "", "1: the message offers a reward but not its code. Add {{ reward.code }} (S7)."),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_message_is_said_with_its_line_and_its_mend(programme, path, old, new, problem):
    programme.replace(path, old, new)
    assert programme.problems() == [f"{path}:{problem}"]


def test_a_message_is_written_in_every_language_and_for_every_channel(programme):
    (programme.root / "messages/offer/pt.txt").unlink()
    programme.write("messages/offer/en.sms", " \n")
    assert programme.problems() == [
        "messages/offer/en.sms:1: the text is empty. Write the text message.",
        (
            "messages/offer/message.yaml:4: `pt.txt` is missing in messages/offer. "
            "Write it: the plain-text part of the e-mail in Portuguese."
        ),
    ]


def test_a_file_that_nobody_will_ever_get_is_named(programme):
    programme.write("messages/offer/pt.html", "x")
    assert programme.problems() == [
        "messages/offer/pt.html:1: `pt.html` is never sent: the message goes by email, sms. Did you mean `pt.mjml`?"
    ]


def test_a_reward_is_only_named_after_it_was_granted_on_every_way(programme):
    programme.steps(
        """
        - branch:
            - if: {class: A}
              then:
                - reward: comeback
        - send: offer
        """
    )
    assert programme.problems() == [
        (
            "messages/offer/es.mjml:9: `reward.code` is not sure to be there: journey win-back sends this at step 2-send-offer, "
            "and no reward was surely granted before (nor in 8 more of its texts). "
            "Put a `reward` step before it on every way there, or take the reward out of the text."
        )
    ]


def test_a_reward_granted_on_every_way_may_be_named(programme):
    programme.steps(
        """
        - branch:
            - if: {class: A}
              then:
                - reward: comeback
            - else:
                - reward: comeback
        - send: offer
        """
    )
    assert programme.problems() == []


@pytest.mark.parametrize(
    ("fact", "starts_on", "before", "reason"),
    [
        ("order.number", "PurchaseRecorded", "", ""),
        ("order.number", "CustomerWentQuiet", "", "Only journeys that start on PurchaseRecorded know it"),
        ("silence.days", "CustomerWentQuiet", "", ""),
        ("silence.days", "PurchaseRecorded", "", "Only journeys that start on CustomerWentQuiet know it"),
        ("links.complain", "CustomerWentQuiet", "", ""),
        ("links.opinion", "PurchaseRecorded", "", ""),
        ("links.opinion", "CustomerWentQuiet", "", "Only journeys that start on PurchaseRecorded know it"),
        (
            "links.confirm",
            "CustomerWentQuiet",
            "",
            "Only journeys that start on AddressChangeRequested know it",
        ),
        ("links.take_back", "PurchaseRecorded", "", "Only journeys that start on AddressChanged know it"),
        ("complaint.subject", "ComplaintClosed", "", ""),
        ("complaint.answer_by", "ComplaintOpened", "", "and nothing was surely promised before"),
        ("complaint.answer_by", "ComplaintOpened", "- promise: answer-complaint\n", ""),
        (
            "complaint.answer_by",
            "PurchaseRecorded",
            "",
            "Only journeys that start on ComplaintOpened or ComplaintAnswerWritten or ComplaintClosed",
        ),
    ],
)
def test_a_message_names_only_what_its_journeys_know(programme, fact, starts_on, before, reason):
    programme.replace(PLAIN, "Gracias.", f"Gracias. {{{{ {fact} }}}}")
    programme.steps(f"{before}- send: we-miss-you", starts_on=starts_on)
    problems = programme.problems()
    if reason:
        assert len(problems) == 1
        assert problems[0].startswith(f"{PLAIN}:1: `{fact}` is not")
        assert reason in problems[0]
    else:
        assert problems == []


@pytest.mark.parametrize(
    ("starts_on", "link"), [("AddressChangeRequested", "confirm"), ("AddressChanged", "take_back")]
)
def test_a_message_to_an_address_that_is_not_the_customers_knows_the_shop_and_its_own_link(
    programme, starts_on, link
):
    programme.steps("- send: we-miss-you", starts_on=starts_on)
    [problem] = [one for one in programme.problems() if "links.preferences" in one]
    assert "which writes to an address that is not the customer's" in problem
    for language in ("es", "pt", "en"):
        for ending in ("mjml", "txt"):
            path = f"messages/we-miss-you/{language}.{ending}"
            programme.replace(path, "links.preferences", f"links.{link}")
    about_links = [one for one in programme.problems() if "links." in one and "no way to choose" not in one]
    assert about_links == []

    footer = '<mj-section><mj-column><mj-text><a href="{{ links.preferences }}">x</a></mj-text></mj-column></mj-section>'
    programme.write("brand/footer.mjml", footer)
    programme.replace(MAIL, "</mj-body>", '<mj-include path="../../brand/footer.mjml" /></mj-body>')
    [problem] = [one for one in programme.problems() if "a part that this message includes" in one]
    assert "names `links.preferences`, but journey" in problem


def test_what_earlier_releases_called_otherwise_is_told_by_its_new_name(programme):
    programme.replace(PLAIN, "{{ links.preferences }}", "{{ links.preferences }} {{ shop.preferences_url }}")
    assert programme.problems() == [
        (
            f"{PLAIN}:3: `shop` has no `preferences_url`. "
            "Write {{ links.preferences }}: each customer has a page of their own for this now."
        )
    ]


def test_a_link_is_made_only_of_facts_that_exist(programme):
    programme.replace(PLAIN, "links.preferences", "links.preference")
    assert f"{PLAIN}:3: `links` has no `preference`. Did you mean `preferences`?" in programme.problems()


def test_a_message_may_be_about_a_subject_that_customers_choose(programme):
    programme.write("programme.yaml", (programme.root / "programme.yaml").read_text() + SUBJECTS)
    programme.replace(TERMS, "sells: false", "sells: false\nsubject: ideas")
    assert programme.problems() == []


def test_a_subject_nobody_defined_and_one_no_message_is_about_are_told(programme):
    programme.write("programme.yaml", (programme.root / "programme.yaml").read_text() + SUBJECTS)
    programme.replace(TERMS, "sells: false", "sells: false\nsubject: idea")
    assert programme.problems() == [
        f"{TERMS}:4: no subject is called `idea`. Did you mean `ideas`?",
        (
            "programme.yaml:42: no message is about `ideas`: customers would choose it, and nothing would change. "
            "Write `subject: ideas` into the messages it fits, or take it out here."
        ),
    ]


def test_a_service_message_has_no_subject_for_it_is_no_choice(programme):
    programme.write("programme.yaml", (programme.root / "programme.yaml").read_text() + SUBJECTS)
    programme.replace(TERMS, "purpose: relationship", "purpose: service\nsubject: ideas")
    assert programme.problems()[0].startswith(
        f"{TERMS}:1: a service message goes out whatever subjects the customer wants. Leave `subject` out"
    )


def test_the_parts_all_mails_share_know_only_the_shop_and_the_customer(programme):
    part = "<mj-section><mj-column><mj-text>{{ shop.name }} {{ order.number }}</mj-text></mj-column></mj-section>\n"
    programme.write("brand/footer.mjml", part)
    assert programme.problems() == [
        (
            "brand/footer.mjml:1: `order.number` is not known in every e-mail, and this part belongs to all of them. "
            "Write it in the messages that know it."
        )
    ]


def test_a_misspelt_name_in_a_shared_part_is_told_there_and_nowhere_else(programme):
    part = "<mj-section><mj-column><mj-text>{{ shop.nmae }}</mj-text></mj-column></mj-section>\n"
    programme.write("brand/footer.mjml", part)
    for message in ("we-miss-you", "offer"):
        for language in ("es", "pt", "en"):
            path = f"messages/{message}/{language}.mjml"
            programme.replace(path, "</mj-body>", '<mj-include path="../../brand/footer.mjml" /></mj-body>')
    assert programme.problems() == ["brand/footer.mjml:1: `shop` has no `nmae`. Did you mean `name`?"]


def test_a_misspelt_name_in_a_part_of_one_message_is_told_by_that_message(programme):
    part = "<mj-section><mj-column><mj-text>{{ shop.nmae }}</mj-text></mj-column></mj-section>\n"
    programme.write("messages/we-miss-you/part.mjml", part)
    programme.replace(MAIL, "</mj-body>", '<mj-include path="part.mjml" /></mj-body>')
    assert [one for one in programme.problems() if "nmae" in one] != []


@pytest.mark.parametrize("purpose", ["service", "relationship", "promotion"])
def test_who_hands_out_a_reward_says_that_it_sells(programme, purpose):
    terms = "messages/offer/message.yaml"
    programme.replace(terms, "purpose: promotion\nsells: true", f"purpose: {purpose}\nsells: false")
    assert programme.problems() == [
        (
            f"{terms}:3: the message offers a reward (in es.mjml) and says that it does not sell. Write `purpose: promotion` "
            "and `sells: true`, or take the reward out of its texts (L10, S7)."
        )
    ]


def test_a_way_out_in_the_shared_footer_counts_for_every_mail(programme):
    programme.replace(MAIL, "{{ links.preferences }}", "{{ shop.url }}")
    footer = '<mj-section><mj-column><mj-text><a href="{{ links.preferences }}">x</a></mj-text></mj-column></mj-section>'
    programme.write("brand/footer.mjml", footer)
    programme.replace(MAIL, "</mj-body>", '<mj-include path="../../brand/footer.mjml" /></mj-body>')
    assert programme.problems() == []


def test_stop_words_may_be_written_in_capitals(programme):
    programme.replace(SMS, "Gracias.", "Gracias. Para salir, responde BAJA o PARAR.")
    assert programme.problems() == []


def test_the_spanish_and_portuguese_word_todo_is_not_a_placeholder(programme):
    programme.replace(PLAIN, "Gracias.", "Gracias por todo. Todo bien.")
    assert programme.problems() == []


def test_a_text_reads_well_for_a_customer_without_a_name(programme):
    programme.replace(PLAIN, NAME, " {{ customer.name }}")
    assert programme.problems() == [
        (
            f"{PLAIN}:1: for a customer whose name is not known this reads `Hola .`. "
            "Keep the name and its comma together: {% if customer.name %}, {{ customer.name }}{% endif %}."
        )
    ]


def test_a_condition_that_mjml_would_drop_in_silence_is_named(programme):
    programme.replace(MAIL, "<mj-button", "{% if customer.orders %}<mj-button")
    programme.replace(MAIL, "</mj-button>", "</mj-button>{% endif %}")
    dropped = "MJML drops `{% if customer.orders %}`, for it stands between two elements"
    mend = "Put it inside the text of one element, or into one of its own: <mj-raw>...</mj-raw>."
    assert programme.problems() == [f"{MAIL}:10: {dropped}. {mend}"]


def test_a_condition_between_elements_is_kept_in_mj_raw(programme):
    programme.replace(MAIL, "<mj-button", "<mj-raw>{% if customer.orders %}</mj-raw><mj-button")
    programme.replace(MAIL, "</mj-button>", "</mj-button><mj-raw>{% endif %}</mj-raw>")
    assert programme.problems() == []
