"""Drawn tokens of the signal model in d dimensions, through the softmax layer: one replicate a prompt."""

import numpy as np

from .prompts import Array
from .signal_attention import softmax_weights
from .signal_tokens import drawn_signal_tokens, plane_of


def drawn_squares(
    rng: np.random.Generator,
    n: int,
    alignment: float,
    inverse_temperature: float,
    strength: float,
    informative: int,
    nuisance: int,
    dimension: int,
    latent: str = "rademacher",
) -> Array:
    """Return ‖o(q)‖² of n drawn prompts, shape (n,), for one query with q·u = m; d ≥ 2.

    Errors: ``ValueError`` as ``plane_of`` and ``drawn_signal_tokens``. Source: arXiv:2606.22406 (reconstruction).
    Worked value: M = 1, K = 0: the mean is d + θ².
    """
    output, _, _ = _outputs(rng, n, alignment, inverse_temperature, strength, informative, nuisance, dimension, latent)
    return (output**2).sum(axis=1)


def drawn_rests(
    rng: np.random.Generator,
    n: int,
    alignment: float,
    inverse_temperature: float,
    strength: float,
    informative: int,
    nuisance: int,
    dimension: int,
    latent: str = "rademacher",
) -> Array:
    """Return the square of what of o(q) is orthogonal to q and u, over Σ w_i², of n drawn prompts, shape (n,).

    Arguments and errors as ``drawn_squares``. Worked value: d = 2: 0, up to rounding.
    """
    output, weights, plane = _outputs(
        rng, n, alignment, inverse_temperature, strength, informative, nuisance, dimension, latent
    )
    rest = output - (output @ plane.T) @ plane
    return (rest**2).sum(axis=1) / (weights**2).sum(axis=1)


def _outputs(
    rng: np.random.Generator,
    n: int,
    alignment: float,
    inverse_temperature: float,
    strength: float,
    informative: int,
    nuisance: int,
    dimension: int,
    latent: str,
) -> tuple[Array, Array, Array]:
    """Return o, (n, d), the weights, (n, N), and an orthonormal basis of the plane of q and u, (2, d)."""
    plane = np.stack(plane_of(alignment, dimension, rng))
    tokens = drawn_signal_tokens(rng, n, informative, nuisance, dimension, strength, latent)
    weights = softmax_weights(np.broadcast_to(plane[0], (n, dimension)), tokens, inverse_temperature)
    return np.einsum("nk,nkd->nd", weights, tokens), weights, plane
