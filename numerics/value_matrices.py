"""The values of kernel PCA against one value matrix: least squares for one sequence, and for several at once."""

from itertools import combinations, product

import numpy as np

from .kernel_pca import exact_values, kernel_pca, kernel_sums, known_tokens
from .measured import Measured, rounding
from .prompts import Array, positive_count
from .similarity import known_features, orthonormal

ALIGNMENTS = ("signs", "rotations")


def design(tokens: Array, *, bias: bool) -> Array:
    """Return X, or [X 1] with a bias, (…, N, width + 1); ``ValueError`` as ``known_features``."""
    found = known_features(tokens, "tokens")
    return np.concatenate([found, np.ones((*found.shape[:-1], 1))], axis=-1) if bias else found


def missed(columns: Array, targets: Array) -> float:
    """Return ‖T − CW‖_F at the least-squares W of targets T, (N, r), by columns C, (N, m).

    Worked value: C = (1, 1) and T = (1, 0): √½.
    """
    weights = np.linalg.lstsq(columns, targets)[0]
    return float(np.linalg.norm(targets - columns @ weights))


def missed_share(tokens: Array, keys: Array, *, bias: bool) -> Measured[float]:
    """Return the mean squared sine by which col(V) of N − 1 components misses the columns of tokens (N, width).

    Errors: ``ValueError`` as ``kernel_pca`` and ``known_features``. Worked value: 0 for N independent columns.
    """
    columns = design(tokens, bias=bias)
    values = exact_values(kernel_pca(keys, len(keys) - 1))
    basis = orthonormal(values)
    sizes = np.linalg.svd(columns / np.linalg.norm(columns, axis=0), compute_uv=False)
    worst = np.linalg.cond(values / np.linalg.norm(values, axis=0)) + 1 / sizes[-1]
    return Measured(missed(columns, basis) ** 2 / (len(keys) - 1), rounding(columns.size, float(worst)))


def context_error(partners: Array) -> Measured[float]:
    """Return the least relative squared error of one value of the key 0 in the sequences (0, y_b), signs free.

    All signs are tried, the common value is the least-squares one. ``partners``: (B,), D = 1. Errors as ``kernel_pca``,
    ``ValueError`` for more than 12 partners. Worked value: one partner gives 0.
    """
    if not 1 <= len(partners) <= 12:
        raise ValueError(f"all signs of 1 to 12 partners are tried, not of {len(partners)}")
    sequences = np.stack([np.zeros(len(partners)), np.asarray(partners, dtype=float)], axis=-1)[..., None]
    found = kernel_pca(sequences, 1)
    values = exact_values(found)[:, 0, 0]
    signed = np.array(list(product((-1.0, 1.0), repeat=len(values)))) * values
    errors = ((signed - signed.mean(axis=1, keepdims=True)) ** 2).sum(axis=1)
    error = rounding(16, float(1 / (found.eigenvalues * np.square(found.sums).max(axis=-1)[:, None]).min()))
    return Measured(float(errors.min() / (values**2).sum()), error)


def pairs_determinant(keys: Array) -> Measured[float]:
    """Return |det| of the equations Σ_j g(k_j) f_j = 0 of the pairs of three keys (3, D), their rows at norm 1.

    0 would mean that a function f of the token other than 0 solves all of them. Errors: ``ValueError`` for another
    number of keys. Worked value: keys of one norm at equal angles give 2/2^{3/2} = 0.707.
    """
    tokens = known_tokens(keys, "keys")
    if len(tokens) != 3:
        raise ValueError(f"three keys are taken in pairs, not {len(tokens)}")
    equations = np.zeros((3, 3))
    for row, pair in enumerate(combinations(range(3), 2)):
        chosen = tokens[list(pair)]
        equations[row, list(pair)] = kernel_sums(chosen, chosen)
    equations /= np.linalg.norm(equations, axis=1, keepdims=True)
    return Measured(float(abs(np.linalg.det(equations))), rounding(27 * len(keys[0]), 8.0))


