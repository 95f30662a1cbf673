"""The rank of a statistic of the dense model among draws of the banded one: uniform if both have the same law."""

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from ..prompts import Array, positive_count
from . import banded, dense

Statistic = Callable[[Array, Array], Array]
"""A number for each of the (count, k) eigenvalues and (count, r, k) squared overlaps, shape (count,)."""


def dense_among_banded(
    rng: np.random.Generator,
    count: int,
    d: int,
    n: int,
    strengths: ArrayLike,
    statistic: Statistic,
    *,
    others: int,
    extra: int = 0,
) -> Array:
    """Return ranks R, shape (count,): of how many of m = ``others`` banded draws the statistic is below a dense one's.

    The statistic sees the two largest eigenvalues (one if min(d, n) = 1) and their overlaps. ``extra``: degrees of
    freedom that B[i+r, i] has too many, for a control. Errors: as ``banded.leading``, and ``ValueError`` if others < 1
    or extra < 0.
    Worked value: as both have one law, R is uniform on 0, …, m, with the mean m/2.
    """
    if extra < 0:
        raise ValueError(f"extra degrees of freedom must be at least 0, not {extra}")
    every, k = banded.all_rows(d, n, strengths), min(2, d, n)
    one = statistic(*dense.leading(dense.spiked_data(rng, count, d, n, strengths), k))
    drawn = banded.entries(rng, count * positive_count(others, "others"), d + extra, n, strengths, rows=every)
    eigenvalues, overlaps, _ = banded.eigenpairs(drawn, n, k)
    below = statistic(eigenvalues, overlaps).reshape(count, others) < one[:, None]
    return below.sum(axis=1).astype(float)
