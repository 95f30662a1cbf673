"""Tests that the values of an attention head can be put to, whether they are those of kernel PCA of its keys."""

from dataclasses import dataclass

import numpy as np

from .kernel_pca import Components
from .prompts import Array
from .similarity import centred_gram, centred_rows, column_overlap, known_features, orthonormal


def coefficients_of(values: Array, sums: Array) -> Array:
    """Return the coefficients that values (…, N, r) stand for: g(k_j) v_j less their mean over j, (…, N, r).

    ``sums``: g(k_j), (…, N). For exact values these are the centred eigenvectors A. Errors: ``ValueError`` for shapes
    that do not fit, what is not finite, and sums that are not positive. Worked value: g = (1, 2), v = (1, −1/2): ±1.
    """
    found, weights = known_features(values, "values"), np.asarray(sums, dtype=float)
    if weights.shape[-1:] != found.shape[-2:-1]:
        raise ValueError(f"there must be a g(k_j) for each of {found.shape[-2]} values, not {weights.shape}")
    if not (np.isfinite(weights).all() and (weights > 0).all()):
        raise ValueError("sums must be finite and positive: g is a sum of exponentials")
    return centred_rows(found * weights[..., None])


def weighted_share(values: Array, sums: Array) -> Array:
    """Return the squared cosine of the vector (g(k_j))_j and the column space of the values, in [0, 1], shape (…).

    It is 0 iff Σ_j g(k_j) v_j = 0, and invariant under V → VR. Errors: ``ValueError`` as ``coefficients_of``, and for
    dependent columns. Worked value: g = (1, 1) and v = (1, 0): 1/2.
    """
    coefficients_of(values, sums)  # refuses what does not fit
    return column_overlap(np.asarray(sums, dtype=float)[..., None], values)


def direction_gram(values: Array, found: Components) -> Array:
    """Return ⟨w_d, w_e⟩ of the directions w_d = Σ_j g(k_j) v_jd φ(k_j) that values (…, N, r) project on, (…, r, r).

    For exact values it is the identity. Errors as ``coefficients_of``. Worked value: N keys at 0, where g = N, with
    the values 1: w = N² φ(0), and ‖φ(0)‖² = 1/N², so N².
    """
    coefficients_of(values, found.sums)
    weighted = np.asarray(values, dtype=float) * found.sums[..., None]
    return weighted.swapaxes(-1, -2) @ found.kernel @ weighted


@dataclass(frozen=True)
class ConstantVector:
    """|γ_i − γ_j| with γ_i = (K̃a)_i/(N a_i), for each column, (…, r), and the quotient aᵀK̃a/(N‖a‖²).

    ``mean``, ``median``: over the pairs i < j; ``weighted``: the root mean square with the weights a_i² a_j²/‖a‖⁴,
    which is finite also where an entry of a vanishes; ``quotient``: the natural unit of all of them.
    """

    mean: Array
    median: Array
    weighted: Array
    quotient: Array


def constant_vector(gram: Array, coefficients: Array) -> ConstantVector:
    """Return the constant-vector statistics of coefficients (…, N, r) by ``gram``, (…, N, N), which is centred here.

    γ is constant iff a is an eigenvector. Errors: ``ValueError`` for shapes that do not fit, what is not finite and an
    entry that is 0, where γ has no value. Source: arXiv:2406.13762 (reconstruction).
    Worked value: gram = diag(1, 0), a = (1, −1): K̃a = a/2, so γ = 1/4 twice.
    """
    a, image = _image(gram, coefficients)
    if not a.all():
        raise ValueError("coefficients must not have an entry 0: the ratio (K̃a)_i/a_i is not defined there")
    n = a.shape[-2]
    ratios = image / (n * a)
    i, j = np.triu_indices(n, 1)
    gaps = np.abs(ratios[..., i, :] - ratios[..., j, :])
    mass = a**2 / (a**2).sum(axis=-2, keepdims=True)
    quotient = (mass * ratios).sum(axis=-2)
    spread = (mass * (ratios - quotient[..., None, :]) ** 2).sum(axis=-2)
    return ConstantVector(gaps.mean(axis=-2), np.median(gaps, axis=-2), np.sqrt(2 * spread), quotient)


