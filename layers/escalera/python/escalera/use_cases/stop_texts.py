"""Whoever answers STOP gets no more texts."""

import re
import unicodedata
from datetime import datetime

from escalera.domain.consent import with_unsubscribe
from escalera.domain.vocabulary import MessageChannel
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.settle_feedback import close_channel

# English as carriers and regulators list them, Spanish, Portuguese; without accents, as `means_stop` compares them.
_STOP = frozenset(
    {
        *(
            "stop",
            "stopall",
            "stop all",
            "unsubscribe",
            "cancel",
            "end",
            "quit",
            "revoke",
            "optout",
            "opt out",
        ),
        *(
            "baja",
            "dar de baja",
            "darme de baja",
            "alto",
            "parar",
            "cancelar",
            "no mas",
            "salir",
            "desuscribir",
        ),
        *("sair", "pare", "remover", "descadastrar", "nao mais", "chega", "cancelar inscricao"),
    }
)
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def means_stop(text: str) -> bool:
    """Whether the whole message is one of the words that stop texts; case, accents and punctuation do not matter."""
    plain = unicodedata.normalize("NFKD", text).casefold()
    letters = "".join(letter for letter in plain if not unicodedata.combining(letter))
    return _NO_LETTER.sub(" ", letters).strip() in _STOP


def stop_texts(phone: str, *, customers: CustomerRepository, clock: Clock, at: datetime) -> bool:
    """Unsubscribe whoever has this number from texts of any purpose; False if nobody has it, or it was so already.

    StaleCustomerError: bring it again.
    """
    customer_id = customers.find_by_address(MessageChannel.SMS, phone)
    if customer_id is None:
        return False
    said_at = min(at, clock.now())  # a provider's clock may be ahead of ours
    return close_channel(
        customer_id,
        lambda customer: with_unsubscribe(customer, MessageChannel.SMS, said_at),
        customers=customers,
    )
