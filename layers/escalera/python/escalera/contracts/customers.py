"""Who the customer is, and what they allow."""

import re
from typing import Annotated, Any, ClassVar, Literal
from zoneinfo import ZoneInfo

from pydantic import AfterValidator, BeforeValidator, Field, StringConstraints

from escalera.contracts.envelope import ChannelName, PurposeName, ShopEvent, Wire


def _is_time_zone(value: str) -> str:
    try:
        ZoneInfo(value)
    except (KeyError, OSError, ValueError) as error:
        raise ValueError("is no IANA time zone: write it like Europe/Madrid") from error
    return value


def _main_language(value: Any) -> Any:
    """`es` of `ES`, `es-MX` and `es_MX`."""
    return re.split("[-_]", value.strip())[0].lower() if isinstance(value, str) else value


def _without_control_characters(value: Any) -> Any:
    """Line ends and their like are a space: they have no place in a name, and a meaning in a mail's header."""
    return _CONTROL.sub(" ", value).strip() if isinstance(value, str) else value


_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")
EMAIL = r"^[^@\s<>\",;]+@[^@\s<>\",;]+\.[^@\s<>\",;]+$"
PHONE = r"^\+[1-9]\d{6,14}$"
EmailAddress = Annotated[str, StringConstraints(strip_whitespace=True, max_length=254, pattern=EMAIL)]
PhoneNumber = Annotated[
    str,
    StringConstraints(strip_whitespace=True, pattern=PHONE),
    Field(description="E.164, such as +34600000000"),
]
TimeZone = Annotated[
    str, AfterValidator(_is_time_zone), Field(description="IANA name, such as Europe/Madrid")
]
Name = Annotated[str, Field(max_length=100), BeforeValidator(_without_control_characters)]


class ContactDetails(Wire):
    """How to address and reach a customer; what is absent is not known."""

    given_name: Name = ""
    family_name: Name = ""
    email: EmailAddress | None = None
    phone: PhoneNumber | None = None
    language: Annotated[
        Literal["es", "pt", "en"] | None,
        BeforeValidator(_main_language),
        Field(description="Of others, such as fr, the shop's own language is used"),
    ] = None
    time_zone: TimeZone | None = None


class ContactPerson(Wire):
    """Somebody to talk to at a customer that is a company."""

    name: Annotated[str, Field(min_length=1, max_length=200)]
    role: Annotated[str, Field(max_length=100, description="What they decide or do there")] = ""
    email: EmailAddress | None = None
    phone: PhoneNumber | None = None


class CustomerRegisteredV1(ContactDetails, ShopEvent):
    """A customer made an account, or changed their details: the newest one counts."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "reg-1001",
        "version": 1,
        "occurred_at": "2025-11-02T09:30:00Z",
        "channel": "web",
        "customer_id": "c-1001",
        "given_name": "Ana",
        "family_name": "Ejemplo",
        "email": "ana@example.com",
        "phone": "+447700900123",
        "language": "es",
        "time_zone": "Europe/Madrid",
        "people": [{"name": "Luis Ejemplo", "role": "purchasing", "email": "luis@example.com"}],
    }

    people: Annotated[
        tuple[ContactPerson, ...] | None,
        Field(
            max_length=20,
            description="For a customer that is a company: all the people to talk to. What is absent stays as it was",
        ),
    ] = None


class ConsentGivenV1(ShopEvent):
    """The customer said yes to hearing from the shop, for one purpose on one channel."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        "event_id": "consent-1",
        "version": 1,
        "occurred_at": "2025-11-02T09:31:00Z",
        "channel": "web",
        "customer_id": "c-1001",
        "purpose": "promotion",
        "for_channel": "email",
    }

    purpose: PurposeName
    for_channel: ChannelName


class ConsentWithdrawnV1(ConsentGivenV1):
    """The customer takes a yes back, or says no beforehand."""

    EXAMPLE: ClassVar[dict[str, Any]] = {
        **ConsentGivenV1.EXAMPLE,
        "event_id": "consent-2",
        "occurred_at": "2025-11-20T18:05:00Z",
    }
