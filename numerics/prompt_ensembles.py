"""Finite prompts, and prompts with a covariance each, as cubature nodes: every node is a prompt with its queries.

The linear head's risk is a polynomial in the Gaussian numbers that a prompt is made of, so that Gauss–Hermite rules of
a low order are exact. ``finite`` and ``infinite`` take one dimension for every number. ``reduced=True`` rotates keys
among themselves, under which their second moment is unchanged: X = T Q with T lower triangular, its diagonal χ and
the rest normal, and Q orthonormal; then n and L may be large (M. S. Bartlett, doi:10.1017/S0370164600023063).
"""

from dataclasses import dataclass
from math import prod

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigh_tridiagonal

from .attention import linear_attention
from .landscapes import Landscape
from .measured import Measured, rounding
from .prompts import Array, covariance_factor, finite_vector, known_query, positive_count

MOST_NODES = 300_000


@dataclass(frozen=True)
class Ensemble:
    """N prompts of the weights (N,): keys (N, K, d) of the weights (K,), queries (N, Q, d) of the weights (Q,)."""

    weights: Array
    keys: Array
    key_weights: Array
    queries: Array
    query_weights: Array
    numbers: int
    """How many Gaussian numbers a prompt is made of."""


def finite(
    covariance: ArrayLike, length: int, query: str, *, columns: int | None = None, reduced: bool = False
) -> Ensemble:
    """Return prompts of L keys with fresh queries ("fresh") or the keys as queries ("self"), exact for linear heads.

    ``covariance``: Σ, (d, d). With ``columns`` = n each prompt has its own covariance, of which Σ is the mean: the
    sample covariance of n tokens N(0, Σ). ``ValueError`` for another query, L or n < 1, too many nodes, and as
    ``covariance_factor``. Worked value: Σ = 1, L = 1, self has four prompts, of one key that is also the query.
    """
    known_query(query)
    factors, outer, numbers = _factors(covariance, columns, reduced)
    d, m = factors.shape[1:]
    grid, inner = _gaussian(m, positive_count(length, "prompt length L"), 3 if query == "fresh" else 4, reduced)
    _few(len(outer) * len(inner))
    keys = np.einsum("adm,bmk->abkd", factors, grid).reshape(-1, grid.shape[2], d)
    key_weights = np.full(grid.shape[2], 1 / length)
    weights = np.outer(outer, inner).ravel()
    if query == "self":
        return Ensemble(weights, keys, key_weights, keys, key_weights, numbers + grid[0].size)
    fresh = _pairs(factors)
    fresh = np.broadcast_to(fresh[:, None], (len(outer), len(inner), *fresh.shape[1:])).reshape(-1, *fresh.shape[1:])
    return Ensemble(weights, keys, key_weights, fresh, np.full(2 * m, 1 / (2 * m)), numbers + grid[0].size)


def infinite(covariance: ArrayLike, columns: int, *, reduced: bool = False) -> Ensemble:
    """Return infinite prompts with the sample covariances S of n tokens N(0, Γ), exact for linear heads.

    Keys and queries are 2d tokens along the columns of the root of S: their moments to the third are those of N(0, S).
    ``covariance``: Γ, (d, d). Errors as ``finite``. Worked value: Γ = 1, n = 1 has four prompts, of the keys ± z.
    """
    factors, weights, numbers = _factors(covariance, columns, reduced)
    tokens = _pairs(_root(factors @ factors.transpose(0, 2, 1)))
    mass = np.full(tokens.shape[1], 1 / tokens.shape[1])
    return Ensemble(weights, tokens, mass, tokens, mass, numbers)


def drawn_infinite(rng: np.random.Generator, n: int, covariance: ArrayLike, columns: int) -> Ensemble:
    """Return n infinite prompts as ``infinite``, of drawn sample covariances; errors as there, and n < 1."""
    factor = covariance_factor(covariance)
    X = rng.standard_normal((positive_count(n, "n"), len(factor), positive_count(columns, "columns n")))
    S = factor @ (X @ X.transpose(0, 2, 1) / columns) @ factor.T
    tokens = _pairs(_root((S + S.transpose(0, 2, 1)) / 2))
    mass = np.full(tokens.shape[1], 1 / tokens.shape[1])
    return Ensemble(np.full(n, 1 / n), tokens, mass, tokens, mass, factor.size)


def prompt_risks(ensemble: Ensemble, parameter: ArrayLike) -> Array:
    """Return the risk of the linear head A = μ μᵀ in each prompt, shape (N,), by applying the layer.

    ``parameter``: μ, (d,); ``ValueError`` for another shape. Worked value: μ = 0 leaves the mean ‖q‖².
    """
    mu = finite_vector(parameter, "parameter", ensemble.keys.shape[2])
    keys, queries = ensemble.keys, ensemble.queries
    outputs = linear_attention(queries, keys, keys, np.outer(mu, mu), weights=ensemble.key_weights)
    losses: Array = ((queries - outputs) ** 2).sum(axis=2) @ ensemble.query_weights
    return losses


