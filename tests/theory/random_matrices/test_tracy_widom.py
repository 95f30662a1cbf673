import math
from fractions import Fraction

import pytest
from flint import arb

from theory.random_matrices import airy_operator as operator
from theory.random_matrices import tracy_widom as laws


@pytest.mark.parametrize("derive", [laws.derivation, laws.density_derivation, laws.transcendent_derivation])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_published_values() -> None:
    # Prähofer's tables of F_1, F_2; the transcendent at 0 in Fornberg and Weideman, doi:10.1007/s10208-013-9156-x
    assert laws.cdf(-2, 2).overlaps(arb("0.413224142505123 +/- 1e-15"))
    assert laws.hastings_mcleod(0).overlaps(arb("0.367061551548078 +/- 1e-15"))


def test_thirty_digits() -> None:
    for beta, s in ((1, -2), (4, -1), (2, 3)):
        for function in (laws.cdf, laws.density, laws.survival, laws.log_cdf):
            assert function(s, beta).rel_accuracy_bits() >= 100


def test_far_tails() -> None:
    assert laws.log_cdf(-12, 2, 20).overlaps(arb("-144.447126132314 +/- 1e-11"))
    assert laws.survival(12, 2, 20).rel_accuracy_bits() > 66
    # leading terms of Tracy and Widom: 1 − F_2 ~ e^{−4s^{3/2}/3}/16πs^{3/2}
    leading = math.exp(-4 / 3 * 12**1.5) / (16 * math.pi * 12**1.5)
    assert abs(float(laws.survival(12, 2, 20)) / leading - 1) < 0.05


def test_density_is_the_derivative() -> None:
    step = arb(10) ** -12
    for beta in (1, 4):
        low, high = (laws.cdf(0.5 + sign * 1e-12, beta, 40) for sign in (-1, 1))
        assert abs((high - low) / (2 * step) - laws.density(0.5, beta)) < 1e-4


@pytest.mark.parametrize(("p", "beta"), [(0.5, 1), (1e-6, 2), (0.999, 4)])
def test_quantiles(p, beta) -> None:
    s = laws.quantile(p, beta, 12)
    assert s.rad() < 1e-11
    assert abs(laws.cdf(float(s), beta, 14) - p) < 1e-12
    assert laws.quantile(0.5, 1, 10).overlaps(arb("-1.2685746166 +/- 1e-9"))


@pytest.mark.parametrize("beta", laws.BETAS)
def test_fast(beta) -> None:
    for s in (-6.3, -5.5, -3.3, -0.7, 0, 1.25, 5.6, 7.9):
        fast = laws.fast_cdf(s, beta)
        assert fast.overlaps(laws.cdf(s, beta, 25))
        assert fast.rad() < (1e-10 if beta == 4 else 1e-16)
    assert laws.fast_cdf(-20, beta).contains(laws.cdf(-10, beta, 5))
    assert laws.fast_cdf(30, beta).contains(1)
    assert laws.fast_cdf(30, beta).rad() < 1e-12


@pytest.mark.parametrize("s", [float("nan"), float("inf"), "a"])
def test_bad_points(s) -> None:
    with pytest.raises(ValueError, match="s must be a finite"):
        laws.cdf(s, 1)


@pytest.mark.parametrize("s", [1e300, -6000, 10**400, -60, -12.5, 20.5])
@pytest.mark.parametrize("function", [laws.cdf, laws.survival, laws.log_cdf, laws.density])
def test_points_out_of_range(function, s) -> None:
    with pytest.raises(ValueError, match="s must be within"):
        function(s, 1)


def test_far_points_of_the_fast_law() -> None:
    for s in (1e300, 10**400):
        assert laws.fast_cdf(s, 4).contains(1)
        assert laws.fast_cdf(-s, 4).contains(0)


@pytest.mark.parametrize("end", [-9, -3, 1, 13])
def test_fast_near_a_joint_for_beta_four(end) -> None:
    with operator.bits(200):
        s = operator.middle(arb(end) / arb(4).root(3))
    assert laws.fast_cdf(s, 4).overlaps(laws.cdf(s, 4, 20))


def test_certified_steps_have_ends() -> None:
    steps = [*laws.derivation().steps, *laws.density_derivation().steps, *laws.transcendent_derivation().steps]
    certified = [step.statement for step in steps if step.kind == "certified"]
    assert len(certified) == 5
    assert all("< " in statement and "10^(−30)" in statement for statement in certified)


def test_bad_input() -> None:
    for digits in (1.5, True, 101):
        with pytest.raises(ValueError, match="digits must be an integer"):
            laws.cdf(0, 1, digits)
    for function in (laws.cdf, laws.fast_cdf):
        with pytest.raises(ValueError, match="β must be 1, 2 or 4"):
            function(0, True)
    for p in (Fraction(1, 10**60), 1 - Fraction(1, 10**60)):
        with pytest.raises(ValueError, match="quantile must be within"):
            laws.quantile(p, 1)
    for beta in (0, 3, 2.5):
        with pytest.raises(ValueError, match="β must be 1, 2 or 4"):
            laws.cdf(0, beta)
    for p in (0, 1, -0.5, 2):
        with pytest.raises(ValueError, match="within \\(0, 1\\)"):
            laws.quantile(p, 1)
    with pytest.raises(ValueError, match="digits must be"):
        laws.cdf(0, 1, 0)
