"""The attention layer, softmax and linear, for any queries, keys, values and interaction.

Scores are s[q, k] = β query_q · A key_k. A rank-one head has the interaction A = μ μᵀ.
"""

from collections.abc import Callable

import numpy as np

from .prompts import Array

Head = Callable[..., Array]


def softmax_attention(
    queries: Array,
    keys: Array,
    values: Array,
    interaction: Array,
    *,
    inverse_temperature: float = 1.0,
    weights: Array | None = None,
) -> Array:
    """Return Σ_k softmax(s)[q, k] values_k for every query, shape (…, Q, m).

    ``queries``: (…, Q, d); ``keys``: (…, K, d); ``values``: (…, K, m); ``interaction``: (d, d); ``weights``: how often
    each key counts, (K,), equal if absent. ``ValueError`` for shapes that do not fit, no key, or what is not finite.
    Worked value: the query 1 on the keys ±1 with A = 1 and values = keys gives tanh 1.
    """
    scores = _scores(queries, keys, values, interaction, inverse_temperature)
    scores -= scores.max(axis=-1, keepdims=True)
    mass = np.exp(scores, out=scores)
    if weights is not None:
        mass *= weights
    return (mass @ values) / mass.sum(axis=-1, keepdims=True)


def linear_attention(
    queries: Array,
    keys: Array,
    values: Array,
    interaction: Array,
    *,
    inverse_temperature: float = 1.0,
    weights: Array | None = None,
) -> Array:
    """Return (1/K) Σ_k s[q, k] values_k for every query; arguments, shapes and errors as ``softmax_attention``.

    Worked value: the query 1 on the keys ±1 with A = 1 and values = keys gives 1.
    """
    scores = _scores(queries, keys, values, interaction, inverse_temperature)
    scores *= 1 / keys.shape[-2] if weights is None else weights
    return scores @ values


def relu_attention(queries: Array, keys: Array, values: Array, interaction: Array) -> Array:
    """Return (1/K) Σ_k max(s[q, k], 0) values_k at β = 1; shapes and errors as ``softmax_attention``.

    Worked value: the query 1 on the keys ±1 with A = 1 and values = keys gives 1/2.
    """
    return np.maximum(_scores(queries, keys, values, interaction, 1.0), 0) @ values / keys.shape[-2]


_HEADS: dict[str, Head] = {"softmax": softmax_attention, "linear": linear_attention}


def layer(head: str) -> Head:
    """Return the attention function of that name, "softmax" or "linear"; ``ValueError`` for another."""
    if head not in _HEADS:
        raise ValueError(f"unknown head {head!r}; there are {', '.join(sorted(_HEADS))}")
    return _HEADS[head]


def _scores(queries: Array, keys: Array, values: Array, interaction: Array, inverse_temperature: float) -> Array:
    for name, array in (("queries", queries), ("keys", keys), ("values", values), ("interaction", interaction)):
        if np.ndim(array) < 2 or not np.size(array):
            raise ValueError(f"{name} must be an array of L ≥ 1 rows of length d ≥ 1, not of shape {np.shape(array)}")
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must be finite")
    if not np.isfinite(inverse_temperature):
        raise ValueError(f"inverse_temperature must be finite, not {inverse_temperature}")
    d = len(interaction)
    if np.shape(interaction) != (d, d) or queries.shape[-1] != d or keys.shape[-1] != d:
        raise ValueError(
            f"interaction must be (d, d) with the d of queries and keys, not {np.shape(interaction)} for queries "
            f"{queries.shape} and keys {keys.shape}"
        )
    if values.shape[-2] != keys.shape[-2]:
        raise ValueError(f"there must be a value for every key, not {values.shape[-2]} for {keys.shape[-2]}")
    return inverse_temperature * (queries @ interaction) @ np.swapaxes(keys, -1, -2)
