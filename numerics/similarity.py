"""Similarity of two arrays whose rows belong together, and what it is worth: CKA, cosines, principal angles, nulls."""

from collections.abc import Callable

import numpy as np
from scipy.optimize import linear_sum_assignment

from .prompts import Array, positive_count

Measure = Callable[[Array, Array], Array]


def known_features(features: Array, name: str) -> Array:
    """Return features (…, N, p), as floats; ``ValueError`` if they have fewer axes, N < 2, p < 1 or are not finite."""
    found = np.asarray(features, dtype=float)
    if found.ndim < 2 or found.shape[-2] < 2 or not found.size:
        raise ValueError(f"{name} must be an array (…, N, p) with N ≥ 2 and p ≥ 1, not of shape {found.shape}")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite")
    return found


def _pair(first: Array, second: Array, *, alike: bool) -> tuple[Array, Array]:
    a, b = known_features(first, "first"), known_features(second, "second")
    if a.shape[-2] != b.shape[-2] or (alike and a.shape[-1] != b.shape[-1]):
        asked = "the same shape" if alike else "the same number of rows"
        raise ValueError(f"first and second must have {asked}, not {a.shape} and {b.shape}")
    return a, b


def centred_rows(features: Array) -> Array:
    """Return the features (…, N, p) less the mean of every column over the N rows."""
    return features - features.mean(axis=-2, keepdims=True)


def centred_gram(gram: Array) -> Array:
    """Return (I − 1_N) K (I − 1_N) of a Gram matrix (…, N, N). Worked value: the identity of N = 2 gives ±1/2."""
    return centred_rows(centred_rows(gram).swapaxes(-1, -2)).swapaxes(-1, -2)


def linear_cka(first: Array, second: Array) -> Array:
    """Return the linear CKA of features (…, N, p) and (…, N, q), in [0, 1], shape (…).

    ‖XᵀHY‖_F²/(‖XᵀHX‖_F ‖YᵀHY‖_F), H the centring of rows. Errors: ``ValueError`` for shapes that do not fit, features
    that are not finite or that are constant over the rows. Source: arXiv:1905.00414.
    Worked value: X = (0, 1, 0), Y = (0, 0, 1), as columns, are correlated by −1/2: 1/4.
    """
    x, y = map(centred_rows, _pair(first, second, alike=False))
    for name, original, centred in (("first", first, x), ("second", second, y)):
        size = np.linalg.norm(np.asarray(original, dtype=float), axis=(-2, -1))
        if (np.linalg.norm(centred, axis=(-2, -1)) <= 8 * x.shape[-2] * np.finfo(float).eps * size).any():
            raise ValueError(f"{name} is constant over its rows, so its CKA with anything is not defined")
    return _cka(_products(x, y), _products(x, x), _products(y, y))


def kernel_cka(first: Array, second: Array) -> Array:
    """Return the CKA of two Gram matrices, both (…, N, N): tr K̃L̃/(‖K̃‖_F ‖L̃‖_F) of the centred ones, shape (…).

    Errors: ``ValueError`` unless both are square, of the same N, finite, and not 0 once centred. Source:
    arXiv:1905.00414. Worked value: XXᵀ and YYᵀ give the ``linear_cka`` of X and Y.
    """
    a, b = _pair(first, second, alike=True)
    if a.shape[-1] != a.shape[-2]:
        raise ValueError(f"Gram matrices must be square, not of shape {a.shape}")
    k, m = centred_gram(a), centred_gram(b)
    for name, original, centred in (("first", a, k), ("second", b, m)):
        floor = 16 * a.shape[-1] * np.finfo(float).eps * np.linalg.norm(original, axis=(-2, -1))
        if (np.linalg.norm(centred, axis=(-2, -1)) <= floor).any():
            raise ValueError(f"{name} is 0 once centred: its features are constant")
    return _cka((k * m).sum(axis=(-2, -1)), (k * k).sum(axis=(-2, -1)), (m * m).sum(axis=(-2, -1)))


