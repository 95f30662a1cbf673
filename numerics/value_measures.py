"""How near the values of a head are to those that kernel PCA of its keys demands: measures of any values.

Keys and queries (…, N, D), values (…, N, r). Reconstructions of measures used in arXiv:2505.07908 where said.
"""

import numpy as np

from .kernel_pca import Components, attention
from .prompts import Array
from .value_tests import feature_squares


def subspace_residual(found: Components, values: Array) -> Array:
    """Return how far the span of the coefficients is from an invariant subspace of the centred kernel K̃, in [0, 1].

    The coefficients of values V are G⁻¹V, centred; with Q an orthonormal basis of their span it is
    ‖K̃Q − QQᵀK̃Q‖/‖K̃Q‖, so any invertible output matrix after V is allowed for. Eigenvectors have 0. ``ValueError``
    if the coefficients are dependent. Worked value: values (g_1, −g_2)⁻¹ of two keys have 0, as N − 1 = 1.
    """
    coefficients = found.sums[..., None] * values
    coefficients = coefficients - coefficients.mean(axis=-2, keepdims=True)
    basis, triangle = np.linalg.qr(coefficients)
    size = np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))
    if not (size.min(axis=-1) > 1e-12 * size.max(axis=-1)).all():
        raise ValueError("the coefficients G⁻¹V are linearly dependent")
    centred = found.kernel - found.kernel.mean(axis=-1, keepdims=True)
    centred = centred - centred.mean(axis=-2, keepdims=True)
    image = centred @ basis
    rest = image - basis @ (np.swapaxes(basis, -1, -2) @ image)
    share: Array = np.linalg.norm(rest, axis=(-2, -1)) / np.linalg.norm(image, axis=(-2, -1))
    return share


def best_scale(values: Array, exact: Array) -> Array:
    """Return the c ≥ 0 for which some rotation R brings cVR nearest to ``exact``, (…,): ‖VᵀV*‖_*/‖V‖².

    Both (…, N, r) with one r. Source: doi:10.1007/BF02289451 (orthogonal Procrustes). Worked value: −2V* for V gives
    1/2.
    """
    overlap = np.linalg.svd(np.swapaxes(values, -1, -2) @ exact, compute_uv=False).sum(axis=-1)
    scale: Array = overlap / (values**2).sum(axis=(-2, -1))
    return scale


def bessel_violations(queries: Array, keys: Array, values: Array) -> Array:
    """Return the share of queries with ‖h‖² > ‖φ(q)‖², (…,); projections on orthonormal axes have none.

    What is beyond by no more than rounding, 1e-9 of ‖φ(q)‖², does not count. Worked value: keys and query 0, N of them,
    all values 1: h = 1 and ‖φ‖² = 1/N², so 1 for N > 1.
    """
    outputs = (attention(queries, keys, values) ** 2).sum(axis=-1)
    share: Array = (outputs > (1 + 1e-9) * feature_squares(queries, keys)).mean(axis=-1)
    return share
