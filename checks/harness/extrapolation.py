"""Extrapolation in the size, with exponents from theory and the guards without which it decides nothing."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Terms = Sequence[Callable[[NDArray[np.float64]], NDArray[np.float64]]]
"""Functions of the size, the first of which multiplies what is looked for."""


@dataclass(frozen=True)
class Extrapolated:
    """The first coefficient by the full form, how far its data can move it, and how far the form can."""

    value: float
    half: float
    first_order: float
    instability: float

    def failed_guard(self, delta: float) -> str:
        """Return which guard fails: two orders agree, and the smallest size does not matter, to ``delta``."""
        if abs(self.value - self.first_order) > delta + self.half:
            return f"two orders of extrapolation differ by {abs(self.value - self.first_order):.2g}"
        if self.instability > delta + self.half:
            return f"leaving out the smallest size moves the result by {self.instability:.2g}"
        return ""


def extrapolate(sizes: Sequence[float], points: Sequence[tuple[float, float]], terms: Terms) -> Extrapolated:
    """Solve for the first coefficient from the largest sizes, as many as there are ``terms``.

    ``points``: a value and its half-width at each of the ``sizes``, ascending, at least one more than terms. The last
    term is left out for the lower order, the largest size to see what the smallest does. Worked value: 1 + 1/n at n =
    1, 2, 4, 8 with the terms 1, 1/n, 1/n² gives 1, also at the lower order.
    """
    n = np.asarray(sizes, dtype=float)
    y, h = np.array(points, dtype=float).T
    full = len(terms)
    weights = _weights(n[-full:], terms)
    value = float(weights @ y[-full:])
    earlier = float(_weights(n[-full - 1 : -1], terms) @ y[-full - 1 : -1])
    lower = float(_weights(n[-full + 1 :], terms[:-1]) @ y[-full + 1 :])
    return Extrapolated(value, float(np.abs(weights) @ h[-full:]), lower, abs(value - earlier))


def _weights(sizes: NDArray[np.float64], terms: Terms) -> NDArray[np.float64]:
    return np.linalg.inv(np.column_stack([term(sizes) for term in terms]))[0]  # type: ignore[no-any-return]
