"""Infinite prompts: cubature nodes of N(0, Σ) in place of keys, through the same layer.

The linear head is of degree 2 in the keys, and its risk of degree 2 in the query, so 2d nodes that match the moments
to the third are exact. The softmax head is integrated by two Gauss–Hermite rules whose difference is part of the error;
they cost 48**d keys, so d ≤ 3.
"""

import numpy as np
from numpy.typing import ArrayLike

from .attention import layer
from .measured import Measured, rounding
from .prompts import Array, Prompt, cubature_prompt, finite_array, finite_vector, hermite_prompt
from .risk import linear_gradient, prompt_risk


def infinite_prompt_output(
    head: str, query: ArrayLike, interaction: ArrayLike, covariance: ArrayLike, inverse_temperature: float = 1.0
) -> Measured[Array]:
    """Return the output of the head for one query in an infinite prompt, shape (d,), and the error of its length.

    ``query``: (d,); ``interaction``: (d, d); ``covariance``: (d, d). ``ValueError`` for an unknown head, the softmax
    head at d > 3 or with scores of a standard deviation above 6, and as ``covariance_factor``.
    Worked value: Σ = 1, interaction 1, query 1/2 (d = 1) gives 1/2 for both heads.
    """
    rules = _key_rules(head, covariance)
    q = finite_vector(query, "query", rules[0].tokens.shape[1])[None, :]
    A = np.asarray(interaction, dtype=float)
    outputs = [
        layer(head)(q, keys.tokens, keys.tokens, A, weights=keys.weights, inverse_temperature=inverse_temperature)[0]
        for keys in rules
    ]
    keys = rules[-1]
    _refuse_wide_scores(head, inverse_temperature * (q @ A), keys)
    lengths = np.linalg.norm(keys.tokens, axis=1)
    scores = abs(inverse_temperature) * np.linalg.norm(q) * np.linalg.norm(A) * lengths  # what q · A x cancels from
    truncation = float(np.linalg.norm(outputs[-1] - outputs[0]))
    return Measured(outputs[-1], truncation + rounding(sum(keys.tokens.shape), lengths.max() * (1 + scores.max())))


def infinite_prompt_risk(head: str, interaction: ArrayLike, covariance: ArrayLike) -> Measured[float]:
    """Return the risk in an infinite prompt of N(0, Σ) tokens; β times A, shape (d, d), Σ, shape (d, d).

    Errors as ``infinite_prompt_output``.
    Worked value: Σ = 1, A = 1/4 (d = 1): T(q) = q/4 and the risk is 9/16 for both heads.
    """
    matrix = np.asarray(covariance, dtype=float)
    key_rules = _key_rules(head, matrix)
    A = finite_array(interaction, "interaction", 2)
    if A.shape != matrix.shape:
        raise ValueError(f"interaction must have the shape of the covariance, {matrix.shape}, not {A.shape}")
    query_rules = key_rules if head == "linear" else [hermite_prompt(matrix, order) for order in (4, 5)]
    _refuse_wide_scores(head, query_rules[-1].tokens @ A, key_rules[-1])
    risks = [prompt_risk(head, A, keys, queries) for keys, queries in zip(key_rules, query_rules, strict=True)]
    truncation = abs(risks[-1].value - risks[0].value)
    return Measured(risks[-1].value, risks[-1].error + truncation + _covariance_rounding(matrix, A))


def _key_rules(head: str, covariance: ArrayLike) -> list[Prompt]:
    """Return the exact rule, or a coarse and a fine one whose results are to be compared."""
    layer(head)  # an unknown head is refused before it is integrated
    if head == "linear":
        return [cubature_prompt(covariance)]
    if len(np.atleast_2d(covariance)) > 3:
        raise ValueError("an infinite prompt of the softmax head is integrated for d ≤ 3 only")
    return [hermite_prompt(covariance, order) for order in (40, 48)]


def _refuse_wide_scores(head: str, directions: Array, keys: Prompt) -> None:
    """Refuse scores v · x with a standard deviation above 6, which carry e^s to the outermost of 48 nodes."""
    spread = float(np.sqrt(((directions @ keys.tokens.T) ** 2 @ keys.weights).max()))
    if head != "linear" and spread > 6:
        raise ValueError(f"the softmax head is integrated for scores of a standard deviation up to 6, not {spread:.3g}")


def infinite_prompt_gradient(interaction: ArrayLike, covariance: ArrayLike) -> Measured[Array]:
    """Return the gradient of the linear head's risk in an infinite prompt, in A, shape (d, d); Σ, shape (d, d).

    Errors as ``covariance_factor`` and ``linear_attention``. Worked value: Σ = 1, A = 1/4 (d = 1) gives −3/2.
    """
    prompt = cubature_prompt(covariance)
    return linear_gradient(interaction, prompt, prompt)


def factor_gradient(factors: ArrayLike, covariance: ArrayLike) -> Measured[Array]:
    """Return the gradient of that risk in U where A = U Uᵀ, shape (d, r); for rank one U is μ as a column.

    The error bounds every entry. Errors as ``infinite_prompt_gradient``.
    Worked value: Σ = 1, U = 1/2 (d = r = 1) gives −3/2.
    """
    U = finite_array(factors, "factors", 2)
    inner = infinite_prompt_gradient(U @ U.T, covariance)
    size = float(np.linalg.norm(U))
    slack = 2 * float(inner.error) * size + rounding(len(U), 2 * float(np.linalg.norm(inner.value)) * size)
    return Measured((inner.value + inner.value.T) @ U, slack)


def _covariance_rounding(covariance: Array, interaction: Array) -> float:
    """Bound what rounding of Σ (to 8dε‖Σ‖) does to E‖q − T(q)‖² through the law of the queries, ‖T‖ ≤ ‖ΣAᵀ‖‖q‖."""
    gain = 1 + float(np.linalg.norm(covariance @ interaction.T))
    return rounding(covariance.size, float(np.linalg.norm(gain * gain * covariance, ord=2)))
