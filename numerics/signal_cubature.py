r"""One to three tokens in d dimensions, integrated through the softmax layer itself: no random number.

The weights depend on the differences of the coordinates along the query alone: N − 1 normals, integrated by the
trapezoidal rule. In the mean of these coordinates and in all others the squared output is of degree two, so nodes that
match the moments to the third are exact.

A displacement of the normals by iy along a unit vector turns any two terms of $\sum_i e^{\beta q\cdot x_i}$ by at most
√2βy against each other: the sum has no zero for y < a = π/(√2β). So the integrand is analytic in a strip of that width,
and the rule of step h is off by the order of $e^{-2\pi a/h}$. The coarse rule, of the step 2h, is off by the root of
that: its difference to the fine one, taken for the error, is much too large rather than too small.
"""

from itertools import product

import numpy as np

from .measured import Measured, rounding
from .prompts import Array, cubature_prompt, finite_vector
from .signal_attention import softmax_weights
from .signal_tokens import count_of_tokens, latent_nodes

_STEPS = 8
"""Steps of the fine rule on the width a: it is off by e^{−16π}, 1e-22, the coarse one by e^{−8π}, 1e-11."""

_LONGEST = 1 / 3
"""The longest step of the fine rule: with the double one a normal density is off by 2e^{−2π²/(2h)²}, 1e-19."""

_REACH = 9.0
"""Of the normals; what is beyond has the probability 2e-19."""


def cubature_square(
    query: Array,
    inverse_temperature: float,
    strength: float,
    informative: int,
    nuisance: int,
    latent: str = "rademacher",
) -> dict[str, Measured[float]]:
    """Return ``square``, E‖o(q)‖², and ``weights``, E Σ w_i², over up to three tokens in d dimensions, u = e_1.

    ``query``: a unit vector, shape (d,), d ≥ 2; β in (0, 3], θ finite; ``latent``: not "gaussian". ``ValueError``
    otherwise. Source: arXiv:2606.22406 (reconstruction of the model). Worked value: M = 1, K = 0: d + θ², and 1.
    """
    total = count_of_tokens(informative, nuisance)
    q = finite_vector(query, "query", np.size(query))
    if len(q) < 2 or abs(q @ q - 1) > rounding(len(q), 1.0):
        raise ValueError("the query must be a unit vector of at least two coordinates")
    if not 0 < inverse_temperature <= 3:
        raise ValueError(f"the inverse temperature β must be in (0, 3], not {inverse_temperature}")
    if not np.isfinite(strength):
        raise ValueError(f"strength θ must be finite, not {strength}")
    if total > 3:
        raise ValueError(f"there may be one to three tokens, not {total}")
    if latent == "gaussian":
        raise ValueError("the latent sign must have few values: rademacher or constant")
    values, masses = latent_nodes(latent, 1)
    numbers = (q, inverse_temperature, strength, informative, total)
    step = min(_LONGEST, np.pi / (np.sqrt(2) * inverse_temperature * _STEPS))
    coarse, fine = (_averaged(*numbers, values, masses, stride * step) for stride in (2, 1))
    slack = rounding(4096, np.abs(fine))
    errors = np.abs(fine - coarse) + slack
    return {
        name: Measured(float(value), float(error))
        for name, value, error in zip(("square", "weights"), fine, errors, strict=True)
    }


def _averaged(
    query: Array, beta: float, strength: float, informative: int, total: int, values: Array, masses: Array, step: float
) -> Array:
    d = len(query)
    basis = np.linalg.svd(np.ones((1, total)))[2]  # the mean of the tokens first, then their differences, (N, N)
    across = np.linalg.svd(query[None])[2][1:]  # an orthonormal basis of what is orthogonal to q, (d − 1, d)
    differences, mass = _trapezoidal(total - 1, step)
    rest = cubature_prompt(np.eye(1 + total * (d - 1)))
    spread = rest.tokens[:, 1:].reshape(-1, total, d - 1) @ across
    spread += rest.tokens[:, :1, None] * basis[0][:, None] * query
    mass = np.outer(mass, rest.weights).ravel()
    noise = (differences @ basis[1:])[:, None, :, None] * query + spread  # (A, R, N, d)
    found = np.zeros(2)
    for signs in product(range(len(values)), repeat=informative):
        tokens = noise.reshape(-1, total, d).copy()
        tokens[:, :informative, 0] += strength * values[list(signs)]
        w = softmax_weights(np.broadcast_to(query, (len(tokens), d)), tokens, beta)
        square = (np.einsum("nk,nkd->nd", w, tokens) ** 2).sum(axis=1)
        found += masses[list(signs)].prod() * np.array([mass @ square, mass @ (w**2).sum(axis=1)])
    return found


def _trapezoidal(axes: int, step: float) -> tuple[Array, Array]:
    """Return nodes of N(0, I), shape (A, axes), in a ball of the reach, and their masses; one node without axes."""
    line = step * np.arange(-(_REACH // step), _REACH // step + 1)
    nodes = np.array(list(product(line, repeat=axes))).reshape(len(line) ** axes, axes)
    lengths = (nodes**2).sum(axis=1)
    kept = lengths <= _REACH**2
    masses: Array = np.exp(-lengths[kept] / 2) * (step / np.sqrt(2 * np.pi)) ** axes
    return nodes[kept], masses
