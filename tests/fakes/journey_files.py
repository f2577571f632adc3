"""Journeys as a shop may write them: any steps, any branches within branches."""

from typing import Any

from hypothesis import strategies as st

from escalera.journeys.durations import write_duration
from escalera.journeys.file_model import Journey

names = st.sampled_from(["a", "thank-you", "we-miss-you-2", "x" * 40])
durations = st.integers(min_value=1, max_value=5_000_000).map(write_duration)
conditions = st.one_of(
    st.fixed_dictionaries({"class": st.lists(st.sampled_from("ABC"), min_size=1, unique=True)}),
    st.fixed_dictionaries({"orders": st.fixed_dictionaries({"at_least": st.integers(0, 9)})}),
    st.fixed_dictionaries({"quiet": st.booleans()}),
    st.fixed_dictionaries({"not": st.fixed_dictionaries({"language": st.sampled_from(["es", "pt"])})}),
)
plain_steps = st.one_of(
    st.fixed_dictionaries(
        {"send": names},
        optional={"via": st.just(["sms", "email"]), "expires_after": durations},
    ),
    st.fixed_dictionaries({"wait": durations}),
    st.fixed_dictionaries(
        {"wait_for": st.just("DeliveryRecorded")},
        optional={"at_most": durations, "otherwise": st.sampled_from(["go_on", "leave"])},
    ),
    st.fixed_dictionaries({"task": names, "team": names}, optional={"due": durations}),
    st.fixed_dictionaries({"reward": names}, optional={"valid": durations}),
    st.fixed_dictionaries({"promise": names, "due": durations}),
)


def branches(steps: st.SearchStrategy[Any]) -> st.SearchStrategy[Any]:
    some = st.lists(steps, min_size=1, max_size=3)
    case = st.fixed_dictionaries({"if": conditions, "then": some})
    otherwise = st.lists(st.fixed_dictionaries({"else": some}), max_size=1)
    cases = st.tuples(st.lists(case, min_size=1, max_size=3), otherwise)
    return cases.map(lambda pair: {"branch": [*pair[0], *pair[1]]})


journeys = st.fixed_dictionaries(
    {
        "name": names,
        "about": st.just("Anything"),
        "kind": st.sampled_from(["service", "relationship", "promotion"]),
        "starts_on": st.one_of(
            st.just("PurchaseRecorded"),
            st.fixed_dictionaries({"event": st.just("PurchaseRecorded"), "if": conditions}),
        ),
        "leaves_on": st.just(["ConsentLost"]),
        "while_complaint_open": st.sampled_from(["hold", "withhold"]),
        "steps": st.lists(st.recursive(plain_steps, branches, max_leaves=8), min_size=1, max_size=4),
    },
    optional={
        "enter": st.fixed_dictionaries(
            {}, optional={"once_per": durations, "fresh": durations, "priority": st.integers(0, 100)}
        )
    },
).map(Journey.model_validate)
