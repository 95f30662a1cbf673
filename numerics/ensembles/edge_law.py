r"""The distribution function of the top eigenvalue at finite size: a chain of one-dimensional integrals.

With the squared entries a_i, b_i of the bidiagonal B (``bidiagonal``), y − BBᵀ is positive definite iff all its pivots
from below are positive, q_i = r_i − b_{i−1} with r_i = y − a_i/c_i and c_i = q_{i+1}/r_{i+1} = 1 − b_i/r_{i+1}. The
entries are independent, so the probability that the pivots of the rows up to i are positive is, as a function of c_i
or of r_{i+1}, an expectation over one χ² variable of the function before it.
"""

import math
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from scipy.special import gammainc

from ..measured import EPS, Measured
from ..prompts import Array
from .bidiagonal import all_rows, spike_strength
from .reduced import outlier

REACH = 12.0  # rows that are kept, in units of m
CUT = 1e-8  # three times the most by which the rest was seen to change a probability at the edge
WIDEST = 3.0  # width of a grid, in units of the width of the edge
LEAST = 20  # dimension and sample size: below, the last rows are rough, and whole matrices are cheap to draw
STENCIL = 8  # neighbours that a function is interpolated from
_SIGNS = np.array([(-1) ** k * math.comb(STENCIL - 1, k) for k in range(STENCIL)])


@dataclass(frozen=True)
class Resolution:
    """Intervals of a grid, and nodes of an expectation."""

    intervals: int
    nodes: int


COARSE, FINE = Resolution(160, 9), Resolution(240, 12)


