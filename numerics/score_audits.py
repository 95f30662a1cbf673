"""Similarity scores of what ought to score 1 (the same components up to signs or a rotation) and of what ought not."""

from itertools import permutations

import numpy as np

from .kernel_pca import exact_values, kernel_pca
from .measured import Measured, rounding
from .prompts import Array, positive_count
from .similarity import centred_rows, linear_cka, optimal_cosine, orthonormal

SCORES = ("cosine", "CKA")


def scores(first: Array, second: Array) -> dict[str, Measured[float]]:
    """Return both scores of two arrays (N, r); errors as ``optimal_cosine`` and ``linear_cka``."""
    error = rounding(first.size * first.shape[1], 1.0)
    return {
        "cosine": Measured(float(optimal_cosine(first, second)), error),
        "CKA": Measured(float(linear_cka(first, second)), error),
    }


def components_of(keys: Array, components: int) -> Array:
    """Return the unit eigenvectors of the leading components, (N, r), centred. Errors as ``kernel_pca``."""
    return orthonormal(kernel_pca(keys, components).coefficients)


def scores_of_flipped(keys: Array, components: int, flipped: int) -> dict[str, Measured[float]]:
    """Return the scores of components with themselves, the signs of the first ``flipped`` changed.

    Errors: ``ValueError`` unless 0 ≤ flipped ≤ r, and as ``kernel_pca``. Worked value: CKA is 1.
    """
    if not 0 <= flipped <= components:
        raise ValueError(f"of {components} components 0 to {components} are flipped, not {flipped}")
    unit = components_of(keys, components)
    return scores(unit, unit * np.where(np.arange(components) < flipped, -1.0, 1.0))


def scores_of_rotated(keys: Array, components: int, slope: float) -> dict[str, Measured[float]]:
    """Return the scores of components with themselves, rotated in pairs by the angle 2 arctan(slope).

    Errors: ``ValueError`` for an odd number of components, and as ``kernel_pca``. Worked value: CKA is 1.
    """
    if components % 2:
        raise ValueError(f"components are rotated in pairs, not {components} of them")
    unit = components_of(keys, components)
    angle = 2 * np.arctan(slope)
    block = np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    return scores(unit, unit @ np.kron(np.eye(components // 2), block))


def scores_of_mixed(
    rng: np.random.Generator, keys: Array, components: int, *, flip: bool
) -> dict[str, Measured[float]]:
    """Return the scores of exact values with themselves after random signs (``flip``) or a random rotation.

    "cosine, rows" matches rows (tokens), the others columns (components). Errors as ``kernel_pca``. Worked value: CKA
    is 1.
    """
    values = exact_values(kernel_pca(keys, components))
    drawn = rng.standard_normal((components, components))
    mixed = values * np.where(drawn[0] < 0, -1.0, 1.0) if flip else values @ orthonormal(drawn)
    rows = Measured(float(optimal_cosine(values.T, mixed.T)), rounding(values.size * len(values), 1.0))
    return {**scores(values, mixed), "cosine, rows": rows}


def cka_over_permutations(first: Array, second: Array) -> Measured[float]:
    """Return the mean linear CKA of (N, p) and (N, q) over all permutations of the rows of the second, N ≤ 7.

    Errors: ``ValueError`` for more rows, and as ``linear_cka``. Worked value: for two columns it is 1/(N − 1).
    """
    if len(second) > 7:
        raise ValueError(f"all permutations of at most 7 rows are taken, not of {len(second)}")
    orders = np.array(list(permutations(range(len(second)))))
    found = linear_cka(np.broadcast_to(first, (len(orders), *np.shape(first))), second[orders])
    return Measured(float(found.mean()), rounding(first.size + second.size + len(orders), 1.0))


def random_cka(rng: np.random.Generator, n: int, columns: int, features: Array) -> Array:
    """Return n linear CKAs of features (N, q) with orthonormal bases of centred Gaussian columns, shape (n,).

    Errors: ``ValueError`` for counts below 1, and as ``linear_cka``. Worked value: one of each: 1/(N − 1) on average.
    """
    shape = (positive_count(n, "n"), len(features), positive_count(columns, "columns"))
    drawn = orthonormal(centred_rows(rng.standard_normal(shape)))
    return linear_cka(drawn, np.broadcast_to(features, (n, *np.shape(features))))


def random_cosines(rng: np.random.Generator, n: int, vectors: int, dimension: int) -> Array:
    """Return n optimal cosines of two independent sets of Gaussian vectors, (dimension, vectors) each, shape (n,).

    Errors: ``ValueError`` for counts below 1. Worked value: 197 vectors in 64 dimensions have 0.316 on average.
    """
    shape = (positive_count(n, "n"), positive_count(dimension, "dimension"), positive_count(vectors, "vectors"))
    return optimal_cosine(rng.standard_normal(shape), rng.standard_normal(shape))
