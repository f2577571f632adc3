"""What a visitor sends by a form: fields of text, of a size that a person writes."""

import base64
import binascii
from collections.abc import Sequence
from typing import Protocol
from unicodedata import category
from urllib.parse import parse_qsl

from escalera.domain.errors import PermanentError

LARGEST = 64 * 1024
MOST_FIELDS = 200
FORM = "application/x-www-form-urlencoded"


class NotAFormError(PermanentError):
    """What was sent is not a form that a page of ours would send."""


class Request(Protocol):
    """As much of API Gateway's event as a form needs."""

    @property
    def body(self) -> str | None:
        """The body, perhaps in base64."""

    @property
    def is_base64_encoded(self) -> bool | None:
        """Whether it is."""

    @property
    def headers(self) -> dict[str, str]:
        """By lower-case name."""


class Form:
    """Fields by name. Outer white space is taken off, lines end by a line feed, other control characters are gone."""

    def __init__(self, fields: Sequence[tuple[str, str]]) -> None:
        self._fields = [(name, _tidy(value)) for name, value in fields]

    def text(self, name: str) -> str:
        """The first value of the field; empty if it was not sent."""
        return next((value for known, value in self._fields if known == name), "")

    def texts(self, name: str) -> list[str]:
        """All values of the field: of check boxes, say."""
        return [value for known, value in self._fields if known == name]

    def has(self, name: str) -> bool:
        """Whether the field was sent: a box that was checked, a button that was pressed."""
        return any(known == name for known, _ in self._fields)


def read_form(request: Request) -> Form:
    """The form in a request; NotAFormError for what is none or too large."""
    kind = (request.headers.get("content-type") or "").partition(";")[0].strip().lower()
    if kind != FORM:
        raise NotAFormError(f"the request is {kind or 'of no type'}: send a form as {FORM}")
    try:
        body = request.body or ""
        raw = base64.b64decode(body, validate=True) if request.is_base64_encoded else body.encode()
        if len(raw) > LARGEST:
            raise NotAFormError(f"the form has {len(raw)} bytes: {LARGEST} is the most")
        return Form(parse_qsl(raw.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except (ValueError, binascii.Error) as error:
        raise NotAFormError(f"the form cannot be read: {error}") from error


def _tidy(value: str) -> str:
    lines = value.replace("\r\n", "\n").replace("\r", "\n")
    return "".join(letter for letter in lines if letter in "\n\t" or category(letter) != "Cc").strip()
