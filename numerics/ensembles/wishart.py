"""Sample covariances S = XXᵀ/n of n Gaussian tokens, the columns of X: as cubature nodes, and drawn."""

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import block_diag

from ..measured import Measured, rounding
from ..prompts import Array, covariance_factor, drawn_tokens, finite_vector, hermite_prompt, positive_count
from .dense import sample_covariance

MOST_NODES = 10**6


@dataclass(frozen=True)
class Nodes:
    """Sample covariances of n tokens, shape (K, d, d), with weights that sum to one, (K,), exact to a degree in S."""

    matrices: Array
    weights: Array
    n: int
    degree: int


def cubature(covariance: ArrayLike, n: int, degree: int) -> Nodes:
    """Return nodes for which every polynomial in S up to ``degree`` has the mean of n i.i.d. N(0, Γ) tokens.

    ``covariance``: Γ, (d, d). There are (degree + 1)**(d n) nodes, for a Gauss–Hermite rule of that order is exact to
    the degree 2·degree + 1 in the tokens. ``ValueError`` if n or the degree is less than 1, for more than a million
    nodes, and as ``covariance_factor``.
    Worked value: Γ = 1, n = 1 and degree 1 gives S = 1 twice, of the weight 1/2.
    """
    d = len(covariance_factor(covariance))
    order = positive_count(degree, "degree") + 1
    if order ** (d * positive_count(n, "n")) > MOST_NODES:
        raise ValueError(f"d·n = {d * n} is too much for cubature of the degree {degree}: {order}**{d * n} nodes")
    rule = hermite_prompt(block_diag(*[covariance] * n), order)  # n independent tokens in one
    tokens = rule.tokens.reshape(-1, n, d)
    return Nodes(sample_covariance(tokens.transpose(0, 2, 1)), rule.weights, n, degree)


def mean_product(
    nodes: Nodes, *, traces: Sequence[int] = (), forms: Sequence[int] = (), vector: ArrayLike = ()
) -> Measured[float]:
    """Return the mean of a product of tr Sⁱ, i in ``traces``, and of uᵀSʲu, j in ``forms``, by cubature.

    ``vector``: u, (d,), where there are forms. The error bounds the rounding, also that of the nodes and of the
    covariance: it is relative to (tr S)^{Σi + Σj} ‖u‖^{2 #forms}, which bounds the sum of the absolute terms.
    ``ValueError`` for a power less than 1, no factor at all, a degree Σi + Σj above that of the nodes, or a vector that
    does not fit.
    Worked value: Γ = 1, n = 1, traces (1,) and forms (1, 1) with u = 1 have the mean E z⁶ = 15.
    """
    degree = sum(traces) + sum(forms)
    if not 0 < degree <= nodes.degree:
        raise ValueError(f"nodes of the degree {nodes.degree} do not give a product of the degree {degree}")
    d = nodes.matrices.shape[-1]
    u = finite_vector(vector, "vector", d) if len(forms) else np.zeros(d)
    powers = {k: np.linalg.matrix_power(nodes.matrices, positive_count(k, "power")) for k in {*traces, *forms}}
    factors = [np.trace(powers[k], axis1=1, axis2=2) for k in traces] + [(powers[k] @ u) @ u for k in forms]
    sizes = np.trace(nodes.matrices, axis1=1, axis2=2) ** degree * (u @ u) ** len(forms)
    # K terms of the mean; each S is made of n tokens, a token of d·n coordinates, and they enter 2·degree times
    terms = len(nodes.weights) + 2 * degree * (nodes.n + 2 * d + d * nodes.n)
    return Measured(float(nodes.weights @ prod(factors)), rounding(terms, float(nodes.weights @ sizes)))


def mean_trace(nodes: Nodes, power: int) -> Measured[float]:
    """Return the mean of tr Sᵏ/d by cubature, for nodes of the degree k; errors as ``mean_product``.

    Worked value: Γ = 1, n = 1 and k = 2 give E z⁴ = 3.
    """
    d = nodes.matrices.shape[-1]
    total = mean_product(nodes, traces=(power,))
    return Measured(total.value / d, total.error / d)


def samples(rng: np.random.Generator, count: int, covariance: ArrayLike, n: int) -> Array:
    """Return independent sample covariances of n i.i.d. N(0, Γ) tokens, shape (count, d, d).

    ``covariance``: Γ, (d, d). ``ValueError`` if ``count`` or n < 1, and as ``covariance_factor``.
    Worked value: E S = Γ.
    """
    shape = positive_count(count, "count"), positive_count(n, "n")
    return sample_covariance(drawn_tokens(rng, shape, covariance_factor(covariance)).transpose(0, 2, 1))


def drawn_trace_moments(rng: np.random.Generator, count: int, d: int, n: int, power: int) -> Array:
    """Return tr Sᵏ/d of independent sample covariances of n i.i.d. N(0, I_d) tokens, shape (count,).

    ``ValueError`` if ``count``, d, n or the power k < 1. Worked value: at k = 1 the mean is 1.
    """
    drawn = samples(rng, count, np.eye(positive_count(d, "d")), n)
    return np.trace(np.linalg.matrix_power(drawn, positive_count(power, "power")), axis1=1, axis2=2) / d
