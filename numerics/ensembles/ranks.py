"""The rank of one number among others that are to have the same law."""

from ..prompts import Array, finite_array


def ranks_among(one: Array, others: Array) -> Array:
    """Return how many of the ``others``, (count, k), are below ``one``, (count,), as floats, (count,).

    If the k + 1 numbers are independent and of one continuous law, this is uniform on 0, …, k. Errors: ``ValueError``
    unless all is finite and there are k ≥ 1 others to each. Worked value: 2 among (1, 3) has the rank 1.
    """
    numbers, beside = finite_array(one, "one", 1), finite_array(others, "others", 2)
    if len(numbers) != len(beside):
        raise ValueError(f"others must be (count, k) with count = {len(numbers)}, not {beside.shape}")
    return (beside < numbers[:, None]).sum(axis=1).astype(float)
