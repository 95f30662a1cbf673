"""The limits and the 1/L terms against sums over the two moments that they are made of."""

from fractions import Fraction

import mpmath
import pytest

from theory.attention_pca import weak_coupling


@pytest.mark.parametrize("derivation", [weak_coupling.limit_derivation, weak_coupling.derivation])
def test_every_exact_step_holds(derivation) -> None:
    steps = [step for step in derivation().steps if step.kind == "exact"]
    assert steps
    assert {step.residual for step in steps} == {"0"}


def test_worked_values() -> None:
    assert float(weak_coupling.kappa_of(Fraction(1, 2))) == pytest.approx(2**0.5)
    assert float(weak_coupling.correction(3, 1, Fraction(1, 2))) == pytest.approx(4.5 * 2**0.5)
    assert weak_coupling.limit_of(1)["F"] == 1
    assert float(weak_coupling.term_of("W", "self", Fraction(1, 2))) == 2


@pytest.mark.parametrize("coupling", [0.1, 0.3])
def test_the_terms_against_a_quadrature_over_the_query(coupling: float) -> None:
    def mean(f):
        return mpmath.quad(lambda g: f(g) * mpmath.npdf(g), [-20, 0, 20])

    def own(g):  # L times the weight of the key that is the query
        return mpmath.exp(coupling * g**2 - (coupling * g) ** 2 / 2)

    def shortfall(g):  # Var and bias of M, of the first order in 1/L
        sigma, m = coupling * g, mpmath.exp((coupling * g) ** 2)
        return -m * (1 + sigma**2) - 2 * (1 - coupling) * g * sigma * m

    right = {
        ("G", "fresh"): mean(lambda g: mpmath.exp((coupling * g) ** 2)),
        ("W", "self"): mean(own),
        ("F", "fresh"): mean(shortfall),
        ("F", "self"): mean(lambda g: shortfall(g) + 2 * (1 - coupling) ** 2 * g * g * own(g)),
    }
    for (part, query), value in right.items():
        assert float(weak_coupling.term_of(part, query, coupling)) == pytest.approx(float(value), rel=1e-8)
    assert weak_coupling.term_of("W", "fresh", coupling) == 0


@pytest.mark.parametrize(
    "call",
    [
        lambda: weak_coupling.kappa_of(0.8),
        lambda: weak_coupling.correction(1, 2, 0.1),
        lambda: weak_coupling.correction(3, 1, 0),
        lambda: weak_coupling.correction(3, 1, -0.1),
        lambda: weak_coupling.correction(3, 1, 0.8),
        lambda: weak_coupling.limit_of(-1),
        lambda: weak_coupling.term_of("W", "self", 0.8),
        lambda: weak_coupling.term_of("H", "self", 0.1),
        lambda: weak_coupling.term_of("W", "both", 0.1),
    ],
)
def test_bad_input_is_refused(call) -> None:
    with pytest.raises(ValueError, match=r"must|needs"):
        call()
