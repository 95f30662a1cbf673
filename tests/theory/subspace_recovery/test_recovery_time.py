"""Times of passage against mpmath: its quadrature, and its solution of the differential equation."""

from fractions import Fraction

import mpmath
import pytest

from theory.subspace_recovery import recovery_time
from theory.subspace_recovery.objective import Model
from theory.subspace_recovery.recovery_time import passage_time, plane_time, recovery_constant

from .test_flow import landscape

POINTS = [(1, 1, 0.5, 0, "rademacher"), (1.5, 0.75, 0.25, 0.5, "rademacher"), (1, 1, 0.5, 0, "constant")]


def speed(point: tuple):
    J = landscape(*point)
    return lambda m: (1 - m**2) * mpmath.diff(J, m)


def test_every_exact_step_holds() -> None:
    assert [step.residual for step in recovery_time.derivation().steps if step.kind == "exact"] == ["0"]


@pytest.mark.parametrize("point", POINTS)
def test_a_passage_against_quadrature(point: tuple) -> None:
    of = speed(point)
    with mpmath.workdps(30):
        expected = mpmath.quad(lambda m: 1 / of(m), [0.25, 0.5, 0.875])
    found = passage_time(Model.of(*point), 0.25, 0.875)
    assert abs(float(found.mid()) - float(expected)) <= float(found.rad()) + 1e-14
    assert float(found.rad()) < 1e-8


def test_a_passage_against_the_differential_equation() -> None:
    of, m, steps = speed(POINTS[0]), mpmath.mpf("0.25"), 100
    h = passage_time(Model.of(*POINTS[0]), 0.25, 0.5).mid()
    h = mpmath.mpf(float(h)) / steps
    for _ in range(steps):  # Runge and Kutta
        first = of(m)
        second = of(m + h * first / 2)
        third = of(m + h * second / 2)
        m += h * (first + 2 * second + 2 * third + of(m + h * third)) / 6
    assert float(m) == pytest.approx(0.5, abs=1e-7)


@pytest.mark.parametrize("latent", ["rademacher", "gaussian"])
@pytest.mark.parametrize("ratio", [0, 0.5])
def test_recovery_is_a_passage(latent: str, ratio: float) -> None:
    model, start = Model.of(1, 0.75, 0.5, ratio, latent), Fraction(1, 10**5)
    direct, expanded = passage_time(model, start, 0.75), recovery_time.recovery_time(model, start, 0.75)
    assert direct.overlaps(expanded)
    assert float(expanded.rad()) < 1e-7


def test_the_constant_against_a_small_start() -> None:
    of = speed(POINTS[1])
    with mpmath.workdps(30):
        rate, small = mpmath.diff(landscape(*POINTS[1]), 0, 2), mpmath.mpf("1e-7")
        points = [small, 1e-5, 1e-3, 0.1, 0.5]
        expected = mpmath.quad(lambda m: 1 / of(m), points) + mpmath.log(small) / rate
    assert float(recovery_constant(Model.of(*POINTS[1]), 0.5)) == pytest.approx(float(expected), abs=1e-8)


def test_worked_values() -> None:
    certain = Model.of(1, 1, 1, 0, "constant")  # J′ = 2
    assert float(passage_time(certain, 0, 0.5)) == pytest.approx(0.27465307216702745, abs=1e-9)
    assert float(plane_time(certain, 0, 0.5)) == pytest.approx(0.25, abs=1e-9)
    assert float(recovery_constant(Model.of(1, 1, 0.5), 0.5)) == pytest.approx(-0.208171864, abs=1e-8)


def test_bad_input() -> None:
    model = Model.of(1, 1, 0.5)
    for start, level in ((0.5, 0.25), (-1, 0.5), (0.5, 1)):
        with pytest.raises(ValueError, match="start < level"):
            passage_time(model, start, level)
    with pytest.raises(ArithmeticError, match="not certified"):
        passage_time(model, 0, 0.5)
    with pytest.raises(ArithmeticError, match="not certified"):
        passage_time(model, -0.5, 0.5)
    with pytest.raises(ArithmeticError, match="not certified"):
        passage_time(model, -0.5, -0.25)  # it falls there
    with pytest.raises(ValueError, match="symmetric"):
        recovery_constant(Model.of(1, 1, 0.5, 0, "constant"), 0.5)
    for start in (0, 0.25):
        with pytest.raises(ValueError, match="start must be in"):
            recovery_time.recovery_time(model, start, 0.5)
