"""The error law: worked values, floats in its place, limits of the sums, and what is refused."""

from fractions import Fraction

import pytest
from flint import arb

from theory.subspace_recovery import ascent
from theory.subspace_recovery.gradient_noise import variance
from theory.subspace_recovery.objective import Model, slope

HALF = Model.of(0.5, 2, 0.5)


def test_all_exact_steps_hold() -> None:
    assert all(step.residual in (None, "0") for step in ascent.in_time().steps)
    assert len(ascent.in_time().steps) > len(ascent.derivation().steps)


def test_worked_values() -> None:
    assert [float(step) for step in ascent.step_sizes(1, 1, 2)] == [1, 0.5]
    assert float(slope(HALF, 1)) == pytest.approx(3.1644, rel=1e-4)
    assert float(ascent.plateau(HALF, 0.5)) == pytest.approx(PLATEAU, rel=1e-9)
    assert float(ascent.decay(HALF, 1, 0.5)) == pytest.approx(0.1580, rel=1e-3)
    assert float(ascent.decay(HALF, 1, 1)) == pytest.approx(0.1877, rel=1e-3)
    assert ascent.decay_of(arb(1), 1, 0.5) == arb(1) / 2
    assert ascent.decay_of(arb(1), 1, 1) == 1
    assert float(ascent.spread_of(arb(0), Fraction(1, 2), [arb(1)])) == pytest.approx(1 / 1.5**2)
    assert ascent.spread_of(arb(1), Fraction(1, 2), []) == 0
    assert ascent.error(HALF, 1, ascent.step_sizes(1, 1, 2)) == 0


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


def test_steps_and_slopes_that_are_none() -> None:
    for size in (arb(-1), arb("nan"), arb("inf")):
        for refusing in (ascent.known_sizes, lambda sizes: ascent.spread(HALF, sizes)):
            with pytest.raises(ValueError, match="finite and not negative"):
                refusing([arb(1), size])
    for there, temperature in ((arb("nan"), 1), (arb(-1), 1), (arb(1), 0), (arb(1), float("nan"))):
        with pytest.raises(ValueError, match=r"β"):
            ascent.spread_of(there, temperature, [arb(1)])


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
