"""The noise of the gradient against Gauss–Hermite integrals of the bracket, worked values, and what is refused."""

import math
from fractions import Fraction

import pytest
from mpmath import mp, quad

from theory.subspace_recovery import gradient_noise
from theory.subspace_recovery.objective import Model, at


def by_quadrature(beta: float, theta: float, share: float, ratio: float, latent: str) -> float:
    """Return 4β²{E[w̃²(Ax − A² + 1 + δw̃ − δR)²] + δR²} from the density of x, and A and R from it as well."""
    shifts = {
        "rademacher": [(share / 2, theta, 1.0), (share / 2, -theta, 1.0)],
        "constant": [(share, theta, 1.0)],
        "gaussian": [(share, 0.0, math.sqrt(1 + theta**2))],
    }
    parts = [(1 - share, 0.0, 1.0), *shifts[latent]]

    def mean(function):
        def density(x):
            return sum(p / s * mp.exp(-(((x - shift) / s) ** 2) / 2) for p, shift, s in parts) / mp.sqrt(2 * mp.pi)

        return quad(lambda x: function(x) * density(x), [-30, -10, 0, 5, 10, 20, 40])

    total = mean(lambda x: mp.exp(beta * x))
    A = mean(lambda x: x * mp.exp(beta * x)) / total
    R = mean(lambda x: mp.exp(2 * beta * x)) / total**2

    def bracket(x):
        weight = mp.exp(beta * x) / total
        return weight**2 * (A * x - A**2 + 1 + ratio * weight - ratio * R) ** 2

    return float(4 * beta**2 * (mean(bracket) + ratio * R**2))


@pytest.mark.parametrize("latent", ["rademacher", "constant", "gaussian"])
@pytest.mark.parametrize("ratio", [0.0, 0.5])
def test_noise_by_quadrature(latent: str, ratio: float) -> None:
    found = gradient_noise.variance(Model.of(0.5, 1.25, 0.75, ratio, latent))
    assert float(found) == pytest.approx(by_quadrature(0.5, 1.25, 0.75, ratio, latent), rel=1e-9)


def test_worked_values() -> None:
    half = Fraction(1, 2)
    assert float(gradient_noise.variance(Model.of(1, 1, half))) == pytest.approx(176.0884, rel=1e-6)
    assert float(gradient_noise.variance(Model.of(1, 1, half, Fraction(1, 40)))) == pytest.approx(222.3725, rel=1e-6)
    assert gradient_noise.weighted_moment("rademacher", 1, 0) == 1
    assert 176 < gradient_noise.variance(Model.of(1, 1, half)) < 177


def test_no_signal_at_fixed_dimension() -> None:
    # w̃ = e^{βx − β²/2} shifts x by kβ: A = β, E w̃²x² = e^{β²}(1 + 4β²), E w̃²x = 2βe^{β²}, E w̃² = e^{β²}
    b = 0.75
    squares = b**2 * (1 + 4 * b**2) - 2 * b * (b**2 - 1) * 2 * b + (b**2 - 1) ** 2
    found = gradient_noise.variance(Model.of(b, 0, 0.5))
    assert float(found) == pytest.approx(4 * b**2 * math.exp(b**2) * squares)


def test_the_steps_hold_and_the_first_weighted_moment_is_the_output() -> None:
    assert all(step.residual in (None, "0") for step in gradient_noise.derivation().steps)
    model = Model.of(0.5, 2, 0.5)
    first = at(gradient_noise.weighted_moment("rademacher", 1, 1), model)
    assert first.overlaps(at(gradient_noise.output_there("rademacher"), model))
    second = at(gradient_noise.weighted_moment("rademacher", 2, 0), model)
    assert second.overlaps(at(gradient_noise.squares_there("rademacher"), model))


def test_what_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown latent sign"):
        gradient_noise.weighted_moment("sign", 1, 0)