def _image(gram: Array, coefficients: Array) -> tuple[Array, Array]:
    kernel, a = known_features(gram, "gram"), known_features(coefficients, "coefficients")
    if kernel.shape[-1] != kernel.shape[-2] or kernel.shape[-1] != a.shape[-2]:
        raise ValueError(f"gram must be (…, N, N) for coefficients (…, N, r), not {kernel.shape} and {a.shape}")
    return a, centred_gram(kernel) @ a


def rayleigh_residual(gram: Array, coefficients: Array) -> Array:
    """Return ‖K̃a − ρa‖/‖K̃a‖ for each column, ρ = aᵀK̃a/‖a‖²: the sine of the angle of a and K̃a, shape (…, r).

    In [0, 1], 0 iff a is an eigenvector, the same for every scale of K and of a. Errors: ``ValueError`` for shapes that
    do not fit, what is not finite, and K̃a = 0. Source: derived here.
    Worked value: K̃ with the eigenvalues 3 and 1 on an equal mix of their eigenvectors: ρ = 2, so √(1 + 1)/√10 = 0.447.
    """
    a, image = _image(gram, coefficients)
    norms = np.linalg.norm(image, axis=-2)
    if not norms.all():
        raise ValueError("K̃a vanishes for a column: it is 0 or constant over the keys")
    quotient = (a * image).sum(axis=-2) / (a**2).sum(axis=-2)
    return np.linalg.norm(image - quotient[..., None, :] * a, axis=-2) / norms


def explained_variance_ratio(gram: Array, coefficients: Array) -> Array:
    """Return the variance on the column space of coefficients (…, N, r) over the largest on r dimensions, shape (…).

    tr QᵀK̃Q over the sum of the r largest eigenvalues of K̃, Q an orthonormal basis: in [0, 1], 1 iff the columns span
    leading eigenvectors. Errors as ``rayleigh_residual``, and for dependent columns. Source: derived here.
    Worked value: eigenvalues 3 and 1, r = 1 and the second eigenvector: 1/3.
    """
    a, _ = _image(gram, coefficients)
    basis, kernel = orthonormal(a, "coefficients"), centred_gram(np.asarray(gram, dtype=float))
    captured = (basis * (kernel @ basis)).sum(axis=(-2, -1))
    return captured / np.linalg.eigvalsh(kernel)[..., -a.shape[-1] :].sum(axis=-1)


def bessel_slack(outputs: Array, squares: Array) -> Array:
    """Return ‖φ(q_i)‖² − ‖h_i‖² for outputs (…, Q, r) and the squares ‖φ(q_i)‖², (…, Q); ``ValueError`` if they differ.

    Worked value: h = (3, 4) and ‖φ‖² = 26 leave 1.
    """
    h, norms = np.asarray(outputs, dtype=float), np.asarray(squares, dtype=float)
    if h.ndim < 2 or h.shape[:-1] != norms.shape or not (np.isfinite(h).all() and np.isfinite(norms).all()):
        raise ValueError(
            f"outputs (…, Q, r) and squares (…, Q) must fit and be finite, not {h.shape} and {norms.shape}"
        )
    return norms - (h**2).sum(axis=-1)


def feature_squares(queries: Array, keys: Array) -> Array:
    """Return ‖φ(q)‖² = exp(‖q‖²/√D)/g(q)², shape (…, Q). Worked value: a query 0 has 1/N²."""
    scores = queries @ np.swapaxes(keys, -1, -2) / np.sqrt(keys.shape[-1])
    return np.exp((queries**2).sum(axis=-1) / np.sqrt(keys.shape[-1])) / np.exp(scores).sum(axis=-1) ** 2
