"""A number from which STOP is answered gets no more texts."""

import re
import unicodedata
from datetime import datetime

from escalera.domain.closings import Address, Closing
from escalera.domain.vocabulary import MessageChannel
from escalera.ports.addresses import AddressBook
from escalera.ports.clock import Clock
from escalera.ports.customers import CustomerRepository
from escalera.use_cases.close_addresses import close_address

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


def stop_texts(
    phone: str, *, customers: CustomerRepository, book: AddressBook, clock: Clock, at: datetime
) -> bool:
    """Unsubscribe everybody who has this number from texts of any purpose, and whoever takes it up later.

    False if nobody has it, or it was so already. StaleCustomerError: bring it again.
    """
    said_at = min(at, clock.now())  # a provider's clock may be ahead of ours
    number = Address.of(MessageChannel.SMS, phone)
    return close_address(number, Closing.STOP, said_at, customers=customers, book=book)
