"""Choosing some of many so that each kind keeps its share."""

from collections import defaultdict
from collections.abc import Mapping

from demo.draws import share


def keep_mix(groups: Mapping[str, str], wanted: int) -> list[str]:
    """`wanted` ids of all those in `groups` (id -> group), each group keeping its share.

    Largest remainders settle the rounding; within a group the choice is by hash, so it is the same each time.
    """
    members: dict[str, list[str]] = defaultdict(list)
    for who, group in groups.items():
        members[group].append(who)
    if wanted > len(groups):
        message = f"{wanted} customers wanted, only {len(groups)} to choose from: ask for fewer"
        raise ValueError(message)
    quota = {group: divmod(wanted * len(who), len(groups)) for group, who in members.items()}
    left = wanted - sum(whole for whole, _ in quota.values())
    topped = set(sorted(quota, key=lambda group: (-quota[group][1], group))[:left])
    chosen: list[str] = []
    for group, ids in members.items():
        count = quota[group][0] + (group in topped)
        chosen += sorted(ids, key=lambda one: (share("chosen", one), one))[:count]
    return sorted(chosen)
