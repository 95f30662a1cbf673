"""Training on given prompts, few and small: the risk by the layer, its minimum by gradient flow, memorising points."""

from itertools import product

import numpy as np
from numpy.typing import ArrayLike

from .ensembles.dense import sample_covariance
from .flows import flow_to_rest
from .infinite_prompt import infinite_prompt_risk
from .landscapes import Gradient, low_rank
from .measured import Measured, rounding
from .prompts import Array, finite_array, finite_vector


def token_covariances(prompts: ArrayLike) -> Array:
    """Return Σ_p = X_pX_pᵀ/n, shape (P, d, d), of prompts of the shape (P, n, d), a token a row.

    Errors: ``ValueError`` for another shape or what is not finite. Worked value: the one token (2) gives 4.
    """
    return sample_covariance(finite_array(prompts, "prompts", 3).transpose(0, 2, 1))


def mean_risk(parameter: ArrayLike, prompts: ArrayLike) -> Measured[float]:
    """Return the mean over prompts of the infinite-prompt risk of A = μμᵀ, tokens and query N(0, Σ_p), by the layer.

    Errors: as ``token_covariances``; ``ValueError`` for μ of another shape. Worked value: the one token (1) and μ = 1/2
    give 9/16.
    """
    matrices = token_covariances(prompts)
    mu = finite_vector(parameter, "parameter", matrices.shape[1])
    risks = [infinite_prompt_risk("linear", np.outer(mu, mu), matrix) for matrix in matrices]
    value = sum(risk.value for risk in risks) / len(risks)
    return Measured(value, max(float(risk.error) for risk in risks) + rounding(len(risks), abs(value)))


def mean_gradient(prompts: ArrayLike) -> Gradient:
    """Return the gradient of that risk in μ, a function of points, shape (k, d). Errors as ``token_covariances``."""
    landscapes = [low_rank(matrix) for matrix in token_covariances(prompts)]
    return lambda points: sum(each.gradient(points) for each in landscapes) / len(landscapes)  # type: ignore[return-value]


def descended_risk(rng: np.random.Generator, prompts: ArrayLike, starts: int = 1) -> Measured[float]:
    """Return the highest of the risks at which gradient flows from random starts come to rest.

    Errors: as ``token_covariances``; ``ValueError`` if starts < 1; ``RuntimeError`` as ``flow_to_rest``. Worked value:
    the one token (1), d = 1, ends at the risk 0.
    """
    tokens = finite_array(prompts, "prompts", 3)
    size = np.sqrt((tokens**2).sum(axis=2).max())
    ends = flow_to_rest(mean_gradient(tokens), rng.standard_normal((starts, tokens.shape[2])) / size)
    risks = [mean_risk(point, tokens) for point in ends.points]
    worst = int(np.argmax([risk.value for risk in risks]))
    return Measured(risks[worst].value, float(risks[worst].error) + float(ends.risk_errors[worst]))


def memorising_points(prompts: ArrayLike, first: int = 1) -> Array:
    """Return the 2^P points μ at which X_pᵀμ/√n is ± a unit top eigenvector of X_pᵀX_p/n for all p, shape (2^P, d).

    For the first prompt it is the eigenvector of the ``first`` largest eigenvalue. The points are solved for by least
    squares, and the shortest such. Errors: as ``token_covariances``; ``ValueError`` unless all nP tokens are linearly
    independent and 1 ≤ ``first`` ≤ n. Worked value: the one token (2) gives ±1/2.
    """
    tokens = finite_array(prompts, "prompts", 3)
    count, n, d = tokens.shape
    scaled = tokens / np.sqrt(n)
    stacked = scaled.reshape(count * n, d)
    if np.linalg.matrix_rank(stacked) < count * n:
        raise ValueError(f"all {count * n} tokens must be linearly independent, which takes nP ≤ d = {d}")
    if not 1 <= first <= n:
        raise ValueError(f"first must be between 1 and the number of tokens {n}, not {first}")
    vectors = np.linalg.eigh(scaled @ scaled.transpose(0, 2, 1))[1]
    tops = np.concatenate([vectors[:1, :, -first], vectors[1:, :, -1]])
    targets = [(np.array(signs)[:, None] * tops).ravel() for signs in product((1, -1), repeat=count)]
    return np.linalg.lstsq(stacked, np.array(targets).T, rcond=None)[0].T


