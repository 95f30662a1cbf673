"""Confidence intervals for the mean of independent replicates, one class for each thing that can be known of them.

Every class turns count, mean and sum of squared deviations into an interval at level 1 − α. Everything else follows
from that: h is the larger half of the interval at α; q, by which the mean misses the truth with probability at most π,
the larger half at π; the planned n is the least at which h + q ≤ δ. The classes work elementwise on arrays.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, Protocol

import numpy as np
from numpy.typing import NDArray
from scipy import stats

from .verdict import ClaimError, Interval


@dataclass(frozen=True)
class Moments:
    """Count, mean, sums of squared and of cubed deviations of replicates; they merge exactly."""

    n: int = 0
    mean: float = 0.0
    m2: float = 0.0
    m3: float = 0.0

    @classmethod
    def of(cls, values: NDArray[np.float64]) -> "Moments":
        """Return the moments of an array of replicates, shape (n,)."""
        mean = float(values.mean())
        return cls(len(values), mean, float(((values - mean) ** 2).sum()), float(((values - mean) ** 3).sum()))

    def __add__(self, other: "Moments") -> "Moments":
        n, shift = self.n + other.n, other.mean - self.mean
        mean = self.mean + shift * other.n / n
        m2 = self.m2 + other.m2 + shift**2 * self.n * other.n / n
        m3 = self.m3 + other.m3 + shift**3 * self.n * other.n * (self.n - other.n) / n**2
        return Moments(n, mean, m2, m3 + 3 * shift * (self.n * other.m2 - other.n * self.m2) / n)

    @property
    def variance(self) -> float:
        """The sample variance, normalised by n − 1."""
        return self.m2 / (self.n - 1)

    @property
    def skewness(self) -> float:
        """The sample skewness; 0 where nothing varies."""
        return self.m3 / self.n / (self.m2 / self.n) ** 1.5 if self.m2 else 0.0

    def as_of(self, n: int) -> "Moments":
        """Return what n replicates of the same mean and variance would have."""
        return Moments(n, self.mean, self.variance * (n - 1))


class Known(Protocol):
    """What is known of a replicate, and the interval that it entitles to."""

    name: ClassVar[str]
    nominal: ClassVar[bool]

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return the ends of a 1 − ``alpha`` interval of the expectation."""

    def check(self, values: NDArray[np.float64]) -> None:
        """Raise ``ClaimError`` if replicates contradict what is said to be known."""


class _Unbounded:
    nominal: ClassVar[bool] = False

    def check(self, values: NDArray[np.float64]) -> None:
        """Any replicates will do."""


@dataclass(frozen=True)
class CentralLimit(_Unbounded):
    """Nothing is known but a finite variance: Student's interval, nominal at small α.

    Worked value: n = 101 replicates of deviation 1 at α = 0.05 have the half-width 1.984/√101.
    """

    name: ClassVar[str] = "CLT (nominal)"
    nominal: ClassVar[bool] = True

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return mean ± t √(variance/n)."""
        half = stats.t.isf(alpha / 2, n - 1) * np.sqrt(m2 / (n - 1) / n)
        return mean - half, mean + half


@dataclass(frozen=True)
class Normal(CentralLimit):
    """Replicates are exactly normal: the same interval, exact."""

    name: ClassVar[str] = "Student (exact)"
    nominal: ClassVar[bool] = False


@dataclass(frozen=True)
class ChiSquared(_Unbounded):
    """Replicates are θ χ²_k/k with k = ``degrees``, their mean is θ: n k mean/θ is χ² with n k degrees of freedom.

    Worked value: n = 10, k = 1, mean 1 at α = 0.05 gives [10/20.48, 10/3.247].
    """

    degrees: float
    name: ClassVar[str] = "χ² (exact)"

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return the θ at which the mean is in neither tail."""
        k = n * self.degrees
        return k * mean / stats.chi2.isf(alpha / 2, k), k * mean / stats.chi2.ppf(alpha / 2, k)

    def check(self, values: NDArray[np.float64]) -> None:
        """Refuse negative replicates."""
        if (values < 0).any():
            raise ClaimError("replicates said to be χ² must not be negative")


