r"""The alignment that a run of given length ends with: escape from the equator, flow, noise at the signal.

It joins what is derived in parts: the linear growth with its noise at the equator, the limiting flow, and the error law
at ±u. That the parts can be joined is a heuristic, good where steps are small: $\eta_1^2 (d-1)\sigma^2 \ll 1$.
"""

from bisect import bisect
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from itertools import accumulate, pairwise
from math import atanh, exp, inf, log, log1p, sqrt, tanh
from statistics import NormalDist

from flint import arb
from sympy import Integer

from .. import exact as exactly
from ..derivation import Derivation, argument, definition, heuristic
from ..exact import Number
from . import escape, gradient_noise
from .objective import Model, slope

_LEAST, _MOST, _POINTS = -28.0, 3.0, 620  # of log artanh m: from m = 7e-13 to 1 − 4e-18
_QUANTILES = [0.0, *(10.0**-k for k in range(9, 3, -1)), *(i / 1000 for i in range(1, 1000)), 1 - 1e-6, 1.0]
ACROSS = escape.noise(along=Integer(1)) / escape.SPREAD
r"""The limit of N times the variance of the gradient at q ⊥ u along a direction across q and u: there P is 1."""

_WIDEST = 0.25  # of v_T: beyond it the error law, linear at u, says nothing


@dataclass(frozen=True)
class Schedule:
    """Steps η_t = c (t_0 + t)^{−α}, t = 1, 2, …, with c > 0, t_0 ≥ 0 and α ≥ 0."""

    scale: float
    exponent: float
    offset: float = 0.0

    def steps(self, count: int) -> list[float]:
        """Return η_1, …, η_T; ``ValueError`` unless c > 0, t_0 ≥ 0, α ≥ 0 and T ≥ 1."""
        if not (0 < self.scale < inf and 0 <= self.exponent < inf and 0 <= self.offset < inf):
            raise ValueError(f"a schedule must have finite c > 0, α ≥ 0 and t_0 ≥ 0, not {self}")
        return [self.scale * (self.offset + t) ** -self.exponent for t in range(1, exactly.count(count, "steps T") + 1)]


@dataclass(frozen=True)
class Alignment:
    """Mean of |m_T| over runs, with the width of the quadrature as its radius, and standard deviation."""

    mean: arb
    spread: float


def derivation() -> Derivation:
    """List what the prediction is made of."""
    return Derivation(
        result="E|m_T| ≈ (1 − v_T/2) E Φ_τ(√V |ζ|), ζ ~ N(0, 1)",
        steps=(
            definition(
                "λ = J''(0), k = J'(1); σ_0² and σ_⊥² are the variances of the gradient at the equator along u and "
                "along another direction (its formula at P = 1), σ_1² that of a coordinate across u at u; J_r the "
                "derivative of J(rq) in r at r = 1, h_t = η_t/(1 + η_t J_r) at the equator, k_t likewise at u; Φ_τ the "
                "flow m' = (1 − m²)J'(m) over the time τ."
            ),
            argument(
                "One step divides q + ηg by its norm, whose square is (1 + η g·q)² + η²‖g_⊥‖². So m grows by the "
                "factor f_t = (1 + h_tλ)/√(1 + h_t²(d − 1)σ_⊥²) near the equator, in the mean, and gains noise of the "
                "variance h_t²σ_0². A uniform start has E m_0² = 1/d, and the tangent of its latitude the variance "
                "1/d + 3/d² + …. While f_t < 1 the run has not begun: V is then the variance of m_t itself, and no "
                "time counts."
            ),
            heuristic(
                "So m_t / Π f_s tends to a Gaussian of the variance V = 1/d + 3/d² + Σ_t h_t²σ_0² Π_{s≤t} f_s^{−2}. "
                "Gaussian it is for large d only, and the gradient's noise is given its value at the equator."
            ),
            heuristic(
                "The run then follows the flow from the latitude whose tangent is √V ζ over the time τ = Σ log f_t / "
                "λ: what the steps lose to curvature and to noise beyond the equator is left out."
            ),
            heuristic(
                "At the end 1 − m² has the mean v_T of the recursion v_t = (1 − k_tk)²v_{t−1} + k_t²σ_1²(d − 1): the "
                "cosine is multiplied by 1 − v_T/2, also for runs that are not there yet."
            ),
        ),
    )


@cache
def _flow(model: Model) -> tuple[list[float], list[float]]:
    """Return a grid of log artanh m and the times at which the flow is there: (artanh m)' = J'(m)."""
    grid = [_LEAST + (_MOST - _LEAST) * i / _POINTS for i in range(_POINTS + 1)]
    pace = [exp(x) / float(slope(model, Fraction(tanh(exp(x)))).mid()) for x in grid]
    width = (_MOST - _LEAST) / _POINTS
    return grid, list(accumulate(((p + q) / 2 * width for p, q in pairwise(pace)), initial=0.0))