def distinct(points: ArrayLike, prompts: ArrayLike) -> Measured[float]:
    """Return how many of the points, shape (k, d), are distinct: the X_pᵀμ/√n, all p in one vector, at least 1 apart.

    Points that differ only where no prompt sees it are one; two unit vectors ±w are 2 apart. Errors: as
    ``token_covariances``; ``ValueError`` for points of another shape. Worked value: the one token (2) and the points
    1/2, 1/2 and −1/2 give 2.
    """
    tokens, rows = finite_array(prompts, "prompts", 3), finite_array(points, "points", 2)
    _, n, d = tokens.shape
    if rows.shape[1] != d:
        raise ValueError(f"points must have the shape (k, {d}), not {rows.shape}")
    kept: list[Array] = []
    for seen in rows @ tokens.reshape(-1, d).T / np.sqrt(n):
        if all(np.linalg.norm(seen - other) >= 1 for other in kept):
            kept.append(seen)
    return Measured(float(len(kept)), 0.0)


def outside_own_component(point: ArrayLike, prompts: ArrayLike) -> Measured[float]:
    """Return the largest part of an output Σ_pμ, over prompts, beside the top eigenvector of Σ_p, relative and squared.

    Its error is estimated from the gaps of the Σ_p and the condition of the tokens. Errors as ``mean_risk``,
    ``ValueError`` if an output is 0, and ``ArithmeticError`` at a multiple top eigenvalue.
    Worked value: the one token (1, 0) and μ = (1, 1) give 0.
    """
    matrices = token_covariances(prompts)
    outputs = matrices @ finite_vector(point, "parameter", matrices.shape[1])
    if not outputs.any(axis=1).all():
        raise ValueError("every output Σ_pμ must be other than 0: of 0 there is no part beside the component")
    values, vectors = np.linalg.eigh(matrices)
    tops, below = vectors[:, :, -1], np.pad(values, ((0, 0), (1, 0)))[:, -2]
    gap = float((1 - below / values[:, -1]).min())
    if gap <= 0:
        raise ArithmeticError("the top eigenvalue of a covariance is multiple: it has no one top eigenvector")
    condition = float(np.linalg.cond(np.concatenate(np.asarray(prompts, dtype=float))))
    beside = outputs - np.einsum("pd,pd->p", outputs, tops)[:, None] * tops
    part = float((np.einsum("pd,pd->p", beside, beside) / np.einsum("pd,pd->p", outputs, outputs)).max())
    off = rounding(len(matrices) * len(matrices[0]), condition**2 / gap)
    return Measured(part, off**2 + 2 * off * part**0.5)


def risk_less_covariance(parameter: ArrayLike, prompts: ArrayLike) -> Measured[float]:
    """Return the mean risk less the covariance, over prompts, of ‖y_p‖² and E(μ·q)², where T_p(q) = y_p (μ·q).

    Errors as ``mean_risk``. Worked value: for one prompt it is the risk.
    """
    risk, matrices = mean_risk(parameter, prompts), token_covariances(prompts)
    mu = finite_vector(parameter, "parameter", matrices.shape[1])
    y = matrices @ mu
    sizes, spreads = np.einsum("pd,pd->p", y, y), y @ mu
    covariance = (sizes * spreads).mean() - sizes.mean() * spreads.mean()
    large = float(np.linalg.norm(matrices, axis=(1, 2)).max() ** 3 * (mu @ mu) ** 2)
    return Measured(risk.value - float(covariance), float(risk.error) + rounding(matrices.size, large))
