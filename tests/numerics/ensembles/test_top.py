"""Laguerre's iteration against LAPACK, and where it could go wrong."""

import numpy as np
import pytest
from scipy.linalg import eigh_tridiagonal

from numerics.ensembles import top as module
from numerics.ensembles.bidiagonal import squared_entries, tridiagonal
from numerics.ensembles.top import top

EPS = np.finfo(float).eps


def lapack(diagonal, squares):
    rows = len(diagonal)
    found = [
        eigh_tridiagonal(entries, np.sqrt(beside), select="i", select_range=(rows - 1, rows - 1))
        for entries, beside in zip(diagonal.T, squares[:-1].T, strict=True)
    ]
    vectors = np.array([vector[:, 0] for _, vector in found]).T ** 2
    return np.array([value[0] for value, _ in found]), vectors[0], vectors[-1]


def test_worked_value() -> None:
    found = top(np.array([[2.0], [2.0]]), np.array([[1.0], [7.0]]))
    assert found.eigenvalue == pytest.approx([3], abs=4 * EPS * 3)
    assert found.overlap == pytest.approx([0.5], abs=1e-14)
    assert found.last == pytest.approx([0.5], abs=1e-14)


@pytest.mark.parametrize(
    ("d", "n", "strength", "rows"),
    [
        (10**6, 10**6, 0.0, 1008),
        (10**6, 10**6, 0.9, 1008),
        (10**6, 10**6, 2.0, 56),
        (500, 2000, 0.7, 80),
        (200, 100, 1.0, 101),
        (64, 64, 0.0, 64),
        (65, 70, 0.0, 65),
        (5, 9, -0.5, 5),
        (1, 4, 0.0, 1),
    ],
)
def test_against_lapack(d: int, n: int, strength: float, rows: int) -> None:
    entries = squared_entries(np.random.default_rng(d + rows), 16, d, n, strength, rows=rows)
    diagonal, squares = tridiagonal(*(part / n for part in entries))
    found = top(diagonal, squares)
    value, first, last = lapack(diagonal, squares)
    assert np.abs(found.eigenvalue / value - 1).max() <= 4e-16 if rows > 1 else np.array_equal(found.eigenvalue, value)
    assert np.abs(found.overlap - first).max() < 1e-9
    assert np.abs(found.last - last).max() < 1e-9


def test_the_smallest_eigenvalue_by_the_negative_matrix() -> None:
    diagonal, squares = tridiagonal(*squared_entries(np.random.default_rng(3), 8, 40, 60))
    found = -top(-diagonal, squares).eigenvalue
    for k in range(8):
        T = np.diag(diagonal[:, k]) + np.diag(np.sqrt(squares[:-1, k]), 1) + np.diag(np.sqrt(squares[:-1, k]), -1)
        values = np.linalg.eigvalsh(T)
        assert abs(found[k] - values[0]) < 16 * EPS * values[-1]


def test_decoupled_graded_and_equal_rows() -> None:
    diagonal = np.array([[1.0, 3.0, 0.0, -5.0, 1e-30], [2.0, 1.0, 0.0, -5.0, 1e-20], [1.5, 2.0, 0.0, -5.0, 1.0]]).T
    found = top(diagonal.T.copy(), np.zeros((3, 5)))
    assert found.eigenvalue == pytest.approx(diagonal.max(axis=1), rel=8 * EPS, abs=1e-140)
    assert found.overlap[:2] == pytest.approx([0, 1], abs=1e-12)


@pytest.mark.parametrize("rows", [21, 63, 130])
def test_two_eigenvalues_that_nearly_coincide(rows: int) -> None:
    # Wilkinson's matrix: the two largest agree to more digits than a float has
    diagonal = np.abs(np.arange(rows) - (rows - 1) / 2)
    value = eigh_tridiagonal(diagonal, np.ones(rows - 1), eigvals_only=True)[-1]
    found = top(diagonal[:, None], np.ones((rows, 1))).eigenvalue
    assert found == pytest.approx([value], rel=16 * EPS)


def test_what_comes_of_one_matrix_does_not_depend_on_the_batch() -> None:
    diagonal, squares = tridiagonal(*squared_entries(np.random.default_rng(4), 50, 100, 100, 1.0))
    whole, one = top(diagonal, squares), top(diagonal[:, 7:8], squares[:, 7:8])
    assert whole.eigenvalue[7] == one.eigenvalue[0]
    assert whole.overlap[7] == one.overlap[0]


def test_bad_input_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    for shapes in (((2, 3), (1, 3)), ((2,), (2,)), ((0, 3), (0, 3)), ((3, 0), (3, 0))):
        with pytest.raises(ValueError, match="must have one shape"):
            top(np.ones(shapes[0]), np.ones(shapes[1]))
    for bad in (np.nan, np.inf):
        with pytest.raises(ValueError, match="must be finite"):
            top(np.array([[bad], [1.0]]), np.ones((2, 1)))
        with pytest.raises(ValueError, match="must be finite"):
            top(np.ones((2, 1)), np.array([[bad], [1.0]]))
    with pytest.raises(ValueError, match="must not be negative"):
        top(np.ones((2, 1)), -np.ones((2, 1)))
    monkeypatch.setattr(module, "MOST_SWEEPS", 1)
    with pytest.raises(ArithmeticError, match="2 top eigenvalues were not found in 1 sweeps"):
        top(np.array([[1.0, 2.0], [0.0, 1.0], [0.5, 3.0]]), np.ones((3, 2)))


def test_entries_whose_squares_overflow_are_refused() -> None:
    with pytest.raises(ValueError, match=r"at most 1e\+150"):
        top(np.full((2, 1), 1e308), np.full((2, 1), 1e308))
    assert top(np.full((2, 1), 1e150), np.zeros((2, 1))).eigenvalue[0] == pytest.approx(1e150)
