from fractions import Fraction

import pytest

from theory.attention_pca import gradient, objective


def test_every_exact_step_holds() -> None:
    assert {step.residual for step in gradient.derivation().steps if step.kind == "exact"} == {"0"}


def test_the_worked_gradient() -> None:
    assert gradient.gradient([2, 1], [1, 1]) == [28, 12]


def test_it_is_the_derivative_of_the_objective() -> None:
    spectrum, point = [3, 2, 2, Fraction(1, 2), 0], [Fraction(1, 3), -1, Fraction(1, 2), 2, 5]
    step = Fraction(1, 1000)
    for k, slope in enumerate(gradient.gradient(spectrum, point)):

        def at(shift: int, k: int = k) -> Fraction:
            return objective.risk(spectrum, [entry + shift * step * (i == k) for i, entry in enumerate(point)])

        assert (8 * (at(1) - at(-1)) - (at(2) - at(-2))) / (12 * step) == slope  # exact for degree four


def test_eigenvectors_over_the_root_of_their_eigenvalue_are_stationary() -> None:
    assert gradient.gradient([4, 1, 0], [Fraction(1, 2), 0, 7]) == [0, 0, 0]
    assert gradient.gradient([4, 4, 1], [Fraction(3, 10), Fraction(4, 10), 0]) == [0, 0, 0]
    assert gradient.gradient([4, 1], [Fraction(1, 2), 1]) != [0, 0]


def test_shapes_must_fit() -> None:
    with pytest.raises(ValueError, match="parameter must have 2 entries"):
        gradient.gradient([2, 1], [1])
