"""The verdicts of the statistical kinds, run many times at levels at which their errors can be counted."""

from typing import Any

import numpy as np
import pytest
from scipy import stats

from checks.harness import intervals
from checks.harness.claim import Run
from checks.harness.kinds import law as law_module
from checks.harness.kinds import mean as mean_module
from checks.harness.seeds import Seeds
from checks.harness.verdict import Observed

from .claims import law, mean, observe

ALPHA, MISS = 0.1, 0.05
RUNS = 400


@pytest.fixture
def levels(monkeypatch: pytest.MonkeyPatch) -> None:
    """Set levels at which errors happen."""
    for module in (mean_module, law_module):
        monkeypatch.setattr(module, "ALPHA", ALPHA)
        monkeypatch.setattr(module, "MISS", MISS)


def verdicts(claim: type[Any]) -> list[Observed]:
    return [observe(claim, Run("quick", Seeds("fixed", root))).verdict for root in range(RUNS)]


CLAIMS = {
    "mean": lambda shift: mean(
        shift=shift, cases=lambda self: [{"m": 1}], known=intervals.Normal(), resolution=0.4, block=4, pilot=64
    ),
    "law": lambda shift: law(shift=shift, cases=lambda self: [{"m": 1}], resolution=0.2, block=8),
}


@pytest.mark.usefixtures("levels")
@pytest.mark.parametrize("kind", CLAIMS)
def test_a_true_claim_is_refuted_no_more_often_than_alpha_and_decided_as_often_as_planned(kind: str) -> None:
    found = verdicts(CLAIMS[kind](0.0))
    assert found.count(Observed.REFUTED) <= stats.binom.isf(1e-5, RUNS, ALPHA)
    assert found.count(Observed.SUPPORTED) >= stats.binom.ppf(1e-5, RUNS, 1 - ALPHA - MISS)


@pytest.mark.usefixtures("levels")
@pytest.mark.parametrize(("kind", "shift"), [("mean", 0.41), ("law", 0.55)])
def test_a_discrepancy_beyond_delta_is_supported_no_more_often_than_alpha(kind: str, shift: float) -> None:
    found = verdicts(CLAIMS[kind](shift))
    assert found.count(Observed.SUPPORTED) <= stats.binom.isf(1e-5, RUNS, ALPHA)


@pytest.mark.usefixtures("levels")
@pytest.mark.parametrize("kind", CLAIMS)
def test_a_discrepancy_of_d_is_refuted_with_the_planned_power(kind: str) -> None:
    row = observe(CLAIMS[kind](0.0)).rows[0]
    # A normal shifted by s has a distribution function that is off by 2 Φ(s/2) − 1 somewhere between the points.
    shift = row.detectable * 1.02 if kind == "mean" else 2 * stats.norm.ppf((1 + row.detectable * 1.05) / 2)
    found = verdicts(CLAIMS[kind](float(shift)))
    assert found.count(Observed.REFUTED) >= stats.binom.ppf(1e-5, RUNS, 1 - MISS)


@pytest.mark.usefixtures("levels")
def test_an_undecided_case_is_looked_at_again_with_more_replicates() -> None:
    # The pilot of these replicates is tame, the rest is not: the plan is too small.
    def simulation(self: Any, rng: np.random.Generator, n: int, m: int) -> Any:
        return m + rng.standard_normal(n) * rng.choice([1.0, 30.0], n, p=[0.999, 0.001])

    claim = mean(cases=lambda self: [{"m": 1}], simulation=simulation, pilot=64, block=16, resolution=0.1)
    rows = [observe(claim, Run("quick", Seeds("fixed", root))).rows[0] for root in range(20)]
    assert {row.looks for row in rows} > {1}
    assert all(row.alpha == ALPHA for row in rows)  # one slot, however often it is looked at
