"""Kernel PCA of the keys of softmax attention, from its definition; values that make attention project on it."""

from dataclasses import dataclass

import numpy as np

from .attention import softmax_attention
from .prompts import Array


@dataclass(frozen=True)
class Components:
    """What kernel PCA finds, batch axes first: kernel and coefficients of the leading components.

    ``kernel``: K_φ, (…, N, N), not centred; ``sums``: g(k_j) = Σ_i exp(k_j·k_i/√D), (…, N); ``coefficients``: A,
    (…, N, r), with u_d = Σ_j a_jd (φ(k_j) − mean) of norm 1; ``eigenvalues``: λ_d of the centred kernel over N, (…, r),
    in descending order.
    """

    kernel: Array
    sums: Array
    coefficients: Array
    eigenvalues: Array


def known_tokens(tokens: Array, name: str) -> Array:
    """Return tokens (…, N, D); ``ValueError`` if they have fewer than two axes, no entry or one that is not finite."""
    found = np.asarray(tokens, dtype=float)
    if found.ndim < 2 or not found.size:
        raise ValueError(f"{name} must be an array (…, N, D) with entries, not of shape {found.shape}")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite")
    return found


def kernel_sums(queries: Array, keys: Array) -> Array:
    """Return g(q) = Σ_j exp(q·k_j/√D), shape (…, Q), for queries (…, Q, D) and keys (…, N, D)."""
    return np.exp(queries @ np.swapaxes(keys, -1, -2) / np.sqrt(keys.shape[-1])).sum(axis=-1)


def kernel_pca(keys: Array, components: int) -> Components:
    """Return the leading components of the keys, (…, N, D), in the feature space of φ(x) = φ_0(x)/g(x).

    ⟨φ_0(x), φ_0(y)⟩ = exp(x·y/√D), so K_φ = exp(k_i·k_j/√D)/(g(k_i) g(k_j)); centred on both sides its eigenvectors,
    scaled so that aᵀK̃a = 1, are the coefficients. Errors: ``ValueError`` for N < 2, r < 1 or r > N − 1 components,
    eigenvalues that rounding could have made, and as ``known_tokens``. Source: arXiv:2406.13762 (reconstruction of the
    construction).
    Worked value: D = 1, keys 0 and 1: g = (2, 1 + e) and λ_1 = (1/4 − 1/(1 + e) + e/(1 + e)²)/4 = 0.0444.
    """
    tokens = known_tokens(keys, "keys")
    n, dimension = tokens.shape[-2:]
    if n < 2 or not 1 <= components <= n - 1:
        raise ValueError(f"of N ≥ 2 keys there are 1 to N − 1 components, not {components} of {n}")
    sums = kernel_sums(tokens, tokens)
    raw = np.exp(tokens @ np.swapaxes(tokens, -1, -2) / np.sqrt(dimension))
    kernel = raw / (sums[..., :, None] * sums[..., None, :])
    centred = kernel - kernel.mean(axis=-1, keepdims=True)
    centred -= centred.mean(axis=-2, keepdims=True)
    values, vectors = np.linalg.eigh((centred + np.swapaxes(centred, -1, -2)) / 2)
    top = values[..., ::-1][..., :components]
    vectors = vectors[..., ::-1][..., :components]
    rounding = n * np.finfo(float).eps * np.trace(kernel, axis1=-2, axis2=-1)[..., None]  # what is lost in centring
    if (top <= rounding).any():
        raise ValueError(f"the centred kernel has fewer than {components} positive eigenvalues")
    return Components(kernel, sums, vectors / np.sqrt(top)[..., None, :], top / n)


def exact_values(found: Components) -> Array:
    """Return V = G(A − mean of A), shape (…, N, r): with it softmax attention gives ⟨φ(q), u_d⟩.

    Source: arXiv:2406.13762 (reconstruction). Worked value: its rows, weighted with g, sum to 0.
    """
    coefficients = found.coefficients
    return (coefficients - coefficients.mean(axis=-2, keepdims=True)) / found.sums[..., None]


def attention(queries: Array, keys: Array, values: Array) -> Array:
    """Return Σ_j softmax(q·k_j/√D) v_j, shape (…, Q, r), by the attention layer. Errors as ``softmax_attention``."""
    dimension = keys.shape[-1]
    return softmax_attention(queries, keys, values, np.eye(dimension), inverse_temperature=dimension**-0.5)
