"""Training on P prompts, each with its own sample covariance and all with one spike: dense draws, pencil, minimiser.

In an infinite prompt of covariance Σ the rank-one head is T(q) = Σμμᵀq, of either kind; tokens and queries of prompt p
have the covariance Σ_p = X_pX_pᵀ/n.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike
from scipy import linalg, optimize

from .ensembles.bidiagonal import spike_strength
from .measured import EPS
from .prompts import Array, directions, finite_array, finite_vector, positive_count

STEPS = 20_000
SLOPE = 1e-6
"""Of a minimiser, relative to the curvature along it and its length."""

Terms: TypeAlias = tuple[Callable[..., tuple[float, Array]], tuple[Array, ...]]  # risk beside the trace, and its data


@dataclass(frozen=True)
class Draw:
    """Of P prompts: X_p/√n, shape (P, d, n), Σ_p, (P, d, d), the direction u of their spike, (d,), and ``controls``.

    The four controls have the expectation 0: less their expectations, they are the means over p of x_p − 1 − θ, of its
    square, with x_p = u·Σ_pu, and of ‖y_p‖², y_p = Σ_pu − x_pu, and ‖·‖² of the mean of y_p. For x_p is (1 + θ)χ²_n/n,
    and given the row uᵀX_p what is beside u in Σ_pu is normal, of the variance x_p/n in each of d − 1 directions.
    """

    factors: Array
    covariances: Array
    direction: Array
    controls: Array


def drawn_prompts(
    rng: np.random.Generator, count: int, prompts: int, d: int, n: int, strength: float
) -> Iterator[Draw]:
    """Yield ``count`` times P prompts of n tokens N(0, I + θuuᵀ), u uniform, and the same in all P of them.

    Errors: ``ValueError`` if count, P, d or n < 1 or θ ≤ −1. Worked value: θ = 3 gives u·Σ_p u of the mean 4.
    """
    theta = spike_strength(strength)
    for name, number in (("count", count), ("prompts P", prompts), ("dimension d", d), ("n", n)):
        positive_count(number, name)
    for u in directions(rng, count, d):
        tokens = rng.standard_normal((prompts, d, n))
        tokens += (np.sqrt(1 + theta) - 1) * u[:, None] * (u @ tokens)[:, None]
        tokens /= np.sqrt(n)
        covariances = tokens @ tokens.transpose(0, 2, 1)
        along = covariances @ u
        x = along @ u - (1 + theta)
        beside = along - (along @ u)[:, None] * u
        spread = (d - 1) * (1 + theta) / n
        found = x.mean(), (x**2).mean(), (beside**2).sum(axis=1).mean(), (beside.mean(axis=0) ** 2).sum()
        expected = 0.0, 2 * (1 + theta) ** 2 / n, spread, spread / prompts
        yield Draw(tokens, covariances, u, np.subtract(found, expected))


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
    size, spread = (y * y).sum(axis=1), y @ mu
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


def _trained(rng: np.random.Generator, matrices: Array, starts: int, factors: Array | None = None) -> Array:
    """Return what ``trained`` does, of covariances neither checked nor far from 1, by their ``factors`` if given."""
    d = matrices.shape[1]
    scale = float(np.abs(matrices).sum(axis=2).max())  # at least the largest eigenvalue of every prompt
    terms: Terms = (_beside_trace, (matrices,)) if factors is None else (_by_factors, _stacked(factors))
    found = [_descended(rng.standard_normal(d) / (2 * np.sqrt(d * scale)), terms, scale) for _ in range(starts)]
    if not found:
        raise ValueError(f"starts must be at least 1, not {starts}")
    return min(found, key=lambda point: _beside_trace(point, matrices)[0])


def _stacked(factors: Array) -> tuple[Array, Array]:
    """Return F of all prompts side by side, shape (d, P k), and Gram matrices FᵀF, (P, k, k), where Σ_p = F_pF_pᵀ."""
    prompts, d, k = factors.shape
    return factors.transpose(1, 0, 2).reshape(d, prompts * k), factors.transpose(0, 2, 1) @ factors


def _by_factors(mu: Array, side_by_side: Array, grams: Array) -> tuple[float, Array]:
    """Return what ``_beside_trace`` does: Σμ = Fz with z = Fᵀμ, less work where F has fewer columns than rows."""
    prompts, k, _ = grams.shape
    z = (mu @ side_by_side).reshape(prompts, k)
    through = (grams @ z[:, :, None])[:, :, 0]
    size, spread = (z * through).sum(axis=1), (z * z).sum(axis=1)
    slope = side_by_side @ ((2 * spread - 4)[:, None] * through + 2 * size[:, None] * z).ravel()
    return float((size * spread - 2 * size).mean()), slope / prompts


def _descended(start: Array, terms: Terms, scale: float) -> Array:
    function, given = terms
    options = {"maxiter": STEPS, "maxfun": 2 * STEPS, "ftol": 0.0, "gtol": SLOPE * scale**1.5 / 10, "maxcor": 20}
    end = optimize.minimize(function, start, given, jac=True, method="L-BFGS-B", options=options)
    slope = float(np.linalg.norm(end.jac))
    if not slope <= SLOPE * scale**2 * np.linalg.norm(end.x):  # nor NaN
        raise RuntimeError(f"L-BFGS ended with the gradient {slope:.3g} after {end.nit} steps: {end.message}")
    return np.asarray(end.x)


@dataclass(frozen=True)
class Spectra:
    """Of pencils: top eigenvalue, mean of those that follow, squared overlap of the top vector with u, all (count,).

    ``controls``: those of ``Draw``, (count, 4). Any multiples can be taken away without a change of expectation.
    """

    top: Array
    following: Array
    overlap: Array
    controls: Array


def drawn_pencils(
    rng: np.random.Generator, count: int, prompts: int, d: int, n: int, strength: float, *, following: int = 0
) -> Spectra:
    """Draw the leading 1 + ``following`` eigenvalues of pencils of P prompts; none that follow: their mean is NaN.

    Errors as ``drawn_prompts``, and if d or nP < 1 + following. Worked value: d = n = 1000, P = 2, θ = 1: top
    eigenvalues near 15/4.
    """
    rows, controls = [], []
    for draw in drawn_prompts(rng, count, prompts, d, n, strength):
        found = _pencil(draw.covariances, 1 + following)
        rest = found.eigenvalues[1:].mean() if following else np.nan
        rows.append((found.eigenvalues[0], rest, (found.vectors[0] @ draw.direction) ** 2))
        controls.append(draw.controls)
    top, rests, overlap = np.array(rows).T
    return Spectra(top, rests, overlap, np.array(controls))


@dataclass(frozen=True)
class Trained:
    """Of minimisers: squared overlaps with u and with the pencil's top vector, and t − risk, all (count,).

    ``controls``: those of ``Draw``, (count, 4).
    """

    overlap: Array
    alignment: Array
    gain: Array
    controls: Array


def drawn_minimisers(
    rng: np.random.Generator, count: int, prompts: int, d: int, n: int, strength: float, *, aligned: bool = True
) -> Trained:
    """Draw P prompts and train on them from a random start, ``count`` times; t is the mean of tr Σ_p.

    Without ``aligned`` the pencil is not solved, and the alignment is NaN. Errors as ``drawn_prompts`` and ``trained``.
    Worked value: P = 1, d = 1 has the overlaps 1 and the gain Σ.
    """
    rows, controls = [], []
    for draw in drawn_prompts(rng, count, prompts, d, n, strength):
        point = _trained(rng, draw.covariances, 1, draw.factors if n < d else None)
        unit = point / np.linalg.norm(point)
        alignment = (unit @ _pencil(draw.covariances, 1).vectors[0]) ** 2 if aligned else np.nan
        rows.append(((unit @ draw.direction) ** 2, alignment, -_beside_trace(point, draw.covariances)[0]))
        controls.append(draw.controls)
    overlap, alignments, gain = np.array(rows).T
    return Trained(overlap, alignments, gain, np.array(controls))
