"""The value model against what its authors published on the CDNOW sample (read where it lies, never kept here)."""

import json
from datetime import date, datetime

import pytest

from escalera.domain.value.bgnbd import alive, purchases_if_alive
from escalera.domain.value.buying import buying
from escalera.domain.value.counts import PurchaseCounts, SpendCounts
from escalera.domain.value.fitting import fit
from escalera.domain.value.forecasting import forecast
from escalera.domain.value.parameters import Bgnbd, TimeUnit

END = datetime(1997, 9, 30).date()  # noqa: DTZ001 - a day of the papers has no zone
THREE_DIGITS = 0.0006


@pytest.fixture(scope="module")
def golden(shared_data):
    return json.loads((shared_data / "golden" / "customer_value.json").read_text())


@pytest.fixture(scope="module")
def sample(shared_data):
    """How each customer of the sample had bought by the end of the papers' calibration."""
    purchases: dict[str, list[tuple[date, float]]] = {}
    for line in (shared_data / "cdnow" / "CDNOW_sample.txt").read_text().splitlines():
        _, customer, day, _, dollars = line.split()
        when = datetime.strptime(day, "%Y%m%d").date()  # noqa: DTZ007
        purchases.setdefault(customer, []).append((when, float(dollars)))
    return [buying(of_one, END) for of_one in purchases.values()]


@pytest.fixture(scope="module")
def model(sample):
    x, mean = [one.frequency for one in sample], [one.mean_spend for one in sample]
    counts = PurchaseCounts.of(x, [one.recency for one in sample], [one.age for one in sample])
    return fit(counts, SpendCounts.of(x, mean), TimeUnit.WEEK)


def test_the_sample_is_counted_as_the_papers_count_it(golden, sample):
    facts = golden["cdnow_sample_facts"]
    assert len(sample) == facts["customers"]
    assert sum(one.frequency for one in sample) == facts["repeat_tx_calibration"]
    assert sum(one.frequency > 0 for one in sample) == facts["repeat_buyers"]


def test_purchases_are_fitted_as_published(golden, model):
    published = golden["bgnbd"]
    found = {name: getattr(model.bgnbd, name) for name in published["params"]}
    assert found == pytest.approx(published["params"], abs=THREE_DIGITS)
    assert model.bgnbd.log_likelihood == pytest.approx(published["LL"], abs=0.1)


def test_amounts_are_fitted_as_published(golden, model):
    published = golden["gamma_gamma"]
    found = {name: getattr(model.gamma_gamma, name) for name in published["params"]}
    assert found == pytest.approx(published["params"], abs=0.006)  # published with two decimals
    assert model.gamma_gamma.log_likelihood == pytest.approx(published["LL"], abs=0.1)


def test_what_is_still_to_come_is_expected_as_published(golden, model):
    for one in golden["bgnbd"]["conditional_expected_transactions"]:
        still = alive(model.bgnbd, [one["x"]], [one["t_x"]], [one["T"]])
        to_come = still * purchases_if_alive(model.bgnbd, [one["x"]], [one["T"]], one["t"])
        assert to_come == pytest.approx(one["value"], abs=one["tol"])


def test_new_customers_are_expected_to_buy_as_published(golden):
    """With the parameters as printed: the published weeks were computed from those."""
    printed = Bgnbd(**golden["bgnbd"]["params"], log_likelihood=golden["bgnbd"]["LL"])
    for week, expected in golden["bgnbd"]["expected_purchases_of_a_new_customer_by_week"].items():
        assert purchases_if_alive(printed, [0], [0.0], float(week)) == pytest.approx(expected, rel=2e-3)


def test_what_was_forecast_came_to_pass(golden, sample, model):
    """Published, too, was how near the model comes to the next 39 weeks: within a sixth of all purchases."""
    coming = forecast(
        model,
        frequency=[one.frequency for one in sample],
        recency=[one.recency for one in sample],
        age=[one.age for one in sample],
        mean_spend=[one.mean_spend for one in sample],
        horizon=39 * 7,
    )
    assert coming.expected_purchases.sum() == pytest.approx(
        golden["cdnow_sample_facts"]["holdout_tx"], rel=0.15
    )
