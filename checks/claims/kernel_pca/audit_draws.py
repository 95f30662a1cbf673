"""Sequences of keys for the audits of this family, drawn by a seed."""

import numpy as np
from hypothesis import strategies as st

seeds = st.integers(0, 2**32 - 1)


def drawn_keys(seed, tokens, dimension, reach=24):
    """Return distinct keys, (N, D), with entries k/16 between ±reach/16, all of them different."""
    entries = np.random.default_rng(seed).permutation(np.arange(-reach, reach + 1))
    return entries[: tokens * dimension].reshape(tokens, dimension) / 16


@st.composite
def sequences(draw, largest=6):
    """Draw a seed, N, D ≥ N − 1 (so that no eigenvalue is tiny) and all N − 1 components."""
    tokens = draw(st.integers(2, largest))
    dimension = draw(st.integers(tokens - 1, tokens + 1))
    return {"seed": draw(seeds), "tokens": tokens, "dimension": dimension, "components": tokens - 1}
