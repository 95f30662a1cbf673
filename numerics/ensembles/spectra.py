"""Spectra of S = XXᵀ/n, X of the shape (d, n) with i.i.d. N(0, 1) entries: dense, or from its bidiagonal form.

Every function returns one number for each of ``count`` independent matrices. The bidiagonal B has all eigenvalues of
S but d − n − 1 zeros, if d > n + 1, which are added. Its pivots are found row by row for all samples at once.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.linalg import eigh_tridiagonal

from ..prompts import Array, finite_array, positive_count
from .bidiagonal import squared_entries, tridiagonal


def counts(rng: np.random.Generator, count: int, d: int, n: int, points: ArrayLike) -> Array:
    """Draw F_n(x), the share of the d eigenvalues that are ≤ x, for every x > 0 of ``points``: (len(points), count).

    By Sylvester's law of inertia it is the share of negative pivots of BBᵀ/n − x (an eigenvalue that equals x has the
    probability 0). Errors: ``ValueError`` for count, d or n < 1 and for points that are not positive and finite;
    ``FloatingPointError`` where a pivot is exactly 0, which has the probability 0 too.
    Worked value: d = 2, n = 1 gives at least 1/2 at every point, as one eigenvalue is 0.
    """
    where = finite_array(points, "points", 1)
    if where.min() <= 0:
        raise ValueError(f"points must be positive, as {where.min()} is not: at 0 rounding would decide")
    diagonal, below = squared_entries(rng, count, d, n)
    negative = np.zeros((len(where), count), dtype=int)
    for pivot, _ in _pivots(diagonal / n, below / n, where[:, None]):
        negative += pivot < 0
    return (negative + d - len(diagonal)) / d


def resolvent_traces(rng: np.random.Generator, count: int, d: int, n: int, z: complex) -> NDArray[np.complex128]:
    """Draw (1/d) tr (S − z)^{-1}, shape (count,), complex; for z < 0 or z that is not real.

    tr (S − z)^{-1} = −(d/dz) log det(S − z), the sum of −q'/q over the pivots. Errors: ``ValueError`` for count, d or
    n < 1, and for z ≥ 0: it may be an eigenvalue, and the trace then has no expectation.
    Worked value: d = n = 1 and z = −1 give 1/(1 + χ²).
    """
    if not np.isfinite(z) or (np.imag(z) == 0 and np.real(z) >= 0):
        raise ValueError(f"z must be finite, and negative or not real, not {z!r}")
    diagonal, below = squared_entries(rng, count, d, n)
    trace: NDArray[np.complex128] = np.full(count, (len(diagonal) - d) / complex(z))
    for pivot, slope in _pivots(diagonal / n, below / n, np.array([[complex(z)]]), slopes=True):
        trace -= (slope / pivot)[0]
    trace /= d
    return trace


def order_statistic(rng: np.random.Generator, count: int, d: int, n: int, k: int) -> Array:
    """Draw the k-th smallest of the d eigenvalues of S, shape (count,), by bisection on the tridiagonal BBᵀ/n.

    Errors: ``ValueError`` for count, d or n < 1 and unless 1 ≤ k ≤ d; ``numpy.linalg.LinAlgError`` if LAPACK fails.
    Worked value: d = 3, n = 1 and k = 2 give 0.
    """
    if not isinstance(k, int | np.integer) or not 1 <= k <= positive_count(d, "dimension d"):
        raise ValueError(f"k must be an integer from 1 to d = {d}, not {k!r}")
    zeros = max(0, d - positive_count(n, "n"))
    if k <= zeros:
        return np.zeros(positive_count(count, "count"))
    squares, couplings = tridiagonal(*squared_entries(rng, count, d, n))
    index = int(k) - 1 - (d - len(squares))
    beside = np.sqrt(couplings[:-1])
    found = [
        eigh_tridiagonal(squares[:, i], beside[:, i], eigvals_only=True, select="i", select_range=(index, index))[0]
        for i in range(count)
    ]
    return np.array(found) / n


def dense(rng: np.random.Generator, count: int, d: int, n: int) -> Array:
    """Draw all eigenvalues of S, ascending, shape (count, d), from the matrices X themselves.

    Errors: ``ValueError`` for count, d or n < 1. Worked value: d = 2, n = 1 gives 0 (but for rounding) and |x|².
    """
    shape = (positive_count(count, "count"), positive_count(d, "dimension d"), positive_count(n, "n"))
    X = rng.standard_normal(shape)
    return np.asarray(np.linalg.eigvalsh(X @ X.swapaxes(1, 2) / n), dtype=float)


def zeros(rng: np.random.Generator, d: int, n: int) -> int:
    """Draw one X and return the number of zero eigenvalues of S: d less the numerical rank of X, by singular values.

    Errors: ``ValueError`` for d or n < 1. Worked value: d = 3, n = 1 gives 2.
    """
    X = rng.standard_normal((positive_count(d, "dimension d"), positive_count(n, "n")))
    return d - int(np.linalg.matrix_rank(X))


def _pivots(diagonal: Array, below: Array, z: Array, *, slopes: bool = False) -> Iterator[tuple[Array, Array]]:
    """Yield the pivots q of BBᵀ − z and, if wanted, dq/dz, row by row, from squared entries of B, (rows, count).

    The differential form q = s + B[i, i]², s ← B[i+1, i]² s/q − z does not cancel where z < 0. ``z``: (points, 1).
    Source: K. V. Fernando and B. N. Parlett, doi:10.1007/s002110050024.
    """
    shifted = np.repeat(-z, diagonal.shape[1], axis=1)
    slope = np.full_like(shifted, -1)
    with np.errstate(divide="raise", invalid="raise", over="raise"):
        for square, beside in zip(diagonal, below, strict=True):
            pivot = shifted + square
            yield pivot, slope
            ratio = beside / pivot
            if slopes:
                slope = ratio * slope * (square / pivot) - 1
            shifted = ratio * shifted - z
