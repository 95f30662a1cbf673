from fractions import Fraction

import pytest
from mpmath import diff, mp, mpf, pi, quad, sqrt

from theory.random_matrices import fluctuations, spiked

POINTS = [(Fraction(2), Fraction(2, 5)), (Fraction(1), Fraction(1, 4)), (Fraction(4), Fraction(4))]


@pytest.mark.parametrize("derive", ["variance_derivation", "joint_derivation", "bias_derivation"])
def test_every_exact_step_holds(derive: str) -> None:
    steps = getattr(fluctuations, derive)().steps
    assert {step.residual for step in steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert fluctuations.variance(2, Fraction(2, 5)) == Fraction(81, 5)
    assert fluctuations.overlap_variance(2, 1) == Fraction(4, 3)
    assert fluctuations.covariance(2, 1) == 3
    assert fluctuations.location_bias(2, 1) == 0


def resolvent(x: mpf, aspect: mpf) -> mpf:
    """Return tr(x − W)⁻¹/n in the limit by integrating the density, W the companion n × n matrix."""
    low, high = (1 - sqrt(aspect)) ** 2, (1 + sqrt(aspect)) ** 2
    bulk = quad(lambda t: sqrt((high - t) * (t - low)) / (2 * pi * t) / (x - t), [low, (low + high) / 2, high])
    return bulk + max(0, 1 - aspect) / x


@pytest.mark.parametrize(("strength", "aspect"), POINTS)
def test_moments_against_an_integral_of_the_density(strength: Fraction, aspect: Fraction) -> None:
    """All from g(x) = tr(x − W)⁻¹/n by quadrature and numerical derivatives, at 30 digits."""
    with mp.workdps(30):
        theta, c = (mpf(q.numerator) / q.denominator for q in (strength, aspect))
        rho = (1 + theta) * (1 + c / theta)
        g = [resolvent(rho, c), *(diff(lambda x: resolvent(x, c), rho, k) for k in (1, 2, 3))]
        assert abs(g[0] - 1 / (1 + theta)) < 1e-12
        variance = -2 / g[1]
        assert abs(variance - float(fluctuations.variance(strength, aspect))) < 1e-8
        # λ − ρ = −G/g', o = −1/(λ(1 + θ)g_n'(λ)) with Var G = −2g', Cov(G, G') = −g'', Var G' = −g'''/3
        limit = -1 / (rho * (1 + theta) * g[1])
        by_g = limit * (1 / (g[1] * rho) + g[2] / g[1] ** 2)
        by_slope = -limit / g[1]
        spread = by_g**2 * -2 * g[1] + 2 * by_g * by_slope * -g[2] + by_slope**2 * -g[3] / 3
        joint = -1 / g[1] * (by_g * -2 * g[1] + by_slope * -g[2])
        assert abs(spread - float(fluctuations.overlap_variance(strength, aspect))) < 1e-6
        assert abs(joint - float(fluctuations.covariance(strength, aspect))) < 1e-6


def test_the_variance_in_the_terms_of_paul() -> None:
    # 2ℓ²(1 − γ/(ℓ − 1)²) with ℓ = 1 + θ
    for strength, aspect in POINTS:
        ell = 1 + strength
        assert fluctuations.variance(strength, aspect) == 2 * ell**2 * (1 - aspect / (ell - 1) ** 2)


def test_of_one_dimension_in_the_limit() -> None:
    # γ → 0: λ is (1 + θ) χ²_n/n, with n Var = 2(1 + θ)² and no bias but that of d − 1 in place of d: none of the noise
    tiny = Fraction(1, 10**12)
    assert abs(fluctuations.variance(3, tiny) - 32) < Fraction(1, 10**9)
    assert abs(fluctuations.overlap_variance(3, tiny)) < Fraction(1, 10**9)
    assert abs(fluctuations.location_bias(3, tiny) + Fraction(4, 3)) < Fraction(1, 10**9)


def test_there_has_to_be_an_outlier() -> None:
    for found in (
        fluctuations.variance,
        fluctuations.overlap_variance,
        fluctuations.covariance,
        fluctuations.location_bias,
    ):
        with pytest.raises(ValueError, match=r"needs \|θ\| > √γ"):
            found(1, 1)
        with pytest.raises(ValueError, match=r"above (−1|the threshold)"):
            found(-2, 1)
        with pytest.raises(ValueError, match="positive"):
            found(2, 0)


def test_the_location_is_the_one_of_spiked() -> None:
    assert fluctuations.at_spike(fluctuations.RHO) == fluctuations.reduced(spiked.LOCATION)
