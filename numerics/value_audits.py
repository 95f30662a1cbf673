"""The tests of values, run on exact and on random values, with bounds of their numerical errors."""

import numpy as np

from .kernel_pca import attention, exact_values, kernel_pca
from .measured import EPS, Measured, rounding
from .prompts import Array, positive_count, rotation
from .similarity import column_overlap
from .value_tests import bessel_slack, direction_gram, feature_squares, weighted_share


def mixing(rng: np.random.Generator, size: int) -> Array:
    """Return an invertible matrix, (r, r), that an output layer might apply: singular values between 1/2 and 2."""
    left, right = rotation(rng, size), rotation(rng, size)
    return (left * rng.uniform(0.5, 2.0, size)) @ right.T


def spread(columns: Array) -> float:
    """Return the condition number of the columns at norm 1, which multiplies rounding of what they span."""
    return float(np.linalg.cond(columns / np.linalg.norm(columns, axis=-2, keepdims=True)))


def necessary_conditions(rng: np.random.Generator, keys: Array, components: int) -> dict[str, Measured[float]]:
    """Return what exact values, times a random matrix, have in common with g, with (1, …, 1) and with their own span.

    ``keys``: (N, D). Errors as ``kernel_pca``. Source: derived here. Worked value: the shares of g are 0.
    """
    found = kernel_pca(keys, components)
    values = exact_values(found)
    mixed = values @ mixing(rng, components)
    n = len(keys)
    error = rounding(n**2, 1.0) * spread(mixed) * spread(values)
    return {
        "share of g": Measured(float(weighted_share(mixed, found.sums)), error),
        "share of ones": Measured(float(weighted_share(mixed, np.ones(n))), error),
        "overlap with the exact values": Measured(float(column_overlap(mixed, values)), error),
    }


def slack_at_keys(keys: Array, components: int) -> Measured[Array]:
    """Return ‖φ(k_j)‖² − ‖h_j‖² at every key for exact values, shape (N,). Errors as ``kernel_pca``.

    Worked value: keys 0 and 1 leave 1/(3 + e) = 0.175 at both.
    """
    found = kernel_pca(keys, components)
    squares = feature_squares(keys, keys)
    slack = bessel_slack(attention(keys, keys, exact_values(found)), squares)
    lost = found.eigenvalues[..., 0] / found.eigenvalues[..., -1]  # an eigenvalue's relative error enters ‖h‖²
    return Measured(slack, rounding(len(keys) ** 2, float(squares.max())) * float(lost))


def bessel_ratio(queries: Array, keys: Array, values: Array) -> Measured[float]:
    """Return the largest ‖h‖²/‖φ(q)‖² over the queries (Q, D), of values brought to the scale λ_max(⟨w_d, w_e⟩) = 1.

    Errors as ``kernel_pca`` and ``direction_gram``. Worked value: it is at most 1.
    """
    found = kernel_pca(keys, 1)  # for the kernel and the sums alone
    top = np.linalg.eigvalsh(direction_gram(values, found))[-1]
    scaled = values / np.sqrt(top)
    outputs = attention(queries, keys, scaled)
    ratio = (outputs**2).sum(axis=-1) / feature_squares(queries, keys)
    cancelled = float((np.abs(scaled).max() * found.sums.max()) ** 2 * found.kernel.max() * len(keys) ** 2)
    return Measured(float(ratio.max()), 64 * len(keys) * EPS * (1 + cancelled))


def random_overlaps(rng: np.random.Generator, n: int, keys: Array, components: int, target: str) -> Array:
    """Return n overlaps of random values' column space with (g(k_j))_j (target "g") or that of exact values.

    Errors: ``ValueError`` for another target than "g" and "values", n < 1, and as ``kernel_pca``.
    Worked value: the mean is r/N.
    """
    found = kernel_pca(keys, components)
    fixed = {"g": found.sums[:, None], "values": exact_values(found)}.get(target)
    if fixed is None:
        raise ValueError(f'target must be "g" or "values", not {target!r}')
    drawn = rng.standard_normal((positive_count(n, "n"), len(keys), components))
    return column_overlap(np.broadcast_to(fixed, (n, *fixed.shape)), drawn)
