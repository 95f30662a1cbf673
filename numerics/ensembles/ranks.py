"""The rank of one number among others that are to have the same law."""

import numpy as np

from ..prompts import Array, finite_array


def rank_among(rng: np.random.Generator, one: Array, others: Array) -> Array:
    """Return how many of the ``others``, (count, k), are below ``one``, (count,), plus a uniform number on [0, 1].

    If the k + 1 numbers are independent of one continuous law, this is uniform on [0, k + 1]. Errors: ``ValueError``
    unless all is finite and there are k ≥ 1 others to each. Worked value: 2 among (1, 3) gives a number from 1 to 2.
    """
    numbers, beside = finite_array(one, "one", 1), finite_array(others, "others", 2)
    if len(numbers) != len(beside):
        raise ValueError(f"others must be (count, k) with count = {len(numbers)}, not {beside.shape}")
    return (beside < numbers[:, None]).sum(axis=1) + rng.random(len(numbers))
