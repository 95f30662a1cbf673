from fractions import Fraction

import pytest
from flint import fmpq, fmpq_mat

from theory.attention_pca.prompt_data import covariances, mean_trace, pencil_top, token_matrices, top_eigenvalue


def test_worked_values() -> None:
    assert token_matrices([[[1, 2]]]) == [fmpq_mat([[1], [2]])]
    assert covariances([[[2]]]) == [fmpq_mat([[4]])]
    assert mean_trace([[[2]]]) == 4
    assert top_eigenvalue(fmpq_mat([[4]])) == 4
    assert pencil_top([[[2]]]) == 4


def test_they_are_exact() -> None:
    assert covariances([[[0.5, 1], [1, 0]]]) == [fmpq_mat([[fmpq(5, 8), fmpq(1, 4)], [fmpq(1, 4), fmpq(1, 2)]])]
    assert mean_trace([[[0.5]], [[1]]]) == Fraction(5, 8)


def test_the_pencil_of_one_prompt_is_its_covariance() -> None:
    prompt = [[1, 2], [3, -1], [0, 1]]
    assert float(pencil_top([prompt])) == pytest.approx(float(top_eigenvalue(covariances([prompt])[0])))


@pytest.mark.parametrize("bad", [[], [[]], [[[]]], [[[1]], [[1, 2]]], [[[1, 2], [1]]], [[[1]], [[1], [2]]]])
def test_other_shapes_are_refused(bad: list[list[list[int]]]) -> None:
    with pytest.raises(ValueError, match="token"):
        token_matrices(bad)


def test_what_is_not_finite_is_refused() -> None:
    with pytest.raises(ValueError, match="finite"):
        mean_trace([[[float("inf")]]])


def test_a_singular_pencil_is_refused() -> None:
    with pytest.raises(ValueError, match="positive definite"):
        pencil_top([[[1, 2]]])
