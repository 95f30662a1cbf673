from fractions import Fraction

import pytest

from theory.attention_pca import objective, stationary_points


def test_every_exact_step_holds() -> None:
    steps = [step for step in stationary_points.derivation().steps if step.kind == "exact"]
    assert [step.residual for step in steps] == ["0"] * 3


def test_worked_values() -> None:
    assert stationary_points.values([2, 1]) == [1, 2]
    assert stationary_points.minimum([2, 1]) == (1, Fraction(1, 2))


@pytest.mark.parametrize("spectrum", [[4, 1], [Fraction(9, 4), 1, Fraction(1, 4)], [1]])
def test_the_values_are_the_objective_there(spectrum: list[Fraction]) -> None:
    # Eigenvalues that are squares, so that 1/√λ is rational.
    roots = {4: 2, 1: 1, Fraction(9, 4): Fraction(3, 2), Fraction(1, 4): Fraction(1, 2)}
    for k, eigenvalue in enumerate(spectrum):
        point = [Fraction(i == k) / roots[eigenvalue] for i in range(len(spectrum))]
        assert objective.risk(spectrum, point) == stationary_points.values(spectrum)[k]


def test_the_spectrum_has_to_be_positive() -> None:
    with pytest.raises(ValueError, match="positive"):
        stationary_points.values([1, 0])
