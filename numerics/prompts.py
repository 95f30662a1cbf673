"""Gaussian tokens: drawn at random, or as cubature nodes that stand for an infinite prompt."""

from dataclasses import dataclass
from itertools import product

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy import stats

Array = NDArray[np.float64]

QUERIES = ("fresh", "self")


@dataclass(frozen=True)
class Prompt:
    """Tokens, shape (K, d), with weights that sum to one, shape (K,); an ordinary prompt has the weights 1/K."""

    tokens: Array
    weights: Array


def finite_vector(values: ArrayLike, name: str, dimension: int) -> Array:
    """Return ``values`` as an array of shape (d,); ``ValueError`` for another shape or what is not finite."""
    vector = np.asarray(values, dtype=float)
    if vector.shape != (dimension,):
        raise ValueError(f"{name} must have the shape ({dimension},), not {vector.shape}")
    if not np.isfinite(vector).all():
        raise ValueError(f"{name} must be finite, not {vector}")
    return vector


def finite_array(values: ArrayLike, name: str, axes: int) -> Array:
    """Return ``values`` as an array with that many axes; ``ValueError`` for another number or what is not finite."""
    array = np.asarray(values, dtype=float)
    if array.ndim != axes or not array.size:
        raise ValueError(f"{name} must be an array of {axes} axes with entries, not of the shape {array.shape}")
    if not np.isfinite(array).all():
        raise ValueError(f"{name} must be finite")
    return array


def positive_count(count: int, name: str) -> int:
    """Return ``count`` as an int; ``ValueError`` unless it is an integer of at least 1."""
    if not isinstance(count, int | np.integer) or count < 1:
        raise ValueError(f"{name} must be an integer of at least 1, not {count!r}")
    return int(count)


def known_query(query: str) -> str:
    """Return which query is meant, "fresh" (independent of the keys) or "self" (one of them); else ``ValueError``."""
    if query not in QUERIES:
        raise ValueError(f"unknown query {query!r}; there are {', '.join(QUERIES)}")
    return query


def covariance_factor(covariance: ArrayLike) -> Array:
    """Return F, shape (d, d), with F Fᵀ = ``covariance``.

    Errors: ``ValueError`` unless the covariance is a square matrix of size d ≥ 1, finite, symmetric and positive
    semidefinite up to rounding. Worked value: the covariance diag(4, 1) has F Fᵀ = diag(4, 1).
    """
    matrix = np.asarray(covariance, dtype=float)
    if matrix.ndim != 2 or matrix.shape[0] != matrix.shape[1] or matrix.shape[0] == 0:
        raise ValueError(f"covariance must be a square matrix of size d ≥ 1, not of shape {matrix.shape}")
    if not np.isfinite(matrix).all():
        raise ValueError("covariance must be finite")
    scale = np.abs(matrix).max()
    rounding = 16 * len(matrix) * np.finfo(float).eps * scale
    if np.abs(matrix - matrix.T).max() > rounding:
        raise ValueError("covariance must be symmetric")
    eigenvalues, vectors = np.linalg.eigh(matrix)
    if eigenvalues[0] < -rounding:
        raise ValueError(f"covariance must be positive semidefinite, but has the eigenvalue {eigenvalues[0]:.3g}")
    return vectors * np.sqrt(np.where(eigenvalues > 0, eigenvalues, 0.0))


def rotation(rng: np.random.Generator, dimension: int) -> Array:
    """Return a Haar-distributed orthogonal matrix, shape (d, d); ``ValueError`` if d < 1. In one dimension it is ±1."""
    return np.atleast_2d(stats.ortho_group(positive_count(dimension, "dimension d"), seed=rng).rvs())


def directions(rng: np.random.Generator, n: int, dimension: int) -> Array:
    """Return n uniform unit vectors, shape (n, d); ``ValueError`` if n or d < 1. In one dimension they are ±1."""
    drawn = rng.standard_normal((positive_count(n, "n"), positive_count(dimension, "dimension d")))
    return drawn / np.linalg.norm(drawn, axis=1, keepdims=True)


def covariance(spectrum: ArrayLike, basis: Array) -> Array:
    """Return the matrix with eigenvalues ``spectrum``, shape (d,), and eigenvectors ``basis[:, k]``, shape (d, d).

    ``ValueError`` for a spectrum that is not finite or negative, or another shape.
    Worked value: spectrum (2, 1) and the identity for basis give diag(2, 1).
    """
    eigenvalues = finite_vector(spectrum, "spectrum", len(basis))
    if eigenvalues.min() < 0:
        raise ValueError(f"spectrum must not be negative, as {eigenvalues.min():.3g} is")
    matrix = (basis * eigenvalues) @ basis.T
    return (matrix + matrix.T) / 2


def drawn_tokens(rng: np.random.Generator, shape: tuple[int, ...], factor: Array) -> Array:
    """Return i.i.d. N(0, F Fᵀ) tokens, shape (*shape, d), for the factor F, shape (d, d). F = 0 gives zeros."""
    return rng.standard_normal((*shape, len(factor))) @ factor.T


def cubature_prompt(covariance: ArrayLike) -> Prompt:
    """Return 2d weighted tokens whose moments up to the third are those of N(0, ``covariance``).

    They replace an infinite prompt exactly wherever tokens enter with degree ≤ 3, as in the linear head. Errors as
    ``covariance_factor``. Worked value: d = 1, variance 1 gives the tokens ±1 with the weights 1/2.
    """
    factor = covariance_factor(covariance)
    d = len(factor)
    nodes = np.sqrt(d) * factor.T
    return Prompt(np.concatenate([nodes, -nodes]), np.full(2 * d, 1 / (2 * d)))


def hermite_prompt(covariance: ArrayLike, order: int) -> Prompt:
    """Return the tensor Gauss–Hermite rule of N(0, ``covariance``): order**d tokens, exact to degree 2·order − 1.

    Errors: ``ValueError`` if order < 1, and as ``covariance_factor``. Worked value: d = 1, variance 1 and order 2 gives
    the tokens ±1 with the weights 1/2.
    """
    factor = covariance_factor(covariance)
    nodes, weights = np.polynomial.hermite_e.hermegauss(positive_count(order, "order"))
    grid = np.array(list(product(nodes, repeat=len(factor))))
    mass = np.array(list(product(weights / weights.sum(), repeat=len(factor)))).prod(axis=1)
    return Prompt(grid @ factor.T, mass)
