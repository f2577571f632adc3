"""What a shop does and sees, for the tests of the whole: events out, mails and texts in, the table to look at."""

import itertools
import json
import time
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

import boto3

from escalera.adapters.dynamodb.repository import DynamoDBCustomerRepository
from escalera.domain.customer import Customer
from escalera.domain.facts import Entry, Fact, Message
from escalera.domain.vocabulary import CustomerId
from escalera_cli.local_shop import WebPorts
from escalera_cli.local_stack import LocalStack
from escalera_cli.local_stack.outbox import SentEmail

_NUMBERS = itertools.count(1)


class Shop:
    """A deployed Escalera, from the outside."""

    def __init__(self, stack: LocalStack, outputs: Mapping[str, str], now: datetime, web: WebPorts) -> None:
        self.stack = stack
        self.outputs = outputs
        self.now = now
        self.web = web
        self._clients: dict[str, Any] = {}
        self.customers = DynamoDBCustomerRepository(outputs["TableName"], lambda name, _: self.client(name))

    def client(self, name: str) -> Any:
        if name not in self._clients:
            self._clients[name] = boto3.client(name, **self.stack.client_options())  # type: ignore[call-overload]
        return self._clients[name]

    # --- what the shop tells ---

    def event(
        self, name: str, customer: str, *, ago: timedelta = timedelta(0), **fields: Any
    ) -> dict[str, Any]:
        """A shop's event as PutEvents takes it; with an id of its own unless `fields` names one."""
        detail = {
            "event_id": f"{name}-{next(_NUMBERS)}",
            "version": 1,
            "occurred_at": (self.now - ago).isoformat(),
            "channel": "web",
            "customer_id": customer,
            **fields,
        }
        return {
            "EventBusName": self.outputs["BusName"],
            "Source": "shop",
            "DetailType": name,
            "Detail": json.dumps(detail),
        }

    def put(self, *events: dict[str, Any]) -> None:
        for start in range(0, len(events), 10):
            answer = self.client("events").put_events(Entries=list(events[start : start + 10]))
            assert answer["FailedEntryCount"] == 0, answer

    def new_customer(
        self, *, mailbox: str | None = None, phone: str | None = None, promotion: bool = True
    ) -> str:
        """A registered customer who said yes by e-mail (and by text, where there is a phone)."""
        customer = self.nobody_yet()
        channels = ["email", *(["sms"] if phone else [])]
        purposes = ["relationship", *(["promotion"] if promotion else [])]
        details: dict[str, Any] = {
            "given_name": "Ana",
            "family_name": "Ejemplo",
            "language": "en",
            "time_zone": "Europe/Madrid",
            "email": mailbox or f"{customer}@example.com",
            **({"phone": phone} if phone else {}),
        }
        self.put(
            self.event("CustomerRegistered", customer, **details),
            *(
                self.event("ConsentGiven", customer, purpose=purpose, for_channel=channel)
                for purpose in purposes
                for channel in channels
            ),
        )
        wanted = len(channels) * len(purposes)
        self.wait_until(lambda: len(self.customer(customer).consents) == wanted, "the consents are kept")
        self.wait_until(lambda: self.customer(customer).registered_at is not None, "the customer is known")
        return customer

    def nobody_yet(self) -> str:
        """The id of a customer outside the holdout, so that relationship mails go out."""
        from escalera.domain.once import share_of

        while True:
            customer = f"c{next(_NUMBERS)}"
            if share_of(CustomerId(customer), "casa-nogal-1") >= 0.05:
                return customer

    def purchase(self, customer: str, order: str, *, amount: int = 4590, **kwargs: Any) -> dict[str, Any]:
        return self.event(
            "PurchaseCompleted",
            customer,
            order_id=order,
            total={"amount": amount, "currency": "EUR"},
            **kwargs,
        )

    # --- what it sees ---

    def customer(self, customer: str) -> Customer:
        return self.customers.load([CustomerId(customer)])[CustomerId(customer)]

    def facts(self, customer: str) -> Sequence[Fact]:
        return self.customers.facts_of(CustomerId(customer))

    def messages(self, customer: str, message: str | None = None) -> list[Message]:
        rows = [fact for fact in self.facts(customer) if isinstance(fact, Message)]
        return [row for row in rows if message in (None, row.message)]

    def entries(self, customer: str, journey: str) -> list[Entry]:
        return [fact for fact in self.facts(customer) if isinstance(fact, Entry) and fact.journey == journey]

    def mails_to(self, address: str) -> list[SentEmail]:
        return [mail for mail in self.stack.emails() if address in mail.recipients]

    def dead_letters(self, queue: str) -> list[dict[str, Any]]:
        """What lies in the DLQ of a function now; it stays there."""
        answer = self.client("sqs").receive_message(
            QueueUrl=self.outputs[f"DeadLetters{queue}"],
            MaxNumberOfMessages=10,
            VisibilityTimeout=0,
            MessageAttributeNames=["All"],
        )
        found: list[dict[str, Any]] = answer.get("Messages", [])
        return found

    def invoke(self, function: str) -> Any:
        """Run a scheduled function now."""
        answer = self.client("lambda").invoke(FunctionName=self.outputs[f"Function{function}"], Payload=b"{}")
        body = json.loads(answer["Payload"].read())
        assert "FunctionError" not in answer, body
        return body

    def move_clock(self, by: timedelta) -> None:
        self.now += by
        self.stack.set_clock(self.now, 1)

    def wait_until(self, holds: Callable[[], Any], what: str, *, within: float = 30) -> Any:
        """Wait for something that must come about; the failure says what did not."""
        deadline = time.monotonic() + within
        while time.monotonic() < deadline:
            if found := holds():
                return found
            time.sleep(0.05)
        raise AssertionError(f"within {within:g} s not seen: {what}")

    def settle(self, seconds: float = 1.0) -> None:
        """Give what must not happen the time to happen."""
        time.sleep(seconds)