@dataclass(frozen=True)
class Binomial(_Unbounded):
    """Replicates are 0 or 1, a probability is estimated: Clopper and Pearson's interval (doi:10.1093/biomet/26.4.404).

    With 1 for "rank at most k" or "exceeds the observed value" it is the exact rank or Monte-Carlo interval.
    Worked value: 0 of 10 at α = 0.05 gives [0, 0.3085].
    """

    name: ClassVar[str] = "binomial (exact)"

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return the probabilities at which the count is in neither tail."""
        count = np.rint(n * mean)
        low = stats.beta.ppf(alpha / 2, np.maximum(count, 1), n - count + 1)
        high = stats.beta.isf(alpha / 2, count + 1, np.maximum(n - count, 1))
        return np.where(count == 0, 0.0, low), np.where(count == n, 1.0, high)

    def check(self, values: NDArray[np.float64]) -> None:
        """Refuse what is neither 0 nor 1."""
        if not np.isin(values, (0.0, 1.0)).all():
            raise ClaimError("replicates said to be binomial must be 0 or 1")


@dataclass(frozen=True)
class GaussianLipschitz(_Unbounded):
    """A replicate is a K-Lipschitz function of standard Gaussians: P(|mean − E| > s) ≤ 2 exp(−n s²/2K²).

    Worked value: K = 1, n = 100, α = 0.05 has the half-width √(2 log 40/100) = 0.2716.
    """

    constant: float
    name: ClassVar[str] = "Gaussian–Lipschitz"

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return mean ± K √(2 log(2/α)/n)."""
        half = self.constant * np.sqrt(2 * math.log(2 / alpha) / n)
        return mean - half, mean + half


@dataclass(frozen=True)
class Hoeffding(_Unbounded):
    """Replicates lie in [``low``, ``high``] (doi:10.1080/01621459.1963.10500830).

    Worked value: [0, 1], n = 100, α = 0.05 has the half-width √(log 40/200) = 0.1358.
    """

    low: float
    high: float
    name: ClassVar[str] = "Hoeffding"

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return mean ± width √(log(2/α)/2n)."""
        half = (self.high - self.low) * np.sqrt(math.log(2 / alpha) / (2 * n))
        return mean - half, mean + half

    def check(self, values: NDArray[np.float64]) -> None:
        """Refuse replicates outside the bounds."""
        if (values < self.low).any() or (values > self.high).any():
            raise ClaimError(f"replicates said to lie in [{self.low:g}, {self.high:g}] do not")


@dataclass(frozen=True)
class Bernstein(Hoeffding):
    """Replicates lie in [``low``, ``high``] and their variance is at most ``variance``.

    P(|mean − E| > s) ≤ 2 exp(−n s²/(2 variance + 2 width s/3)).
    Worked value: [0, 1], variance 0.01, n = 100, α = 0.05 has the half-width 0.0420.
    """

    variance: float
    name: ClassVar[str] = "Bernstein"

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return mean ± s, the s at which the bound is α."""
        log = math.log(2 / alpha)
        linear = (self.high - self.low) * log / (3 * n)
        half = linear + np.sqrt(linear**2 + 2 * self.variance * log / n)
        return mean - half, mean + half


@dataclass(frozen=True)
class EmpiricalBernstein(Hoeffding):
    """Replicates lie in [``low``, ``high``]; their variance is the sample's (Maurer, Pontil, arXiv:0907.3740).

    Worked value: [0, 1], sample variance 0.01, n = 1000, α = 0.05 has the half-width 0.0196.
    """

    name: ClassVar[str] = "empirical Bernstein"

    def bounds(self, n: Any, mean: Any, m2: Any, alpha: float) -> tuple[Any, Any]:
        """Return mean ± √(2 variance log(4/α)/n) + 7 width log(4/α)/3(n − 1)."""
        log = math.log(4 / alpha)
        half = np.sqrt(2 * m2 / (n - 1) * log / n) + 7 * (self.high - self.low) * log / (3 * (n - 1))
        return mean - half, mean + half


