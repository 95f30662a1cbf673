import pytest
from sympy import Matrix, Rational, diag, sqrt, symbols

from theory.attention_pca import hessian


@pytest.mark.parametrize("derive", [hessian.derivation, hessian.index_derivation])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_values() -> None:
    assert [[hessian.curvature([2, 1], k, j) for j in (1, 2)] for k in (1, 2)] == [[32, 2], [-4, 8]]
    assert [hessian.curvature_at_zero([2, 1], j) for j in (1, 2)] == [-16, -4]
    assert [hessian.nullity([3, 2, 2, 1], k) for k in (1, 2, 3, 4)] == [0, 1, 1, 0]
    assert [hessian.nullity([2, 2, 1], k) for k in (1, 2, 3)] == [1, 1, 0]
    assert hessian.morse_index([3, 2, 2, 1], 4) == 3
    assert hessian.morse_index([3, 2, 2, 1], 2) == 1


@pytest.mark.parametrize("k", [1, 2, 3])
def test_against_second_derivatives_in_coordinates(k: int) -> None:
    spectrum = [3, 2, Rational(1, 2)]
    m = symbols("m1:4")
    a = sum(s**2 * x**2 for s, x in zip(spectrum, m, strict=True))
    b = sum(s * x**2 for s, x in zip(spectrum, m, strict=True))
    point = {x: (1 / sqrt(spectrum[k - 1]) if i == k - 1 else 0) for i, x in enumerate(m)}
    matrix = Matrix([[(-2 * a + a * b).diff(x, y).subs(point) for y in m] for x in m])
    found = [hessian.curvature([3, 2, "1/2"], k, j) for j in (1, 2, 3)]
    assert matrix == diag(*(Rational(x.numerator, x.denominator) for x in found))


def test_bad_numbers_are_refused() -> None:
    with pytest.raises(ValueError, match="number must be from 1 to d = 2"):
        hessian.curvature([2, 1], 3, 1)
    with pytest.raises(ValueError, match="does not exist"):
        hessian.curvature([2, 0], 2, 1)
