"""The expected location and overlap of an outlier with little noise: what is known to average out is taken away."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from ..prompts import Array
from .bidiagonal import all_rows, squared_entries, tridiagonal
from .reduced import NEGLIGIBLE, planned_rows
from .top import Top, top


def controlled_locations(rng: np.random.Generator, count: int, d: int, n: int, strength: float) -> Array:
    """Draw numbers with the expectation of the top eigenvalue of S, model as ``outlier``, and less variance, (count,).

    The expected squares of the entries of B are known. The change of the top eigenvalue to first order about them has
    the expectation 0 and is taken away: what is left varies as 1/n, not as 1/√n. Rows as ``planned_rows``; errors as
    ``outlier``, and ``ArithmeticError`` where more would be needed (a spike near the threshold).
    Worked value: d = n = 1000, θ = 2: the deviation is 0.0045, that of the eigenvalue itself 0.116.
    """
    found, deviations, expected = _drawn(rng, count, d, n, strength)
    return found.eigenvalue - np.einsum("sr,src->c", top_slopes(*expected), deviations)


def controlled_overlaps(rng: np.random.Generator, count: int, d: int, n: int, strength: float) -> Array:
    """Draw numbers with the expectation of the squared overlap (u · v̂)², and less variance, model as ``outlier``.

    As ``controlled_locations``, but the change to second order has its expectation in its place, a sum over the
    variances of the entries, as they are independent: what is left varies as n^{−3/2}. (That the expectation is right
    needs a quadratic form, not the right one.) Shape (count,); errors as there.
    Worked value: d = n = 1000, θ = 2: the deviation is 0.0019, that of the overlap itself 0.037.
    """
    found, deviations, expected = _drawn(rng, count, d, n, strength)
    variances = 2 * expected / n  # that of χ²_k is twice its expectation
    variances[0, 0] *= 1 + strength
    alone = np.diag(np.sqrt(variances).ravel()).reshape(*variances.shape, variances.size)
    first, second = overlap_expansion(expected, deviations)
    return found.overlap - first - second + overlap_expansion(expected, alone)[1].sum()


def _drawn(rng: np.random.Generator, count: int, d: int, n: int, strength: float) -> tuple[Top, Array, Array]:
    """Draw top eigenpairs, deviations of the squares of B, over n, from what is expected, and what is expected."""
    rows = min(all_rows(d, n), planned_rows(d, n, strength))
    squares = np.array(squared_entries(rng, count, d, n, strength, rows=rows)) / n
    found = top(*tridiagonal(*squares))
    if rows < all_rows(d, n) and found.last.max() > NEGLIGIBLE:
        raise ArithmeticError(f"the eigenvector does not fit in {rows} rows; θ = {strength} is too near the threshold")
    expected = expected_squares(d, n, strength, rows) / n
    return found, squares - expected[:, :, None], expected


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
    v = _eigen(diagonal, below)[1][:, -1]
    slopes = np.zeros((2, len(v)))
    slopes[0] = v**2
    beside = v[:-1] * v[1:]
    slopes[0, :-1] += beside * np.sqrt(below[:-1] / diagonal[:-1])
    slopes[1, :-1] = v[1:] ** 2 + beside * np.sqrt(diagonal[:-1] / below[:-1])
    return slopes


def overlap_expansion(expected: Array, deviations: Array) -> tuple[Array, Array]:
    """Return first and second order of the squared first component of the top unit eigenvector v of BBᵀ, both (count,).

    ``expected``: the squares of B[i, i] and B[i+1, i], shape (2, rows); ``deviations`` from them: (2, rows, count), 0
    where they are. With T_1, T_2 the orders of T = BBᵀ, λ its top eigenvalue and R = Σ_k v_k v_kᵀ/(λ − λ_k) over the
    other eigenvectors, v changes by c = R T_1 v and then by R T_1 c − (vᵀT_1 v) R c + R T_2 v − |c|² v/2.
    Worked value: squares ((1, 1), (1, 0)), the deviation h of the first: T = ((1 + h, r), (r, 2)), r² = 1 + h, has
    v_0² = (1 − (1 − h)/√((1 − h)² + 4 + 4h))/2 = (1 − 1/√5)/2 + 3h/(5√5) − 2h²/(25√5) + ….
    """
    values, vectors = _eigen(*expected)
    v, others = vectors[:, -1], vectors[:, :-1]
    resolvent = (others / (values[-1] - values[:-1])) @ others.T
    diagonal = deviations[0].copy()
    diagonal[1:] += deviations[1, :-1]
    couplings = np.sqrt(expected[0] * expected[1])[:-1, None]
    x, y = deviations[:, :-1] / expected[:, :-1, None]
    beside = couplings * (x + y) / 2  # of √((1 + x)(1 + y)) = 1 + (x + y)/2 − (x − y)²/8 + …
    moved = _times(diagonal, beside, v[:, None])
    change = resolvent @ moved
    along = _times(diagonal, beside, change) + _times(
        np.zeros_like(diagonal), -couplings * (x - y) ** 2 / 8, v[:, None]
    )
    second = resolvent[0] @ along - (v @ moved) * (resolvent[0] @ change) - v[0] * (change**2).sum(axis=0) / 2
    return 2 * v[0] * change[0], change[0] ** 2 + 2 * v[0] * second


def _eigen(diagonal: Array, below: Array) -> tuple[Array, Array]:
    """Return the eigenvalues of BBᵀ, ascending, and its eigenvectors by columns, from the squares of B."""
    squares, couplings = (entries[:, 0] for entries in tridiagonal(diagonal[:, None], below[:, None]))
    values, vectors = eigh_tridiagonal(squares, np.sqrt(couplings[:-1]))
    return values, vectors


def _times(diagonal: Array, beside: Array, vectors: Array) -> Array:
    """Return the products of symmetric tridiagonal matrices, given by columns, with vectors, (rows, count)."""
    product = diagonal * vectors
    product[:-1] += beside * vectors[1:]
    product[1:] += beside * vectors[:-1]
    return product
