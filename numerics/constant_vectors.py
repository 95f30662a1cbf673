"""The constant-vector test and its replacements on values that are random, exact, or the last instead of the first."""

import numpy as np

from .kernel_pca import exact_values, kernel_pca
from .measured import EPS, Measured, rounding
from .prompts import Array, positive_count
from .similarity import centred_gram, centred_rows
from .value_tests import coefficients_of, constant_vector, explained_variance_ratio, rayleigh_residual


def vision_keys(rng: np.random.Generator, tokens: int, dimension: int, *, standardised: bool) -> Array:
    """Return Gaussian keys, (N, D), of mean 0 over the tokens, or standardised each to mean 0 and ‖k‖² = D.

    Errors: ``ValueError`` if N or D < 1, or D = 1 where they are to be standardised. Worked value: their sum is 0.
    """
    drawn = centred_rows(
        rng.standard_normal((positive_count(tokens, "tokens"), positive_count(dimension, "dimension")))
    )
    if not standardised:
        return drawn
    if dimension < 2:
        raise ValueError("keys of one entry cannot be standardised: each would be 0")
    own = drawn - drawn.mean(axis=1, keepdims=True)
    return own * np.sqrt(dimension) / np.linalg.norm(own, axis=1, keepdims=True)


def deviations(keys: Array, values: Array) -> dict[str, Measured[float]]:
    """Return |γ_i − γ_j| of values (N, r): mean and median over pairs, weighted root mean square, the largest over r.

    Errors as ``kernel_pca``, ``coefficients_of`` and ``constant_vector``. Worked value: exact values give 0.
    """
    found = kernel_pca(keys, 1)  # for the kernel and the sums alone
    statistics = constant_vector(found.kernel, coefficients_of(values, found.sums))
    error = 64 * len(keys) * EPS * float(statistics.mean.max() + found.kernel.max())
    return {
        "mean": Measured(float(statistics.mean.max()), error),
        "median": Measured(float(statistics.median.max()), error),
        "weighted": Measured(float(statistics.weighted.max()), error),
    }


def tests_of_eigenvectors(keys: Array) -> dict[str, Measured[float]]:
    """Return Rayleigh residual and explained-variance ratio of the first and of the last of the N − 1 components.

    Errors as ``kernel_pca``. Worked value: the residuals are 0, the first ratio is 1.
    """
    found = kernel_pca(keys, len(keys) - 1)
    coefficients = coefficients_of(exact_values(found), found.sums)
    error = rounding(len(keys) ** 2, float(found.eigenvalues[0] / found.eigenvalues[-1]))
    results = {}
    for name, column in (("first", coefficients[:, :1]), ("last", coefficients[:, -1:])):
        results[f"residual, {name}"] = Measured(float(rayleigh_residual(found.kernel, column)[0]), error)
        results[f"variance, {name}"] = Measured(float(explained_variance_ratio(found.kernel, column)), error)
    return results


def random_residuals(rng: np.random.Generator, n: int, keys: Array) -> Array:
    """Return n squared Rayleigh residuals of values v_j = a_j/g(k_j), a standard normal, shape (n,).

    Errors as ``kernel_pca``; ``ValueError`` if n < 1. Worked value: 0 to 1.
    """
    found = kernel_pca(keys, 1)
    values = rng.standard_normal((positive_count(n, "n"), len(keys))).T / found.sums[:, None]
    return rayleigh_residual(found.kernel, coefficients_of(values, found.sums)) ** 2


def pooled_residuals(rng: np.random.Generator, n: int, keys: Array) -> Array:
    """Return n times (N − 1)‖K̃u − ρu‖²/tr K̃², u the direction of random coefficients, which is uniform, shape (n,).

    Its mean is that of ‖K̃a − ρa‖² over that of ‖K̃a‖². Values are v_j = a_j/g(k_j), a standard normal. Errors as
    ``kernel_pca``; ``ValueError`` if n < 1. Worked value: two keys: 0.
    """
    found = kernel_pca(keys, 1)
    values = rng.standard_normal((positive_count(n, "n"), len(keys))).T / found.sums[:, None]
    a = coefficients_of(values, found.sums)
    unit, centred = a / np.linalg.norm(a, axis=0), centred_gram(found.kernel)
    image = centred @ unit
    rest = image - (unit * image).sum(axis=0) * unit
    return (len(keys) - 1) * (rest**2).sum(axis=0) / (centred**2).sum()


def largest_residual(rng: np.random.Generator, n: int, keys: Array) -> Measured[float]:
    """Return the largest of n ``random_residuals``, not squared. Errors as there."""
    squares = random_residuals(rng, n, keys)
    return Measured(float(np.sqrt(squares.max())), rounding(len(keys) ** 2, 1.0))
