"""The ascent of infinitely many tokens against its map in floats, where it stops, and what is refused."""

import math
from fractions import Fraction

import pytest
from flint import arb

from theory.subspace_recovery import schedules
from theory.subspace_recovery.ascent import step_sizes
from theory.subspace_recovery.objective import Model, slope

HALF = Model.of(0.5, 2, 0.5)


def test_all_exact_steps_hold() -> None:
    for derivation in (schedules.stops_derivation(), schedules.slow_derivation()):
        assert all(step.residual in (None, "0") for step in derivation.steps)


def test_worked_values() -> None:
    assert schedules.drifted(HALF, 1, step_sizes(1, 1, 3)) == 0
    assert schedules.stop(HALF, 1, 1, 2, 3) == 0


def test_the_drift_is_the_map_of_the_output() -> None:
    """From o = βq + θ w(q·u) u in floats, its square differentiated numerically, in two dimensions."""

    def square(x: float, y: float) -> float:
        weight = math.sinh(x) / (1 + math.cosh(x))  # βθ = 1, π = 1/2
        return (0.5 * x + 2 * weight) ** 2 + (0.5 * y) ** 2

    x, y, h = 0.25, math.sqrt(1 - 0.25**2), 1e-6
    for t in range(1, 6):
        size = 0.4 / t**2
        along = (square(x + h, y) - square(x - h, y)) / (2 * h)
        across = (square(x, y + h) - square(x, y - h)) / (2 * h)
        x, y = x + size * along, y + size * across
        x, y = x / math.hypot(x, y), y / math.hypot(x, y)
    found = schedules.drifted(HALF, 0.25, step_sizes(Fraction(2, 5), 2, 5))
    assert float(found) == pytest.approx(y / x, rel=1e-7)


def test_many_steps_stay_enclosed() -> None:
    found = schedules.drifted(HALF, 0.25, step_sizes(Fraction(2, 5), 2, 300))
    assert 0 < found.rad() < 1e-6


def test_the_stop_encloses_what_is_later() -> None:
    early = schedules.stop(HALF, 0.25, Fraction(1, 5), 3, 5)
    late = schedules.stop(HALF, 0.25, Fraction(1, 5), 3, 50)
    assert early.contains(late)
    assert late.rad() < early.rad() / 10


def test_the_pull_is_below_its_bound() -> None:
    for model, bound in ((HALF, 12.0), (Model.of(0.625, 1.25, 1), 2 * 0.625**2 * 1.25**2 * (2 + 1.25**2))):
        for m in (2**-10, 0.125, 0.5, 1.0):
            assert 0 < float(slope(model, m)) / m <= bound


def test_an_enclosure_that_is_lost() -> None:
    with pytest.raises(ArithmeticError, match="lost"):
        schedules.drifted(HALF, 0.25, [arb(500, 499)] * 8)


def test_what_is_refused() -> None:
    for m in (2, 0, -0.5):
        with pytest.raises(ValueError, match="0 < m ≤ 1"):
            schedules.drifted(HALF, m, [arb(1)])
    with pytest.raises(ValueError, match="symmetric sign"):
        schedules.drifted(Model.of(0.5, 2, 0.5, 0, "constant"), 0.5, [arb(1)])
    with pytest.raises(ValueError, match="δ must be 0"):
        schedules.drifted(Model.of(0.5, 2, 0.5, 0.5), 0.5, [arb(1)])
    for size in (arb(-1), arb("nan")):
        with pytest.raises(ValueError, match="finite and not negative"):
            schedules.drifted(HALF, 0.5, [size])
    with pytest.raises(ValueError, match="α ≥ 2"):
        schedules.stop(HALF, 0.5, 1, 1, 3)
    with pytest.raises(ValueError, match="Rademacher"):
        schedules.stop(Model.of(0.5, 2, 0.5, 0, "gaussian"), 0.5, 1, 2, 3)
