"""The risk of a head on drawn prompts in d dimensions, token by token: fresh and self queries."""

import numpy as np
from numpy.typing import ArrayLike

from .attention import layer
from .one_dimensional import QUERIES
from .prompts import Array, covariance_factor, drawn_tokens, finite_vector, positive_count

_ENTRIES = 2**22  # coordinates of tokens at a time: 32 MB


def relu_attention(queries: Array, keys: Array, values: Array, interaction: Array) -> Array:
    """Return (1/K) Σ_k max(s[q, k], 0) values_k; shapes as ``numerics.attention.softmax_attention``.

    Worked value: the query 1 on the keys ±1 with A = 1 and values = keys gives 1/2.
    """
    scores = (queries @ interaction) @ np.swapaxes(keys, -1, -2)
    return np.maximum(scores, 0) @ values / keys.shape[-2]


def prompt_risks(
    rng: np.random.Generator,
    n: int,
    head: str,
    parameter: ArrayLike,
    covariance: ArrayLike,
    length: int,
    query: str = "fresh",
    queries: int = 1,
) -> Array:
    """Return n independent estimates of R_L(μ), shape (n,), each from one drawn prompt of L keys in d dimensions.

    Tokens are i.i.d. N(0, Σ). An estimate is the mean of ‖q − T(q)‖² over ``queries`` queries on the same keys: "fresh"
    ones, or the first keys themselves ("self", ``queries`` ≤ L). ``head``: "softmax", "linear" or "relu";
    ``parameter``: μ, shape (d,); ``covariance``: Σ, shape (d, d). ``ValueError`` for anything else, and as
    ``covariance_factor``. Worked value: μ = 0, L keys, softmax, self: the mean is t (1 − 1/L).
    """
    for name, count in (("n", n), ("prompt length L", length), ("queries", queries)):
        positive_count(count, name)
    if query not in QUERIES:
        raise ValueError(f"unknown query {query!r}; there are {', '.join(QUERIES)}")
    if query == "self" and queries > length:
        raise ValueError(f"there are only {length} keys for {queries} queries that are keys themselves")
    factor = covariance_factor(covariance)
    mu = finite_vector(parameter, "parameter", len(factor))
    attention = relu_attention if head == "relu" else layer(head)
    each = max(1, _ENTRIES // (length * len(factor)))
    found = []
    for begin in range(0, n, each):
        k = min(each, n - begin)
        keys = drawn_tokens(rng, (k, length), factor)
        asked = drawn_tokens(rng, (k, queries), factor) if query == "fresh" else keys[:, :queries]
        with np.errstate(over="ignore", invalid="ignore"):  # refused below
            outputs = attention(asked, keys, keys, np.outer(mu, mu))
            found.append(((asked - outputs) ** 2).sum(axis=-1).mean(axis=-1))
    risks = np.concatenate(found)
    if not np.isfinite(risks).all():
        raise ValueError("the outputs are not finite: parameter or covariance is too large for this head")
    return risks