def interval(known: Known, moments: Moments, alpha: float) -> Interval:
    """Return the 1 − ``alpha`` interval of the expectation; ``ValueError`` for fewer than two replicates."""
    if moments.n < 2:
        raise ValueError("an interval needs at least two replicates")
    low, high = known.bounds(moments.n, moments.mean, moments.m2, alpha)
    return Interval(float(low), float(high))


def radius(known: Known, moments: Moments, level: float) -> float:
    """Return the larger half of the interval at ``level``: the mean misses the truth by more at most so often."""
    found = interval(known, moments, level)
    return max(found.high - moments.mean, moments.mean - found.low)


def replicates_needed(known: Known, pilot: Moments, delta: float, alpha: float, miss: float, *, most: int) -> int:
    """Return the least n ≤ ``most`` at which h + q ≤ ``delta`` if the replicates are as the pilot's, else ``most``.

    Worked value: CLT, deviation 1, delta 0.1, alpha = miss = 0.05 needs 1540.
    """

    def enough(n: int) -> bool:
        expected = pilot.as_of(n)
        return radius(known, expected, alpha) + radius(known, expected, miss) <= delta

    low, high = 1, 2
    while high < most and not enough(high):
        low, high = high, 2 * high
    if high >= most:
        if most <= 2 or not enough(most):
            return most
        high = most
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (low, middle) if enough(middle) else (middle, high)
    return high


def normal_enough(known: Known, moments: Moments) -> bool:
    """Tell whether the central limit theorem can be relied on, where the interval rests on it.

    In the tail at z the skewness changes Student's level by the factor exp(skewness z³/3√n); at z = 4.6 it is within 2
    for n ≥ 2000 × skewness². Worked value: exponential replicates (skewness 2) need 8000.
    """
    return not known.nominal or (moments.m2 > 0 and moments.n >= 2000 * moments.skewness**2)


def level_of_combination(weights: Sequence[float], parts: Sequence[Moments], half: float) -> float:
    """Return how often Σ weight · mean of independent ``parts`` is off by ``half`` or more.

    By the central limit theorem, with the factor exp(skewness z³/3) by which the combination's skewness changes a tail
    at z. Worked value: one part of 100 replicates of deviation 1 without skewness, at the weight 1, is off by 0.2 with
    probability 0.0455.
    """
    variance = sum(w**2 * part.variance / part.n for w, part in zip(weights, parts, strict=True))
    if variance == 0:
        return 0.0
    third = sum(w**3 * part.m3 / part.n**3 for w, part in zip(weights, parts, strict=True))
    z = half / math.sqrt(variance)
    return float(min(1.0, 2 * stats.norm.sf(z) * math.exp(min(700.0, abs(third) / variance**1.5 * z**3 / 3))))


def band(n: int, alpha: float) -> float:
    """Return the half-width of the Dvoretzky–Kiefer–Wolfowitz band of a distribution function (Massart's constant).

    Source: doi:10.1214/aop/1176990746. Worked value: n = 100, α = 0.05 gives √(log 40/200) = 0.1358.
    """
    return math.sqrt(math.log(2 / alpha) / (2 * n))


def looks(n: int, alpha: float, most: int) -> list[tuple[int, float]]:
    """Return the looks registered in advance: (n, α/2), (4n, α/4), (16n, α/8), as far as ``most`` reaches.

    The false alarms add up to 7α/8. Worked value: n = 100, most 1000 gives 100 and 400 only.
    """
    planned = [(n * 4**k, alpha / 2 ** (k + 1)) for k in range(3)]
    return [planned[0], *(look for look in planned[1:] if look[0] <= most)]
