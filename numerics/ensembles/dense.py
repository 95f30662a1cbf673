"""The spiked model as it is defined: all tokens are drawn, and LAPACK finds eigenvalues and vectors."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from ..prompts import Array, finite_array, positive_count
from .bidiagonal import spike_strength


@dataclass(frozen=True)
class Data:
    """Tokens X, shape (count, d, n), the directions U, (d, r), of the spikes, and their latent scores, (count, r, n).

    A spike of a negative strength has no latent score: there it is NaN.
    """

    tokens: Array
    directions: Array
    scores: Array


def spiked_data(rng: np.random.Generator, count: int, d: int, n: int, strengths: ArrayLike = ()) -> Data:
    """Draw X with columns x = Σᵢ √θᵢ ξᵢ uᵢ + noise ~ N(0, I + Σᵢ θᵢ uᵢuᵢᵀ), uᵢ orthonormal and random, r = len(θ).

    For −1 < θ < 0 the noise along u has the variance 1 + θ, and there is no score. Errors: ``ValueError`` if count, d
    or n < 1, for θ ≤ −1 and for more spikes than dimensions.
    Worked value: θ = (3,) gives the variance 4 along u, and 1 across.
    """
    theta = np.array([spike_strength(strength) for strength in np.atleast_1d(np.asarray(strengths, dtype=float))])
    for name, number in (("count", count), ("dimension d", d), ("n", n)):
        positive_count(number, name)
    if len(theta) > d:
        raise ValueError(f"{len(theta)} spikes need a dimension d of at least that, not {d}")
    directions = np.linalg.qr(rng.standard_normal((d, d)))[0][:, : len(theta)]
    tokens = rng.standard_normal((count, d, n))
    scores = rng.standard_normal((count, len(theta), n))
    for i, (strength, u) in enumerate(zip(theta, directions.T, strict=True)):
        if strength >= 0:
            tokens += np.sqrt(strength) * u[:, None] * scores[:, None, i]
        else:
            tokens += (np.sqrt(1 + strength) - 1) * u[:, None] * (u @ tokens)[:, None]
            scores[:, i] = np.nan
    return Data(tokens, directions, scores)


def sample_covariance(tokens: ArrayLike) -> Array:
    """Return S = XXᵀ/n, shape (count, d, d), of tokens X, (count, d, n). Worked value: X = ((1, 1),) gives S = 1."""
    X = finite_array(tokens, "tokens", 3)
    return X @ X.transpose(0, 2, 1) / X.shape[2]


@dataclass(frozen=True)
class Extreme:
    """An extreme eigenvalue of S and squared overlaps with u, the normalised row uᵀX and the score, all (count,)."""

    eigenvalue: Array
    overlap: Array
    row: Array
    latent: Array


def extreme(data: Data, end: str = "top") -> Extreme:
    """Return the extreme eigenvalue and overlaps of one-spike data, by LAPACK. ``ValueError`` for another ``end``.

    Worked value: X = √2 u (1, 0), d = 2 and n = 2, has the eigenvalue 1 and the overlaps 1 with u and the row.
    """
    if end not in ("top", "bottom"):
        raise ValueError(f'end must be "top" or "bottom", not {end!r}')
    values, vectors = np.linalg.eigh(sample_covariance(data.tokens))
    k = -1 if end == "top" else 0
    v, u = vectors[:, :, k], data.directions[:, 0]
    right = np.einsum("cdn,cd->cn", data.tokens, v)
    row = np.einsum("cdn,d->cn", data.tokens, u)
    return Extreme(values[:, k], (v @ u) ** 2, _cosine(right, row), _cosine(right, data.scores[:, 0]))


def _cosine(a: Array, b: Array) -> Array:
    return (a * b).sum(axis=1) ** 2 / ((a**2).sum(axis=1) * (b**2).sum(axis=1))
