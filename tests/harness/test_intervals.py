"""A/A: each interval is run on planted truths, where its false-alarm rate is known, and has to have it."""

import math

import numpy as np
import pytest
from scipy import stats

from checks.harness import intervals
from checks.harness.intervals import (
    Moments,
    band,
    interval,
    level_of_combination,
    looks,
    radius,
    replicates_needed,
)
from checks.harness.verdict import ClaimError

REPETITIONS = 20_000
ALPHAS = (0.05, 0.01, 0.003, 0.001)


def of_draws(draws):
    """Return count, means and sums of squared deviations of the rows."""
    return draws.shape[1], draws.mean(axis=1), ((draws - draws.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)


def of_counts(rng, n, p, scale=1.0):
    """Return the same of n replicates that are 0 or ``scale``, drawn by their number."""
    mean = rng.binomial(n, p, REPETITIONS) / n
    return n, scale * mean, scale**2 * n * mean * (1 - mean)


# A planted truth for each class: where its bound is nearly attained, so that a narrower interval would be noticed.
PLANTED = {
    "CLT": (intervals.CentralLimit(), 1.0, lambda rng: of_draws(1 + rng.standard_normal((REPETITIONS, 20)))),
    "normal": (intervals.Normal(), 1.0, lambda rng: of_draws(1 + rng.standard_normal((REPETITIONS, 5)))),
    "χ²": (intervals.ChiSquared(1), 2.0, lambda rng: of_draws(2 * rng.standard_normal((REPETITIONS, 9)) ** 2)),
    "binomial": (intervals.Binomial(), 0.3, lambda rng: of_counts(rng, 10**6, 0.3)),
    "Gaussian–Lipschitz": (
        intervals.GaussianLipschitz(1.0),
        0.0,
        lambda rng: (100, rng.standard_normal(REPETITIONS) / 10, 1.0),
    ),
    "Hoeffding": (intervals.Hoeffding(0, 1), 0.5, lambda rng: of_counts(rng, 10**6, 0.5)),
    "Bernstein": (intervals.Bernstein(0, 1, 0.25), 0.5, lambda rng: of_counts(rng, 10**6, 0.5)),
    "empirical Bernstein": (intervals.EmpiricalBernstein(0, 1), 0.5, lambda rng: of_counts(rng, 10**8, 0.5)),
}
EXACT = ("normal", "χ²", "CLT", "binomial")  # the others are bounds: fewer false alarms than stated


def misses(name, alpha, narrower=1.0):
    known, truth, draw = PLANTED[name]
    n, mean, m2 = draw(np.random.default_rng([3, round(1e6 * alpha), *name.encode()]))
    low, high = known.bounds(n, mean, m2, alpha)
    return int(((truth < mean - (mean - low) / narrower) | (truth > mean + (high - mean) / narrower)).sum())


@pytest.mark.parametrize("alpha", ALPHAS)
@pytest.mark.parametrize("name", PLANTED)
def test_false_alarms_on_planted_truths_are_as_stated(name, alpha):
    # A binomial band that a right interval leaves once in 100 000 runs; these are 32.
    low, high = stats.binom.interval(1 - 1e-5, REPETITIONS, alpha)
    assert misses(name, alpha) <= high
    if name in EXACT:
        assert misses(name, alpha) >= low


@pytest.mark.parametrize("name", PLANTED)
def test_an_interval_that_lacks_its_square_root_of_two_is_caught(name):
    caught = [
        misses(name, alpha, narrower=math.sqrt(2)) > stats.binom.interval(1 - 1e-5, REPETITIONS, alpha)[1]
        for alpha in ALPHAS
    ]
    assert any(caught)


def test_at_the_working_level_the_exact_intervals_have_their_exact_tails():
    alpha, n = 1e-5, 12
    low, high = intervals.Normal().bounds(n, 0.0, float(n - 1), alpha)
    assert stats.t.sf(high * math.sqrt(n), n - 1) == pytest.approx(alpha / 2, rel=1e-9)
    low, high = intervals.ChiSquared(2).bounds(n, 1.0, 0.0, alpha)
    assert stats.chi2.sf(2 * n / low, 2 * n) == pytest.approx(alpha / 2, rel=1e-9)
    assert stats.chi2.cdf(2 * n / high, 2 * n) == pytest.approx(alpha / 2, rel=1e-9)
    low, high = intervals.Binomial().bounds(n, 4 / n, 0.0, alpha)
    assert stats.binom.sf(3, n, low) == pytest.approx(alpha / 2, rel=1e-9)
    assert stats.binom.cdf(4, n, high) == pytest.approx(alpha / 2, rel=1e-9)


def test_at_the_working_level_the_bounds_bound_exact_tails():
    alpha, n, p = 1e-5, 4000, 0.1
    for known in (intervals.Hoeffding(0, 1), intervals.Bernstein(0, 1, p * (1 - p))):
        half = radius(known, Moments(n, p, n * p * (1 - p)), alpha)
        tail = stats.binom.sf(math.ceil(n * (p + half)) - 1, n, p) + stats.binom.cdf(math.floor(n * (p - half)), n, p)
        assert tail <= alpha
    # The empirical one depends on the count only: its exact miss probability is a sum.
    counts = np.arange(n + 1)
    mean = counts / n
    low, high = intervals.EmpiricalBernstein(0, 1).bounds(n, mean, n * mean * (1 - mean), alpha)
    assert stats.binom.pmf(counts, n, p)[(p < low) | (p > high)].sum() <= alpha


@pytest.mark.parametrize(
    ("known", "moments", "half"),
    [
        (intervals.CentralLimit(), Moments(101, 5.0, 100.0), 1.98397 / math.sqrt(101)),
        (intervals.ChiSquared(1), Moments(10, 1.0, 1.0), 10 / 3.24697 - 1),
        (intervals.Binomial(), Moments(10, 0.0, 0.0), 0.30850),
        (intervals.GaussianLipschitz(1.0), Moments(100, 0.0, 1.0), 0.27162),
        (intervals.Hoeffding(0, 1), Moments(100, 0.5, 1.0), 0.13581),
        (intervals.Bernstein(0, 1, 0.01), Moments(100, 0.5, 1.0), 0.04213),
        (intervals.EmpiricalBernstein(0, 1), Moments(1000, 0.5, 9.99), 0.01960),
    ],
)
def test_worked_values(known, moments, half):
    assert radius(known, moments, 0.05) == pytest.approx(half, rel=1e-3)


def test_all_and_none_of_the_replicates_have_an_interval():
    for count, end in ((0, 0.0), (7, 1.0)):
        found = interval(intervals.Binomial(), Moments(7, count / 7, 0.0), 0.01)
        assert end in (found.low, found.high)


@pytest.mark.parametrize(
    ("known", "replicates"),
    [
        (intervals.Binomial(), [0.0, 0.5]),
        (intervals.ChiSquared(1), [-1.0]),
        (intervals.Hoeffding(0, 1), [1.5]),
        (intervals.EmpiricalBernstein(0, 1), [-0.5]),
    ],
)
def test_replicates_that_contradict_what_is_known_are_an_error(known, replicates):
    with pytest.raises(ClaimError, match="replicates said to"):
        known.check(np.array(replicates))


def test_moments_merge_exactly():
    values = np.random.default_rng(0).standard_normal(1000) + 1e3
    merged = Moments() + Moments.of(values[:10]) + Moments.of(values[10:])
    assert merged.n == 1000
    assert merged.mean == pytest.approx(values.mean(), rel=1e-14)
    assert merged.variance == pytest.approx(values.var(ddof=1), rel=1e-12)


def test_one_replicate_has_no_interval():
    with pytest.raises(ValueError, match="two replicates"):
        interval(intervals.CentralLimit(), Moments(1, 0.0, 0.0), 0.05)


@pytest.mark.parametrize("name", PLANTED)
def test_the_planned_replicates_are_the_least_at_which_h_and_q_come_to_delta(name):
    known, truth, _ = PLANTED[name]
    variance = truth * (1 - truth) if truth < 1 else 1.0
    pilot = Moments(100, truth, 99 * (variance or 1.0))
    n = replicates_needed(known, pilot, 0.2, 1e-3, 1e-2, most=10**7)
    width = [radius(known, pilot.as_of(k), 1e-3) + radius(known, pilot.as_of(k), 1e-2) for k in (n - 1, n)]
    assert width[1] <= 0.2 < width[0]


def test_the_plan_stops_at_what_can_be_afforded():
    pilot = Moments(100, 0.0, 99.0)
    assert replicates_needed(intervals.CentralLimit(), pilot, 0.1, 0.05, 0.05, most=1000) == 1000
    assert replicates_needed(intervals.CentralLimit(), pilot, 0.1, 0.05, 0.05, most=10**6) == 1540
    assert replicates_needed(intervals.CentralLimit(), pilot, 10, 0.05, 0.05, most=10**6) <= 5


@pytest.mark.parametrize("name", [name for name in PLANTED if name != "CLT"])
def test_the_mean_leaves_q_as_rarely_as_planned(name):
    known, truth, draw = PLANTED[name]
    n, mean, m2 = draw(np.random.default_rng(5))
    low, high = known.bounds(n, mean, m2, 0.01)
    q = np.maximum(high - mean, mean - low)
    assert (np.abs(mean - truth) > q).sum() <= stats.binom.isf(1e-5, REPETITIONS, 0.01)


@pytest.mark.parametrize("alpha", ALPHAS)
def test_the_band_of_a_distribution_function_holds_as_stated(alpha):
    n = 200
    draws = np.sort(np.random.default_rng(7).random((REPETITIONS, n)), axis=1)
    ranks = np.arange(n)
    distance = np.maximum(draws - ranks / n, (ranks + 1) / n - draws).max(axis=1)
    allowed = stats.binom.isf(1e-5, REPETITIONS, alpha)
    assert (distance > band(n, alpha)).sum() <= allowed
    assert (distance > band(n, alpha) / math.sqrt(2)).sum() > allowed


def test_looks_are_registered_in_advance_and_spend_less_than_alpha():
    assert looks(100, 0.01, 10**6) == [(100, 0.005), (400, 0.0025), (1600, 0.00125)]
    assert looks(100, 0.01, 1000) == [(100, 0.005), (400, 0.0025)]
    assert looks(100, 0.01, 100) == [(100, 0.005)]
    assert sum(alpha for _, alpha in looks(100, 0.01, 10**6)) < 0.01


def test_the_level_of_a_combination() -> None:
    flat = Moments(100, 0.0, 99.0, 0.0)
    assert level_of_combination([1.0], [flat], 0.2) == pytest.approx(0.0455, abs=1e-4)
    assert level_of_combination([0.6, 0.8], [flat, flat], 0.2) == pytest.approx(0.0455, abs=1e-4)
    skewed = Moments(100, 0.0, 99.0, 200.0)  # skewness 2
    assert level_of_combination([1.0], [skewed], 0.2) > 0.07
    assert level_of_combination([1.0], [Moments(2, 1.0, 0.0, 0.0)], 0.2) == 0
