"""What customers are found by follows them, in whatever order and however often it is brought."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations
from typing import Any

import pytest

from escalera.domain.customer import Contact, Customer
from escalera.domain.facts import FactKind, Silence
from escalera.domain.projections import Projection, projection
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change
from tests.fakes.facts import ANA, NOON

DAY = timedelta(days=1)
ANA_RUIZ = Contact(given_name="Ana", family_name="Ruiz", email="home@example.com", as_of=NOON)
ANA_SANZ = replace(ANA_RUIZ, family_name="Sanz", email="sanz@example.com", as_of=NOON + DAY)


def lived(kept: Any, *steps: dict[str, Any]) -> list[Projection]:
    """Ana's changes, one after the other; the answer is what followed each."""
    followed = []
    for step in steps:
        before = kept.customers.load([ANA])[ANA]
        kept.customers.save([Change(before, replace(before, **step))])
        after = kept.customers.load([ANA])[ANA]
        follows = projection(before, after)
        assert follows is not None
        followed.append(follows)
    return followed


def found_by(kept: Any) -> dict[str, Any]:
    names = {name: list(kept.customers.find_by_name(name, limit=9)) for name in ("ana", "ruiz", "sanz")}
    addresses = ("home@example.com", "sanz@example.com")
    return {
        **names,
        **kept.customers.find_by_addresses(MessageChannel.EMAIL, addresses),
        "silences": kept.customers.facts_of(ANA, FactKind.SILENCE),
    }


LIFE: tuple[dict[str, Any], ...] = (
    {"contact": ANA_RUIZ, "last_order_at": NOON - 40 * DAY},
    {"quiet_since": NOON},
    {"contact": ANA_SANZ, "quiet_since": None, "last_order_at": NOON + DAY},
)


@pytest.mark.parametrize("order", list(permutations(range(3))))
def test_whatever_comes_again_in_whatever_order_changes_nothing(kept, order):
    followed = lived(kept, *LIFE)
    before = found_by(kept)
    assert before == {
        "ana": [ANA],
        "ruiz": [],
        "sanz": [ANA],
        "home@example.com": ANA,
        "sanz@example.com": ANA,
        "silences": [Silence(ANA, NOON, NOON - 40 * DAY, NOON + DAY)],
    }
    for place in order:
        assert not kept.projections.write([followed[place]]).left
    assert found_by(kept) == before
    assert not kept.projections.write([followed[place] for place in order]).left
    assert found_by(kept) == before


def test_names_of_one_who_was_erased_since_do_not_come_back(kept):
    followed = lived(kept, {"contact": ANA_RUIZ}, {"erased_at": NOON, "contact": Contact()})
    assert not kept.projections.write(followed[:1]).left
    assert list(kept.customers.find_by_name("ana", limit=9)) == []


def test_silence_that_begins_anew_at_the_same_moment_lasts(kept):
    quiet = {"quiet_since": NOON}
    lived(kept, {"last_order_at": NOON - 40 * DAY} | quiet, {"quiet_since": None}, quiet)
    assert found_by(kept)["silences"] == [Silence(ANA, NOON, NOON - 40 * DAY)]


def test_address_is_theirs_who_told_it_last_whoever_is_brought_last(kept):
    (ana,) = lived(kept, {"contact": ANA_RUIZ})
    abe = CustomerId("abe")
    later = replace(Customer(abe), contact=Contact(email="home@example.com", as_of=NOON + DAY))
    kept.customers.save([Change(Customer(abe), later)])
    assert found_by(kept)["home@example.com"] == abe
    assert not kept.projections.write([ana]).left
    assert found_by(kept)["home@example.com"] == abe
