import pytest
from sympy import expand

from theory.random_matrices import bidiagonal
from theory.random_matrices.bidiagonal import d, n, theta


@pytest.mark.parametrize("derive", [bidiagonal.derivation, bidiagonal.control])
def test_every_exact_step_holds(derive) -> None:
    assert {step.residual for step in derive().steps if step.kind == "exact"} == {"0"}


def test_worked_moments() -> None:
    assert expand(bidiagonal.reduced_moment(1) - n * (1 + theta)) == 0
    assert expand(bidiagonal.wishart_moment(1) - n * (1 + theta)) == 0
    assert expand(bidiagonal.wishart_moment(1, trace=True) - n * (d + theta)) == 0
    assert bidiagonal.reduced_moment(3).subs({d: 1, n: 1, theta: 0}) == 15  # E x⁶ of a normal number
    for other in (0, 4):
        with pytest.raises(ValueError, match="k must be 1, 2 or 3"):
            bidiagonal.reduced_moment(other)


def test_a_lost_degree_of_freedom_is_another_moment() -> None:
    fewer = bidiagonal.reduced_moment(2, {**bidiagonal.DEGREES, bidiagonal.a_0: n - 1})
    assert expand(fewer - bidiagonal.wishart_moment(2)) != 0


def test_the_moments_of_an_isotropic_wishart_matrix() -> None:
    # E tr W² = nd(n + d + 1), which is d times the moment at any u
    assert expand(bidiagonal.wishart_moment(2, trace=True).subs(theta, 0) - n * d * (n + d + 1)) == 0
    assert expand(bidiagonal.wishart_moment(2).subs(theta, 0) - n * (n + d + 1)) == 0
