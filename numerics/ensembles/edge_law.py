r"""The distribution function of the top eigenvalue at finite size, without drawing: a chain of one-dimensional integrals.

With the squared entries a_i, b_i of the bidiagonal B (``bidiagonal``), y − BBᵀ is positive definite iff all its pivots
from below are positive, q_i = r_i − b_{i−1} with r_i = y − a_i/c_i and c_i = q_{i+1}/r_{i+1} = 1 − b_i/r_{i+1}. The
entries are independent, so the probability that the pivots of the rows up to i are positive is, as a function of c_i
or of r_{i+1}, an expectation over one χ² variable of the function before it.
"""

import math
from dataclasses import dataclass

import numpy as np
from scipy.special import gammainc

from ..measured import EPS, Measured
from ..prompts import Array
from .bidiagonal import all_rows, spike_strength

REACH = 14.0  # rows that are kept, in units of m; the rest lifts an eigenvalue at the edge with probability < 1e-10
SPREAD = 3.0  # of the grid, in units of the width of the edge
STENCIL = 8  # neighbours that a function is interpolated from


@dataclass(frozen=True)
class Resolution:
    """Intervals of a grid, and nodes of an expectation."""

    intervals: int
    nodes: int


COARSE, FINE = Resolution(200, 12), Resolution(400, 18)


@dataclass(frozen=True)
class Grid:
    """Points of (0, end], from the end to 0, dense about the ``centre`` with a spacing in proportion to ``width``."""

    centre: float
    width: float
    end: float
    intervals: int

    def __post_init__(self) -> None:
        """Find where the ends are in the angle that is divided evenly."""
        object.__setattr__(self, "upper", math.atan((self.end - self.centre) / self.width))
        object.__setattr__(self, "lower", math.atan(-self.centre / self.width))

    def points(self) -> Array:
        """Return the points, shape (intervals + 1,), the last of them a little above 0."""
        angles = self.upper + (self.lower - self.upper) * np.arange(self.intervals + 1) / self.intervals
        return np.clip(self.centre + self.width * np.tan(angles), EPS * self.end, self.end)

    def interpolated(self, values: Array, at: Array) -> Array:
        """Return a function given at the points where it is asked for, 0 where ``at`` is not positive."""
        inside = at > 0
        angle = np.arctan((np.where(inside, at, self.end) - self.centre) / self.width)
        place = (angle - self.upper) / (self.lower - self.upper) * self.intervals
        first = np.clip(np.floor(place).astype(int) - STENCIL // 2 + 1, 0, self.intervals + 1 - STENCIL)
        steps = np.arange(STENCIL)
        away = (place - first)[..., None] - steps
        away[away == 0] = 1e-30  # then the value itself has all the weight
        weights = np.array([(-1) ** k * math.comb(STENCIL - 1, k) for k in steps]) / away
        found = np.einsum("...k,...k->...", weights, values[first[..., None] + steps]) / weights.sum(axis=-1)
        return np.where(inside, found, 0.0)


def top_probability(level: float, d: int, n: int, strength: float = 0.0) -> Measured[float]:
    """Return P(λ ≤ level) for the top eigenvalue λ of S = XXᵀ/n, X of the shape (d, n) with columns N(0, I + θ uuᵀ).

    For θ at or below the threshold √γ and levels near the edge; ``error`` is the difference between two resolutions
    (grid, nodes), beside rounding. Only the leading 14 m rows of B are kept, m = (√(nd)/(√n + √d))^{2/3}.
    Errors: ``ValueError`` if d or n < 1, θ ≤ −1, or for a level that is not finite and positive.
    Worked value: d = 1, n = 2: 1 − exp(−level).
    """
    all_rows(d, n)
    spike_strength(strength)
    if not 0 < level < math.inf:
        raise ValueError(f"level must be finite and positive, not {level!r}")
    coarse, fine = (_probability(n * level, d, n, strength, resolution) for resolution in (COARSE, FINE))
    return Measured(fine, abs(fine - coarse) + 64 * EPS)


def _probability(y: float, d: int, n: int, strength: float, resolution: Resolution) -> float:
    """Return P(top eigenvalue of BBᵀ ≤ y), from the first row of B on."""
    m = (math.sqrt(n * d) / (math.sqrt(n) + math.sqrt(d))) ** (2 / 3)
    rows = min(d, n, math.ceil(REACH * m))
    width = SPREAD * math.sqrt(n * d) / m
    a, a_weights = expectation(n - np.arange(rows), resolution.nodes)
    b, b_weights = expectation(np.maximum(d - 1 - np.arange(rows), 1), resolution.nodes)
    grid = Grid(math.sqrt(min(n / y, 1)), width / y, 1.0, resolution.intervals)
    values = gammainc(n / 2, grid.points() * y / (2 * (1 + strength)))
    for i in range(rows):
        if i == d - 1:
            return float(values[0])  # no entry below: c = 1
        of_r = Grid(math.sqrt(min(d - 1 - i, y) * y), width, y, resolution.intervals)
        passed = grid.interpolated(values, 1 - b[i] / of_r.points()[:, None]) @ b_weights[i]
        if i == rows - 1:
            return float(passed[0])  # no row below, or none that matters: r = y
        grid = Grid(math.sqrt(min((n - 1 - i) / y, 1)), width / y, 1.0, resolution.intervals)
        values = of_r.interpolated(passed, y - a[i + 1] / grid.points()[:, None]) @ a_weights[i + 1]
    raise AssertionError("a matrix has a row")


def expectation(degrees: Array, nodes: int) -> tuple[Array, Array]:
    """Return the nodes and weights of Gauss's rule for χ² variables, shapes (len(degrees), nodes).

    Source: G. H. Golub, J. H. Welsch, doi:10.1090/S0025-5718-69-99647-1. Worked value: two nodes for 2 degrees of
    freedom are 2(2 ∓ √2), with the weights (2 ± √2)/4.
    """
    k = np.arange(nodes)
    alpha = np.asarray(degrees, dtype=float)[:, None] / 2 - 1
    jacobi = np.zeros((len(alpha), nodes, nodes))
    jacobi[:, k, k] = 2 * k + 1 + alpha
    jacobi[:, k[1:], k[:-1]] = jacobi[:, k[:-1], k[1:]] = np.sqrt(k[1:] * (k[1:] + alpha))
    points, vectors = np.linalg.eigh(jacobi)
    return 2 * points, vectors[:, 0, :] ** 2
