"""What every `JourneySteps` promises, asked of each."""


def ids(*steps: str) -> frozenset[str]:
    return frozenset(steps)


def test_at_first_no_steps_are_known(kept):
    assert kept.steps.known() == {}


def test_the_steps_of_every_release_are_known_together(kept):
    assert kept.steps.remember({"win-back": ids("1-send", "2-wait")}) == {"win-back": ids("1-send", "2-wait")}
    later = {"win-back": ids("1-send", "2-wait-5d"), "own-data": ids("1-send")}
    together = {"win-back": ids("1-send", "2-wait", "2-wait-5d"), "own-data": ids("1-send")}
    assert kept.steps.remember(later) == together
    assert kept.steps.known() == together


def test_a_release_that_changes_nothing_changes_nothing(kept):
    steps = {"win-back": ids("1-send")}
    kept.steps.remember(steps)
    assert kept.steps.remember(steps) == kept.steps.remember({}) == steps
