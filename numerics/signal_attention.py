"""The softmax output of one query on its tokens, its squared norm and the gradient of that in the query."""

import numpy as np

from .prompts import Array


def softmax_weights(query: Array, tokens: Array, inverse_temperature: float) -> Array:
    """Return softmax(β q·x_i) over the tokens of each stack: query (n, d), tokens (n, N, d), result (n, N).

    Errors: ``ValueError`` for shapes that do not fit or what is not finite.
    Worked value: d = 1, tokens ±1, q = β = 1: e/(e + 1/e) = 0.8808 and 0.1192.
    """
    if tokens.ndim != 3 or query.shape != (tokens.shape[0], tokens.shape[2]):
        raise ValueError(f"query must be (n, d) for tokens (n, N, d), not {query.shape} for {tokens.shape}")
    if not (np.isfinite(query).all() and np.isfinite(inverse_temperature)):
        raise ValueError("query and inverse temperature must be finite")
    scores = inverse_temperature * np.einsum("nd,nkd->nk", query, tokens)
    scores -= scores.max(axis=1, keepdims=True)
    mass = np.exp(scores, out=scores)
    mass /= mass.sum(axis=1, keepdims=True)
    return mass


def attended(query: Array, tokens: Array, inverse_temperature: float) -> Array:
    """Return o(q) = Σ softmax(β q·x_i) x_i for each stack: query (n, d), tokens (n, N, d), result (n, d).

    Errors: ``ValueError`` for shapes that do not fit or what is not finite.
    Worked value: d = 1, tokens ±1, q = β = 1: tanh 1.
    """
    return np.einsum("nk,nkd->nd", softmax_weights(query, tokens, inverse_temperature), tokens)


def square_and_gradient(query: Array, tokens: Array, inverse_temperature: float) -> tuple[Array, Array]:
    """Return ‖o(q)‖², shape (n,), and its Euclidean gradient in q, (n, d), back through the softmax.

    A score s_i moves the loss by 2 w_i (x_i·o − ‖o‖²), and q moves the score by β x_i. Errors as ``attended``.
    Worked value: d = 1, tokens ±1, q = β = 1: tanh² 1 = 0.5800 and 2 tanh 1 (1 − tanh² 1) = 0.6397.
    """
    weights = softmax_weights(query, tokens, inverse_temperature)
    output = np.einsum("nk,nkd->nd", weights, tokens)
    square = (output**2).sum(axis=1)
    by_score = 2 * weights * (np.einsum("nkd,nd->nk", tokens, output) - square[:, None])
    return square, inverse_temperature * np.einsum("nk,nkd->nd", by_score, tokens)
