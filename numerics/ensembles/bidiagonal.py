"""The bidiagonal form of a Gaussian matrix with one spike, drawn without drawing the matrix.

For X, shape (d, n), with columns N(0, I + θ uuᵀ), reflections that keep u bring X to B, lower bidiagonal, whose entries
are independent: B[i, i] ~ χ_{n−i}, times √(1 + θ) for i = 0, and B[i+1, i] ~ χ_{d−1−i}. So S = XXᵀ/n and BBᵀ/n have the
same law of eigenvalues and squared components along u, jointly, for all d and n (θ = 0: doi:10.1063/1.1507823).
"""

import numpy as np

from ..prompts import Array, positive_count


def spike_strength(strength: float) -> float:
    """Return the strength θ of a spike; ``ValueError`` unless it is finite and above −1."""
    if not np.isfinite(strength) or strength <= -1:
        raise ValueError(f"strength θ must be finite and above −1 (1 + θ is a variance), not {strength!r}")
    return float(strength)


def all_rows(d: int, n: int) -> int:
    """Return the number of rows of B that are not zero, min(d, n + 1); ``ValueError`` if d or n < 1."""
    return min(positive_count(d, "dimension d"), positive_count(n, "n") + 1)


def squared_entries(
    rng: np.random.Generator,
    count: int,
    d: int,
    n: int,
    strength: float = 0.0,
    *,
    first: int = 0,
    rows: int | None = None,
) -> tuple[Array, Array]:
    """Draw the squares of B[i, i] and of B[i+1, i] for ``rows`` rows i from the ``first`` on, both (rows, count).

    All rows unless said. The last lower entry couples to a row that is not drawn, and is 0 where there is none.
    Errors: ``ValueError`` if count, d or n < 1, for θ ≤ −1 and for rows outside the matrix.
    Worked value: d = 1, n = 5, θ = 1 gives one entry with the mean 2 · 5, and 0 below it.
    """
    positive_count(count, "count")
    end = all_rows(d, n) if rows is None else first + positive_count(rows, "rows")
    if not 0 <= first < end <= all_rows(d, n):
        raise ValueError(f"rows {first} to {end} are not among the {all_rows(d, n)} rows of B")
    diagonal, below = np.zeros((2, end - first, count))
    for row, i in enumerate(range(first, end)):
        if i < n:
            rng.standard_gamma((n - i) / 2, out=diagonal[row])
        if i < min(d - 1, n):
            rng.standard_gamma((d - 1 - i) / 2, out=below[row])
    diagonal *= 2  # χ²_k is twice a Gamma variable of the shape k/2
    below *= 2
    if first == 0:
        diagonal[0] *= 1 + spike_strength(strength)
    return diagonal, below


def tridiagonal(diagonal: Array, below: Array, before: Array | float = 0.0) -> tuple[Array, Array]:
    """Return the diagonal and the squared off-diagonal of BBᵀ from squared entries of B, all (rows, count).

    ``before``: the squared entry B[i, i−1] of the first row, 0 for the whole matrix. Worked value: squares (4, 9) with
    (1, 0) below give the diagonal (4, 10) and the squared off-diagonal (4, 0).
    """
    squares = diagonal.copy()
    squares[0] += before
    squares[1:] += below[:-1]
    return squares, diagonal * below
