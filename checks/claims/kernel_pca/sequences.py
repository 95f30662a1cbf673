"""Sequences of keys and queries of this family's identities, as Hypothesis draws them: sizes, a scale and a seed."""

from typing import Any

import numpy as np
from hypothesis import strategies as st

from numerics.kernel_pca import kernel_pca
from numerics.kernel_projections import coefficient_errors
from numerics.prompts import Array

SEPARATED = 1e-9  # relative error of a_d; where eigenvalues are nearer, there is no one component


def tokens(seed: int, n: int, dimension: int, scale: float) -> Array:
    """Return N Gaussian keys, shape (N, D)."""
    return scale * np.random.default_rng([seed, 0]).standard_normal((n, dimension))


def asked(seed: int, queries: int, dimension: int, scale: float) -> Array:
    """Return queries that are none of the keys, shape (Q, D)."""
    return scale * np.random.default_rng([seed, 1]).standard_normal((queries, dimension))


def separated(case: dict[str, Any]) -> bool:
    """Return whether rounding leaves the case's components what they are."""
    keys = tokens(case["seed"], case["n"], case["dimension"], case["scale"])
    try:
        errors = coefficient_errors(keys, kernel_pca(keys, case["components"]))
    except ValueError:  # of fewer components
        return False
    return bool((errors < SEPARATED).all())


@st.composite
def sequences(draw: st.DrawFn, largest: int = 10) -> dict[str, Any]:
    """Draw N from 2, D from 1, the scale of the keys, and how many components, at most N − 1 and D."""
    n, dimension = draw(st.integers(2, largest)), draw(st.integers(1, 6))
    return {
        "seed": draw(st.integers(0, 2**32 - 1)),
        "n": n,
        "dimension": dimension,
        "scale": draw(st.sampled_from([0.5, 0.75, 1.0, 1.5])),
        "components": draw(st.integers(1, min(n - 1, dimension))),
    }


def told_apart(largest: int = 10) -> st.SearchStrategy[dict[str, Any]]:
    """Draw sequences whose components are told apart by their eigenvalues."""
    return sequences(largest).filter(separated)


def entries(rows):
    """Return the entries of a matrix by their places, as predictions name them."""
    return {f"[{i}, {d}]": x for i, row in enumerate(rows) for d, x in enumerate(row)}
