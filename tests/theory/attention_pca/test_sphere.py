from fractions import Fraction

import pytest

from theory.attention_pca import sphere


@pytest.mark.parametrize("derive", [sphere.derivation, sphere.objective_derivation])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert sphere.thresholds([2, 1]) == (Fraction(3, 5), Fraction(3, 2))
    assert sphere.minimum([2, 1], 1) == sphere.Minimum(Fraction(5, 3), Fraction(1, 3))
    assert sphere.unclipped([2, 1], 1) == Fraction(1, 3)
    assert sphere.unclipped([2, 1], Fraction(1, 2)) == Fraction(4, 3)


def test_the_risk_depends_on_the_direction_alone() -> None:
    assert sphere.risk([2, 1], [1, 1], 1) == sphere.risk([2, 1], [-3, -3], 1) == Fraction(7, 4)
    with pytest.raises(ValueError, match="direction must not be 0"):
        sphere.risk([2, 1], [0, 0], 1)


def risk(spectrum: list[Fraction], weights: list[Fraction], beta: Fraction) -> Fraction:
    a = sum(s**2 * p for s, p in zip(spectrum, weights, strict=True))
    b = sum(s * p for s, p in zip(spectrum, weights, strict=True))
    return sum(spectrum) - 2 * beta * a + beta**2 * a * b


@pytest.mark.parametrize("beta", [Fraction(k, 10) for k in (2, 5, 6, 7, 9, 12, 15, 18, 40)])
def test_no_weights_on_a_grid_are_better(beta: Fraction) -> None:
    spectrum = [Fraction(2), Fraction(7, 4), Fraction(5, 4), Fraction(1)]
    least = sphere.minimum(spectrum, beta)
    assert risk(spectrum, [least.weight, Fraction(0), Fraction(0), 1 - least.weight], beta) == least.risk
    n = 8
    grid = ((i, j, k, n - i - j - k) for i in range(n + 1) for j in range(n + 1 - i) for k in range(n + 1 - i - j))
    assert all(risk(spectrum, [Fraction(x, n) for x in weights], beta) >= least.risk for weights in grid)


def test_the_weight_leaves_the_ends_at_the_thresholds() -> None:
    spectrum, small = [3, 2, 1], Fraction(1, 100)
    low, high = sphere.thresholds(spectrum)
    assert sphere.minimum(spectrum, low).weight == 1 > sphere.minimum(spectrum, low + small).weight
    assert sphere.minimum(spectrum, high).weight == 0 < sphere.minimum(spectrum, high - small).weight


def test_bad_input_is_refused() -> None:
    for spectrum in ([1, 1], [2, 0], [1]):
        with pytest.raises(ValueError, match="λ_1 > λ_d"):
            sphere.thresholds(spectrum)
    for beta in (0, -1):
        with pytest.raises(ValueError, match="inverse_temperature must be positive"):
            sphere.minimum([2, 1], beta)