def along_flow(model: Model, alignment: float, time: float) -> float:
    """Return where the flow m' = (1 − m²)J'(m) is after some time from 1e-12 ≤ m < 1, by interpolation in a table.

    The table ends at 1 − 4e-18, where the flow rests in floats. ``ValueError`` for another m, or a time that is
    negative or not finite. Worked value: after the time 0 it is where it was.
    """
    if not 1e-12 <= alignment < 1 or not 0 <= time < inf:
        raise ValueError(f"there must be 1e-12 ≤ m < 1 and a time ≥ 0, not {alignment} and {time}")
    grid, times = _flow(model)
    begin = _interpolated(log(atanh(alignment)), grid, times)
    return tanh(exp(_interpolated(min(begin + time, times[-1]), times, grid)))


def _interpolated(at: float, places: list[float], values: list[float]) -> float:
    i = min(max(bisect(places, at), 1), len(places) - 1)
    share = (at - places[i - 1]) / (places[i] - places[i - 1])
    return values[i - 1] + share * (values[i] - values[i - 1])


def final_alignment(
    model: Model,
    dimension: int,
    tokens: int,
    schedule: Schedule,
    count: int,
    *,
    pace: Number = 1,
    start: Number = 1,
    noise_at_signal: Number = 1,
) -> Alignment:
    r"""Return the mean and the spread of |m_T| after T steps from a uniform start.

    ``model``: with δ = d/N and a symmetric latent sign; ``dimension``: d; ``tokens``: N. Wrong ones multiply the time
    that a run has (``pace``) or σ_1² (``noise_at_signal``), or take E m_0² = d^{−start}. ``ValueError`` if δ is
    another, d < 3, θ = 0 or π = 0 (there is no signal to recover), v_T > 1/4, and as ``Schedule.steps``. The radius of
    the mean is that of its quadrature; the rounding of floats and the table of the flow (1e-4) are not enclosed.
    Source: derived here (the model: arXiv:2606.22406, reconstruction).
    Worked value: d = 50, M = K = 1000, θ = β = 1, c = 1, t_0 = 100, α = 0.7, T = 300: 0.990.
    """
    if exactly.count(dimension, "dimension d") < 3:
        raise ValueError(f"the dimension d must be at least 3, not {dimension}")
    if model.ratio != Fraction(dimension, exactly.count(tokens, "number of tokens N")):
        raise ValueError(f"δ of the model must be d/N = {dimension}/{tokens}, not {model.ratio}")
    if not model.theta or not model.share:
        raise ValueError("there must be a signal: θ > 0 and π > 0")
    steps, others = schedule.steps(count), dimension - 1
    rate, decay = (float(slope(model, m, order).mid()) for m, order in ((0, 2), (1, 1)))
    along_u, across, at_end = (
        float(number.mid()) / tokens
        for number in (escape.variance(model), escape.variance(model, ACROSS), gradient_noise.variance(model))
    )
    at_end *= float(noise_at_signal)
    outwards = [float(escape.radial_slope(model, m).mid()) for m in (0, 1)]

    # of the tangent m/√(1 − m²) at the start, whose sine squared then has the mean 1/d up to 1/d³
    gain, variance, rest = 0.0, dimension ** -float(start) * (1 + 3 / dimension), 0.0
    for eta in steps:
        h, k = (eta / (1 + eta * radial) for radial in outwards)
        growth_of_step = log1p(h * rate) - log1p(h * h * others * across) / 2
        noise = h * h * along_u / (1 + h * h * others * across)
        if growth_of_step < 0:  # the step loses more to its noise than it gains: the run has not begun
            variance = variance * exp(2 * growth_of_step) + noise
        else:
            gain += growth_of_step
            variance += noise * exp(-2 * gain)
        rest = (1 - k * decay) ** 2 * rest + k * k * at_end * others

    if rest > _WIDEST:
        raise ValueError(f"the steps are too large for a prediction: v_T = {rest:.2g} must be at most {_WIDEST}")

    def end(quantile: float) -> float:
        tangent = sqrt(variance) * NormalDist().inv_cdf((1 + quantile) / 2)
        return along_flow(model, tangent / sqrt(1 + tangent**2), float(pace) * gain / rate)

    # Φ increases, so the ends of the quantiles' intervals enclose the mean over each, and the middle is between.
    masses = [right - left for left, right in pairwise(_QUANTILES)]
    middles = [end((left + right) / 2) for left, right in pairwise(_QUANTILES)]
    edges = [0.0, *map(end, _QUANTILES[1:-1]), 1.0]
    mean, square = (sum(w * x**power for w, x in zip(masses, middles, strict=True)) for power in (1, 2))
    least, most = (sum(w * x for w, x in zip(masses, side, strict=True)) for side in (edges[:-1], edges[1:]))
    off = max(most - mean, mean - least)
    shrunk = 1 - rest / 2
    spread = sqrt(max(square - mean**2, 0.0)) * shrunk + rest / sqrt(2 * others)
    return Alignment(arb(mean * shrunk, off), spread)