@dataclass(frozen=True)
class Grid:
    """Points of (0, end], from the end to 0: about ``width`` apart near the ``centre``, else as far as from there."""

    centre: float
    width: float
    end: float
    intervals: int

    @cached_property
    def ends(self) -> tuple[float, float]:
        """Return where end and 0 are on the scale that is divided evenly."""
        return math.asinh((self.end - self.centre) / self.width), math.asinh(-self.centre / self.width)

    @cached_property
    def points(self) -> Array:
        """Return the points, shape (intervals + 1,), the last of them a little above 0."""
        upper, lower = self.ends
        evenly = upper + (lower - upper) * np.arange(self.intervals + 1) / self.intervals
        return np.clip(self.centre + self.width * np.sinh(evenly), EPS * self.end, self.end)

    def interpolated(self, values: Array, at: Array) -> Array:
        """Return a function given at the points where it is asked for, 0 where ``at`` is not positive."""
        inside = at > 0
        upper, lower = self.ends
        even = np.arcsinh((np.where(inside, at, self.end) - self.centre) / self.width)
        place = (even - upper) / (lower - upper) * self.intervals
        first = np.clip(np.floor(place).astype(int) - STENCIL // 2 + 1, 0, self.intervals + 1 - STENCIL // 2)
        beyond = np.concatenate([values, np.zeros(STENCIL // 2)])  # below 0, smoothly: one-sided stencils are unstable
        steps = np.arange(STENCIL)
        away = (place - first)[..., None] - steps
        away[away == 0] = 1e-30  # then the value itself has all the weight
        weights = _SIGNS / away
        found = np.einsum("...k,...k->...", weights, beyond[first[..., None] + steps]) / weights.sum(axis=-1)
        return np.where(inside, found, 0.0)


def top_probability(level: float, d: int, n: int, strength: float = 0.0) -> Measured[float]:
    """Return P(λ ≤ level) for the top eigenvalue λ of S = XXᵀ/n, X of the shape (d, n) with columns N(0, I + θ uuᵀ).

    Only the leading 12 m rows of B are kept, m = (√(nd)/(√n + √d))^{2/3}: for levels near the edge, θ near or below
    √γ. ``error`` is twice the difference between two resolutions (grid, nodes) beside rounding, and 1e-8 if rows are
    left out: an estimate on the safe side, since the finer one is returned.
    Errors: ``ValueError`` if d or n < 20, θ ≤ −1, or for a level that is not finite and positive.
    Worked value: d = 50, n = 100, θ = 0, level 2.9: 0.84463.
    """
    if all_rows(d, n) < LEAST:
        raise ValueError(f"d and n must be at least {LEAST}, not {d} and {n}: smaller matrices can be drawn whole")
    spike_strength(strength)
    if not 0 < level < math.inf:
        raise ValueError(f"level must be finite and positive, not {level!r}")
    coarse, fine = (_Chain(n * level, d, n, strength, resolution).probability() for resolution in (COARSE, FINE))
    cut = CUT if REACH * window(d, n) < min(d, n) else 0.0
    return Measured(fine, 2 * abs(fine - coarse) + cut + 64 * EPS)


def standardised(rng: np.random.Generator, count: int, d: int, n: int, strength: float) -> Array:
    """Draw (nλ − μ)/σ for the top eigenvalue λ, μ and σ as ``level``, (count,); errors as ``outlier``.

    Worked value: θ = 0, d = n = 10⁶: the mean is near −1.21.
    """
    centre, scale = _centre_and_scale(d, n, 0, 0)
    return (n * outlier(rng, count, d, n, strength).eigenvalue - centre) / scale


def level(s: float, d: int, n: int, fewer: tuple[float, float] = (0, 0)) -> float:
    """Return (μ + σs)/n, with μ = (√N + √D)², σ = (√N + √D)(1/√N + 1/√D)^{1/3} for N, D = n, d less ``fewer``.

    Errors: ``ValueError`` if N or D is not positive. Source: Johnstone, doi:10.1214/aos/1009210544.
    Worked value: s = 0, d = n gives 4.
    """
    centre, scale = _centre_and_scale(d, n, *fewer)
    return (centre + scale * s) / n


def _centre_and_scale(d: int, n: int, fewer_n: float, fewer_d: float) -> tuple[float, float]:
    if min(n - fewer_n, d - fewer_d) <= 0:
        raise ValueError(f"n − {fewer_n} and d − {fewer_d} must be positive, not {n - fewer_n} and {d - fewer_d}")
    first, second = math.sqrt(n - fewer_n), math.sqrt(d - fewer_d)
    return (first + second) ** 2, (first + second) * (1 / first + 1 / second) ** (1 / 3)


def window(d: int, n: int) -> float:
    """Return m = (√(nd)/(√n + √d))^{2/3}, the rows of the edge; ``ValueError`` if d or n < 1.

    Worked value: d = n = 8 gives 2^{1/3}.
    """
    all_rows(d, n)
    return (math.sqrt(n * d) / (math.sqrt(n) + math.sqrt(d))) ** (2 / 3)


class _Chain:
    """The rows of B from the first on: what has passed, as a function of c or r, on a grid about its steepest place."""

    def __init__(self, y: float, d: int, n: int, strength: float, resolution: Resolution) -> None:
        m = window(d, n)
        self.y, self.d, self.n, self.factor, self.resolution = y, d, n, 1 + strength, resolution
        self.rows = min(d, n, math.ceil(REACH * m))
        self.widest = WIDEST * math.sqrt(n * d) / m
        rows = np.arange(self.rows, dtype=float)
        self.a = expectation(n - rows, resolution.nodes)
        self.b = expectation(np.maximum(d - 1 - rows, 1), resolution.nodes)

    def probability(self) -> float:
        """Return P(top eigenvalue of BBᵀ ≤ y)."""
        y, n = self.y, self.n
        of_c, noise = self._grid_of_c(self.factor * n / y, self.factor * math.sqrt(2 * n) / y, n)
        values = gammainc(n / 2, of_c.points * y / (2 * self.factor))
        for i in range(self.rows):
            below, right = self.d - 1 - i, n - 1 - i
            if not below:
                return float(values[0])  # no entry below: c = 1
            left = max(1 - of_c.centre, EPS)
            noise = math.hypot(noise * below / left**2, math.sqrt(2 * below) / left)
            of_r = Grid(
                min(below / left, math.sqrt(below * y), y), min(2 * noise, self.widest), y, self.resolution.intervals
            )
            values = of_c.interpolated(values, 1 - self.b[0][i] / of_r.points[:, None]) @ self.b[1][i]
            if i == self.rows - 1:
                return float(values[0])  # no row below, or none that matters: r = y
            left = max(y - of_r.centre, EPS * y)
            noise = math.hypot(noise * right / left**2, math.sqrt(2 * right) / left)
            of_c, noise = self._grid_of_c(right / left, noise, right)
            values = of_r.interpolated(values, y - self.a[0][i + 1] / of_c.points[:, None]) @ self.a[1][i + 1]
        raise AssertionError("a matrix has a row")

    def _grid_of_c(self, centre: float, noise: float, right: int) -> tuple[Grid, float]:
        """Return a grid about the ``centre``, where the function falls over the width ``noise`` or a few of it.

        The falling is followed without noise down to where c rests at the edge of the bulk, √(χ² of the row / y).
        """
        widest = self.widest / self.y
        centre = min(centre, math.sqrt(min(right / self.y, 1)))
        return Grid(centre, min(2 * noise, widest), 1.0, self.resolution.intervals), min(noise, widest)


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
