"""The reconstruction risk E‖q − T(q)‖² of a head, by applying the layer and averaging."""

import numpy as np
from numpy.typing import ArrayLike

from .attention import layer, linear_attention, relu_attention
from .measured import Measured, rounding
from .prompts import (
    Array,
    Prompt,
    covariance_factor,
    drawn_tokens,
    finite_vector,
    known_query,
    positive_count,
)

_ENTRIES = 2**22  # coordinates of tokens at a time: 32 MB


def prompt_risk(head: str, interaction: ArrayLike, keys: Prompt, queries: Prompt) -> Measured[float]:
    """Return the risk of the head with the interaction A, shape (d, d), averaged over the weighted queries.

    The error bounds the rounding: 8 × the number of terms × ε × the absolute terms. ``ValueError`` for an unknown head
    or shapes that do not fit.
    Worked value: linear head, A = 1/4, keys and queries ±1 (d = 1): T(q) = q/4 and the risk is 9/16.
    """
    A = np.asarray(interaction, dtype=float)
    outputs = layer(head)(queries.tokens, keys.tokens, keys.tokens, A, weights=keys.weights)
    errors = np.linalg.norm(queries.tokens - outputs, axis=1)
    value = float(queries.weights @ errors**2)

    # Every sum of n terms is off by at most nε times the sum of their absolute values. Scores cancel where A q is
    # nearly orthogonal to a token, so they count with the norms; outputs are off by the error of scores times tokens.
    lengths, sizes = np.linalg.norm(keys.tokens, axis=1), np.linalg.norm(queries.tokens, axis=1)
    scores = np.linalg.norm(A) * np.outer(sizes, lengths)
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
    *,
    query: str = "fresh",
    columns: int | None = None,
) -> Array:
    """Return n independent estimates of R_L(μ), shape (n,), each from one drawn prompt of L keys.

    Keys and queries are i.i.d. N(0, Σ); an estimate is the mean of ‖q − T(q)‖² over ``queries`` queries on the same
    keys, fresh ones ("fresh") or as many of the keys themselves ("self"), so it is unbiased for R_L. With ``columns``
    each prompt has its own covariance, the sample covariance of as many tokens N(0, Σ). ``head``: "softmax", "linear"
    or "relu". ``ValueError`` if n, L, ``queries`` or ``columns`` < 1, for another query or head, more queries than keys
    ("self"), outputs that overflow, and as ``covariance_factor``.
    Worked value: μ = 0 and the linear head give E = tr Σ.
    """
    counts = {"n": n, "prompt length L": length, "queries": queries, "columns": 1 if columns is None else columns}
    for name, count in counts.items():
        positive_count(count, name)
    if known_query(query) == "self" and queries > length:
        raise ValueError(f"there are only {length} keys for {queries} queries that are keys themselves")
    factor = covariance_factor(covariance)
    mu = finite_vector(parameter, "parameter", len(factor))
    attention = relu_attention if head == "relu" else layer(head)
    each = max(1, _ENTRIES // ((length + (columns or 0)) * len(factor)))
    found = []
    for begin in range(0, n, each):
        k = min(each, n - begin)
        mixing, mixed = np.eye(len(factor)), factor
        if columns is not None:  # tokens are mixed of the prompt's own, each of which has the covariance Σ
            mixing, mixed = drawn_tokens(rng, (k, columns), factor) / np.sqrt(columns), np.eye(columns)
        keys = drawn_tokens(rng, (k, length), mixed) @ mixing
        asked = keys[:, :queries] if query == "self" else drawn_tokens(rng, (k, queries), mixed) @ mixing
        with np.errstate(over="ignore", invalid="ignore"):  # refused below
            outputs = attention(asked, keys, keys, np.outer(mu, mu))
            found.append(((asked - outputs) ** 2).sum(axis=-1).mean(axis=-1))
    risks = np.concatenate(found)
    if not np.isfinite(risks).all():
        raise ValueError("the outputs are not finite: parameter or covariance is too large for this head")
    return risks


def linear_gradient(interaction: ArrayLike, keys: Prompt, queries: Prompt) -> Measured[Array]:
    """Return the gradient of the linear head's risk in its interaction A, shape (d, d), back through the layer.

    With e = q − T(q), a score s = q · A x enters the loss by −2 e · x and A enters the score by q xᵀ. The error bounds
    the rounding of the whole, in norm. Errors as ``linear_attention``.
    Worked value: A = 1/4, keys and queries ±1 (d = 1): e = 3q/4 and the gradient is −3/2.
    """
    A = np.asarray(interaction, dtype=float)
    outputs = linear_attention(queries.tokens, keys.tokens, keys.tokens, A, weights=keys.weights)
    errors = queries.tokens - outputs
    by_score = -2 * (queries.weights[:, None] * errors) @ keys.tokens.T * keys.weights
    gradient = queries.tokens.T @ by_score @ keys.tokens

    mass, load = (float(p.weights @ (p.tokens**2).sum(axis=1)) for p in (keys, queries))
    slack = 2 * mass * load * (1 + float(np.linalg.norm(A)) * mass)
    return Measured(gradient, rounding(len(keys.tokens) + len(queries.tokens) + 2 * len(A), slack))
