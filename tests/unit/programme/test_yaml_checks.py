"""What the check says of programme.yaml and of journeys: exactly, for its words are what a shopkeeper reads."""

import pytest

POLICY = "programme.yaml"
JOURNEY = "journeys/win-back.yaml"


def test_nothing_is_said_of_a_programme_in_which_nothing_is_wrong(programme):
    assert programme.problems() == []


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("ladder:", "lader:", "23: `lader` is not a key of this part. Did you mean `ladder`?"),
        ("ladder: {frequent_from_orders: 3}\n", "", "1: `ladder` is missing here. Add a line `ladder: ...`."),
        ("default_language: es", "default_language: fr", "8: `fr` is not a value of `default_language`. Known here: en, es, pt."),
        ("messages: 3", "messages: three", "18: `messages` must be a whole number, not `three`. Write a whole number here."),
        ("messages: 3", "messages: 0", "18: `messages` is 0. It must be at least 1."),
        (
            "within: 7d",
            "within: 7",
            "18: `within`: a duration is a whole number and its unit (s, m, h, d, w), such as 90s, 1h or 5d.",
        ),
        ('"21:00"', "9pm", '17: `from`: `9pm` is not a time of day. Write hours and minutes in quotes, such as "21:00".'),
        (
            '"21:00"',
            '"09:00"',
            ("17: `quiet_hours`: `from` and `to` are the same, which could mean the whole day or none of it. "
            "Leave quiet_hours out for none."),
        ),
        (
            "Europe/Madrid",
            "Madrid",
            ("9: `default_time_zone`: `Madrid` is not a time zone. "
            "Write its IANA name, such as Europe/Madrid or America/Bogota."),
        ),
        ("share: 0.05", "share: 5", "19: `share` is 5. It must be at most 0.5."),
        (
            "promotion: {consent: asked}",
            "promotion: {consent: implied}",
            "11: `purposes`: promotion needs a consent that was asked for. Write {consent: asked}.",
        ),
        ("code: HOLA", "code: hola!", "28: `hola!` cannot stand as `code`. Write 2 to 10 capital letters or digits, such as `HOLA`."),
        (", en: a present", "", "27: `en` is missing here. Add a line `en: ...`."),
        (", en: Late", "", "24: `en` is missing here. Add a line `en: ...`."),
        ("late: {es", "Too late: {es", "24: `Too late` cannot stand as `[key]`. Write small letters, digits and hyphens, such as `too-late`."),
        ("shop:\n", "shop:\n  name: Casa\n", "3: `name` stands here twice (first in line 2). Keep one of the two: only the last would count."),
        (
            "  url: https",
            "  url: http",
            "3: `url`: `http://casa.example.com` is not an https address, such as https://shop.example/preferences.",
        ),
        (
            "  currency: EUR",
            "  preferences_url: https://casa.example.com/p\n  currency: EUR",
            ("10: `preferences_url` is not needed any more. Take it out: each customer has a page of their own for "
            "this now, and messages link to it by {{ links.preferences }}."),
        ),
        ("currency: EUR", "currency: euro", "10: `euro` cannot stand as `currency`. Write a currency by its ISO 4217 code, such as `EUR`."),
        (
            "currency: EUR",
            "currency: EUR\n  exchange_rates: {EUR: 1}",
            "1: `shop`: exchange_rates has EUR, the shop's own currency, which needs none. Take it out.",
        ),
        ("currency: EUR", "currency: EUR\n  exchange_rates: {GBP: 0}", "11: `GBP` is 0. It must be more than 0."),
        ("currency: EUR", "currency: EUR\n  exchange_rates: {GBP: dear}", "11: `GBP` must be a number, not `dear`. Write a number here."),
        (
            "b: 0.15",
            "b: 0.3",
            "32: `classes`: a and b take 110 % of the revenue together. Make it 100 % at most.",
        ),
        ("{class: A, top_revenue: {share: 0.1}}", "{clas: A}", "36: `clas` is not a key of this part. Did you mean `class`?"),
        ("{class: A, top_revenue: {share: 0.1}}", "{class: D}", "36: `D` is not a value of `class`. Known here: A, B, C."),
        (
            "{class: A, top_revenue: {share: 0.1}}",
            "{}",
            "36: `who`: a group without a criterion would be everybody. Name at least one, such as `class: A`.",
        ),
        ("share: 0.1}", "share: 10}", "36: `share` is 10. It must be at most 1."),
        (
            "at_most: 1095d",
            "at_most: 30d",
            "39: `silent`: at_least is not less than at_most, so no customer ever fits. Make at_most longer.",
        ),
        ("{retention: 0.7}", "{retenton: 0.7}", "40: `retenton` is not a key of this part. Did you mean `retention`?"),
        (
            "rhythm: {",
            "rhythm: [",
            ("22: this is not YAML: expected ',' or ']', but got '}'. "
            "Look at the indentation, and put texts with a colon, a # or a brace in quotes."),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_the_policy_is_said_with_its_line_and_its_mend(programme, old, new, problem):
    programme.replace(POLICY, old, new)
    assert programme.problems() == [f"{POLICY}:{problem}"]


@pytest.mark.parametrize(
    ("old", "new", "problem"),
    [
        ("- send: we-miss-you", "- snd: we-miss-you", "7: no step is called `snd`. Did you mean `send`?"),
        (
            "- send: we-miss-you",
            "- send: we-mis-you",
            "7: there is no message called `we-mis-you`. Did you mean `we-miss-you`? Or add a folder in messages/.",
        ),
        (
            "- send: we-miss-you",
            "- send: We miss you",
            "7: `We miss you` cannot stand as `send`. Write small letters, digits and hyphens, such as `we-miss-you`.",
        ),
        (
            "- send: we-miss-you",
            "- send: we-miss-you\n    wait: 5d",
            "8: this step says both `send` and `wait`. Make two steps of it, each with its own dash.",
        ),
        ("- send: we-miss-you", "- send: we-miss-you\n    vai: [email]", "8: `vai` is not a key of this part. Did you mean `via`?"),
        (
            "- send: we-miss-you",
            "- hello",
            "7: `hello` is not a step. Write a verb and what it is about, such as `- send: thank-you`.",
        ),
        ("{class: A}", "{clas: A}", "10: `clas` is not a key of this part. Did you mean `class`?"),
        ("{class: A}", "{class: D}", "10: `D` is not a value of `class`. Known here: A, B, C."),
        (
            "{class: A}",
            "{order_delivered: true}",
            ("10: `order_delivered` asks about the order that started the journey, "
            "but CustomerWentQuiet is not about one. Take it out."),
        ),
        (
            "{class: A}",
            "{any: [{not: {complaint_answered: true}}]}",
            ("10: `complaint_answered` asks about the complaint that started the journey, "
            "but CustomerWentQuiet is not about one. Ask `has_open_complaint` instead."),
        ),
        ("team: sales", "team: sale", "13: there is no team called `sale`. Did you mean `sales`? Or add it to `teams` in programme.yaml."),
        ("            team: sales\n", "", "12: nobody is asked to do the task `personal-call`. Add `team: ...`. Known here: sales."),
        (
            "reward: comeback",
            "reward: come-back",
            "15: there is no reward called `come-back`. Did you mean `comeback`? Or add it to `rewards` in programme.yaml.",
        ),
        ("CustomerWentQuiet", "CustomerQuiet", "4: no event is called `CustomerQuiet`. Did you mean `CustomerWentQuiet`?"),
        (
            "[PurchaseRecorded]",
            "[PurchaseCompleted]",
            "5: `PurchaseCompleted` is what the shop sends; journeys see what Escalera makes of it. Write `PurchaseRecorded`.",
        ),
        (
            "[PurchaseRecorded]",
            "[CustomerWentQuiet]",
            ("5: `CustomerWentQuiet` both starts this journey and ends it, so it could end before its first step. "
            "Take it out of leaves_on."),
        ),
        (
            "leaves_on: [PurchaseRecorded]",
            "goal: {event: PurchaseDone, within: 30d}",
            "5: no event is called `PurchaseDone`. Did you mean `PurchaseRecorded`?",
        ),
        (
            "wait: 5d",
            "wait: 365d",
            ("6: with all its waits this journey takes up to 365 days. It must stay under 365, "
            "the longest a state machine lives: make the waits shorter, or two journeys of it."),
        ),
        (
            "wait: 5d",
            "wait: 5 days",
            "8: `wait`: `5 days` is not a duration. Write a whole number and one of s, m, h, d, w, such as 90s, 1h or 5d.",
        ),
        (
            "wait: 5d",
            "wait_for: DeliveryRecorded",
            ("8: `DeliveryRecorded` is about an order, but CustomerWentQuiet is about a customer. Wait for one of "
            "RungChanged, ClassChanged, GroupJoined, GroupLeft, CustomerReturned, ConsentGained, ConsentLost, ChannelSuppressed, ChannelReopened, PreferencesChanged, OwnDataRequested, AddressChangeRequested, AddressChanged; or use `wait` or a branch."),
        ),
        (
            "wait: 5d",
            "promise: answer-complaint",
            ("8: an answer is promised, but CustomerWentQuiet is not about a complaint. "
            "Start the journey on ComplaintOpened, or promise something else."),
        ),
        ("wait: 5d", "promise: a-gift", "8: the promise `a-gift` has no time by which it must be kept. Add `due: ...`, such as `due: 2d`."),
        (
            "- send: offer",
            "- send: offer\n          - wait: 3d",
            "17: the journey waits, and then nothing follows. Delete the wait, or add what comes after it.",
        ),
        ("kind: promotion", "kind: promo", "3: `promo` is not a value of `kind`. Did you mean `promotion`?"),
        (
            "name: win-back",
            "name: winback",
            "1: the journey is called `winback`, its file `win-back.yaml`. Call the file winback.yaml, or the journey win-back.",
        ),
        (
            "      - else:",
            "      - if: {class: A, language: es}\n        then: [{send: we-miss-you}]\n      - else:",
            ("14: no customer ever goes this way: an earlier case already takes all of them. "
            "Put the narrower case first, or delete this one."),
        ),
    ],
)  # fmt: skip
def test_what_is_wrong_in_a_journey_is_said_with_its_line_and_its_mend(programme, old, new, problem):
    programme.replace(JOURNEY, old, new)
    assert programme.problems() == [f"{JOURNEY}:{problem}"]


@pytest.mark.parametrize(
    ("starts_on", "problem"),
    [
        (
            "GroupJoined",
            ("4: GroupJoined happens with every group: this journey would start for all of them. "
            "Write `starts_on: {event: GroupJoined, group: ...}`. Known here: best, lost."),
        ),
        (
            "{event: GroupJoined, group: bests}",
            "4: there is no group called `bests`. Did you mean `best`? Or add it to `groups` in programme.yaml.",
        ),
        (
            "{event: CustomerWentQuiet, group: best}",
            "4: CustomerWentQuiet is not about a group. Take `group` out, or ask for it: `if: {group: ...}`.",
        ),
        (
            "{event: CustomerWentQuiet, if: {group: [best, loss]}}",
            "4: there is no group called `loss`. Did you mean `lost`? Or add it to `groups` in programme.yaml.",
        ),
    ],
)  # fmt: skip
def test_a_journey_about_groups_says_which_and_they_exist(programme, starts_on, problem):
    programme.replace(JOURNEY, "starts_on: CustomerWentQuiet", f"starts_on: {starts_on}")
    assert programme.problems() == [f"{JOURNEY}:{problem}"]


def test_a_journey_may_start_for_one_group_or_several_and_ask_for_others(programme):
    for starts_on in ("{event: GroupJoined, group: best}", "{event: GroupLeft, group: [best, lost]}"):
        programme.steps(
            """
            - branch:
                - if: {group: lost}
                  then: [{send: we-miss-you}]
            """,
            starts_on=starts_on,
        )
        assert programme.problems() == []


def test_an_answer_is_not_promised_later_than_the_shop_says(programme):
    programme.steps(
        """
        - promise: answer-complaint
          due: 2d
        - send: we-miss-you
        """,
        starts_on="ComplaintOpened",
    )
    assert programme.problems() == [
        (
            f"{JOURNEY}:8: the answer is promised within 2d, but programme.yaml says 1d. "
            "Make the two agree (`complaints.answer_within`)."
        )
    ]


def test_a_message_is_not_sent_by_a_channel_it_has_no_text_for(programme):
    programme.write(
        "messages/we-miss-you/message.yaml",
        "about: A\npurpose: relationship\nsells: false\nchannels: [email]\n",
    )
    for language in ("es", "pt", "en"):
        (programme.root / f"messages/we-miss-you/{language}.sms").unlink()
    programme.steps("- send: we-miss-you\n  via: [sms]")
    assert programme.problems() == [
        (
            f"{JOURNEY}:8: the message `we-miss-you` has no text for sms. "
            "It goes by email: leave `via` out, or add the channel to its message.yaml."
        )
    ]


def test_the_class_may_be_asked_though_nobody_has_one_yet(programme):
    programme.replace(JOURNEY, "leaves_on:", "enter: {classes: [A, B]}\nleaves_on:")
    assert programme.problems() == []


def test_times_and_words_are_read_as_they_are_written(programme):
    """YAML 1.1 would read 21:00 as 1260, and `no` as false."""
    programme.replace(POLICY, 'from: "21:00"', "from: 21:00")
    programme.replace(POLICY, "salt: one", "salt: no")
    assert programme.problems() == []


def test_a_folder_without_a_programme_says_what_is_needed(tmp_path):
    from programme_compiler.check import check_programme

    (tmp_path / "empty").mkdir()
    problems = [str(problem) for problem in check_programme(tmp_path / "empty")]
    assert problems == [
        f"{tmp_path}/empty/programme.yaml:1: there is no programme.yaml. Write one in empty/: it holds the shop's policy."
    ]


def test_a_goal_is_what_comes_of_a_journey_not_what_it_waits_for(programme):
    said = "`DeliveryRecorded` is about the very order that this journey is about"
    for event, wrong in (("DeliveryRecorded", True), ("PurchaseRecorded", False)):
        goal = f"{{event: {event}, within: 1d}}"
        programme.steps(
            "- task: call\n  team: sales", kind="service", starts_on="PurchaseRecorded", goal=goal
        )
        assert any(said in problem for problem in programme.problems()) is wrong


@pytest.mark.parametrize("path", ["programme.yaml", "journeys/win-back.yaml", "messages/offer/message.yaml"])
def test_a_rule_that_the_doctrine_does_not_have_is_answered_with_those_it_has(programme, path):
    line = {"programme.yaml": "    about: The best"}.get(path, "about: ")
    indent = line[: len(line) - len(line.lstrip())]
    programme.replace(path, line, f"{indent}doctrine: [S2, S99]\n{line}")
    [problem] = programme.problems()
    assert "`doctrine`: there is no rule `S99`. Known are E1, E2, " in problem
    assert problem.endswith(", S15, S16.")
    programme.replace(path, "S99", "P5e")
    assert programme.problems() == []


def test_a_journey_that_is_there_is_not_removed(programme):
    with (programme.root / "programme.yaml").open("a", encoding="utf-8") as file:
        file.write("\nremoved_journeys: {win-back: leave}\n")
    assert "`win-back` is not removed: its file is in journeys/" in "\n".join(programme.problems())


def test_a_former_name_is_no_other_journey_s_name(programme):
    programme.replace(JOURNEY, "about:", "formerly: [a-name-of-old]\nabout:")
    assert programme.problems() == []
    programme.replace(JOURNEY, "[a-name-of-old]", "[win-back]")
    assert "`win-back` is a journey of its own" in "\n".join(programme.problems())
