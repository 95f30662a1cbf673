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
    spread: float
    remainder: float
    weights: tuple[float, ...] = ()
    """Of the largest sizes, as many as there are terms, in the value."""

    def failed_guard(self, delta: float) -> str:
        """Return which guard fails: to ``delta`` two orders agree, no size matters, and little is left out."""
        if abs(self.value - self.first_order) > delta:
            return f"two orders of extrapolation differ by {abs(self.value - self.first_order):.2g}"
        if self.spread > delta:
            return f"leaving out the smallest or the largest sizes moves the result by {self.spread:.2g}"
        return f"what is left out may be {self.remainder:.2g}" if self.remainder > delta else ""


def extrapolate(
    sizes: Sequence[float], points: Sequence[tuple[float, float]], terms: Terms, order: float
) -> Extrapolated:
    """Solve for the first coefficient from the largest sizes, as many as there are ``terms``.

    ``points``: a value and its half-width at each of the ``sizes``, ascending, at least one more than terms; the next
    term, which is left out, falls as n^{−order} or faster. The lower order leaves out the last term. ``spread`` is how
    far the results from earlier sizes are away. If the sizes grow by ρ or more, a remainder falls by ρ^order from one
    window of sizes to the next, so it is at most their difference over ρ^order − 1. Worked value: 1 + 1/n at n = 1, 2,
    4, 8 with the terms 1, 1/n, 1/n² gives 1, also at the lower order.
    """
    n = np.asarray(sizes, dtype=float)
    y, h = np.array(points, dtype=float).T
    full = len(terms)
    windows = [slice(i, i + full) for i in range(len(n) - full + 1)]
    results = [float(_weights(n[window], terms) @ y[window]) for window in windows]
    value, earlier = results[-1], results[-2]
    lower = float(_weights(n[-full + 1 :], terms[:-1]) @ y[-full + 1 :])
    weights = _weights(n[windows[-1]], terms)
    half = float(np.abs(weights) @ h[windows[-1]])
    growth = float((n[1:] / n[:-1])[-full:].min())
    remainder = abs(value - earlier) / (growth**order - 1)
    spread = max(abs(value - result) for result in results)
    return Extrapolated(value, half, lower, spread, remainder, tuple(map(float, weights)))


def _weights(sizes: NDArray[np.float64], terms: Terms) -> NDArray[np.float64]:
    return np.linalg.inv(np.column_stack([term(sizes) for term in terms]))[0]  # type: ignore[no-any-return]
