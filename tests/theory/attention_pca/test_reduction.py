"""The reduced risk against the linear head's known one, and the parts against independent quadrature."""

from fractions import Fraction

import mpmath
import pytest

from theory.attention_pca import (
    best_norm,
    finite_alignment,
    finite_prompt,
    gated_heads,
    reduction,
    two_keys,
    weak_coupling,
)

DERIVATIONS = (
    reduction.derivation,
    gated_heads.derivation,
    two_keys.derivation,
    finite_alignment.derivation,
    finite_alignment.self_derivation,
    weak_coupling.limit_derivation,
    weak_coupling.derivation,
    best_norm.derivation,
)


@pytest.mark.parametrize("derivation", DERIVATIONS)
def test_every_exact_step_holds(derivation) -> None:
    exact = [step for step in derivation().steps if step.kind == "exact"]
    assert exact
    assert {step.residual for step in exact} == {"0"}


def test_worked_values() -> None:
    assert reduction.risk([2, 1], [1, 1], reduction.Parts(Fraction(1), Fraction(1, 2), Fraction(0))) == 2
    assert gated_heads.parts("linear", 1, 1, "fresh") == reduction.Parts(Fraction(-1), Fraction(1), Fraction(0))
    assert float(weak_coupling.correction(3, 1, Fraction(1, 2))) == pytest.approx(4.5 * 2**0.5)
    assert weak_coupling.limit_of(1)["F"] == 1
    assert best_norm.linear(3, 2, 1) == best_norm.Best(Fraction(2, 7), Fraction(17, 7))
    assert float(best_norm.softmax_floor(4, 2, 2)) == pytest.approx(3 + 2 * 0.7820, abs=1e-4)
    assert float(best_norm.softmax_floor(4, 2, 64)) == pytest.approx(2 * (1 + 1 / 64))
    coupling, P, Q = finite_alignment.two_key_optimum()
    assert (coupling, float(P), float(Q)) == pytest.approx((2, 0.309, 0.1267), abs=1e-4)
    assert abs(float(finite_alignment.two_key_coupling(4, 2).mid()) - 1) <= 1 / 8


def test_the_distance_from_the_hull_of_two_keys_against_a_quadrature() -> None:
    def beyond(x):  # E (g − x)² over g > x, at the larger key; the smaller one is its mirror image
        return (1 + x * x) * (1 - mpmath.ncdf(x)) - x * mpmath.npdf(x)

    with mpmath.workdps(15):
        found = 2 * mpmath.quad(lambda x: beyond(x) * 2 * mpmath.npdf(x) * mpmath.ncdf(x), [-8, 0, 8])
    assert float(best_norm.softmax_floor(1, 1, 2)) == pytest.approx(float(found), abs=1e-9)


@pytest.mark.parametrize("length", [1, 2, 7])
def test_the_linear_head_has_its_known_risk(length: int) -> None:
    spectrum, parameter = [2, 1, Fraction(1, 2)], [Fraction(1, 2), 1, Fraction(-1, 3)]
    form = Fraction(1, 2) + 1 + Fraction(1, 18)
    found = reduction.risk(spectrum, parameter, gated_heads.parts("linear", form, length, "fresh"))
    assert found == finite_prompt.fresh_risk(spectrum, parameter, length)


@pytest.mark.parametrize("coupling", [0.5, 2.0])
def test_two_keys_against_a_quadrature_over_the_scores(coupling: float) -> None:
    def mean(f):
        return mpmath.quad(
            lambda g: mpmath.quad(lambda z: f(g, z) * mpmath.npdf(z), [-8, 0, 8]) * mpmath.npdf(g), [-8, 0, 8]
        )

    def seldom(g, z):
        return 1 / (1 + mpmath.exp(coupling * g * (g - z)))

    with mpmath.workdps(10):
        P, Q = 2 * mean(lambda g, z: seldom(g, z) ** 2), mean(lambda g, z: (seldom(g, z) * (g - z)) ** 2)
    found = two_keys.self_errors(coupling)
    assert [float(number) for number in found] == pytest.approx([float(P), float(Q)], abs=1e-5)


@pytest.mark.parametrize(
    "call",
    [
        lambda: reduction.risk([1], [0], reduction.Parts(Fraction(0), Fraction(1), Fraction(0))),
        lambda: gated_heads.parts("hard", 1, 2, "fresh"),
        lambda: gated_heads.parts("relu", 0, 2, "fresh"),
        lambda: gated_heads.parts("relu", 1, 0, "fresh"),
        lambda: two_keys.parts(9, "fresh"),
        lambda: two_keys.parts(1, "both"),
        lambda: weak_coupling.kappa_of(0.8),
        lambda: weak_coupling.correction(1, 2, 0.1),
        lambda: weak_coupling.limit_of(-1),
        lambda: best_norm.linear(1, 2, 3),
        lambda: best_norm.softmax_floor(1, 2, 3),
        lambda: best_norm.softmax_floor(2, 1, 1),
        lambda: finite_alignment.two_key_coupling(1, 2),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
