"""The banded form of a Gaussian matrix with r spikes, and its leading eigenpairs, drawn without drawing the matrix.

For X, shape (d, n), with columns N(0, I + Σᵢ θᵢ uᵢuᵢᵀ), the uᵢ orthonormal, reflections that keep u_1, …, u_r bring
X to B, lower triangular of the bandwidth r, whose entries are independent: B[i, i] ~ χ_{n−i} and B[i+r, i] ~ χ_{d−r−i},
what is between them N(0, 1), and the rows i < r times √(1 + θᵢ). So S = XXᵀ/n and BBᵀ/n have the same law of
eigenvalues and squared components along all uᵢ, jointly, for all d ≥ r and n (r = 0: doi:10.1063/1.1507823).
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eig_banded

from ..prompts import Array, positive_count
from .bidiagonal import spike_strength
from .reduced import NEGLIGIBLE, planned_rows

SMALL = 16  # rows; up to there stacked dense matrices are solved faster than banded ones, one by one


@dataclass(frozen=True)
class Leading:
    """The k largest eigenvalues of S, (count, k), descending, squared overlaps (uᵢ · v̂ⱼ)², (count, r, k).

    How found, both (count,): ``rows``: how many rows of B were drawn. ``last``: the most that a squared eigenvector has
    in the last r of them.
    """

    eigenvalues: Array
    overlaps: Array
    rows: Array
    last: Array


def leading(rng: np.random.Generator, count: int, d: int, n: int, strengths: ArrayLike, *, k: int = 1) -> Leading:
    """Draw the k largest eigenvalues and the overlaps of S = XXᵀ/n, X (d, n) with columns N(0, I + Σᵢ θᵢ uᵢuᵢᵀ).

    Exact in law jointly, but for rounding and for rows of B that are left out where the last r components squared of
    every wanted eigenvector add up to less than 1e-16 (rows are added until they do; that no eigenvalue of the rest
    alone is larger is then all but certain, not proved). ``strengths``: the r ≥ 1 numbers θᵢ, in any order. Where the k
    largest are above the threshold the cost does not depend on n, else it grows as n^{1/3}.
    Errors: ``ValueError`` if count, d, n or k < 1, a θᵢ ≤ −1, r > d, and for k > min(d, n), where eigenvalues are 0.
    Worked value: d = n = 10⁶, θ = (2, 4), k = 2: eigenvalues near (1 + θ)(1 + 1/θ), 6.25 and 4.5, and squared overlaps
    near 1/2 of u_1 with v̂_2, near 3/4 of u_2 with v̂_1, near 0 else.
    """
    every = all_rows(d, n, strengths)
    if positive_count(k, "k") > min(d, n):
        raise ValueError(f"k = {k} must be at most min(d, n) = {min(d, n)}: further eigenvalues are 0 or do not exist")
    rows = min(every, max(k, leading_rows(d, n, strengths, k)))
    drawn = entries(rng, count, d, n, strengths, rows=rows)
    values, overlaps, last = eigenpairs(drawn, n, k)
    used = np.full(count, rows)
    left = np.flatnonzero(last > NEGLIGIBLE)
    drawn = drawn[:, :, left]
    while left.size and rows < every:
        more = min(rows, every - rows)
        drawn = np.concatenate([drawn, entries(rng, left.size, d, n, strengths, first=rows, rows=more)])
        rows += more
        values[left], overlaps[left], last[left] = eigenpairs(drawn, n, k)
        used[left] = rows
        still = last[left] > NEGLIGIBLE
        left, drawn = left[still], drawn[:, :, still]
    return Leading(values, overlaps, used, last)


def spike_strengths(strengths: ArrayLike) -> Array:
    """Return the strengths of r ≥ 1 spikes, (r,); ``ValueError`` unless all are finite and above −1."""
    theta = np.asarray(strengths, dtype=float)
    if theta.ndim != 1 or not theta.size:
        raise ValueError(f"strengths must be a list of r ≥ 1 numbers θ, not of the shape {theta.shape}")
    return np.array([spike_strength(strength) for strength in theta])


def all_rows(d: int, n: int, strengths: ArrayLike) -> int:
    """Return the number of rows of B that are not zero, min(d, n + r); ``ValueError`` if d or n < 1, or r > d."""
    r = len(spike_strengths(strengths))
    if positive_count(d, "dimension d") < r:
        raise ValueError(f"{r} spikes need a dimension d of at least that, not {d}")
    return min(d, positive_count(n, "n") + r)


def leading_rows(d: int, n: int, strengths: ArrayLike, k: int) -> int:
    """Return how many rows of B are drawn at first: r times two thirds of those of the k-th largest spike alone.

    Eigenvectors fall by the same factor from r rows to the next r, and two thirds still leave e^{−40} of their squares.
    Worked value: d = n = 10⁶, θ = (2, 4) gives 75 for k = 2.
    """
    theta = np.sort(spike_strengths(strengths))[::-1]
    alone = planned_rows(d, n, float(theta[k - 1]) if k <= len(theta) else 0.0)
    return math.ceil(2 * len(theta) * alone / 3)


def entries(
    rng: np.random.Generator,
    count: int,
    d: int,
    n: int,
    strengths: ArrayLike,
    *,
    first: int = 0,
    rows: int | None = None,
) -> Array:
    """Draw B[i, i − lag], shape (rows, r + 1, count), for ``rows`` rows i from the ``first`` on and lags 0 to r.

    All rows unless said; 0 where there is no column i − lag. A row does not depend on how many are drawn after it.
    Errors: ``ValueError`` if count, d or n < 1, for θ ≤ −1, r > d and for rows outside the matrix.
    Worked value: d = 1, n = 5, θ = (1,) gives one row with the mean square 2 · 5 at lag 0, and 0 at lag 1.
    """
    theta, every = spike_strengths(strengths), all_rows(d, n, strengths)
    r = len(theta)
    end = every if rows is None else first + positive_count(rows, "rows")
    if not 0 <= first < end <= every:
        raise ValueError(f"rows {first} to {end} are not among the {every} rows of B")
    drawn = np.zeros((end - first, r + 1, positive_count(count, "count")))
    for row, i in zip(drawn, range(first, end), strict=True):
        for lag in range(max(0, i - n + 1), min(r, i) + 1):  # the columns 0 ≤ i − lag < n
            if 0 < lag < r:
                rng.standard_normal(out=row[lag])
            else:
                row[lag] = _chi(rng, n - i if lag == 0 else d - i, count)
        if i < r:
            row *= math.sqrt(1 + theta[i])
    return drawn


def _chi(rng: np.random.Generator, degrees: int, count: int) -> Array:
    return np.sqrt(2 * rng.standard_gamma(degrees / 2, count))


def eigenpairs(drawn: Array, n: int, k: int) -> tuple[Array, Array, Array]:
    """Return, of BBᵀ/n, the k largest eigenvalues, the squares of vectors in the first r rows, and most in the last r.

    ``drawn``: the leading rows of B, k or more, as ``entries`` gives them. Shapes (count, k), (count, r, k), (count,).
    Worked value: B = diag(2, 1) with r = 1, n = 1, k = 1 gives 4, 1 and 0.
    """
    rows, r, count = drawn.shape[0], drawn.shape[1] - 1, drawn.shape[2]
    bands = np.zeros((count, r + 1, rows))  # of BBᵀ/n: its entry (j + lag, j) in the place [lag, j]
    for lag in range(min(r + 1, rows)):
        products = drawn[: rows - lag, : r + 1 - lag] * drawn[lag:, lag:]
        bands[:, lag, : rows - lag] = products.sum(axis=1).T / n
    values, vectors = _small(bands, k) if rows <= SMALL else _banded(bands, k)
    squares = vectors[:, :, ::-1] ** 2
    return values[:, ::-1].copy(), squares[:, :r].copy(), squares[:, -r:].sum(axis=1).max(axis=1)


def _small(bands: Array, k: int) -> tuple[Array, Array]:
    rows = bands.shape[2]
    matrices = np.zeros((len(bands), rows, rows))
    for lag in range(min(bands.shape[1], rows)):
        j = np.arange(rows - lag)
        matrices[:, j + lag, j] = bands[:, lag, : rows - lag]
    values, vectors = np.linalg.eigh(matrices)  # which reads the lower triangle
    return values[:, -k:], vectors[:, :, -k:]


def _banded(bands: Array, k: int) -> tuple[Array, Array]:
    rows = bands.shape[2]
    solved = [
        eig_banded(band, lower=True, select="i", select_range=(rows - k, rows - 1), check_finite=False)
        for band in bands
    ]
    return np.array([values for values, _ in solved]), np.array([vectors for _, vectors in solved])
