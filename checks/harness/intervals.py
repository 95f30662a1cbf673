"""Confidence intervals for a mean, and how many replicates they need."""

import math
from dataclasses import dataclass
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from .verdict import Interval

CLT = "CLT (nominal)"
"""Student's interval: right for normal replicates, by the central limit theorem nearly so for others."""


@dataclass(frozen=True)
class Moments:
    """Count, mean and sum of squared deviations of replicates; they merge exactly."""

    n: int = 0
    mean: float = 0.0
    m2: float = 0.0

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Moments":
        """Return the moments of an array of replicates, shape (n,)."""
        mean = float(values.mean())
        return cls(len(values), mean, float(((values - mean) ** 2).sum()))

    def __add__(self, other: "Moments") -> "Moments":
        n, shift = self.n + other.n, other.mean - self.mean
        mean = self.mean + shift * other.n / n
        return Moments(n, mean, self.m2 + other.m2 + shift**2 * self.n * other.n / n)

    @property
    def deviation(self) -> float:
        """The standard deviation of one replicate."""
        return math.sqrt(self.m2 / (self.n - 1))


def clt_interval(moments: Moments, alpha: float) -> Interval:
    """Return Student's two-sided 1 − ``alpha`` interval of the mean; ``ValueError`` for fewer than two replicates.

    Worked value: n = 101 replicates of deviation 1 at alpha = 0.05 have the half-width 1.984/√101.
    """
    if moments.n < 2:
        raise ValueError("an interval needs at least two replicates")
    half = float(stats.t.isf(alpha / 2, moments.n - 1)) * moments.deviation / math.sqrt(moments.n)
    return Interval(moments.mean - half, moments.mean + half)


def sampling_radius(moments: Moments, miss: float) -> float:
    """Return the distance from the truth that the mean exceeds with probability ``miss``."""
    return NormalDist().inv_cdf(1 - miss / 2) * moments.deviation / math.sqrt(moments.n)


def replicates_needed(deviation: float, delta: float, alpha: float, miss: float) -> int:
    """Return the n at which half-width plus sampling radius come to ``delta``.

    Worked value: deviation 1, delta 0.1, alpha = miss = 0.05 needs (2 × 1.96/0.1)² = 1537.
    """
    normal = NormalDist()
    return math.ceil(((normal.inv_cdf(1 - alpha / 2) + normal.inv_cdf(1 - miss / 2)) * deviation / delta) ** 2)
