"""Two or three tokens in d dimensions, integrated through the softmax layer itself: no random number.

In the coordinate along the query, on which alone the weights depend, a token has the nodes of Gauss and Hermite. In the
others the squared output is of degree two, so nodes that match the moments to the third are exact.
"""

from itertools import product

import numpy as np

from .measured import Measured, rounding
from .prompts import Array, cubature_prompt, finite_vector
from .signal_attention import softmax_weights
from .signal_tokens import count_of_tokens, latent_nodes

_ORDERS = {1: (32, 40), 2: (32, 40), 3: (14, 18)}
"""Coarse and fine number of nodes along the query, by the number of tokens."""


def cubature_square(
    query: Array,
    inverse_temperature: float,
    strength: float,
    informative: int,
    nuisance: int,
    latent: str = "rademacher",
) -> dict[str, Measured[float]]:
    """Return ``square``, E‖o(q)‖², and ``weights``, E Σ w_i², over up to three tokens in d dimensions, u = e_1.

    ``query``: a unit vector, shape (d,), d ≥ 2; ``latent``: not "gaussian". ``ValueError`` otherwise. Source:
    arXiv:2606.22406 (reconstruction of the model). Worked value: M = 1, K = 0: d + θ², and 1.
    """
    total = count_of_tokens(informative, nuisance)
    q = finite_vector(query, "query", np.size(query))
    if len(q) < 2 or abs(q @ q - 1) > rounding(len(q), 1.0):
        raise ValueError("the query must be a unit vector of at least two coordinates")
    if total not in _ORDERS:
        raise ValueError(f"there may be one to three tokens, not {total}")
    if latent == "gaussian":
        raise ValueError("the latent sign must have few values: rademacher or constant")
    values, masses = latent_nodes(latent, 1)
    numbers = (q, inverse_temperature, strength, informative, total)
    coarse, fine = (_averaged(*numbers, values, masses, order) for order in _ORDERS[total])
    slack = rounding(4096, np.abs(fine))
    errors = np.abs(fine - coarse) + slack
    return {
        name: Measured(float(value), float(error))
        for name, value, error in zip(("square", "weights"), fine, errors, strict=True)
    }


def _averaged(
    query: Array, beta: float, strength: float, informative: int, total: int, values: Array, masses: Array, order: int
) -> Array:
    d = len(query)
    across = np.linalg.svd(query[None])[2][1:]  # an orthonormal basis of what is orthogonal to q, (d − 1, d)
    nodes, weights = np.polynomial.hermite_e.hermegauss(order)
    along = np.array(list(product(nodes, repeat=total)))
    mass = np.array(list(product(weights / weights.sum(), repeat=total))).prod(axis=1)
    rest = cubature_prompt(np.eye(total * (d - 1)))
    spread = rest.tokens.reshape(-1, total, d - 1) @ across
    noise = along[:, None, :, None] * query + spread  # (A, R, N, d)
    mass = np.outer(mass, rest.weights).ravel()
    found = np.zeros(2)
    for signs in product(range(len(values)), repeat=informative):
        tokens = noise.reshape(-1, total, d).copy()
        tokens[:, :informative, 0] += strength * values[list(signs)]
        w = softmax_weights(np.broadcast_to(query, (len(tokens), d)), tokens, beta)
        square = (np.einsum("nk,nkd->nd", w, tokens) ** 2).sum(axis=1)
        found += masses[list(signs)].prod() * np.array([mass @ square, mass @ (w**2).sum(axis=1)])
    return found
