"""Extreme eigenvalues and overlaps of the one-spike model at any size, exactly in law, from the leading rows of B."""

import math
from dataclasses import dataclass

import numpy as np

from ..prompts import Array
from .bidiagonal import all_rows, spike_strength, squared_entries, tridiagonal
from .top import top

ENDS = ("top", "bottom")
NEGLIGIBLE = (
    1e-16  # of the squared eigenvector, in the last row: the eigenvalue λ changes by a few times λ/10¹⁶ at most
)


@dataclass(frozen=True)
class Outlier:
    """An extreme eigenvalue of S with its squared overlaps, and how it was found, all of the shape (count,).

    ``overlap``: (u · v̂)². ``row``: (r̂ · ŵ)² with the right singular vector ŵ and r̂ the normalised row uᵀX.
    ``latent``: (ξ̂ · ŵ)² with the normalised latent score ξ, where xₖ = √θ ξₖ u + noise; empty for θ < 0.
    ``rows``: how many rows of B were drawn. ``last``: the squared eigenvector in the last of them.
    """

    eigenvalue: Array
    overlap: Array
    row: Array
    latent: Array
    rows: Array
    last: Array


def outlier(
    rng: np.random.Generator, count: int, d: int, n: int, strength: float = 0.0, *, end: str = "top"
) -> Outlier:
    """Draw extreme eigenvalue and overlaps of S = XXᵀ/n, X of the shape (d, n) with columns N(0, I + θ uuᵀ).

    Exact in law jointly, but for rounding and for rows of B that are left out where the squared eigenvector has fallen
    below 1e-16 (rows are added until it has; that no eigenvalue of the rest alone is larger is then all but certain,
    not proved). Beyond the threshold the cost does not depend on n, else it grows as n^{1/3}. ``end``: "top", or
    "bottom" for the smallest of d ≤ n eigenvalues, which may need all d rows if d is near n.
    Errors: ``ValueError`` if count, d or n < 1, θ ≤ −1, for an unknown end, and for the bottom if d > n (it is 0).
    Worked value: d = n = 10⁶, θ = 2: eigenvalues near (1 + θ)(1 + 1/θ) = 4.5, overlaps near 1/2.
    """
    if end not in ENDS:
        raise ValueError(f'end must be "top" or "bottom", not {end!r}')
    if end == "bottom" and d > n:
        raise ValueError(f'end = "bottom" needs d ≤ n, not d = {d} > n = {n}: the smallest eigenvalue is 0')
    every = all_rows(d, n)
    rows = min(every, planned_rows(d, n, strength, end=end))
    diagonal, below = (entries / n for entries in squared_entries(rng, count, d, n, strength, rows=rows))
    value, overlap, last = _extreme(diagonal, below, end)
    first, used = diagonal[0], np.full(count, rows)
    left = np.flatnonzero(last > NEGLIGIBLE)
    diagonal, below = diagonal[:, left], below[:, left]
    while left.size and rows < every:
        more = min(rows, every - rows)
        added = squared_entries(rng, left.size, d, n, first=rows, rows=more)
        diagonal, below = (np.concatenate([old, new / n]) for old, new in zip((diagonal, below), added, strict=True))
        rows += more
        value[left], overlap[left], last[left] = _extreme(diagonal, below, end)
        used[left] = rows
        still = last[left] > NEGLIGIBLE
        left, diagonal, below = left[still], diagonal[:, still], below[:, still]
    row = value * overlap / first  # of Bᵀv, with the first row of BBᵀv = nλv solved for it
    return Outlier(value, overlap, row, _latent(rng, row, first * n, n, strength), used, last)


def planned_rows(d: int, n: int, strength: float, *, end: str = "top") -> int:
    """Return how many leading rows of B hold the eigenvector, as a rule: 16 m with m = (√(nd)/(√n ± √d))^{2/3}.

    The sign is − for the bottom end. Of an outlier beyond that end, |θ| > √γ, a squared component falls by γ/θ² a row:
    60/log(θ²/γ) + 12 rows suffice. Worked value: d = n = 10⁶ gives 1008 at θ = 0 and 56 at θ = 2.
    """
    sign = 1 if end == "top" else -1
    distance = abs(math.sqrt(n) + sign * math.sqrt(d))
    m = (math.sqrt(n * d) / distance) ** (2 / 3) if distance else math.inf
    most = math.ceil(min(16 * m, all_rows(d, n)))
    if spike_strength(strength) * sign <= 0:
        return most
    log_ratio = 2 * math.log(abs(strength)) + math.log(n / d)
    return min(most, math.ceil(60 / log_ratio) + 12) if log_ratio > 0 else most


def _extreme(diagonal: Array, below: Array, end: str) -> tuple[Array, Array, Array]:
    """Return extreme eigenvalue, squared first and squared last component; of BBᵀ the bottom is the top of −BBᵀ."""
    sign = 1 if end == "top" else -1
    squares, couplings = tridiagonal(diagonal, below)
    found = top(sign * squares, couplings)
    return sign * found.eigenvalue, found.overlap, found.last


def _latent(rng: np.random.Generator, row: Array, length: Array, n: int, strength: float) -> Array:
    """Draw the squared overlap with ξ, given that with the row and the squared ``length`` of the row.

    The row is √θ ξ + ε, so given the row ξ is √θ/(1 + θ) times it plus N(0, 1/(1 + θ)) noise, independent of X.
    """
    if strength < 0:
        return np.empty(0)
    along, across = rng.standard_normal((2, len(row)))
    across *= n > 1  # there is nothing beside the row in one dimension
    mean, deviation = math.sqrt(strength) / (1 + strength) * np.sqrt(length), 1 / math.sqrt(1 + strength)
    rest = 2 * rng.standard_gamma((n - 2) / 2, len(row)) if n > 2 else np.zeros(len(row))
    projection = (mean + deviation * along) * np.sqrt(row) + deviation * across * np.sqrt(np.maximum(1 - row, 0))
    norm = (mean + deviation * along) ** 2 + deviation**2 * (across**2 + rest)
    return projection**2 / norm
