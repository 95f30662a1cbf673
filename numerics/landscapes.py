"""Infinite-prompt risks of linear heads as functions of their parameters, many points at a time.

A linear head is T(q) = β S Aᵀq with the summary S = Σ_k w_k x_k x_kᵀ of the prompt, which does not depend on the query;
so queries and keys are summarised once, and a gradient costs products with d × d matrices only.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .prompts import Array, Prompt, cubature_prompt, positive_count

Gradient = Callable[[Array], Array]


@dataclass(frozen=True)
class Landscape:
    """A risk as a function of p parameters.

    ``gradient`` takes points, shape (n, p), to gradients of that shape; ``interaction`` takes one point, shape (p,), to
    β times the matrix A of its head, shape (d, d).
    """

    gradient: Gradient
    interaction: Callable[[Array], Array]
    parameters: int


def low_rank(covariance: ArrayLike, rank: int = 1) -> Landscape:
    """Return the risk of A = U Uᵀ; a point holds the r columns of U, shape (r·d,), for rank one μ itself.

    Errors: as ``covariance_factor``; ``ValueError`` if r < 1. Worked value: Σ = 1, μ = 1/2 has the gradient −3/2.
    """
    keys, queries = _summaries(covariance)
    d, r = len(keys), positive_count(rank, "rank r")
    products = np.hstack([keys, queries, queries @ keys + keys @ queries, keys @ keys])  # all in one multiplication

    def gradient(points: Array) -> Array:
        U = points.reshape(-1, r, d)  # the columns of U, as rows
        images = (U.reshape(-1, d) @ products).reshape(-1, r, 4 * d)
        KU, CU, both, KKU = (images[..., i * d : (i + 1) * d] for i in range(4))
        crossed, captured = np.einsum("nid,njd->nij", KU, KU), np.einsum("nid,njd->nij", CU, U)
        # T(q) = K U Uᵀq: the error e = q − T(q), averaged as e qᵀ and back through both factors of U Uᵀ
        return (2 * (captured @ KKU + crossed @ CU - both)).reshape(len(points), r * d)

    return Landscape(gradient, lambda point: point.reshape(r, d).T @ point.reshape(r, d), r * d)


def full(covariance: ArrayLike) -> Landscape:
    """Return the risk of an unconstrained interaction; a point holds A row by row, shape (d·d,).

    Errors: as ``covariance_factor``. Worked value: Σ = 1, A = 1/2 has the gradient −1.
    """
    keys, queries = _summaries(covariance)
    d = len(keys)

    def gradient(points: Array) -> Array:
        errors = np.eye(d) - points.reshape(-1, d, d) @ keys  # (q − T(q))ᵀ = qᵀ(1 − A K)
        return (-2 * queries @ errors @ keys).reshape(len(points), d * d)

    return Landscape(gradient, lambda point: point.reshape(d, d), d * d)


def sphere(covariance: ArrayLike, inverse_temperature: float) -> Landscape:
    """Return the risk of β μ̂ μ̂ᵀ, μ̂ = μ/‖μ‖, a function of the direction alone: its flow keeps ‖μ‖.

    Errors: as ``covariance_factor``; ``ValueError`` unless β is positive and finite. Worked value: in one dimension the
    gradient is 0.
    """
    if not (np.isfinite(inverse_temperature) and inverse_temperature > 0):
        raise ValueError(f"inverse_temperature must be positive and finite, not {inverse_temperature}")
    free, scale = low_rank(covariance), np.sqrt(inverse_temperature)  # β μ̂ μ̂ᵀ is the head of the parameter √β μ̂

    def gradient(points: Array) -> Array:
        lengths = np.sqrt(np.einsum("nd,nd->n", points, points))[:, None]
        directions = points / lengths
        slopes = scale * free.gradient(scale * directions)
        return (slopes - np.einsum("nd,nd->n", slopes, directions)[:, None] * directions) / lengths

    def interaction(point: Array) -> Array:
        return inverse_temperature * np.outer(point, point) / (point @ point)

    return Landscape(gradient, interaction, free.parameters)


def _summaries(covariance: ArrayLike) -> tuple[Array, Array]:
    """Return Σ_k w_k x_k x_kᵀ of an infinite prompt and E q qᵀ of its queries."""
    prompt = cubature_prompt(covariance)
    summary = _second_moment(prompt)
    return summary, summary


def _second_moment(prompt: Prompt) -> Array:
    moment = prompt.tokens.T @ (prompt.weights[:, None] * prompt.tokens)
    return (moment + moment.T) / 2