def small_key_residual(inverse_scale: float, keys: Array, components: int, *, bias: bool) -> Measured[float]:
    """Return ‖V − XW_V‖_F/‖V‖_F for keys X = K/``inverse_scale``, (N, D), with or without a bias.

    Errors: ``ValueError`` for a scale that is not positive, and as ``kernel_pca``.
    Worked value: keys 0, 1, 3 without a bias tend to 0.730.
    """
    if not (np.isfinite(inverse_scale) and inverse_scale > 0):
        raise ValueError(f"inverse_scale must be positive and finite, not {inverse_scale}")
    scaled = np.asarray(keys, dtype=float) / inverse_scale
    found = kernel_pca(scaled, components)
    values = exact_values(found)
    lost = 1 / float((found.eigenvalues * len(keys) * found.sums.max() ** 2).min())  # rounding of K̃ in its own units
    share = missed(design(scaled, bias=bias), values) / float(np.linalg.norm(values))
    return Measured(share, rounding(len(keys), lost))


def small_key_coefficient(inverse_scale: float, places: Array, dimension: int) -> Measured[float]:
    """Return s⁻² times the ``small_key_residual``, with a bias, of one component of N keys on a line, s = 1/scale.

    ``places``: (N,), along (1, …, 1)/√D. Errors: ``ValueError`` for places of another shape or D < 1, and as
    ``small_key_residual``. Worked value: 0, 1, 3 in D = 4 tend to 0.407.
    """
    along = np.asarray(places, dtype=float)
    if along.ndim != 1:
        raise ValueError(f"places must be (N,), not of shape {along.shape}")
    unit = np.full(positive_count(dimension, "dimension"), dimension**-0.5)
    found = small_key_residual(inverse_scale, along[:, None] * unit, 1, bias=True)
    return Measured(found.value * inverse_scale**2, found.error * inverse_scale**2)


def shared_residual(tokens: Array, components: int, align: str, *, steps: int = 30) -> Array:
    """Return ‖V − XW_V‖_F/‖V‖_F of one W_V, with a bias, for B sequences at once; keys are the tokens.

    ``tokens``: (n, B, N, D); V_b is free up to signs of its columns, or a rotation, chosen in turns with W_V from the
    start that aligns all sequences with the first fit: a local minimum, so an upper bound of the least. Shape (n,).
    Errors: ``ValueError`` for another alignment or shape, steps < 1, and as ``kernel_pca``.
    Worked value: it is between 0 and 1.
    """
    if align not in ALIGNMENTS or np.ndim(tokens) != 4:
        raise ValueError(
            f"align must be one of {ALIGNMENTS} and tokens (n, B, N, D), not {align!r}, {np.shape(tokens)}"
        )
    values = exact_values(kernel_pca(tokens, components))
    n, count, length, _ = values.shape
    basis = orthonormal(design(tokens, bias=True).reshape(n, count * length, -1))
    own = np.linalg.norm(values.reshape(n, -1), axis=1)
    aligned = values
    for _ in range(positive_count(steps, "steps")):
        flat = aligned.reshape(n, count * length, -1)
        fit = (basis @ (basis.swapaxes(-1, -2) @ flat)).reshape(values.shape)
        aligned = values @ _alignment(values.swapaxes(-1, -2) @ fit, align)
    flat = aligned.reshape(n, count * length, -1)
    return np.linalg.norm(flat - basis @ (basis.swapaxes(-1, -2) @ flat), axis=(1, 2)) / own


def _alignment(cross: Array, align: str) -> Array:
    """Return the signs or the rotation that brings values nearest to a fit, from their products (…, r, r)."""
    if align == "rotations":  # Procrustes
        left, _, right = np.linalg.svd(cross)
        return left @ right
    diagonal = np.diagonal(cross, axis1=-2, axis2=-1)
    return np.where(diagonal < 0, -1.0, 1.0)[..., None, :] * np.eye(cross.shape[-1])