def risk(ensemble: Ensemble, parameter: ArrayLike) -> Measured[float]:
    """Return the risk of the linear head A = μ μᵀ over the ensemble, by applying the layer.

    The error bounds the rounding, also that of the nodes: a sum over N prompts is pairwise, and log N deep.
    Errors as ``prompt_risks``. Worked value: Σ = 1, L = 1, self at μ = 1 is E (z − z³)² = 10.
    """
    losses = prompt_risks(ensemble, parameter)
    mu = np.asarray(parameter, dtype=float)
    masses = (ensemble.keys**2).sum(axis=2) @ ensemble.key_weights
    loads = (ensemble.queries**2).sum(axis=2) @ ensemble.query_weights
    slack = float((ensemble.weights * loads * (1 + mu @ mu * masses) ** 2).sum())
    return Measured(float((ensemble.weights * losses).sum()), rounding(_terms(ensemble), slack))


def landscape(ensemble: Ensemble) -> Landscape:
    """Return the risk of A = μ μᵀ as a function of μ; the ensemble is summarised once, whatever its size.

    In a prompt of the summary S = Σ_k w_k x_k x_kᵀ, with queries of the second moment C, T(q) = S μ μᵀ q, so the risk
    is tr C − 2 μ·C S μ + μ·S²μ μ·C μ. Worked value: Σ = 1, L = 1, fresh at μ = 1 has the slope −4 + 4·3 = 8.
    """
    keys, queries = ensemble.keys, ensemble.queries
    S = np.einsum("nki,k,nkj->nij", keys, ensemble.key_weights, keys)
    C = np.einsum("nki,k,nkj->nij", queries, ensemble.query_weights, queries)
    d = keys.shape[2]
    crossed = np.einsum("n,nij->ij", ensemble.weights, C @ S)
    squares, weighted = (S @ S).reshape(-1, d * d), ensemble.weights[:, None] * C.reshape(-1, d * d)
    quartic = (squares.T @ weighted).reshape(d, d, d, d)
    linear, cubic = crossed + crossed.T, (quartic + quartic.transpose(2, 3, 0, 1)).reshape(d, d**3)

    def gradient(points: Array) -> Array:
        triples = np.einsum("ni,nj,nk->nijk", points, points, points).reshape(len(points), d**3)
        return 2 * (triples @ cubic.T - points @ linear)

    return Landscape(gradient, lambda point: np.outer(point, point), d)


def _factors(covariance: ArrayLike, columns: int | None, reduced: bool) -> tuple[Array, Array, int]:
    """Return roots F, shape (N, d, m), of the prompts' covariances F Fᵀ, their weights and the numbers they take."""
    factor = covariance_factor(covariance)
    if columns is None:
        return factor[None], np.ones(1), 0
    grid, weights = _gaussian(len(factor), positive_count(columns, "columns n"), 4, reduced)
    return factor @ grid / np.sqrt(columns), weights, grid[0].size


def _gaussian(rows: int, columns: int, order: int, reduced: bool) -> tuple[Array, Array]:
    """Return matrices of i.i.d. standard normals as nodes, shape (N, rows, columns), and their weights.

    Each number has a rule of that order, exact to the degree 2·order − 1; reduced ones have min(rows, columns) columns.
    """
    normal = np.polynomial.hermite_e.hermegauss(order)
    normal = normal[0], normal[1] / normal[1].sum()
    width = min(rows, columns) if reduced else columns
    places = [(i, j) for i in range(rows) for j in range(width) if i >= j or not reduced]
    rules = [_chi(columns - j) if reduced and i == j else normal for i, j in places]
    _few(prod(len(rule[0]) for rule in rules))
    nodes = np.meshgrid(*(rule[0] for rule in rules), indexing="ij")
    masses = np.meshgrid(*(rule[1] for rule in rules), indexing="ij")
    matrices = np.zeros((nodes[0].size, rows, width))
    for place, values in zip(places, nodes, strict=True):
        matrices[:, *place] = values.ravel()
    weights: Array = np.prod(masses, axis=0).ravel()
    return matrices, weights


def _chi(freedom: int) -> tuple[Array, Array]:
    """Return two nodes of the χ law and their weights, exact for 1, χ², χ⁴ and χ⁶: a Gauss–Laguerre rule of χ²/2."""
    shape = freedom / 2
    halves, vectors = eigh_tridiagonal(np.array([shape, shape + 2]), np.array([np.sqrt(shape)]))
    return np.sqrt(2 * halves), vectors[0] ** 2


def _pairs(factors: Array) -> Array:
    """Return the tokens ±√m times the m columns of F, shape (N, 2m, d): equally weighed, their moment is F Fᵀ."""
    nodes = np.sqrt(factors.shape[2]) * factors.transpose(0, 2, 1)
    return np.concatenate([nodes, -nodes], axis=1)


def _root(matrices: Array) -> Array:
    """Return V √λ for covariances with the eigenvalues λ, those of rounding set to 0."""
    eigenvalues, vectors = np.linalg.eigh(matrices)
    roots: Array = vectors * np.sqrt(np.maximum(eigenvalues, 0.0))[:, None, :]
    return roots


def _few(nodes: int) -> None:
    if nodes > MOST_NODES:
        raise ValueError(f"{nodes} nodes are more than {MOST_NODES}: take smaller d, n or L")


def _terms(ensemble: Ensemble) -> int:
    """Return how many roundings a mean over the ensemble goes through."""
    depth = 16 + len(ensemble.weights).bit_length()
    return depth + 8 * (ensemble.numbers + ensemble.keys.shape[1] + ensemble.queries.shape[1] + ensemble.keys.shape[2])
