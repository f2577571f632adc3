"""What every `CustomerRepository` promises, asked of each."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta

import pytest

from escalera.domain.customer import Contact, Customer
from escalera.domain.facts import Fact, FactKind, MessageStatus, PromiseStatus
from escalera.domain.vocabulary import CustomerId, MessageChannel
from escalera.ports.customers import Change, Due, DueKind, Saved, SaveOutcome, When, Write
from tests.fakes.facts import ANA, LUIS, NOON, a_message, a_promise, an_order

SAVED = Saved(SaveOutcome.SAVED)
STALE = Saved(SaveOutcome.STALE)


def bought(customer: Customer, *writes: Write) -> Change:
    return Change(customer, replace(customer, orders=customer.orders + 1), writes)


def anew(customer_id: CustomerId, **fields: object) -> Change:
    fresh = Customer(customer_id)
    return Change(fresh, replace(fresh, **fields))  # type: ignore[arg-type]


def test_customer_nobody_wrote_comes_fresh(kept):
    assert kept.customers.load([ANA]) == {ANA: Customer(ANA)}


def test_nobody_asked_for_nobody_found(kept):
    assert kept.customers.load([]) == {}
    assert kept.customers.load_facts([]) == {}
    assert kept.customers.save([]) == []


def test_saved_customer_is_read_back_at_the_next_version(kept):
    contact = Contact(
        given_name="Ana",
        email="ana@example.com",
        as_of=NOON,
        earlier={"given_name": NOON - timedelta(days=1)},
    )
    assert kept.customers.save([anew(ANA, orders=1, contact=contact)]) == [SAVED]
    assert kept.customers.load([ANA, LUIS]) == {
        ANA: Customer(ANA, version=1, orders=1, contact=contact),
        LUIS: Customer(LUIS),
    }


def test_version_written_is_the_one_read_plus_one_whatever_after_says(kept):
    fresh = Customer(ANA)
    kept.customers.save([Change(fresh, replace(fresh, version=17))])
    assert kept.customers.load([ANA])[ANA].version == 1


def test_more_customers_than_one_call_takes_are_all_read_and_written(kept):
    ids = [CustomerId(f"c-{number}") for number in range(230)]
    changes = [
        Change(Customer(one), Customer(one, orders=1), (Write(an_order(one)), Write(a_promise(one))))
        for one in ids
    ]
    assert kept.customers.save(changes) == [SAVED] * 230
    assert [customer.orders for customer in kept.customers.load(ids).values()] == [1] * 230
    assert len(kept.customers.load_facts([an_order(one).key for one in ids])) == 230


def test_id_asked_for_twice_is_read_once(kept):
    assert kept.customers.load([ANA, ANA]) == {ANA: Customer(ANA)}


def test_stale_change_writes_nothing_of_itself(kept):
    fresh = kept.customers.load([ANA])[ANA]
    kept.customers.save([bought(fresh)])
    assert kept.customers.save([bought(fresh, Write(an_order()))]) == [STALE]
    assert kept.customers.load([ANA])[ANA].orders == 1
    assert kept.customers.facts_of(ANA) == []


def test_duplicate_order_changes_nothing_and_is_named(kept):
    kept.customers.save([bought(Customer(ANA), Write(an_order()))])
    known = kept.customers.load([ANA])[ANA]
    again = bought(known, Write(an_order(order="o-2")), Write(an_order()))
    assert kept.customers.save([again]) == [Saved(SaveOutcome.TAKEN, frozenset({an_order().key}))]
    assert kept.customers.load([ANA])[ANA] == known
    assert [fact.key for fact in kept.customers.facts_of(ANA)] == [an_order().key]


def test_stale_outweighs_taken_because_only_a_new_read_can_tell(kept):
    kept.customers.save([bought(Customer(ANA), Write(an_order()))])
    assert kept.customers.save([bought(Customer(ANA), Write(an_order()))]) == [STALE]


def test_guilty_changes_do_not_hold_up_the_innocent(kept):
    other = [CustomerId(f"c-{number}") for number in range(5)]
    kept.customers.save([bought(Customer(ANA), Write(an_order()))])
    known = kept.customers.load([ANA])[ANA]
    kept.customers.save([bought(Customer(LUIS))])
    changes = [
        bought(Customer(other[0]), Write(an_order(other[0]))),
        bought(Customer(LUIS)),
        bought(Customer(other[1])),
        bought(known, Write(an_order())),
        *(bought(Customer(one)) for one in other[2:]),
    ]
    answers = kept.customers.save(changes)
    assert [one.outcome.value for one in answers] == ["saved", "stale", "saved", "taken", *["saved"] * 3]
    assert answers[3].taken == {an_order().key}
    assert [customer.orders for customer in kept.customers.load(other).values()] == [1] * 5
    assert kept.customers.load([LUIS])[LUIS].version == 1


def test_fact_written_always_replaces_what_is_there(kept):
    kept.customers.save([bought(Customer(ANA), Write(an_order()))])
    known = kept.customers.load([ANA])[ANA]
    refunded = an_order(refunded=500)
    assert kept.customers.save([bought(known, Write(refunded, When.ALWAYS))]) == [SAVED]
    assert kept.customers.load_facts([refunded.key]) == {refunded.key: refunded}


@pytest.mark.parametrize(
    ("there", "outcome"),
    [
        (None, SaveOutcome.SAVED),
        *((one, SaveOutcome.SAVED) for one in ("held", "claimed", "released")),
        *((one, SaveOutcome.TAKEN) for one in MessageStatus if one not in {"held", "claimed", "released"}),
    ],
)
def test_message_is_claimed_only_while_nobody_has_begun_to_send_it(kept, there, outcome):
    known = Customer(ANA)
    if there:
        kept.customers.save([bought(known, Write(a_message(status=MessageStatus(there))))])
        known = kept.customers.load([ANA])[ANA]
    claim = a_message(status=MessageStatus.CLAIMED, decided_at=NOON + timedelta(minutes=1))
    (answer,) = kept.customers.save([bought(known, Write(claim, When.UNSENT))])
    assert answer.outcome is outcome
    if outcome is SaveOutcome.TAKEN:
        assert answer.taken == {claim.key}
    else:
        assert kept.customers.load_facts([claim.key])[claim.key] == claim


def test_of_many_workers_at_once_one_is_saved(kept):
    def worker(number: int):
        return kept.customers.save([bought(Customer(ANA), Write(an_order(order=f"o-{number}")))])[0]

    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(worker, range(16)))
    assert answers.count(SAVED) == 1
    assert answers.count(STALE) == 15
    assert len(kept.customers.facts_of(ANA)) == 1


def test_two_changes_of_one_customer_in_one_call_are_refused(kept):
    with pytest.raises(ValueError, match="one change per customer"):
        kept.customers.save([bought(Customer(ANA)), bought(Customer(ANA))])
    assert kept.customers.load([ANA])[ANA].version == 0


def test_facts_around_a_customer_come_in_order_of_key_and_only_theirs(kept):
    facts: list[Fact] = [
        an_order(order="o-2"),
        a_promise(),
        an_order(order="o-1"),
        a_message(),
        an_order(order="o#1%23"),
    ]
    kept.customers.save(
        [bought(Customer(ANA), *map(Write, facts)), bought(Customer(LUIS), Write(an_order(LUIS)))]
    )
    ordered = [facts[3], facts[4], facts[2], facts[0], facts[1]]
    assert list(kept.customers.facts_of(ANA)) == ordered
    assert list(kept.customers.facts_of(ANA, FactKind.ORDER)) == [facts[4], facts[2], facts[0]]
    assert list(kept.customers.facts_of(ANA, FactKind.REWARD)) == []
    assert kept.customers.load_facts([fact.key for fact in facts]) == {fact.key: fact for fact in facts}


def test_quiet_customers_are_due_until_their_moment_is_moved(kept):
    kept.customers.save([anew(ANA, quiet_due_at=NOON), anew(LUIS, quiet_due_at=NOON + timedelta(seconds=1))])
    assert list(kept.customers.find_due(DueKind.QUIET, NOON, look_back_days=3)) == [Due(ANA, NOON)]
    ana = kept.customers.load([ANA])[ANA]
    kept.customers.save([Change(ana, replace(ana, quiet_due_at=None))])
    assert list(kept.customers.find_due(DueKind.QUIET, NOON, look_back_days=3)) == []


def test_due_looks_back_whole_days_and_no_further(kept):
    at = {CustomerId(f"c-{days}"): NOON - timedelta(days=days) for days in range(5)}
    kept.customers.save([anew(one, quiet_due_at=moment) for one, moment in at.items()])
    morning = NOON.replace(hour=0)
    found = list(kept.customers.find_due(DueKind.QUIET, morning, look_back_days=2))
    assert {one.customer_id for one in found} == {"c-1", "c-2"}
    found = list(kept.customers.find_due(DueKind.QUIET, NOON, look_back_days=0))
    assert found == [Due(CustomerId("c-0"), NOON)]


def test_open_promises_are_due_and_settled_ones_are_not(kept):
    promise = a_promise(due_at=NOON + timedelta(microseconds=1))
    kept.customers.save([bought(Customer(ANA), Write(promise), Write(a_promise(promise="p-2", due_at=NOON)))])
    found = list(kept.customers.find_due(DueKind.PROMISE, promise.due_at, look_back_days=1))
    assert found == [Due(ANA, NOON, a_promise(promise="p-2").key), Due(ANA, promise.due_at, promise.key)]
    assert len(list(kept.customers.find_due(DueKind.PROMISE, NOON, look_back_days=1))) == 1
    ana = kept.customers.load([ANA])[ANA]
    kept.customers.save([bought(ana, Write(replace(promise, status=PromiseStatus.KEPT), When.ALWAYS))])
    found = list(kept.customers.find_due(DueKind.PROMISE, NOON + timedelta(hours=9), look_back_days=1))
    assert [one.fact for one in found] == [a_promise(promise="p-2").key]
    assert list(kept.customers.find_due(DueKind.QUIET, NOON, look_back_days=9)) == []


def test_address_finds_whom_it_was_last_registered_for(kept):
    find = kept.customers.find_by_address
    assert find(MessageChannel.EMAIL, "Ana@Example.com ") is None
    kept.customers.save([anew(ANA, contact=Contact(email="ana@example.com", phone="+34600000001"))])
    assert find(MessageChannel.EMAIL, "Ana@Example.com ") == ANA
    assert find(MessageChannel.SMS, "+34600000001") == ANA
    assert find(MessageChannel.EMAIL, "+34600000001") is None
    kept.customers.save([anew(LUIS, contact=Contact(email="ANA@example.com"))])
    assert find(MessageChannel.EMAIL, "ana@example.com") == LUIS
    assert find(MessageChannel.SMS, "+34600000001") == ANA


def test_many_addresses_are_looked_up_at_once(kept):
    kept.customers.save([anew(ANA, contact=Contact(email="ana@example.com"))])
    kept.customers.save([anew(LUIS, contact=Contact(email="luis@example.com"))])
    asked = ["ana@example.com", "LUIS@example.com", *(f"nobody-{n}@example.com" for n in range(120))]
    assert kept.customers.find_by_addresses(MessageChannel.EMAIL, asked) == {
        "ana@example.com": ANA,
        "LUIS@example.com": LUIS,
    }


def test_of_two_who_told_one_address_at_one_time_the_last_by_id_has_it(kept):
    shared = Contact(email="home@example.com")
    assert kept.customers.save([anew(LUIS, contact=shared), anew(ANA, contact=shared)]) == [SAVED, SAVED]
    assert kept.customers.find_by_address(MessageChannel.EMAIL, "home@example.com") == LUIS


def test_address_of_a_change_that_was_not_saved_finds_nobody(kept):
    kept.customers.save([anew(ANA)])
    assert kept.customers.save([anew(ANA, contact=Contact(email="ana@example.com"))]) == [STALE]
    assert kept.customers.find_by_address(MessageChannel.EMAIL, "ana@example.com") is None


def called(customer_id: CustomerId, given: str, family: str, known: Customer | None = None) -> Change:
    before = known or Customer(customer_id)
    return Change(before, replace(before, contact=Contact(given_name=given, family_name=family)))


def by_name(kept, beginning: str, limit: int = 10) -> list[CustomerId]:
    return list(kept.customers.find_by_name(beginning, limit=limit))


def test_name_is_found_from_either_end_without_accents_capitals_or_punctuation(kept):
    kept.customers.save([called(ANA, "Ana María", "Núñez-Ortega"), called(LUIS, "Luis", "O'Neill")])
    for beginning in ("ana", "Ana Mar", "ANA MARÍA  núñez", "nuñez", "Nunez Ortega, Ana", "ortega"):
        assert by_name(kept, beginning) == ([ANA] if beginning != "ortega" else [])
    assert by_name(kept, "oneill lu") == by_name(kept, "O’Ne") == [LUIS]


def test_fewer_than_two_letters_and_other_names_find_nobody(kept):
    kept.customers.save([called(ANA, "Ana", "Ruiz")])
    assert [by_name(kept, text) for text in ("", "a", "-a-", "ani", "ruiz ana m", "#", "ana#")] == [
        [],
        [],
        [],
        [],
        [],
        [],
        [ANA],
    ]


def test_new_name_takes_the_place_of_the_old_one(kept):
    kept.customers.save([called(ANA, "Ana", "Ruiz")])
    kept.customers.save([called(ANA, "Ana", "Sanz", kept.customers.load([ANA])[ANA])])
    assert by_name(kept, "ruiz") == []
    assert by_name(kept, "sanz") == by_name(kept, "ana") == [ANA]


def test_erased_customer_is_found_by_no_name(kept):
    kept.customers.save([called(ANA, "Ana", "Ruiz")])
    known = kept.customers.load([ANA])[ANA]
    kept.customers.save([Change(known, replace(known, erased_at=NOON))])
    assert by_name(kept, "ana") == by_name(kept, "ruiz") == []


def test_name_of_a_change_that_was_not_saved_finds_nobody(kept):
    kept.customers.save([anew(ANA)])
    assert kept.customers.save([called(ANA, "Ana", "Ruiz")]) == [STALE]
    assert by_name(kept, "ana") == []


def test_namesakes_come_in_order_of_name_and_no_more_than_asked_for(kept):
    names = [("Ana", "Zapata"), ("Ana", "Ana"), ("Anabel", "Sol"), ("Ana", "Marco"), ("Bea", "Ana")]
    kept.customers.save([called(CustomerId(f"c-{n}"), *name) for n, name in enumerate(names)])
    assert by_name(kept, "ana") == ["c-1", "c-4", "c-3", "c-0", "c-2"]
    assert by_name(kept, "ana", limit=2) == ["c-1", "c-4"]
