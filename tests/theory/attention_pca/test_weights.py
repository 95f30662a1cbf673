from fractions import Fraction

import mpmath
import numpy as np
import pytest
from sympy import symbols

from theory.attention_pca import objective, weights


def test_every_exact_step_holds() -> None:
    for derived in (weights.derivation(), weights.two_keys()):
        assert {step.residual for step in derived.steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    still = weights.averages_of_two_keys(0)
    assert float(still["G"]) == pytest.approx(0.5, rel=1e-14)
    assert float(still["V"]) == pytest.approx(0.5, rel=1e-14)
    assert still["drift"] == 0
    assert float(weights.risk_of_two_keys([2, 1], [0, 0])) == pytest.approx(4.5, rel=1e-14)
    assert weights.moved(weights.w) == weights.sigma * weights.w * (1 - weights.w)
    assert weights.summed(weights.w - weights.w**2) == 1 - weights.Q


@pytest.mark.parametrize("coupling", [Fraction(1, 4), 1.0, 1.5])
def test_two_keys_against_integration_over_both_keys(coupling: Fraction | float) -> None:
    nodes, masses = np.polynomial.hermite_e.hermegauss(120)
    masses = masses / masses.sum()
    g, n = nodes[:, None], nodes[None, :]
    # z₁ and z₂ are m ± n/√2 with m ~ N(0, 1/2), which enters M as it is.
    tilt = np.tanh(float(coupling) * g * n / np.sqrt(2))
    centred = n / np.sqrt(2) * tilt - float(coupling) * g
    right = {"G": (1 + tilt**2) / 2, "V": 0.5 + centred**2, "drift": g * centred}
    for name, found in weights.averages_of_two_keys(coupling).items():
        assert float(found) == pytest.approx(float(masses @ right[name] @ masses), abs=2e-5)
        assert found.rad() < 1e-11


def test_the_transform_of_the_square() -> None:
    def wave(v: mpmath.mpf) -> mpmath.mpf:
        return v / mpmath.sinh(mpmath.pi * v / 2) / 4 * (4 + v**2) / 24

    x = mpmath.mpf("0.7")
    right = 1 / (16 * mpmath.cosh(x) ** 4)
    assert mpmath.quad(lambda v: wave(v) * mpmath.cos(v * x), [0, 5, 30]) == pytest.approx(float(right), rel=1e-12)


def test_the_risk_exceeds_that_of_the_limit_by_the_formula() -> None:
    spectrum, parameter = [2, 1], [Fraction(1, 2), Fraction(1, 4)]
    t, a, b = objective.invariants(spectrum, parameter)
    found = weights.averages_of_two_keys(b)
    F = 2 * b + 2 * float(found["drift"]) - (b**2 + 2 * float(b) * float(found["drift"]) + float(found["V"]))
    G = float(found["G"])
    risk = float(t) * (1 + G) - float(a / b) * (float(F) + G)
    assert float(weights.risk_of_two_keys(spectrum, parameter)) == pytest.approx(risk, rel=1e-12)


def test_sums_without_a_name_are_refused() -> None:
    with pytest.raises(ValueError, match=r"w\^4 z\^0 has no name"):
        weights.summed(weights.w**4)


def test_averages_that_are_not_derived_are_refused() -> None:
    with pytest.raises(ValueError, match=r"E p\^3 g\^0 is not among those derived"):
        weights._average(symbols("p", real=True) ** 3, Fraction(1))


@pytest.mark.parametrize("coupling", [-1, float("nan")])
def test_a_coupling_that_is_not_one_is_refused(coupling: float) -> None:
    with pytest.raises(ValueError, match="coupling"):
        weights.averages_of_two_keys(coupling)
