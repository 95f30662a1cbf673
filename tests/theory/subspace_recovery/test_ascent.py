"""The error law: worked values, floats in its place, limits of the sums, and what is refused."""

import math
from fractions import Fraction

import pytest
from flint import arb

from theory.subspace_recovery import ascent
from theory.subspace_recovery.gradient_noise import variance
from theory.subspace_recovery.objective import Model, slope

HALF = Model.of(0.5, 2, 0.5)


def test_all_exact_steps_hold() -> None:
    for derivation in (ascent.derivation(), ascent.stops_derivation(), ascent.uniform_derivation()):
        assert all(step.residual in (None, "0") for step in derivation.steps)


def test_worked_values() -> None:
    assert [float(step) for step in ascent.step_sizes(1, 1, 2)] == [1, 0.5]
    assert float(slope(HALF, 1)) == pytest.approx(3.1644, rel=1e-4)
    assert float(ascent.plateau(HALF, 0.5)) == pytest.approx(PLATEAU, rel=1e-9)
    assert float(ascent.decay(HALF, 1, 0.5)) == pytest.approx(0.1580, rel=1e-3)
    assert float(ascent.decay(HALF, 1, 1)) == pytest.approx(0.1877, rel=1e-3)
    assert ascent.decay_of(arb(1), 1, 0.5) == arb(1) / 2
    assert ascent.decay_of(arb(1), 1, 1) == 1
    assert float(ascent.spread_of(arb(0), Fraction(1, 2), [arb(1)])) == pytest.approx(1 / 1.5**2)
    assert ascent.error(HALF, 1, ascent.step_sizes(1, 1, 2)) == 0
    assert ascent.drifted(HALF, 1, ascent.step_sizes(1, 1, 3)).overlaps(arb(1))


J, STEP = 3.16440601025312, 0.5 / (1 + 0.5 * 3.66440601025312)
PLATEAU = STEP**2 / (1 - (1 - STEP * J) ** 2)


def test_the_recursion_in_floats() -> None:
    total = 0.0
    for t in range(1, 9):
        size = 0.5 * t**-0.7
        step = size / (1 + size * (0.5 + J))
        total = (1 - step * J) ** 2 * total + step**2
    sizes = ascent.step_sizes(0.5, 0.7, 8)
    assert float(ascent.spread(HALF, sizes)) == pytest.approx(total)
    assert float(ascent.error(HALF, 5, sizes)) == pytest.approx(4 * total * float(variance(HALF)))


def test_constant_steps_reach_the_plateau() -> None:
    assert ascent.spread(HALF, [arb(1) / 2] * 60).overlaps(ascent.plateau(HALF, 0.5))


@pytest.mark.parametrize("exponent", [0.5, 1.0])
def test_sums_tend_to_the_decay(exponent: float) -> None:
    steps = 4000
    found = float(ascent.spread(HALF, ascent.step_sizes(1, exponent, steps))) * steps**exponent
    assert found == pytest.approx(float(ascent.decay(HALF, 1, exponent)), rel=0.06)


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
    found = ascent.drifted(HALF, 0.25, ascent.step_sizes(Fraction(2, 5), 2, 5))
    assert float(found) == pytest.approx(x, rel=1e-7)


def test_what_is_refused() -> None:
    for first, exponent, steps in ((0, 1, 2), (-1, 1, 2), (1, -1, 2), (1, 1, 0), (float("nan"), 1, 2)):
        with pytest.raises(ValueError, match=r"c > 0|at least 1|finite"):
            ascent.step_sizes(first, exponent, steps)
    for first, exponent in ((1, 0), (1, 1.5), (0, 0.5), (0.125, 1)):
        with pytest.raises(ValueError, match=r"there must be"):
            ascent.decay(HALF, first, exponent)
    with pytest.raises(ValueError, match="no plateau"):
        ascent.plateau(Model.of(0.5, 0, 0.5), 0.5)  # no signal: nothing contracts
    with pytest.raises(ValueError, match="δ must be 0"):
        ascent.error(Model.of(0.5, 2, 0.5, 0.5), 3, ascent.step_sizes(1, 1, 2))
    with pytest.raises(ValueError, match="between −1 and 1"):
        ascent.drifted(HALF, 2, [arb(1)])
