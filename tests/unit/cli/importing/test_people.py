"""Identities joined: against a plain reckoning in memory, and the doubtful cases one by one."""

from itertools import combinations
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given
from hypothesis import strategies as st

from escalera_cli.importing.people import PLACEHOLDER, join_people
from escalera_cli.importing.staging import Staging, Whos

Who = tuple[str, str, str]


def joined(whos: list[Who]) -> tuple[list[set[Who]], list[str]]:
    """The groups, and why something was kept apart."""
    with TemporaryDirectory() as folder:
        staging = Staging(Path(folder, "staging.sqlite"))
        numbers = Whos(staging, kept=2)
        for who in whos:
            assert numbers.number(who) == numbers.number(who)
        with staging.together():
            staging.begin_settling()
            join_people(staging)
        groups: dict[int, set[Who]] = {}
        for root, *identity in staging.ask(
            "SELECT root, shop_id, email, phone FROM root JOIN who ON who.id = root.who"
        ):
            groups.setdefault(root, set()).add((identity[0], identity[1], identity[2]))
        why = [reason for (reason,) in staging.ask("SELECT why FROM conflict")]
        staging.close(remove=True)
    return list(groups.values()), why


@given(
    st.lists(st.tuples(st.sampled_from(["", "1", "2", "3", "4"]), st.sampled_from(["", "a", "b", "c", "d"])))
)
def test_the_same_id_and_the_same_e_mail_join_however_long_the_chain(pairs):
    whos = [(shop_id, email, "") for shop_id, email in pairs if shop_id or email]
    groups, _ = joined(whos)
    plain = [{who} for who in set(whos)]
    changed = True
    while changed:
        changed = False
        for one, other in combinations(plain, 2):
            if any(a[place] and a[place] == b[place] for a in one for b in other for place in (0, 1)):
                plain.remove(other)
                one.update(other)
                changed = True
                break
    assert sorted(map(sorted, groups)) == sorted(map(sorted, plain))


@pytest.mark.parametrize(
    ("whos", "groups", "why"),
    [
        ([("1", "", "+34"), ("", "a", "+34")], 1, ""),
        ([("1", "", "+34"), ("2", "", "+34")], 2, "two shop ids share this phone"),
        ([("", "a", "+34"), ("", "b", "+34")], 2, "two e-mails share this phone"),
        ([("1", "a", "+34"), ("", "", "+34")], 1, ""),
        # The phone completes the first; the third has an e-mail of their own by then.
        ([("1", "", "+34"), ("", "a", "+34"), ("", "b", "+34")], 2, "two e-mails share this phone"),
    ],
)
def test_a_phone_joins_only_those_who_complete_one_another(whos, groups, why):
    found, said = joined(whos)
    assert len(found) == groups
    assert [why in one for one in said] == [True] * bool(why)


def test_an_e_mail_of_many_is_a_placeholder_and_joins_nobody():
    whos = [(str(number), "none@shop.example", "") for number in range(PLACEHOLDER + 1)]
    groups, (why,) = joined(whos)
    assert len(groups) == PLACEHOLDER + 1
    assert "placeholder" in why
    assert len(joined(whos[:-1])[0]) == 1
