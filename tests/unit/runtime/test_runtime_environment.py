import pytest

from escalera.domain.errors import PermanentError
from escalera.runtime.environment import Environment, PowertoolsEnv


class SenderEnv(Environment):
    TABLE_NAME: str
    SENDER: str
    PAUSE: str = "no"


def test_variables_become_fields():
    env = SenderEnv.read({"TABLE_NAME": "t", "SENDER": "Luz <hola@shop.example.com>", "OTHER": "x"})
    assert (env.TABLE_NAME, env.SENDER, env.PAUSE) == ("t", "Luz <hola@shop.example.com>", "no")


def test_every_missing_or_empty_variable_is_named_at_once():
    with pytest.raises(PermanentError, match="SenderEnv needs SENDER, TABLE_NAME"):
        SenderEnv.read({"TABLE_NAME": ""})


def test_environment_of_the_process_is_what_is_read(monkeypatch):
    monkeypatch.setenv("TABLE_NAME", "t")
    monkeypatch.setenv("SENDER", "s")
    assert SenderEnv.read() == SenderEnv(TABLE_NAME="t", SENDER="s")


def test_model_names_what_its_function_must_be_given():
    class PurchaseEnv(PowertoolsEnv):
        TABLE_NAME: str

    powertools = {"POWERTOOLS_SERVICE_NAME", "POWERTOOLS_METRICS_NAMESPACE", "POWERTOOLS_LOG_LEVEL"}
    assert set(PurchaseEnv.required()) == powertools | {"TABLE_NAME"}
    assert set(SenderEnv.names()) == {"TABLE_NAME", "SENDER", "PAUSE"}
    assert set(SenderEnv.required()) == {"TABLE_NAME", "SENDER"}
