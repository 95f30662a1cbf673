from fractions import Fraction
from itertools import pairwise

import mpmath
import pytest
from flint import arb

from theory.attention_pca import strong_coupling


def test_every_exact_step_holds() -> None:
    for derived in (strong_coupling.derivation(), strong_coupling.boundary()):
        assert {step.residual for step in derived.steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert float(strong_coupling.exponent(1)) == pytest.approx((5**0.5 - 1) / 2, rel=1e-14)
    assert float(strong_coupling.constant("G", 1)) == pytest.approx(0.785984, rel=1e-6)
    assert float(strong_coupling.constant_at_the_boundary()) == pytest.approx(0.9213177, rel=1e-6)
    assert float(strong_coupling.weak_constant(Fraction(1, 2))) == pytest.approx(2**0.5, rel=1e-14)
    assert strong_coupling.log_power("V") == Fraction(1, 2)


def test_the_exponent_is_continuous_and_decreases() -> None:
    listed = [float(strong_coupling.exponent(Fraction(k, 100))) for k in range(60, 300)]
    assert listed[:11] == [1.0] * 11
    assert all(x > y for x, y in pairwise(listed[10:]))
    assert float(strong_coupling.exponent(2**-0.5 + 1e-9)) == pytest.approx(1, abs=1e-8)


@pytest.mark.parametrize("coupling", [0.9, 1.0, 1.3])
def test_the_ridge_integral_against_integration_over_query_and_key(coupling: float) -> None:
    """Two independent normals g and z, weight 1/(1 + L e^{σ²/2 − σz}): what the derivation expands at large L."""
    digits = 150
    ell = digits * mpmath.log(10)

    def given(g: mpmath.mpf, power: int) -> mpmath.mpf:
        sigma = coupling * g
        key = ell / sigma + sigma / 2

        def at(v: mpmath.mpf) -> mpmath.mpf:
            z = key + v / sigma
            return mpmath.exp(-(z**2) / 2 - g**2 / 2 + ell) * (1 + mpmath.exp(-v)) ** -power / (mpmath.pi * sigma)

        return mpmath.quad(at, [-80, -20, 0, 20, 80])

    r = mpmath.mpf(strong_coupling.exponent(coupling).str(radius=False))
    peak = mpmath.sqrt(ell / (r + 0.5)) / coupling
    grid = [peak - 5, peak, peak + 5]
    square, cube = (mpmath.quad(lambda g, k=k: given(g, k), grid) for k in (2, 3))
    scaled = square * mpmath.exp(r * ell) * mpmath.sqrt(ell)
    assert float(scaled) == pytest.approx(float(strong_coupling.constant("G", coupling)), rel=0.01)
    assert float(cube / square) == pytest.approx(float((1 - r) / 2), rel=0.02)


def test_the_correction_of_the_risk_changes_sign() -> None:
    assert strong_coupling.constant("excess", 1) > 0
    assert strong_coupling.constant("excess", Fraction(11, 10)) > 0
    assert strong_coupling.constant("excess", Fraction(6, 5)) < 0
    equal = strong_coupling.constant("excess", 1) - strong_coupling.constant("V", 1)  # at b = 1 it is ρV
    assert equal.contains(arb(0))


def test_what_is_outside_the_range_is_refused() -> None:
    with pytest.raises(ValueError, match="must be positive"):
        strong_coupling.exponent(0)
    with pytest.raises(ValueError, match="must exceed 1/√2"):
        strong_coupling.constant("G", 0.7)
    with pytest.raises(ValueError, match="must lie between 0 and 1/√2"):
        strong_coupling.weak_constant(0.8)
    with pytest.raises(ValueError, match="quantity must be"):
        strong_coupling.constant("W", 1)
    with pytest.raises(ValueError, match="finite real number"):
        strong_coupling.exponent(float("inf"))
