"""The reconstruction risk E‖q − T(q)‖² of a rank-one head, by applying the layer and averaging."""

import numpy as np
from numpy.typing import ArrayLike

from .attention import layer, linear_attention
from .measured import Measured, rounding
from .prompts import Array, Prompt, covariance_factor, drawn_tokens, finite_vector, positive_count


def prompt_risk(head: str, parameter: ArrayLike, keys: Prompt, queries: Prompt) -> Measured[float]:
    """Return the risk of the head with parameter μ, shape (d,), averaged over the weighted queries.

    The error bounds the rounding: 8 × the number of terms × ε × the absolute terms. ``ValueError`` for an unknown head
    or shapes that do not fit.
    Worked value: linear head, μ = 1/2, keys and queries ±1 (d = 1): T(q) = q/4 and the risk is 9/16.
    """
    mu = finite_vector(parameter, "parameter", keys.tokens.shape[1])
    outputs = layer(head)(queries.tokens, keys.tokens, keys.tokens, np.outer(mu, mu), weights=keys.weights)
    errors = np.linalg.norm(queries.tokens - outputs, axis=1)
    value = float(queries.weights @ errors**2)

    # Every sum of n terms is off by at most nε times the sum of their absolute values. Scores cancel where μ is nearly
    # orthogonal to a token, so they count with the norms; an output is off by the error of its scores times the tokens.
    lengths, sizes = np.linalg.norm(keys.tokens, axis=1), np.linalg.norm(queries.tokens, axis=1)
    scores = mu @ mu * np.outer(sizes, lengths)
    reach = scores @ (keys.weights * lengths) if head == "linear" else lengths.max() * (1 + scores.max(axis=1))
    slack = errors + sizes + reach
    off = rounding(sum(keys.tokens.shape), slack)
    return Measured(value, float(queries.weights @ ((errors + off) * off)))


def drawn_risks(
    rng: np.random.Generator,
    n: int,
    head: str,
    parameter: ArrayLike,
    covariance: ArrayLike,
    length: int,
    queries: int = 1,
) -> Array:
    """Return n independent estimates of R_L(μ), shape (n,), each from one drawn prompt of L keys.

    Keys and queries are i.i.d. N(0, Σ); an estimate is the mean of ‖q − T(q)‖² over ``queries`` fresh queries on the
    same keys, so it is unbiased for R_L. ``ValueError`` if n, L or ``queries`` < 1, for an unknown head, and as
    ``covariance_factor``. Worked value: μ = 0 and the linear head give E = tr Σ.
    """
    for name, count in (("n", n), ("prompt length L", length), ("queries", queries)):
        positive_count(count, name)
    factor = covariance_factor(covariance)
    mu = finite_vector(parameter, "parameter", len(factor))
    keys = drawn_tokens(rng, (n, length), factor)
    fresh = drawn_tokens(rng, (n, queries), factor)
    outputs = layer(head)(fresh, keys, keys, np.outer(mu, mu))
    return ((fresh - outputs) ** 2).sum(axis=-1).mean(axis=-1)


def linear_risk_and_gradient(parameter: Array, keys: Prompt, queries: Prompt) -> tuple[float, Array]:
    """Return the risk of the linear rank-one head and its gradient in μ, shape (d,), back through the layer.

    ``parameter``: μ, (d,); keys and queries with tokens (K, d) and (Q, d). With e = q − T(q) and s = (μ·q)(μ·x), a
    score enters the loss by −2 e·x and μ enters the score by (μ·x) q + (μ·q) x. Errors as ``linear_attention``.
    Worked value: μ = 1/2, keys and queries ±1 (d = 1): the risk is 9/16 and the gradient −3/2.
    """
    outputs = linear_attention(
        queries.tokens, keys.tokens, keys.tokens, np.outer(parameter, parameter), weights=keys.weights
    )
    errors = queries.tokens - outputs
    by_score = -2 * (queries.weights[:, None] * errors) @ keys.tokens.T * keys.weights
    along_keys, along_queries = keys.tokens @ parameter, queries.tokens @ parameter
    gradient = queries.tokens.T @ (by_score @ along_keys) + keys.tokens.T @ (along_queries @ by_score)
    return float(queries.weights @ (errors**2).sum(axis=1)), gradient
