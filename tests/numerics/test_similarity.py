from itertools import permutations

import numpy as np
import pytest
from scipy.linalg import subspace_angles

from numerics import similarity

RNG = np.random.default_rng(5)
X, Y = RNG.standard_normal((9, 3)), RNG.standard_normal((9, 4))
Q, _ = np.linalg.qr(RNG.standard_normal((3, 3)))


def test_the_worked_values() -> None:
    first, second = np.array([[0.0], [1], [0]]), np.array([[0.0], [0], [1]])
    assert similarity.linear_cka(first, second) == pytest.approx(1 / 4)
    assert similarity.optimal_cosine(np.eye(2), np.eye(2)) == 1
    assert similarity.optimal_cosine(np.eye(2), -np.eye(2)) == 0
    tilted = np.array([[1.0], [1.0]])
    assert similarity.principal_cosines(np.array([[1.0], [0]]), tilted) == pytest.approx(np.sqrt(0.5))
    assert similarity.column_overlap(np.array([[1.0], [0]]), tilted) == pytest.approx(0.5)
    assert similarity.centred_gram(np.eye(2)) == pytest.approx(np.array([[0.5, -0.5], [-0.5, 0.5]]))


def test_cka_from_its_definition_by_gram_matrices() -> None:
    centring = np.eye(9) - 1 / 9
    k, m = (centring @ z @ z.T @ centring for z in (X, Y))
    expected = np.trace(k @ m) / np.sqrt(np.trace(k @ k) * np.trace(m @ m))
    assert similarity.linear_cka(X, Y) == pytest.approx(expected)
    assert similarity.kernel_cka(X @ X.T, Y @ Y.T) == pytest.approx(expected)


def test_cka_is_invariant_under_rotations_scales_and_shifts_but_not_under_matrices() -> None:
    assert similarity.linear_cka(-3 * X @ Q + 5, Y) == pytest.approx(similarity.linear_cka(X, Y))
    assert similarity.linear_cka(X, X @ Q) == pytest.approx(1)
    assert similarity.linear_cka(X, X @ np.diag([1, 2, 9])) < 0.99


def test_the_optimal_matching_is_the_best_of_all() -> None:
    unit = [z / np.linalg.norm(z, axis=0) for z in (X, Y[:, :3])]
    table = unit[0].T @ unit[1]
    best = max(np.mean([table[i, j] for i, j in enumerate(order)]) for order in permutations(range(3)))
    assert similarity.optimal_cosine(X, Y[:, :3]) == pytest.approx(best)


def test_principal_angles_are_those_of_scipy_and_of_the_spaces_alone() -> None:
    expected = np.cos(subspace_angles(X, Y))[::-1]
    assert similarity.principal_cosines(X, Y) == pytest.approx(expected)
    assert similarity.principal_cosines(X @ RNG.standard_normal((3, 3)), Y) == pytest.approx(expected)
    assert similarity.column_overlap(X, X @ np.diag([1, 1e-6, 1e6])) == pytest.approx(1)


@pytest.mark.parametrize(
    "measure",
    [similarity.linear_cka, similarity.optimal_cosine, similarity.principal_cosines, similarity.column_overlap],
)
def test_batches(measure) -> None:
    first, second = RNG.standard_normal((2, 5, 7, 3)), RNG.standard_normal((2, 5, 7, 3))
    assert measure(first, second)[1, 3] == pytest.approx(measure(first[1, 3], second[1, 3]))


def test_the_mean_of_the_permutation_null_of_two_columns() -> None:
    null = similarity.permutation_null(np.random.default_rng(1), 4000, similarity.linear_cka, X[:, :1], Y[:, :1])
    assert null.mean() == pytest.approx(1 / 8, abs=5 * null.std() / np.sqrt(4000))


@pytest.mark.parametrize(
    ("measure", "first", "second", "message"),
    [
        (similarity.linear_cka, X, Y[:8], "same number of rows"),
        (similarity.linear_cka, np.ones((9, 2)) / 3, Y, "first is constant"),
        (similarity.linear_cka, X, np.full((9, 2), np.nan), "second must be finite"),
        (similarity.linear_cka, X[0], Y, "N ≥ 2"),
        (similarity.kernel_cka, X, X, "must be square"),
        (similarity.kernel_cka, np.ones((9, 9)), np.eye(9), "first is 0 once centred"),
        (similarity.optimal_cosine, X, Y, "the same shape"),
        (similarity.optimal_cosine, X, 0 * X, "column of zeros"),
        (similarity.principal_cosines, X, X[:, [0, 0]], "independent"),
        (similarity.principal_cosines, X[:2], Y[:2], "independent"),
    ],
)
def test_bad_input(measure, first, second, message) -> None:
    with pytest.raises(ValueError, match=message):
        measure(first, second)


def test_the_permutation_null_takes_two_arrays_and_a_number() -> None:
    with pytest.raises(ValueError, match="at least 1"):
        similarity.permutation_null(RNG, 0, similarity.linear_cka, X, Y)
    with pytest.raises(ValueError, match=r"\(N, p\) and \(N, q\)"):
        similarity.permutation_null(RNG, 2, similarity.linear_cka, X[None], Y)
