import math

import numpy as np
import pytest
from scipy import stats

from checks.harness.intervals import Moments, clt_interval, replicates_needed, sampling_radius


def test_moments_merge_exactly() -> None:
    values = np.random.default_rng(0).standard_normal(1000) + 1e3
    merged = Moments() + Moments.of(values[:10]) + Moments.of(values[10:])
    assert merged.n == 1000
    assert merged.mean == pytest.approx(values.mean(), rel=1e-14)
    assert merged.deviation == pytest.approx(values.std(ddof=1), rel=1e-12)


def test_the_half_width_is_students() -> None:
    interval = clt_interval(Moments(101, 5.0, 100.0), 0.05)
    assert (interval.high - interval.low) / 2 == pytest.approx(1.98397 / math.sqrt(101), rel=1e-5)
    assert (interval.high + interval.low) / 2 == 5.0


def test_one_replicate_has_no_interval() -> None:
    with pytest.raises(ValueError, match="two replicates"):
        clt_interval(Moments(1, 0.0, 0.0), 0.05)


@pytest.mark.parametrize("alpha", [0.05, 0.01, 0.001])
def test_false_alarms_on_planted_normal_truths_are_as_stated(alpha: float) -> None:
    repetitions, n = 20_000, 20
    draws = np.random.default_rng(1).standard_normal((repetitions, n))
    intervals = [clt_interval(Moments.of(row), alpha) for row in draws]
    misses = sum(not interval.low <= 0 <= interval.high for interval in intervals)
    # A binomial band that a right interval leaves once in a million runs.
    low, high = stats.binom.interval(1 - 1e-6, repetitions, alpha)
    assert low <= misses <= high


def test_an_interval_without_its_square_root_of_two_would_be_caught() -> None:
    repetitions, n, alpha = 20_000, 20, 0.01
    draws = np.random.default_rng(2).standard_normal((repetitions, n))
    narrow = [clt_interval(Moments(n, row.mean(), ((row - row.mean()) ** 2).sum() / 2), alpha) for row in draws]
    misses = sum(not interval.low <= 0 <= interval.high for interval in narrow)
    assert misses > stats.binom.interval(1 - 1e-6, repetitions, alpha)[1]


def test_planned_replicates_bring_half_width_and_sampling_radius_to_delta() -> None:
    assert replicates_needed(1.0, 0.1, 0.05, 0.05) == 1537
    n = replicates_needed(2.0, 0.05, 1e-5, 1e-4)
    moments = Moments(n, 0.0, 4.0 * (n - 1))
    half = clt_interval(moments, 1e-5).high
    assert half + sampling_radius(moments, 1e-4) == pytest.approx(0.05, rel=1e-3)
