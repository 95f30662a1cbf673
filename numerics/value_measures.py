"""How near the values of a head are to those that kernel PCA of its keys demands: measures of any values.

Keys and queries (…, N, D), values (…, N, r). Reconstructions of measures used in arXiv:2505.07908 where said.
"""

import numpy as np

from .kernel_pca import Components
from .prompts import Array
from .value_tests import direction_gram


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


def direction_deviation(found: Components, values: Array) -> Array:
    """Return how far VᵀKV is from a multiple of I, ‖W − (tr W/r) I‖/‖W‖ in [0, √(1 − 1/r)], shape (…).

    W is the Gram matrix of the directions that values V, (…, N, r), project on: I for exact values, so the deviation
    is 0, and it stays so for cVR with any factor c and rotation R. Errors as ``direction_gram``. Worked value: two
    equal columns have W = w (1 1; 1 1), so √(1/2), the most for r = 2.
    """
    gram = direction_gram(values, found)
    r = gram.shape[-1]
    mean = np.trace(gram, axis1=-2, axis2=-1)[..., None, None] / r
    off: Array = np.linalg.norm(gram - mean * np.eye(r), axis=(-2, -1)) / np.linalg.norm(gram, axis=(-2, -1))
    return off
