"""Notice whose silence became unusual (doctrine S1)."""

from escalera.domain.standing import StandingRules, notice_silence
from escalera.domain.vocabulary import CustomerId
from escalera.ports.clock import Clock
from escalera.ports.customers import Change, CustomerRepository, DueKind, SaveOutcome
from escalera.ports.sweeps import Sweeps
from escalera.use_cases.sweeping import look_back_days

TOGETHER = 100


def find_quiet_customers(
    *, customers: CustomerRepository, sweeps: Sweeps, rules: StandingRules, clock: Clock
) -> int:
    """Mark those who are quiet by now; the answer is how many were.

    Reads the index entries of the days looked at and the customers they name: the cost follows who is due, not how many
    there are. One whom somebody else writes at the same moment is left to the next sweep.
    """
    now = clock.now()
    days = look_back_days(DueKind.QUIET, now, sweeps=sweeps)
    due = dict.fromkeys(
        one.customer_id for one in customers.find_due(DueKind.QUIET, now, look_back_days=days)
    )
    ids: list[CustomerId] = list(due)
    noticed = 0
    for start in range(0, len(ids), TOGETHER):
        known = customers.load(ids[start : start + TOGETHER])
        changes = []
        for customer in known.values():
            after = notice_silence(customer, rules, now)
            if after != customer:
                changes.append(Change(customer, after))
        saved = customers.save(changes)
        noticed += sum(
            one.outcome is SaveOutcome.SAVED and change.after.quiet_since is not None
            for one, change in zip(saved, changes, strict=True)
        )
    sweeps.done(DueKind.QUIET, now)
    return noticed
