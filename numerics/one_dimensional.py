"""A prompt as the head sees it: only the scores are drawn, whatever the dimension of the tokens.

With g = μ·q/√b and z_k = μ·x_k/√b, b = μ·Σμ, the scores are βb g z_k, and what tokens have beside the line of Σμ enters
‖q − T(q)‖² only through its mean given the weights: a prompt of L keys costs L normal numbers instead of L d.
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike

from .prompts import Array, covariance_factor, finite_vector, known_query, positive_count

NONLINEARITIES = ("softmax", "linear", "relu")

_ENTRIES = 2**21  # scores at a time: 16 MB an array, however long the prompt


def score_weights(nonlinearity: str, scores: Array) -> Array:
    """Return the weights of the keys, shape (…, L), of their scores, shape (…, L), in place.

    softmax(s), s/L, or max(s, 0)/L. ``ValueError`` for another name. Worked value: the scores (0, 0) have the softmax
    weights (1/2, 1/2); huge ones do not overflow.
    """
    if nonlinearity == "softmax":
        scores -= scores.max(axis=-1, keepdims=True)
        np.exp(scores, out=scores)
        scores /= scores.sum(axis=-1, keepdims=True)
    elif nonlinearity in ("linear", "relu"):
        if nonlinearity == "relu":
            np.maximum(scores, 0, out=scores)
        scores /= scores.shape[-1]
    else:
        raise ValueError(f"unknown nonlinearity {nonlinearity!r}; there are {', '.join(NONLINEARITIES)}")
    return scores


def drawn_parts(
    rng: np.random.Generator, n: int, nonlinearity: str, coupling: float, length: int, query: str = "fresh"
) -> Array:
    """Return n independent estimates of F = E[2gM − M²], G = E Σ w² and W, shape (n, 3), M = Σ w_k z_k.

    ``coupling``: βb ≥ 0; W is E w_1 for a "self" query (z_1 = g) and 0 for a "fresh" one, of which each estimate
    averages g and −g. ``ValueError`` for n or L < 1, another nonlinearity or query, a coupling that is negative or not
    finite, and where weights overflow. Worked value: coupling 0, softmax, L keys, fresh: G = 1/L and E F = −1/L.
    """
    positive_count(n, "n")
    positive_count(length, "prompt length L")
    known_query(query)
    if not (np.isfinite(coupling) and coupling >= 0):
        raise ValueError(f"coupling must be finite and not negative, not {coupling}")
    with np.errstate(over="ignore", invalid="ignore"):
        found = np.concatenate([_parts(rng, k, nonlinearity, coupling, length, query) for k in _chunks(n, length)])
    if not np.isfinite(found).all():
        raise ValueError(
            f"coupling {coupling:.3g} overflows the scores or the squared weights of the {nonlinearity} head"
        )
    return found


def _chunks(n: int, entries: int) -> Iterator[int]:
    each = max(1, _ENTRIES // entries)
    for begin in range(0, n, each):
        yield min(each, n - begin)


def _parts(rng: np.random.Generator, n: int, nonlinearity: str, coupling: float, length: int, query: str) -> Array:
    z = rng.standard_normal((n, length))
    if query == "self":
        return _given(nonlinearity, coupling, z[:, 0], z, itself=True)
    g = rng.standard_normal(n)
    return (_given(nonlinearity, coupling, g, z) + _given(nonlinearity, coupling, -g, z)) / 2


def _given(nonlinearity: str, coupling: float, g: Array, z: Array, *, itself: bool = False) -> Array:
    weights = score_weights(nonlinearity, (coupling * g)[:, None] * z)
    mean = np.einsum("nk,nk->n", weights, z)
    own = weights[:, 0] if itself else np.zeros(len(z))
    return np.column_stack([mean * (2 * g - mean), np.einsum("nk,nk->n", weights, weights), own])


def reduced_risks(
    rng: np.random.Generator,
    n: int,
    nonlinearity: str,
    parameter: ArrayLike,
    covariance: ArrayLike,
    length: int,
    query: str = "fresh",
) -> Array:
    """Return n independent estimates of R_L(μ), β = 1, shape (n,), each from one draw of the scores of a prompt.

    q − T(q) = (Σμ/√b)(g − M) + the rest, whose squared norm has the mean (t − ρ) E‖e − w‖² given the weights, with
    e = 0 and one rest more for a fresh query, e = (1, 0, …) for the first key itself. ``parameter``: μ, shape (d,);
    ``covariance``: Σ, shape (d, d). Errors as ``drawn_parts`` and ``covariance_factor``.
    Worked value: μ = 0, L keys, softmax: t (1 + 1/L) for a fresh query and t (1 − 1/L) for a key itself.
    """
    factor = covariance_factor(covariance)
    mu = finite_vector(parameter, "parameter", len(factor))
    seen = factor.T @ mu
    with np.errstate(over="ignore", invalid="ignore"):
        coupling = float(seen @ seen)
    if not np.isfinite(coupling):
        raise ValueError("coupling must be finite: μ·Σμ overflows")
    along = factor @ (seen / np.sqrt(coupling)) if coupling > 0 else 0 * mu
    trace, ratio = float((factor**2).sum()), float(along @ along)
    kept, squares, own = drawn_parts(rng, n, nonlinearity, coupling, length, query).T
    return ratio * (1 - kept) + (trace - ratio) * (1 + squares - 2 * own)
