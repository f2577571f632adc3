"""What every event carries, and the types its fields share.

Within a version only optional fields are added, so unknown fields are ignored: a shop may be a release ahead.
"""

import re
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal

from pydantic import AfterValidator, AwareDatetime, BaseModel, BeforeValidator, ConfigDict, Field

_DATE_AND_TIME = re.compile(r"\d{4}-\d{2}-\d{2}[Tt ]\d{2}:\d{2}")
_NOBODY = frozenset(
    {
        *("", "0", "-", "--", "null", "none", "nil", "nan", "undefined", "n/a", "anonymous", "anon"),
        *(
            "guest",
            "invitado",
            "invitada",
            "visitante",
            "convidado",
            "convidada",
            "anonimo",
            "anônimo",
            "anónimo",
        ),
    }
)
"""What shops write where a customer has no account."""


def stands_for_nobody(customer_id: object) -> bool:
    """Whether this is what a shop writes for a guest, and no id: two guests are not one person called 0."""
    return customer_id is None or (
        isinstance(customer_id, str | int) and str(customer_id).strip().casefold() in _NOBODY
    )


def text_of(value: Any) -> Any:
    """A whole number as its digits: many shops number their records. Anything else as it is."""
    return str(value) if type(value) is int else value


def _is_somebody(value: str) -> str:
    if stands_for_nobody(value):
        raise ValueError(
            "stands for nobody: write the shop's id of the customer; "
            "of a guest leave it out, and give contact.email or contact.phone"
        )
    return value


def _is_written_whole(value: Any) -> Any:
    # pydantic (2.14) takes "2026" and "20260101" for seconds since 1970.
    if isinstance(value, datetime) or (isinstance(value, str) and _DATE_AND_TIME.match(value)):
        return value
    raise ValueError("is no time as ISO 8601: write it with its offset, such as 2026-03-02T10:00:00Z")


def _is_possible(value: datetime) -> datetime:
    if value.year < 1970:
        raise ValueError("is before 1970: give the time it happened, as ISO 8601 with an offset")
    return value


def _fits_a_key(value: str) -> str:
    if len(value.encode()) > LONGEST_IDENTIFIER_BYTES:
        raise ValueError(
            f"is longer than {LONGEST_IDENTIFIER_BYTES} bytes as UTF-8: give the shop's own id, not a text"
        )
    return value


LONGEST_IDENTIFIER_BYTES = 500
"""Two of them and the kind of a record fit a sort key of DynamoDB, which is at most 1,024 bytes."""
LARGEST_AMOUNT = 10**18 - 1
"""Minor units. A lifetime of such orders stays below the 38 digits that DynamoDB keeps of a number."""
LARGEST_QUANTITY = 10**9 - 1
Identifier = Annotated[
    str,
    Field(min_length=1, max_length=128, pattern=r"^[^\s#\x00-\x1f\x7f]+$"),
    AfterValidator(_fits_a_key),
    BeforeValidator(text_of),
]
"""A shop's own identity of something: no spaces, no `#`, no control characters. A whole number is read as its digits."""
Instant = Annotated[AwareDatetime, BeforeValidator(_is_written_whole), AfterValidator(_is_possible)]
"""ISO 8601 with an offset; a time without one names no instant."""
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$", description="ISO 4217 code")]
PurposeName = Literal["service", "relationship", "promotion"]
ChannelName = Literal["email", "sms"]
SalesChannelName = Literal["web", "counter", "catalogue", "phone"]


OWN_SOURCE = "escalera"
"""The `source` of Escalera's own events, on a bus that only Escalera puts events on."""
SHOP_SOURCE = "shop"
"""The `source` of a shop's events; a part of the shop adds its name: `shop.till-3`."""


def is_shop_source(source: object) -> bool:
    """Whether a shop puts events on the bus by this `source`; anything else is kept apart, for a person to correct."""
    return isinstance(source, str) and (source == SHOP_SOURCE or source.startswith(f"{SHOP_SOURCE}."))


class Wire(BaseModel):
    """Anything that comes from or goes to somebody else."""

    # Built by its first use: a function reads one event or two, and its module holds more.
    model_config = ConfigDict(extra="ignore", frozen=True, defer_build=True)


class Amount(Wire):
    """Money on the wire: whole minor units."""

    amount: Annotated[
        int, Field(ge=0, le=LARGEST_AMOUNT, strict=True, description="Minor units: 1999 is 19.99 euros")
    ]
    currency: Currency


def _of_a_guest(schema: dict[str, Any]) -> None:
    """Say in a JSON Schema that an address may tell who it is: `use_cases.read_events` makes the id of it."""
    fields = schema["properties"]
    schema["required"].remove("customer_id")
    where = "email or phone" if "email" in fields else "contact.email or contact.phone"
    fields["customer_id"]["description"] += (
        f". Of a guest leave it out and give {where}: the id is made of it"
    )
    if "email" not in fields:
        address = {"type": "string"}
        fields.setdefault(
            "contact",
            {
                "description": "Of a guest: what tells who it is",
                "properties": {"email": address, "phone": address},
                "type": "object",
            },
        )


class ShopEvent(Wire):
    """The envelope of an event that a shop tells us. `EXAMPLE` is a whole event as it would be sent."""

    model_config = ConfigDict(json_schema_extra=_of_a_guest)

    EXAMPLE: ClassVar[dict[str, Any]]

    event_id: Annotated[
        str,
        Field(min_length=1, max_length=200, description="The producer's own id of this event"),
        BeforeValidator(text_of),
    ]
    version: Literal[1]
    occurred_at: Annotated[
        Instant, Field(description="When it happened, not when it was sent; never to come")
    ]
    channel: SalesChannelName
    customer_id: Annotated[
        Identifier,
        AfterValidator(_is_somebody),
        Field(description="The shop's id of the customer; never one word for all guests, such as 0"),
    ]


class OwnEvent(Wire):
    """The envelope of an event that Escalera tells. Its id is the same however often it is told."""

    EXAMPLE: ClassVar[dict[str, Any]]

    event_id: str
    version: Literal[1] = 1
    occurred_at: AwareDatetime


class EscaleraEvent(OwnEvent):
    """One that is about a customer."""

    customer_id: str