def _products(x: Array, y: Array) -> Array:
    return ((x.swapaxes(-1, -2) @ y) ** 2).sum(axis=(-2, -1))


def _cka(cross: Array, first: Array, second: Array) -> Array:
    return cross / (np.sqrt(first) * np.sqrt(second))


def _unit_columns(features: Array, name: str) -> Array:
    norms = np.linalg.norm(features, axis=-2, keepdims=True)
    if not norms.all():
        raise ValueError(f"{name} has a column of zeros, which has no direction")
    return features / norms


def optimal_cosine(first: Array, second: Array) -> Array:
    """Return the mean cosine of columns matched one to one so that it is largest, of arrays (…, N, r), shape (…).

    The matching is Kuhn's (Hungarian); rows are matched by giving the transposes. Errors: ``ValueError`` for shapes
    that differ, what is not finite and columns of zeros. Source: doi:10.1002/nav.3800020109.
    Worked value: the identity of size 2 with itself scores 1, with its negative 0 (the columns are exchanged).
    """
    a, b = _pair(first, second, alike=True)
    cosines = _unit_columns(a, "first").swapaxes(-1, -2) @ _unit_columns(b, "second")
    flat = cosines.reshape(-1, *cosines.shape[-2:])
    scores = [table[linear_sum_assignment(table, maximize=True)].mean() for table in flat]
    return np.array(scores).reshape(cosines.shape[:-2])


def orthonormal(features: Array, name: str = "features") -> Array:
    """Return an orthonormal basis of the columns of (…, N, p), p ≤ N; ``ValueError`` if they are dependent.

    Columns are brought to norm 1 first, so that their scales do not matter. Worked value: (2, 0) becomes ±(1, 0).
    """
    found = known_features(features, name)
    basis, triangle = np.linalg.qr(_unit_columns(found, name))
    sizes = np.abs(np.diagonal(triangle, axis1=-2, axis2=-1))
    if found.shape[-1] > found.shape[-2] or (sizes <= 8 * found.shape[-2] * np.finfo(float).eps).any():
        raise ValueError(f"{name} must have linearly independent columns, as its column space is to have dimension p")
    return basis


def principal_cosines(first: Array, second: Array) -> Array:
    """Return the cosines of the principal angles of the column spaces, descending, shape (…, min(p, q)).

    They are invariant under X → XR, R invertible. Errors: ``ValueError`` for shapes that do not fit, what is not finite
    and dependent columns. Source: doi:10.1090/S0025-5718-1973-0348991-3.
    Worked value: (1, 0) and (1, 1) are 45° apart: √½.
    """
    a, b = _pair(first, second, alike=False)
    cosines = np.linalg.svd(orthonormal(a, "first").swapaxes(-1, -2) @ orthonormal(b, "second"), compute_uv=False)
    return np.minimum(cosines, 1.0)  # rounding may exceed 1 by some units of 1e-16


def column_overlap(first: Array, second: Array) -> Array:
    """Return the mean squared cosine of the principal angles, in [0, 1], shape (…): 1 if one space holds the other.

    Errors and invariance as ``principal_cosines``. Worked value: (1, 0) and (1, 1) give 1/2.
    """
    return (principal_cosines(first, second) ** 2).mean(axis=-1)


def permutation_null(rng: np.random.Generator, n: int, measure: Measure, first: Array, second: Array) -> Array:
    """Return the measure of ``first`` (N, p) and ``second`` (N, q) with its rows permuted at random n times, (n,).

    Errors: ``ValueError`` for n < 1, other shapes, and those of the measure. Source: derived here.
    Worked value: of two columns of N rows, the mean of ``linear_cka`` tends to 1/(N − 1).
    """
    a, b = _pair(first, second, alike=False)
    if a.ndim != 2 or b.ndim != 2:
        raise ValueError(f"first and second must be (N, p) and (N, q), not {a.shape} and {b.shape}")
    drawn = (rng.permutation(len(b)) for _ in range(positive_count(n, "n")))
    return np.array([measure(a, b[order]) for order in drawn])
