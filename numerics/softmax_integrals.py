r"""The softmax prompt in one dimension, integrated: no draws, and prompts far longer than any that could be drawn.

With $g, z_1, \dots, z_L$ independent standard normals and $\sigma = bg$, the weights are $w_k = e^{\sigma z_k}/D$ with
$D = \sum_k e^{\sigma z_k}$, and $M = \sum_k w_k z_k$. From $D^{-1} = \int e^{-sD} ds$ and $D^{-2} = \int s e^{-sD} ds$,
with $\varphi(s) = E e^{-s e^{\sigma z}}$, all given $g$,

- $E \sum_k w_k^2 = L \int s\, E[e^{2\sigma z - s e^{\sigma z}}]\, \varphi^{L-1} ds$,
- $E[M - \sigma] = L \int E[(z - \sigma) e^{\sigma z - s e^{\sigma z}}]\, \varphi^{L-1} ds$,
- $E (M - \sigma)^2 = L \int s\, E[(z - \sigma)^2 e^{2\sigma z - s e^{\sigma z}}]\, \varphi^{L-1} ds
  + L(L-1) \int s\, (E[(z - \sigma) e^{\sigma z - s e^{\sigma z}}])^2 \varphi^{L-2} ds$,

and nothing cancels; $E \sum_k w_k^3$ and $E (\sum_k w_k^2)^2$ likewise, from $D^{-3}$ and $D^{-4}$.

The rule is the trapezoidal one in $z$ and in $u = \log s$ (where all integrands are analytic in
the strip $|\mathrm{Im}\,u| < \pi/2$), and Gauss's in $g$. At $L = 10^{200}$ the density of the keys of weight
underflows, so it is tilted: $e^{-z^2/2} = e^{p^2\sigma^2/2 - p\sigma z} e^{-(z - p\sigma)^2/2}$, $p\sigma$ near them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache, partial
from math import inf, log, log1p, pi, sqrt
from typing import NamedTuple

import numpy as np
from scipy.special import log_ndtr

from .measured import EPS, Measured
from .prompts import Array

LEAST = 0.001
"""Below it, but for 0, rounding would be seen in the drift."""

LARGEST = 10.0
"""Beyond it the weights are those of one key nearly always, and the rules take minutes."""

LONGEST = 1e300
"""Beyond it, averages over the query could leave the range of floats."""

_REACH = 9.0  # of the normal density, which is e^{−40.5} of its largest there
_SEEN, _GONE = -38.0, 4.5  # log of L E min(1, s e^{σz}) where the integrands begin, and where φ^L has vanished


@dataclass(frozen=True)
class Integrals:
    """Expectations over query and keys, each with a bound on its numerical error.

    ``G`` = E Σ w², ``V`` = E(M − bg)², ``drift`` = E g(M − bg), ``mean_square`` = E M², ``F`` = E[2gM − M²], and
    ``shortfall`` = 2b − b² − F, which is small where the prompt is long and is not computed as that difference;
    ``squares`` = E g² Σ w², ``cubes`` = E g² Σ w³ and ``products`` = E g² (Σ w²)².
    """

    G: Measured[float]
    V: Measured[float]
    drift: Measured[float]
    mean_square: Measured[float]
    F: Measured[float]
    shortfall: Measured[float]
    squares: Measured[float]
    cubes: Measured[float]
    products: Measured[float]

    def excess(self, trace: float, rho: float) -> Measured[float]:
        """Return R_L − R, for t = ``trace`` and ρ: (t − ρ)(1 + G) across Σμ and ρ E(g − M)² along it, less the limit.

        Worked value: ρ = 0 gives t G.
        """
        value = (trace - rho) * self.G.value + rho * self.shortfall.value
        return Measured(value, abs(trace - rho) * float(self.G.error) + abs(rho) * float(self.shortfall.error))


class _Rule(NamedTuple):
    step: float
    nodes: int


_RULES = (_Rule(0.36, 12), _Rule(0.3, 16))


class _Given(NamedTuple):
    """Logarithms of E Σ w², E(M − σ)², −E[M − σ], E Σ w³ and E (Σ w²)², given g."""

    G: float
    V: float
    drift: float
    cube: float
    product: float


@cache
def softmax_integrals(coupling: float, length: float) -> Integrals:
    r"""Return G, V, F and their parts for the fresh query, β = 1, by quadrature.

    ``coupling``: b = 0 or from 1/1000 to 10; ``length``: L = 1 or between 2 and 1e300, a float (between integers, the
    integrals themselves are meant). ``ValueError`` otherwise. The error is the difference of two rules, and the
    rounding of logarithms as large as log L; where the coupling is weak ``cubes`` and ``products`` underflow from L =
    1e150 on. Source: arXiv:2605.18315 (reconstruction); the transform is an identity of the definition.
    Worked values: L = 1 gives G = 1 and V = 1 + b²; b = 1/2 and L = 1e30 gives G L = √2 = 1.41421356….
    """
    b, longest = _checked(coupling, length)
    coarse, fine = (_averages(b, longest, rule) for rule in _RULES)
    slack = 256 * EPS * (4 + log(longest))
    G, V, drift, squares, cubes, products = (
        Measured(y, abs(y - x) + slack * abs(y)) for x, y in zip(coarse, fine, strict=True)
    )

    def combined(start: float, of_drift: float, of_V: float) -> Measured[float]:
        value = start + of_drift * drift.value + of_V * V.value
        size = abs(start) + abs(of_drift * drift.value) + abs(of_V * V.value)
        return Measured(value, abs(of_drift) * drift.error + abs(of_V) * V.error + 8 * EPS * size)

    return Integrals(
        G=G,
        V=V,
        drift=drift,
        mean_square=combined(b * b, 2 * b, 1),
        F=combined(2 * b - b * b, 2 - 2 * b, -1),
        shortfall=combined(0, 2 * b - 2, 1),
        squares=squares,
        cubes=cubes,
        products=products,
    )


def _checked(coupling: float, length: float) -> tuple[float, float]:
    b, L = float(coupling), float(length)
    if not (b == 0 or LEAST <= b <= LARGEST):
        raise ValueError(f"the coupling b must be 0 or between {LEAST} and {LARGEST}, not {coupling!r}")
    if not (L == 1 or 2 <= L <= LONGEST):
        raise ValueError(f"the prompt length L must be 1 or between 2 and {LONGEST:g}, not {length!r}")
    return b, L


def _averages(b: float, L: float, rule: _Rule) -> list[float]:
    """Integrate over g > 0, twice; the integrands are even, and negligible outside of the window."""
    if b == 0:
        return [1 / L, 1 / L, 0.0, 1 / L, 1 / L / L, 1 / L / L]
    low, high = _window(b, L)
    edges = np.linspace(low, high, max(2, round((high - low) * min(max(b, 1.0), 4.0) / 1.5)) + 1)
    if low == 0:  # E Σ w² is smooth but not analytic at g = 0
        edges = np.concatenate([[0.0], edges[1] * 2.0 ** -np.arange(4, 0, -1), edges[1:]])
    points, masses = np.polynomial.legendre.leggauss(rule.nodes)
    half = np.diff(edges)[:, None] / 2
    g = ((edges[:-1, None] + half) + half * points).ravel()
    weight = np.log(2 * (half * masses).ravel() / sqrt(2 * pi)) - g * g / 2
    G, V, drift, cube, product = np.exp(np.array([_given(b * x, L, rule.step) for x in g]).T + weight)
    found = (G, V, -g * drift, g * g * G, g * g * cube, g * g * product)
    return [float(values.sum()) for values in found]


def _window(b: float, L: float) -> tuple[float, float]:
    """Return the g between which the integrands are above e^{−36} of their largest, by a coarse scan."""
    scan, found, largest = [], [], -inf
    for k in range(10_000):
        g = 0.01 + k
        if -g * g / 2 + 4 * log(1 + g * (1 + b)) < largest - 45:  # no more can come, as w ≤ 1
            break
        value = max(_given(b * g, L, 0.7)) + 2 * log1p(g) - g * g / 2
        largest = max(largest, value)
        scan.append(g)
        found.append(value)
    inside = [g for g, value in zip(scan, found, strict=True) if value > largest - 36]
    return max(0.0, inside[0] - 1), inside[-1] + 1


def _given(sigma: float, L: float, step: float) -> _Given:
    """Integrate over u = log s, for one σ > 0."""
    ell = log(L)
    key = ell / sigma + sigma / 2 if sigma**2 < 2 * ell else sqrt(2 * ell)  # a key as heavy as all the others
    u, h = _grid(sigma, L, step)
    p = min(key / sigma, 2.0)

    def smoothed(tilt: float, kernel: Callable[[Array], Array], power: int) -> tuple[Array, Array]:
        """Return E[(z − σ)^power f(u + σz) e^{tilt(u + σz)}], as a factor and its logarithmic scale."""
        reach = 40 / sigma if tilt > 0 else 0.0
        low = tilt * sigma - _REACH - min(5 / sigma, tilt * sigma)
        high = min(2 * sigma, tilt * sigma + reach) + _REACH
        spacing = min(h, 0.4)
        z = low + spacing * np.arange(int((high - low) / spacing) + 2)
        weights = spacing / sqrt(2 * pi) * np.exp(-((z - tilt * sigma) ** 2) / 2) * (z - sigma) ** power
        if h <= 0.4:  # the grid of u/σ is that of z: a correlation
            v = sigma * h * np.arange(len(u) + len(z) - 1) + (u[0] + sigma * low)
            factor = np.correlate(kernel(v), weights, "valid")
        else:
            factor = kernel(u[:, None] + sigma * z) @ weights
        return factor, tilt * u + (tilt * sigma) ** 2 / 2

    q = min(p, 1.0)
    seen, scale = smoothed(q, lambda v: _seen(v, q), 0)
    log_phi = _log1m(np.log(np.maximum(seen, np.finfo(float).tiny)) + scale)
    if p >= 1:  # E (z − σ) e^{σz} = 0 is taken away, so that nothing cancels
        first, first_scale = smoothed(p, lambda v: -_seen(v, p - 1), 1)
    else:
        first, first_scale = smoothed(p, lambda v: _damped(v, 1 - p), 1)
    second, second_scale = smoothed(p, lambda v: _damped(v, 2 - p), 0)
    spread, _ = smoothed(p, lambda v: _damped(v, 2 - p), 2)
    third, fourth = (smoothed(p, partial(_damped, power=k - p), 0)[0] for k in (3, 4))
    du = log(sigma * h)
    alone = ell + (L - 1) * log_phi
    pair = 2 * ell + log1p(-1 / L) + (L - 2) * log_phi if L > 1 else alone

    def both(of_one: float, of_two: float) -> float:
        return float(np.logaddexp(of_one, of_two)) + du if L > 1 else of_one + du

    return _Given(
        G=_log_sum(alone + second_scale, second) + du,
        V=both(_log_sum(alone + second_scale, spread), _log_sum(pair + 2 * first_scale, first * first)),
        drift=_log_sum(alone + first_scale, -first) + du,
        cube=_log_sum(alone + second_scale, third / 2) + du,
        product=both(
            _log_sum(alone + second_scale, fourth / 6), _log_sum(pair + 2 * second_scale, second * second / 6)
        ),
    )


def _log_sum(logarithms: Array, factors: Array) -> float:
    """Return log Σ f e^x, to a rounding of its largest term."""
    largest = float(logarithms.max())
    return largest + float(np.log(factors @ np.exp(logarithms - largest)))


def _grid(sigma: float, L: float, step: float) -> tuple[Array, float]:
    """Return equidistant u where s e^{σz} and φ^L are neither negligible, and their spacing over σ."""
    ell = log(L)
    last = (_REACH + 0.5) * sigma + 5
    coarse = np.linspace(-ell - sigma * sigma / 2 + _SEEN, last, 1000)
    above, below = log_ndtr(coarse / sigma), log_ndtr(-coarse / sigma - sigma)
    met = ell + np.logaddexp(above, coarse + sigma * sigma / 2 + below)  # log L E min(1, s e^{σz})
    start = max(0, int(np.searchsorted(met, _SEEN)) - 1)
    stop = int(np.searchsorted(met, _GONE)) + 1
    end = coarse[stop] if L > 200 and stop < len(coarse) else last
    spacing = step / sigma
    return coarse[start] + step * np.arange(int((end - coarse[start]) / step) + 2), spacing


def _seen(v: Array, tilt: float) -> Array:
    """Return (1 − exp(−e^v)) e^{−tilt v}, tilt between 0 and 1."""
    far = v < -40  # where 1 − exp(−e^v) is e^v to the last bit
    share = np.where(far, 1.0, -np.expm1(-np.exp(np.clip(v, -40, 40))))
    return share * _exp(np.where(far, 1 - tilt, -tilt) * v)


def _damped(v: Array, power: float) -> Array:
    """Return e^{power v} exp(−e^v)."""
    low = np.minimum(v, 7.0)
    return _exp(power * low - np.exp(low))


def _exp(x: Array) -> Array:
    """Return e^x where it counts, without the subnormal numbers that make sums slow."""
    return np.exp(np.maximum(x, -600.0))


def _log1m(logarithm: Array) -> Array:
    """Return log(1 − e^x) for x ≤ 0."""
    x = np.minimum(logarithm, 0.0)
    return np.where(x < -36, -np.exp(x), np.log1p(-np.exp(np.minimum(x, -EPS))))
