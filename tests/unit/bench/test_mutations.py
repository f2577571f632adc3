"""What the fuzz campaign makes of good examples: the same for the same seed, changed, and small."""

import json
from random import Random

import pytest

from bench.mutations import JUNK, MUTATIONS, broken_json, drawn, endless, mutated
from escalera.contracts.registry import SHOP_EVENTS

EXAMPLE = json.loads(json.dumps(SHOP_EVENTS["PurchaseCompleted"].EXAMPLE, default=str))
AS_EVENTBRIDGE_TAKES_IT = 256 * 1024


@pytest.mark.parametrize("how", MUTATIONS)
def test_the_same_seed_spoils_an_example_in_the_same_way_and_leaves_the_example_alone(how):
    before = json.dumps(EXAMPLE)

    def spoilt(seed: int) -> list[str]:
        chance = Random(seed)
        junk = endless(drawn(JUNK, 12, chance), chance)
        return [json.dumps(mutated(EXAMPLE, how, junk, chance)) for _ in range(12)]

    assert spoilt(1) == spoilt(1)
    assert spoilt(1) != spoilt(2)
    assert any(one != before for one in spoilt(1))
    assert json.dumps(EXAMPLE) == before
    assert max(map(len, spoilt(1))) < AS_EVENTBRIDGE_TAKES_IT


def test_broken_json_is_mostly_no_object():
    chance, text = Random(1), json.dumps(EXAMPLE)
    broken = [broken_json(text, chance) for _ in range(12)]
    assert not any(one == text for one in broken)


@pytest.mark.parametrize("how", MUTATIONS)
def test_what_is_no_event_is_spoilt_as_well(how):
    chance = Random(1)
    junk = endless(drawn(JUNK, 12, chance), chance)
    for _ in range(20):
        json.dumps(mutated({"version": "0", "detail": {}}, how, junk, chance))
