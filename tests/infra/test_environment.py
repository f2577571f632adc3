"""Each function is handed exactly the environment that it reads: no variable missing, none for nothing."""

import pytest

from infra.settings import settings_for
from tests.support.functions import variables_read_by
from tests.support.template import readable

EVERYBODY = {
    "POWERTOOLS_SERVICE_NAME",
    "POWERTOOLS_METRICS_NAMESPACE",
    "POWERTOOLS_LOG_LEVEL",
    "PYTHONTZPATH",
}

KEEPS_CUSTOMERS = {"TABLE_NAME"}
FED_BY_A_QUEUE = KEEPS_CUSTOMERS | {"DEAD_LETTER_QUEUE_URL"}
SENDS = {"DISPATCH", "SENDER", "CONFIGURATION_SET"}
HANDED = {
    "on_customer_registered": FED_BY_A_QUEUE,
    "on_consent_changed": FED_BY_A_QUEUE,
    "on_purchase_completed": FED_BY_A_QUEUE,
    "on_purchase_refunded": FED_BY_A_QUEUE,
    "on_delivery_completed": FED_BY_A_QUEUE,
    "on_complaint_changed": FED_BY_A_QUEUE,
    "publish_changes": KEEPS_CUSTOMERS | {"BUS_NAME", "DEAD_LETTER_QUEUE_URL"},
    "archive_records": {"RECORD_ARCHIVE"},
    "perform_step": KEEPS_CUSTOMERS | SENDS | {"PORTAL_URL", "LINK_KEYS"},
    "leave_journeys": FED_BY_A_QUEUE | {"JOURNEYS"},
    "on_message_feedback": FED_BY_A_QUEUE,
    "on_sms_reply": FED_BY_A_QUEUE,
    "find_quiet_customers": KEEPS_CUSTOMERS,
    "find_broken_promises": KEEPS_CUSTOMERS,
    "redrive_dead_letters": {"CONSUMERS"},
    "close_stranded_entries": KEEPS_CUSTOMERS,
    "plan_night": set(),
    "gather_histories": {"NIGHT_FILES"},
    "summarise_base": {"NIGHT_FILES"},
    "settle_score": {"NIGHT_FILES"} | KEEPS_CUSTOMERS,
    "score_customers": {"NIGHT_FILES"} | KEEPS_CUSTOMERS,
    "record_measures": {"NIGHT_FILES"} | KEEPS_CUSTOMERS,
    "portal": KEEPS_CUSTOMERS | {"PORTAL_URL", "LINK_KEYS", "ORIGIN_KEYS"},
    "console": KEEPS_CUSTOMERS
    | {"SITE_URL", "SESSION_KEYS", "ORIGIN_KEYS", "SIGN_IN_PAGES", "USER_POOL", "USER_POOL_CLIENT"}
    | SENDS,
}


def _variables(stack, name) -> dict[str, str]:
    variables = stack.functions[name]["Environment"]["Variables"]
    return {key: readable(value) for key, value in variables.items()}


@pytest.mark.parametrize("name", HANDED)
def test_function_is_handed_what_it_works_with(prod, name):
    assert set(_variables(prod, name)) == HANDED[name] | EVERYBODY


def test_every_function_signs_its_logs_and_metrics_with_its_own_name(prod):
    for name in prod.functions:
        variables = _variables(prod, name)
        assert variables["POWERTOOLS_SERVICE_NAME"] == name
        assert variables["POWERTOOLS_METRICS_NAMESPACE"] == "Escalera/prod"
        assert variables["POWERTOOLS_LOG_LEVEL"] == settings_for("prod").log_level
        assert variables["PYTHONTZPATH"] == "", "the machine's time zones may be old: the shipped ones count"


def test_mail_is_sent_in_the_name_of_the_shop(prod):
    assert _variables(prod, "perform_step")["SENDER"] == "Casa Nogal <hola@casa-nogal.example.com>"


@pytest.mark.parametrize("name", HANDED)
def test_function_reads_all_that_it_is_handed_and_nothing_else(prod, name):
    assert variables_read_by(name) | EVERYBODY == set(_variables(prod, name))
