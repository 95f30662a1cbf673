"""The noise at the equator against a quadrature of its definition."""

from fractions import Fraction

import mpmath
import pytest

from theory.subspace_recovery import escape
from theory.subspace_recovery.objective import Model


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in escape.derivation().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert float(escape.variance(Model.of(1, 1, 0.5))) == pytest.approx(118.245, abs=1e-3)
    assert float(escape.radial_slope(Model.of(1, 0, 0.5), 0)) == 2
    square = escape.beta**2
    right = 4 * square * escape.SPREAD * escape.R * (square + 4 * square**2)
    assert (escape.noise(along=square).subs(escape.ratio, 0) - right).expand() == 0


@pytest.mark.parametrize(("beta", "theta", "share", "ratio"), [(0.5, 2, 0.25, 0.25), (1, 1, 0.5, 0.125)])
def test_the_variance_against_a_quadrature(beta: float, theta: float, share: float, ratio: float) -> None:
    R, P = mpmath.e ** (beta**2), 1 + share * theta**2

    def squared(a):
        weight = mpmath.exp(beta * a - beta**2 / 2)
        return (weight * (beta * a - beta**2 + P + ratio * (weight - R))) ** 2 * mpmath.npdf(a)

    mean = mpmath.quad(squared, [-10, 0, 4, 12])
    found = escape.variance(Model.of(beta, theta, share, ratio))
    assert float(found) == pytest.approx(float(4 * beta**2 * P * (mean + ratio * R**2)), rel=1e-8)


def test_the_radial_slope_against_a_difference() -> None:
    def square(beta):  # J(rq) is J at βr
        return float(mpmath.mpf(beta) ** 2 + Fraction(1, 4) * mpmath.e ** (mpmath.mpf(beta) ** 2))

    found = escape.radial_slope(Model.of(0.75, 1, 0.5, 0.25), 0)
    assert float(found) == pytest.approx(0.75 * (square(0.75001) - square(0.74999)) / 2e-5, rel=1e-6)


def test_a_constant_sign_is_refused() -> None:
    with pytest.raises(ValueError, match="must be symmetric"):
        escape.variance(Model.of(1, 1, 0.5, latent="constant"))
