"""Everything in memory: for tests, and for backtests on a virtual clock. Same promises as the real adapters."""

from escalera.adapters.memory.addresses import InMemoryAddressBook
from escalera.adapters.memory.audit import InMemoryAuditTrail
from escalera.adapters.memory.colleagues import InMemoryColleagues
from escalera.adapters.memory.customers import InMemoryCustomerRepository
from escalera.adapters.memory.events import InMemoryEventPublisher
from escalera.adapters.memory.files import InMemoryNightFiles
from escalera.adapters.memory.journeys import InMemoryJourneyRuns, InMemoryJourneySteps, InMemoryWhereabouts
from escalera.adapters.memory.keys import InMemorySealKeys
from escalera.adapters.memory.ledger import InMemoryMessageLedger
from escalera.adapters.memory.limits import InMemoryRateLimits
from escalera.adapters.memory.measures import InMemoryDailyMeasures
from escalera.adapters.memory.messages import InMemoryMessageSender
from escalera.adapters.memory.open_sessions import InMemoryOpenSessions
from escalera.adapters.memory.projections import InMemoryProjections
from escalera.adapters.memory.scores import InMemoryShopScores
from escalera.adapters.memory.sweeps import InMemorySweeps
from escalera.adapters.memory.switches import InMemoryJourneySwitches
from escalera.adapters.memory.work import InMemoryWorkLists

__all__ = [
    "InMemoryAddressBook",
    "InMemoryAuditTrail",
    "InMemoryColleagues",
    "InMemoryCustomerRepository",
    "InMemoryDailyMeasures",
    "InMemoryEventPublisher",
    "InMemoryJourneyRuns",
    "InMemoryJourneySteps",
    "InMemoryJourneySwitches",
    "InMemoryMessageLedger",
    "InMemoryMessageSender",
    "InMemoryNightFiles",
    "InMemoryOpenSessions",
    "InMemoryProjections",
    "InMemoryRateLimits",
    "InMemorySealKeys",
    "InMemoryShopScores",
    "InMemorySweeps",
    "InMemoryWhereabouts",
    "InMemoryWorkLists",
]
