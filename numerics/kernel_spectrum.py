"""The largest eigenvalues of the kernel matrices of a sequence, and the rank that the values of several have."""

import numpy as np

from .kernel_pca import kernel_pca, known_tokens
from .kernel_projections import coefficient_errors, kernel_error, plain_values
from .measured import Measured, rounding
from .prompts import Array

CLEAR = 1000
"""How many times its error a singular value is to be for a rank to be counted."""


def spectrum_chain(keys: Array) -> dict[str, Measured]:
    """Return λ_max of K̃, K_φ and K̃/N, the quotient of the first two, λ_max(K_φ − G), and 1/min g.

    ``keys``: (N, D). Errors: as ``kernel_pca``. Source: arXiv:2406.13762
    (reconstruction of the construction). Worked value: keys 0 and 1 in D = 1: λ_max(K̃) = 0.0888, 1/min g = 1/2.
    """
    known = known_tokens(keys, "keys")
    found = kernel_pca(known, 1)
    error = kernel_error(known, found)
    top = float(np.linalg.eigvalsh(found.kernel)[-1])
    share = float(found.eigenvalues[0])
    centred = share * len(known)
    least = float(1 / found.sums.min())
    beside = error * (1 + least / top) + rounding(len(known), least)
    return {
        "λ_max(K̃)/λ_max(K_φ)": Measured(centred / top, 2 * error / (top - error)),
        "λ_max(K_φ)": Measured(top, error),
        "λ_max(K̃)": Measured(centred, error),
        "λ_max(K̃/N)": Measured(share, error / len(known)),
        "λ_max(K_φ − G)": Measured(float(np.linalg.eigvalsh(found.kernel - np.diag(1 / found.sums))[-1]), beside),
        "1/min g": Measured(least, least * error / top),
    }


def exact_mixers(sequences: Array, width: int) -> Measured[float]:
    """Return N(N − rank) of [G_1A_1 … G_mA_m], (m, N, D): how many dimensions the mixers S have that are exact for all.

    The rank counts the singular values above a bound of their error, and those below are taken for 0: where one is
    above it by less than a factor of a thousand nothing is decided, and the error is N². Errors: as ``kernel_pca``;
    ``ValueError`` unless (m, N, D). Source: derived here. Worked value: one sequence, once or twice: N(N − D_v).
    """
    known = known_tokens(sequences, "sequences")
    if known.ndim != 3:
        raise ValueError(f"sequences must have the shape (m, N, D), not {known.shape}")
    n = known.shape[1]
    blocks, squares = [], 0.0
    for keys in known:
        found = kernel_pca(keys, width)
        block = plain_values(found)
        lengths = np.linalg.norm(block, axis=0)
        errors = coefficient_errors(keys, found) * np.linalg.norm(found.coefficients, axis=0) / found.sums.min()
        squares += float(((errors / lengths + rounding(n, 1.0)) ** 2).sum())
        blocks.append(block / lengths)
    stacked = np.concatenate(blocks, axis=1)
    singular = np.linalg.svd(stacked, compute_uv=False)
    error = np.sqrt(squares) + rounding(max(stacked.shape), float(singular[0]))
    clear = CLEAR * error
    decided = clear < singular[0] and not ((singular > error) & (singular < clear)).any()
    return Measured(float(n * (n - int((singular > error).sum()))), 0.0 if decided else float(n * n))


def opposite(n: int, dimension: int, near: float, far: float) -> Array:
    """Return one key at the distance ``near`` from 0 and N − 1 at ``far`` opposite to it, shape (N, D).

    Errors: ``ValueError`` unless N ≥ 2, D ≥ 1 and the distances are finite and not negative. Worked value: near 1, far
    2 in D = 1: keys 1 and −2.
    """
    if n < 2 or dimension < 1 or not (np.isfinite([near, far]).all() and min(near, far) >= 0):
        raise ValueError(f"there must be N ≥ 2 keys, D ≥ 1 and distances ≥ 0, not {n}, {dimension}, {near}, {far}")
    keys = np.zeros((n, dimension))
    keys[:, 0] = -far
    keys[0, 0] = near
    return keys
