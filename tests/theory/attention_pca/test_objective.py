from fractions import Fraction

import pytest
from sympy import Matrix

from theory.attention_pca import objective


def test_every_exact_step_holds() -> None:
    assert [step.residual for step in objective.derivation().steps] == [None, "0"]


def test_worked_values() -> None:
    assert objective.invariants([2, 1], [1, 1]) == (3, 5, 3)
    assert objective.risk([2, 1], [1, 1]) == 8
    assert objective.risk([2, 1], [0, 0]) == 3


def test_the_risk_against_explicit_matrices() -> None:
    # E‖Bq‖² = tr BΣBᵀ with B = I − Σμμᵀ, written out.
    sigma, mu = Matrix.diag(3, 2, 1), Matrix([Fraction(1, 2), -1, 2])
    b = Matrix.eye(3) - sigma * mu * mu.T
    assert objective.risk([3, 2, 1], [Fraction(1, 2), -1, 2]) == (b * sigma * b.T).trace()


def test_bad_input_is_refused() -> None:
    with pytest.raises(ValueError, match="descending"):
        objective.risk([1, 2], [1, 1])
    with pytest.raises(ValueError, match="must have 2 entries"):
        objective.risk([2, 1], [1, 1, 1])
