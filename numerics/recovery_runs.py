"""Runs of the ascent from a uniform start, to the alignment |m| at which they end."""

import numpy as np
from numpy.typing import ArrayLike

from .ascent import Tokens
from .prompts import Array, positive_count
from .reduced_ascent import ascend


def uniform_alignments(rng: np.random.Generator, n: int, dimension: int) -> Array:
    """Return m = q·u of n queries that are uniform on the sphere, shape (n,): a normal over the norm of d of them.

    ``ValueError`` for n or d < 1. Worked value: E m² = 1/d.
    """
    one = rng.standard_normal(positive_count(n, "n"))
    others = 2 * rng.standard_gamma((positive_count(dimension, "dimension d") - 1) / 2, n)
    m: Array = one / np.sqrt(one**2 + others)
    return m


def final_alignments(rng: np.random.Generator, n: int, tokens: Tokens, sizes: ArrayLike) -> Array:
    """Return |m_T| of n independent runs from uniform starts, shape (n,), after a step of each of the sizes.

    Errors as ``numerics.reduced_ascent.ascend``. Source: arXiv:2606.22406 (reconstruction).
    Worked value: steps of 0 leave E m² = 1/d.
    """
    return np.abs(ascend(rng, uniform_alignments(rng, n, tokens.dimension), tokens, sizes))
