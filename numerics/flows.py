"""Gradient flow of a smooth risk, run until it stands still."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp

from .infinite_prompt import infinite_prompt_risk
from .prompts import Array, cubature_prompt, finite_vector, positive_count
from .risk import linear_risk_and_gradient

RiskAndGradient = Callable[[Array], tuple[float, Array]]


@dataclass(frozen=True)
class FlowEnd:
    """Where a flow came to rest: the point, shape (d,), its risk, and bounds of their distance to the limit."""

    point: Array
    risk: float
    point_error: float
    risk_error: float


def gradient_flow(
    risk_and_gradient: RiskAndGradient, start: Array, *, stillness: float = 1e-12, doublings: int = 40
) -> FlowEnd:
    """Integrate μ' = −∇R(μ) from ``start``, shape (d,), until ‖∇R‖ ≤ ``stillness`` × (its first value).

    The first leg lasts one over the largest curvature at the start, each further leg twice as long. The errors are
    2‖g‖/m and ‖g‖²/m, with g the last gradient and m the least curvature of R there above 1e-6 of the largest: flat
    directions of a manifold of minimisers do not count. Errors: ``ValueError`` for a start that is not finite;
    ``RuntimeError`` if the flow is not at rest after the last leg.
    Worked value: R = μ²/2 from μ = 1 comes to rest at 0.
    """
    point = finite_vector(start, "start", np.size(start))

    def velocity(_: float, mu: Array) -> Array:
        return -risk_and_gradient(mu)[1]

    threshold = stillness * np.linalg.norm(velocity(0.0, point))
    largest = _curvatures(risk_and_gradient, point).max()
    span = 1 / largest if largest > 0 else 1.0
    for _ in range(doublings):
        if np.linalg.norm(velocity(0.0, point)) <= threshold:
            break
        leg = solve_ivp(velocity, (0.0, span), point, method="LSODA", rtol=1e-11, atol=1e-14)
        if not leg.success:
            raise RuntimeError(f"the flow from {start} could not be integrated: {leg.message}")
        point, span = leg.y[:, -1], 2 * span
    else:
        raise RuntimeError(f"the flow from {start} is not at rest after {doublings} doublings of its time")
    risk, gradient = risk_and_gradient(point)
    curvatures = _curvatures(risk_and_gradient, point)
    least = curvatures[curvatures > 1e-6 * curvatures.max()].min()
    # The gradient itself is off by rounding in proportion to what cancels in it.
    rounding = 64 * len(point) * np.finfo(float).eps * curvatures.max() * np.linalg.norm(point)
    slope = float(np.linalg.norm(gradient) + rounding)
    return FlowEnd(point, risk, 2 * slope / least, slope**2 / least)


def _curvatures(risk_and_gradient: RiskAndGradient, point: Array) -> Array:
    """Return the absolute eigenvalues of the Hessian, by central differences of the gradient."""
    step = 1e-5 * max(1.0, float(np.linalg.norm(point)))
    steps = step * np.eye(len(point))
    columns = [(risk_and_gradient(point + h)[1] - risk_and_gradient(point - h)[1]) / (2 * step) for h in steps]
    hessian = np.array(columns)
    return np.abs(np.linalg.eigvalsh((hessian + hessian.T) / 2))


def lowest_rest_point(rng: np.random.Generator, covariance: ArrayLike, starts: int) -> FlowEnd:
    """Run the flow of the linear rank-one head in an infinite prompt from random starts and return the lowest end.

    The starts are N(0, I/tr Σ). Errors as ``gradient_flow`` and ``covariance_factor``; ``ValueError`` if starts < 1.
    Worked value: Σ = 4 (d = 1) ends at μ = ±1/2 with the risk 0.
    """
    positive_count(starts, "starts")
    prompt = cubature_prompt(covariance)
    d = prompt.tokens.shape[1]
    trace = float(np.trace(np.asarray(covariance, dtype=float)))
    if trace == 0:
        raise ValueError("covariance must not be zero: every point is at rest")
    size = 1 / np.sqrt(trace)

    def risk_and_gradient(mu: Array) -> tuple[float, Array]:
        return linear_risk_and_gradient(mu, prompt, prompt)

    ends = [gradient_flow(risk_and_gradient, size * rng.standard_normal(d)) for _ in range(starts)]
    lowest = min(ends, key=lambda end: end.risk)
    evaluated = infinite_prompt_risk("linear", lowest.point, covariance)
    return replace(lowest, risk=evaluated.value, risk_error=lowest.risk_error + float(evaluated.error))
