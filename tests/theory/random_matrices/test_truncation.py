from fractions import Fraction

import pytest
from flint import arb
from sympy import Rational

from theory.random_matrices import truncation
from theory.random_matrices.tridiagonal import Tridiagonal


@pytest.mark.parametrize("derive", [truncation.derivation, truncation.rows_derivation])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    found = truncation.cut([3, 1], [1, 0], 1)
    assert (found.weight, found.rest, found.beside, found.square, found.below) == (1, arb(1) / 2, 0, 1, 2)
    assert {float(bound) for bound in found.bounds().values()} == {0.5}
    assert truncation.fall(2, 1, 1).contains((arb(3) / 4).log())
    at = {truncation.theta: 2, truncation.g: 1}
    assert (truncation.LOCATION.subs(at), truncation.OVERLAP.subs(at)) == (Rational(9, 2), Rational(1, 2))


def test_the_parts_solve_the_secular_equation() -> None:
    diagonal, couplings, m = [4, 3, 1, 2, 0], [1, Fraction(1, 2), Fraction(1, 4), 1, 0], 2
    found = truncation.cut(diagonal, couplings, m)
    whole = Tridiagonal.of(diagonal, couplings)
    gain = whole.eigenvalues()[0] - whole.block(0, m).eigenvalues()[0]
    bounds = found.bounds()
    assert 0 < gain < bounds["by resolvents"] < bounds["by gaps"]
    assert bounds["by resolvents"] < gain * arb("1.1")


def test_no_bound_where_the_rest_is_higher_or_coupled_too_strongly() -> None:
    assert truncation.cut([1, 3], [1, 0], 1).bounds() == {}
    assert truncation.cut([3, 3, 0], [Fraction(1, 8), 2, 0], 2).bounds() == {}


def test_bad_input_is_refused() -> None:
    for m in (0, 2):
        with pytest.raises(ValueError, match="m must be from 1 to 1"):
            truncation.cut([3, 1], [1, 0], m)
    with pytest.raises(ValueError, match="must not be 0"):
        truncation.cut([3, 1, 1], [0, 1, 0], 2)
    for strength, aspect, row in ((1, 1, 1), (-2, 1, 1), (2, 0, 1), (2, 1, 0)):
        with pytest.raises(ValueError, match="needs γ > 0, θ > √γ and a row k ≥ 1"):
            truncation.fall(strength, aspect, row)
    with pytest.raises(ValueError, match="strength θ must be a finite real number"):
        truncation.fall(float("inf"), 1, 1)
