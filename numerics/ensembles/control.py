"""The expected location of an outlier with little noise: what is linear in the entries of B² is taken away."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from ..prompts import Array
from .bidiagonal import all_rows, squared_entries, tridiagonal
from .reduced import NEGLIGIBLE, planned_rows
from .top import top


def controlled_locations(rng: np.random.Generator, count: int, d: int, n: int, strength: float) -> Array:
    """Draw numbers with the expectation of the top eigenvalue of S, model as ``outlier``, and less variance, (count,).

    The expected squares of the entries of B are known. The change of the top eigenvalue to first order about them has
    the expectation 0 and is taken away: what is left varies as 1/n, not as 1/√n. Rows as ``planned_rows``; errors as
    ``outlier``, and ``ArithmeticError`` where more would be needed (a spike near the threshold).
    Worked value: d = n = 1000, θ = 2: the deviation is 0.0045, that of the eigenvalue itself 0.116.
    """
    rows = min(all_rows(d, n), planned_rows(d, n, strength))
    squares = np.array(squared_entries(rng, count, d, n, strength, rows=rows)) / n
    found = top(*tridiagonal(*squares))
    if rows < all_rows(d, n) and found.last.max() > NEGLIGIBLE:
        raise ArithmeticError(f"the eigenvector does not fit in {rows} rows; θ = {strength} is too near the threshold")
    expected = expected_squares(d, n, strength, rows) / n
    slopes = top_slopes(*expected)
    linear = np.einsum("sr,src->c", slopes, squares - expected[:, :, None])
    return found.eigenvalue - linear


def expected_squares(d: int, n: int, strength: float, rows: int) -> Array:
    """Return the expected squares of B[i, i] and B[i+1, i] for the leading rows, shape (2, rows).

    Worked value: d = 2, n = 3, θ = 1 and two rows give ((6, 2), (1, 0)).
    """
    i = np.arange(rows)
    expected = np.array([np.maximum(n - i, 0), np.where(i < n, np.maximum(d - 1 - i, 0), 0)], dtype=float)
    expected[0, 0] *= 1 + strength
    return expected


def top_slopes(diagonal: Array, below: Array) -> Array:
    """Return the derivatives of the top eigenvalue of BBᵀ by the squares of B[i, i] and B[i+1, i], shape (2, rows).

    With a, b the squares, T[i, i] = a_i + b_{i−1} and T[i, i+1] = √(a_i b_i); a unit eigenvector v changes the
    eigenvalue by v_i² dT[i, i] + 2 v_i v_{i+1} dT[i, i+1]. The last of ``below`` couples to nothing and has slope 0.
    Worked value: a = (4,), b = (0,) gives ((1,), (0,)).
    """
    squares, couplings = (entries[:, 0] for entries in tridiagonal(diagonal[:, None], below[:, None]))
    last = len(squares) - 1
    _, vectors = eigh_tridiagonal(squares, np.sqrt(couplings[:-1]), select="i", select_range=(last, last))
    v = vectors[:, 0]
    slopes = np.zeros((2, last + 1))
    slopes[0] = v**2
    beside = v[:-1] * v[1:]
    slopes[0, :-1] += beside * np.sqrt(below[:-1] / diagonal[:-1])
    slopes[1, :-1] = v[1:] ** 2 + beside * np.sqrt(diagonal[:-1] / below[:-1])
    return slopes
