"""The ascent of infinitely many tokens against its map in floats, and what is refused."""

import math
from fractions import Fraction

import pytest
from flint import arb

from theory.subspace_recovery import schedules
from theory.subspace_recovery.ascent import step_sizes
from theory.subspace_recovery.objective import Model

HALF = Model.of(0.5, 2, 0.5)


def test_all_exact_steps_hold() -> None:
    for derivation in (schedules.stops_derivation(), schedules.uniform_derivation()):
        assert all(step.residual in (None, "0") for step in derivation.steps)


def test_worked_value() -> None:
    assert schedules.drifted(HALF, 1, step_sizes(1, 1, 3)).overlaps(arb(1))


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
    assert float(found) == pytest.approx(x, rel=1e-7)


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="between −1 and 1"):
        schedules.drifted(HALF, 2, [arb(1)])
    with pytest.raises(ValueError, match="δ must be 0"):
        schedules.drifted(Model.of(0.5, 2, 0.5, 0.5), 0.5, [arb(1)])
