"""Secrets Manager by CloudFormation: a secret is known by its ARN, and drawn as its template asks."""

import secrets
import string
from collections.abc import Callable
from typing import Any

from ministack.services import secretsmanager
from ministack.services.cloudformation import provisioners

from .registry import mend
from .settings import Settings

Answer = tuple[str, dict[str, Any]]


def by_arn(answer: Callable[..., Answer]) -> Callable[..., Answer]:
    """Answer with the secret's ARN for its physical id, as AWS does: it is what Ref gives."""

    def answered(*args: Any, **kwargs: Any) -> Answer:
        _, attributes = answer(*args, **kwargs)
        return attributes["Arn"], attributes

    return answered


def by_name(handle: Callable[..., Any]) -> Callable[..., Any]:
    """Handle a secret of this physical id, which upstream looks for by its name."""

    def handled(physical_id: str, *args: Any, **kwargs: Any) -> Any:
        name, _ = secretsmanager._resolve(physical_id)
        return handle(name or physical_id, *args, **kwargs)

    return handled


@mend(
    "Ref of a secret gives its name: a policy made of it grants nothing, and reading the secret is refused",
    {
        "services.cloudformation.provisioners._sm_secret_create": "0bae0110fce2",
        "services.cloudformation.provisioners._sm_secret_update": "e87220a5ff35",
        "services.cloudformation.provisioners._sm_secret_delete": "4ff615ac8289",
    },
)
def refer_to_secrets_by_arn(_: Settings) -> None:
    """Give secrets their ARN for a physical id, and find them by it when the stack changes or goes."""
    handlers = dict(provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"])
    handlers["create"] = by_arn(handlers["create"])
    handlers["update"] = by_arn(by_name(handlers["update"]))
    handlers["delete"] = by_name(handlers["delete"])
    provisioners._RESOURCE_HANDLERS["AWS::SecretsManager::Secret"] = handlers


@mend(
    "GenerateSecretString draws from a guessable source, and with the punctuation it is asked to leave out",
    {"services.cloudformation.provisioners._sm_secret_string": "35e09b8c3f3d"},
)
def draw_secrets_as_asked(_: Settings) -> None:
    """Draw from the system's source of randomness, without punctuation where the template says so."""
    upstream = provisioners._sm_secret_string

    def secret_string(properties: dict[str, Any]) -> str:
        asked = properties.get("GenerateSecretString")
        if not asked or properties.get("SecretString"):
            return str(upstream(properties))
        without = str(asked.get("ExcludeCharacters", ""))
        if str(asked.get("ExcludePunctuation", "")).lower() == "true":
            without += string.punctuation
        letters = [
            one for one in string.ascii_letters + string.digits + string.punctuation if one not in without
        ]
        drawn = "".join(secrets.choice(letters) for _ in range(int(asked.get("PasswordLength", 32))))
        template = asked.get("SecretStringTemplate")
        if not template:
            return drawn
        content = {**provisioners.json.loads(template), asked["GenerateStringKey"]: drawn}
        return str(provisioners.json.dumps(content))

    provisioners._sm_secret_string = secret_string
