"""An infinite prompt of informative and nuisance tokens: weighted nodes of their law, through the softmax layer.

The nodes are those of Gauss and Hermite in every coordinate (and for a Gaussian latent sign); a coarse and a fine rule
are compared, and their difference is part of the error.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .attention import softmax_attention
from .measured import Measured, rounding
from .prompts import Array, Prompt, finite_vector, hermite_prompt
from .signal_tokens import known_order, latent_nodes, signal_nodes

_ORDERS = {1: (40, 48), 2: (32, 40), 3: (16, 20)}
"""Coarse and fine number of nodes in each coordinate, by dimension."""

_LATENT_ORDERS = (32, 40)


@dataclass(frozen=True)
class InfinitePrompt:
    """The output o(q), shape (d,), with one error for each coordinate; ‖o‖²; and the limit of N Σ w_i²."""

    output: Measured[Array]
    square: Measured[float]
    squares_of_weights: Measured[float]


def signal_prompt(dimension: int, strength: float, share: float, latent: str, rule: int) -> Prompt:
    """Return nodes of the law π θ s e_1 + z (informative) and z (nuisance), by the coarse (0) or the fine rule (1).

    ``share``: π in [0, 1]; d ≤ 3; ``ValueError`` otherwise, for θ that is not finite or an unknown latent sign.
    Worked value: π = 1, constant sign: the nodes' mean is θ e_1.
    """
    if dimension not in _ORDERS:
        raise ValueError(f"an infinite prompt is integrated in the dimensions 1 to 3, not {dimension}")
    if rule not in (0, 1):
        raise ValueError(f"the rule is 0, coarse, or 1, fine, not {rule!r}")
    noise = hermite_prompt(np.eye(dimension), _ORDERS[dimension][rule])
    return signal_nodes(noise, strength, share, *latent_nodes(latent, _LATENT_ORDERS[rule]))


def infinite_prompt(
    query: ArrayLike, inverse_temperature: float, strength: float, share: float, latent: str = "rademacher"
) -> InfinitePrompt:
    """Return what a softmax layer makes of one query on an infinite prompt; the signal direction is e_1.

    ``query``: shape (d,), d ≤ 3. N Σ w_i² is, on weighted nodes of masses p, Σ p e^{2 score}/(Σ p e^{score})².
    Errors: ``ValueError`` for what is not finite, for β too large for the nodes (``known_order``; with a Gaussian sign
    also |θ|β), and as ``signal_prompt``. Source: arXiv:2606.22406 (reconstruction).
    Worked value: π = 0, β = 1, q = e_1: o = e_1, ‖o‖² = 1 and N Σ w_i² → e.
    """
    q = finite_vector(query, "query", np.size(query))
    if not np.isfinite(inverse_temperature):
        raise ValueError(f"inverse_temperature must be finite, not {inverse_temperature}")
    coarse, fine = (
        _through_layer(q, signal_prompt(len(q), strength, share, latent, rule), inverse_temperature) for rule in (0, 1)
    )
    twice = 2 * abs(inverse_temperature)  # squares of weights are the weights at 2β
    known_order(twice * float(np.linalg.norm(q)), _ORDERS[len(q)][0])
    if latent == "gaussian":
        known_order(twice * abs(strength * q[0]), _LATENT_ORDERS[0])
    off = np.abs(fine - coarse)
    # the mass of a node at x in a rule of n is off by some n x eps, in each axis, relatively
    nodes = _ORDERS[len(q)][1] + _LATENT_ORDERS[1]
    length = 1 + float(np.linalg.norm(fine[2:]))
    sizes = np.concatenate([[length**2, fine[1]], np.full(len(q), length)])
    errors = off + rounding(12 * (len(q) + 1) * nodes, sizes)
    return InfinitePrompt(
        output=Measured(fine[2:], float(errors[2:].max())),
        square=Measured(float(fine[0]), float(errors[0])),
        squares_of_weights=Measured(float(fine[1]), float(errors[1])),
    )


def _through_layer(query: Array, prompt: Prompt, beta: float) -> Array:
    """Return ‖o‖², N Σ w² and the coordinates of o, shape (2 + d,)."""
    tokens, masses = prompt.tokens, prompt.weights
    found = softmax_attention(
        query[None], tokens, tokens, np.eye(len(query)), inverse_temperature=beta, weights=masses
    )[0]
    scores = beta * tokens @ query
    heat = np.exp(scores - scores.max())
    squares = (masses @ heat**2) / (masses @ heat) ** 2
    return np.concatenate([[found @ found, squares], found])
