"""Gradient flow of a smooth risk, run until it stands still."""

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import solve_ivp
from scipy.optimize import approx_fprime

from .infinite_prompt import infinite_prompt_risk
from .measured import rounding
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


def gradient_flow(risk_and_gradient: RiskAndGradient, start: Array, *, stillness: float = 1e-12) -> FlowEnd:
    """Integrate μ' = −∇R(μ) from ``start``, shape (d,), until ‖∇R‖ ≤ ``stillness`` × (its first value).

    The errors are 2‖g‖/m and 2‖g‖²/m, with g the last gradient and m the least curvature of R there above 1e-6 of the
    largest: flat directions of a manifold of minimisers do not count. Errors: ``ValueError`` for a start that is not
    finite; ``RuntimeError`` if the flow does not come to rest in the time in which a curvature of ``stillness`` times
    that at the start would have its effect.
    Worked value: R = μ²/2 from μ = 1 comes to rest at 0.
    """
    point = finite_vector(start, "start", np.size(start))

    def gradient(mu: Array) -> Array:
        return risk_and_gradient(mu)[1]

    threshold = stillness * np.linalg.norm(gradient(point))

    def excess(_: float, mu: Array) -> float:
        return float(np.linalg.norm(gradient(mu)) - threshold)

    excess.terminal = True  # type: ignore[attr-defined]
    if threshold:
        longest = 1 / (stillness * max(np.linalg.norm(_hessian(gradient, point)), threshold))
        flow = solve_ivp(
            lambda _, mu: -gradient(mu), (0.0, longest), point, "LSODA", events=excess, rtol=stillness, atol=stillness
        )
        if not np.size(flow.t_events):
            raise RuntimeError(f"the flow from {start} is not at rest at time {flow.t.max():.3g}: {flow.message}")
        *_, point = flow.y.T
    hessian = _hessian(gradient, point)
    # The gradient itself is off by rounding in proportion to what cancels in it.
    size = float(np.linalg.norm(np.outer(hessian, point)))  # ‖H‖‖μ‖
    slope = float(np.linalg.norm(gradient(point))) + rounding(8 * len(point), size)
    softness = float(np.linalg.norm(np.linalg.pinv(hessian, rcond=1e-6, hermitian=True), ord=2))
    point_error = 2 * slope * softness
    return FlowEnd(point, risk_and_gradient(point)[0], point_error, slope * point_error)


def _hessian(gradient: Callable[[Array], Array], point: Array) -> Array:
    """Return the Hessian, shape (d, d), by differences of the gradient."""
    return np.atleast_2d(approx_fprime(point, gradient))


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
