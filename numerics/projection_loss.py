"""The projection loss J of attention over queries: what the axes of the keys capture, and what the best axes would."""

import numpy as np

from .kernel_pca import attention, exact_values, kernel_pca, kernel_sums, known_tokens
from .prompts import Array
from .value_tests import feature_squares


def share_of_best(queries: Array, keys: Array, components: int, *, centred: bool = False) -> float:
    """Return mean ‖h‖² of the exact values over the most that r orthonormal axes capture of the queries, in [0, 1].

    ``queries`` (Q, D), ``keys`` (N, D); the most is the sum of the r largest eigenvalues of the queries' Gram matrix
    ⟨φ(q), φ(q')⟩/Q. J is not centred; with ``centred`` the keys' mean feature is taken from every φ(q), as kernel PCA
    would. Errors as ``kernel_pca``. Worked value: keys 0, 1, 3 and queries −1, 2 have 0.391, for one axis.
    """
    tokens = known_tokens(queries, "queries")
    found = kernel_pca(keys, components)
    values = exact_values(found)
    outputs = attention(tokens, keys, values)
    sums = kernel_sums(tokens, keys)
    scale = np.sqrt(keys.shape[-1])
    gram = np.exp(tokens @ tokens.T / scale) / np.outer(sums, sums)
    if centred:
        outputs = outputs - attention(keys, keys, values).mean(axis=0)
        across = (np.exp(tokens @ keys.T / scale) / np.outer(sums, found.sums)).mean(axis=1)
        gram = gram - across - across[:, None] + found.kernel.mean()
    captured = (outputs**2).sum(axis=-1).mean()
    return float(captured / (np.linalg.eigvalsh(gram)[::-1][:components].sum() / len(tokens)))


def own_share(keys: Array, components: int) -> float:
    """Return the same over the keys themselves, both they and the axes centred: kernel PCA is optimal there, 1."""
    found = kernel_pca(keys, components)
    centred = found.kernel - found.kernel.mean(axis=0) - found.kernel.mean(axis=1)[:, None] + found.kernel.mean()
    captured = ((centred @ found.coefficients) ** 2).sum(axis=-1).mean()  # ⟨φ(k_i) − mean, u_d⟩ = (K̃a_d)_i
    return float(captured / (np.linalg.eigvalsh(centred)[::-1][:components].sum() / len(keys)))


def relative_loss(queries: Array, keys: Array, values: Array) -> float:
    """Return J over mean ‖φ(q)‖²: 1 where the output is 0, 0 if nothing is lost, negative for no projection.

    Errors as the attention layer. Worked value: all of them 0: 1.
    """
    size = feature_squares(queries, keys)
    outputs = (attention(queries, keys, values) ** 2).sum(axis=-1)
    return float((size - outputs).mean() / size.mean())
