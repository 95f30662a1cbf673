import pytest
from sympy import diff, solve

from theory.attention_pca.objective import a, b
from theory.attention_pca.quartic import GENERAL, eigenvalue
from theory.attention_pca.quartic_points import hessian_derivation, minimum_derivation, stationary_derivation


@pytest.mark.parametrize(("derivation", "steps"), [(stationary_derivation, 8), (minimum_derivation, 10)])
def test_every_exact_step_holds(derivation, steps) -> None:
    assert [step.residual for step in derivation().steps if step.kind == "exact"] == ["0"] * steps


def test_every_exact_step_of_the_hessian_holds() -> None:
    assert [step.residual for step in hessian_derivation().steps if step.kind == "exact"] == ["0"] * 5


def test_the_norm_is_the_root_of_the_slope_in_b_along_an_eigenvector() -> None:
    (root,) = solve(diff(GENERAL.risk.subs(a, eigenvalue * b), b), b)
    assert (root / eigenvalue - GENERAL.squared_norm).together().as_numer_denom()[0].expand() == 0
