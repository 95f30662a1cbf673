"""Training on P prompts, each with its own sample covariance and all with one spike: dense draws, pencil, minimiser.

In an infinite prompt of covariance Σ the rank-one head is T(q) = Σμμᵀq, of either kind; tokens and queries of prompt p
have the covariance Σ_p = X_pX_pᵀ/n.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize

from .ensembles.dense import sample_covariance, spiked_data
from .measured import EPS
from .prompts import Array, finite_array, finite_vector, positive_count

STEPS = 20_000
SLOPE = 1e-6
"""Of a minimiser, relative to the curvature along it and its length."""


@dataclass(frozen=True)
class Draw:
    """Σ_p of P prompts, shape (P, d, d), and the direction u of their spike, shape (d,)."""

    covariances: Array
    direction: Array


def drawn_prompts(rng: np.random.Generator, count: int, prompts: int, d: int, n: int, strength: float) -> list[Draw]:
    """Draw ``count`` times P prompts of n tokens N(0, I + θuuᵀ), u the same in all of them.

    Errors: ``ValueError`` if count, P, d or n < 1 or θ ≤ −1. Worked value: θ = 3 gives u·Σ_p u of the mean 4.
    """
    data = spiked_data(rng, positive_count(count, "count") * positive_count(prompts, "prompts P"), d, n, [strength])
    covariances = sample_covariance(data.tokens).reshape(count, prompts, d, d)
    return [Draw(each, data.directions[:, 0]) for each in covariances]


@dataclass(frozen=True)
class Pencil:
    """Leading generalised eigenvalues of a pencil, descending, shape (k,), and unit vectors, shape (k, d)."""

    eigenvalues: Array
    vectors: Array


def _covariances(covariances: ArrayLike) -> tuple[Array, float]:
    """Return Σ_p, shape (P, d, d), divided by their largest entry, and that entry; ``ValueError`` as ``pencil``."""
    matrices = finite_array(covariances, "covariances", 3)
    size = float(np.abs(matrices).max())
    if matrices.shape[1] != matrices.shape[2]:
        raise ValueError(f"covariances must have the shape (P, d, d), not {matrices.shape}")
    if not size > 0:
        raise ValueError("covariances must not all be 0")
    scaled, off = matrices / size, 16 * len(matrices[0]) * EPS
    if np.abs(scaled - scaled.transpose(0, 2, 1)).max() > off:
        raise ValueError("covariances must be symmetric")
    least = float(np.linalg.eigvalsh(scaled)[:, 0].min())
    if least < -off:
        raise ValueError(f"covariances must be positive semidefinite, but one has the eigenvalue {least * size:.3g}")
    return scaled, size


def pencil(covariances: ArrayLike, leading: int = 1) -> Pencil:
    """Return the leading eigenpairs of (Σ_p Σ_p²) ν = ℓ (Σ_p Σ_p) ν, in the range of Σ_p Σ_p if that is singular.

    ``covariances``: (P, d, d). Errors: ``ValueError`` for another shape, what is not finite, symmetric and positive
    semidefinite up to rounding, if all are 0, and if ``leading`` is not between 1 and the rank. Worked value: one
    prompt with diag(2, 1) has ℓ = 2 and ν = (±1, 0).
    """
    matrices, size = _covariances(covariances)
    found = _pencil(matrices, leading)
    return Pencil(size * found.eigenvalues, found.vectors)


def _pencil(matrices: Array, leading: int) -> Pencil:
    """Return what ``pencil`` does, of covariances neither checked nor far from 1."""
    squares, total = np.einsum("pij,pjk->ik", matrices, matrices, optimize=True), matrices.sum(axis=0)
    try:
        linalg.cholesky(total - len(total) * EPS * np.trace(total) * np.eye(len(total)), check_finite=False)
        basis = None
    except linalg.LinAlgError:
        values, vectors = linalg.eigh(total)
        basis = vectors[:, values > 100 * len(total) * EPS * values[-1]]
        squares, total = basis.T @ squares @ basis, basis.T @ total @ basis
    rank = len(total)
    if not 1 <= leading <= rank:
        raise ValueError(f"leading must be between 1 and the rank {rank}, not {leading}")
    values, vectors = linalg.eigh(squares, total, subset_by_index=[rank - leading, rank - 1])
    vectors = vectors if basis is None else basis @ vectors
    return Pencil(values[::-1], (vectors / np.linalg.norm(vectors, axis=0)).T[::-1])


def risk(parameter: ArrayLike, covariances: ArrayLike) -> tuple[float, Array]:
    """Return the mean over prompts of E‖q − T(q)‖² in infinite prompts, and its gradient in μ, shape (d,).

    ``covariances``: (P, d, d). ``ValueError`` for another shape or what is not finite. Worked value: P = 1, Σ = 1, μ =
    1/2 (d = 1): T(q) = q/4, the risk is 9/16 and the slope −3/2.
    """
    matrices = finite_array(covariances, "covariances", 3)
    value, slope = _beside_trace(finite_vector(parameter, "parameter", matrices.shape[1]), matrices)
    return value + _mean_trace(matrices), slope


def _mean_trace(matrices: Array) -> float:
    return float(np.einsum("pii->p", matrices).mean())


def _beside_trace(mu: Array, matrices: Array) -> tuple[float, Array]:
    """Return the risk less the mean of E‖q‖², which would round what is small beside it, and the gradient."""
    prompts, d, _ = matrices.shape
    stacked = matrices.reshape(prompts * d, d)
    # T(q) = y (μ·q) with y = Σμ; E‖q − y (μ·q)‖² = E‖q‖² − 2 y·E q(μ·q) + ‖y‖² E(μ·q)²
    y = (stacked @ mu).reshape(prompts, d)
    size, spread = np.einsum("pd,pd->p", y, y), y @ mu
    value = size * spread - 2 * size
    through = ((2 * spread - 4)[:, None] * y).ravel() @ stacked  # Σ_p y of all prompts, weighted and added
    return float(value.mean()), (through + 2 * size @ y) / prompts


def trained(rng: np.random.Generator, covariances: ArrayLike, starts: int = 1) -> Array:
    """Return the lowest of the minimisers of ``risk`` that L-BFGS finds from random starts, shape (d,).

    A start is uniform in direction, of the mean squared length 1/4 of what one prompt's minimiser has. Errors: as
    ``pencil``; ``ValueError`` if starts < 1; ``RuntimeError`` if the gradient at an end is not 0 to 1e-6 of its terms.
    Worked value: P = 1 and Σ = diag(4, 1) give (±1/2, 0).
    """
    matrices, size = _covariances(covariances)
    return _trained(rng, matrices, starts) / np.sqrt(size)


def _trained(rng: np.random.Generator, matrices: Array, starts: int) -> Array:
    """Return what ``trained`` does, of covariances neither checked nor far from 1."""
    d = matrices.shape[1]
    scale = float(np.abs(matrices).sum(axis=2).max())  # at least the largest eigenvalue of every prompt
    found = [_descended(rng.standard_normal(d) / (2 * np.sqrt(d * scale)), matrices, scale) for _ in range(starts)]
    if not found:
        raise ValueError(f"starts must be at least 1, not {starts}")
    return min(found, key=lambda point: _beside_trace(point, matrices)[0])


def _descended(start: Array, matrices: Array, scale: float) -> Array:
    options = {"maxiter": STEPS, "maxfun": 2 * STEPS, "ftol": 0.0, "gtol": SLOPE * scale**1.5 / 10, "maxcor": 20}
    end = optimize.minimize(_beside_trace, start, (matrices,), jac=True, method="L-BFGS-B", options=options)
    slope = float(np.linalg.norm(end.jac))
    if not slope <= SLOPE * scale**2 * np.linalg.norm(end.x):  # nor NaN
        raise RuntimeError(f"L-BFGS ended with the gradient {slope:.3g} after {end.nit} steps: {end.message}")
    return np.asarray(end.x)


@dataclass(frozen=True)
class Spectra:
    """Of pencils, shape (count,): top eigenvalue, mean of those that follow, squared overlap of the top vector with u.

    ``controlled`` has the expectation of ``top`` and less variance: the mean of u·Σ_p u, less its expectation 1 + θ, is
    taken away.
    """

    top: Array
    controlled: Array
    following: Array
    overlap: Array


def drawn_pencils(
    rng: np.random.Generator, count: int, prompts: int, d: int, n: int, strength: float, *, following: int = 0
) -> Spectra:
    """Draw the leading 1 + ``following`` eigenvalues of pencils of P prompts; none that follow: their mean is NaN.

    Errors as ``drawn_prompts``, and if d or nP < 1 + following. Worked value: d = n = 1000, P = 2, θ = 1: top
    eigenvalues near 15/4, overlaps near 1/9.
    """
    rows = []
    for draw in drawn_prompts(rng, count, prompts, d, n, strength):
        found = _pencil(draw.covariances, 1 + following)
        u, top = draw.direction, found.eigenvalues[0]
        excess = (draw.covariances @ u @ u).mean() - (1 + strength)
        rest = found.eigenvalues[1:].mean() if following else np.nan
        rows.append((top, top - excess, rest, (found.vectors[0] @ u) ** 2))
    return Spectra(*np.array(rows).T)


@dataclass(frozen=True)
class Trained:
    """Of minimisers, shape (count,): squared overlaps with u and with the pencil's top vector, and t − risk."""

    overlap: Array
    alignment: Array
    gain: Array


def drawn_minimisers(rng: np.random.Generator, count: int, prompts: int, d: int, n: int, strength: float) -> Trained:
    """Draw P prompts and train on them from a random start, ``count`` times; t is the mean of tr Σ_p.

    Errors as ``drawn_prompts`` and ``trained``. Worked value: P = 1, d = 1 has the overlaps 1 and the gain Σ.
    """
    rows = []
    for draw in drawn_prompts(rng, count, prompts, d, n, strength):
        point = _trained(rng, draw.covariances, 1)
        unit = point / np.linalg.norm(point)
        vector = _pencil(draw.covariances, 1).vectors[0]
        rows.append(((unit @ draw.direction) ** 2, (unit @ vector) ** 2, -_beside_trace(point, draw.covariances)[0]))
    return Trained(*np.array(rows).T)
