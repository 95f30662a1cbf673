"""What flows and descents of the rank-one linear head do near rest points, in an infinite prompt."""

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from .flows import TOLERANCE, follow, solver, step
from .landscapes import low_rank
from .measured import Measured
from .prompts import Array, covariance_factor, finite_vector, positive_count


def decay(covariance: ArrayLike, rest: ArrayLike, offset: ArrayLike) -> Measured[float]:
    """Return the mean exponent −log(‖μ(τ) − rest‖ / ‖offset‖)/τ of the flow from rest + offset, over τ = 1/(tr Σ)².

    ``rest``, ``offset``: (d,). It is negative where the flow leaves. The error is that of the end, estimated.
    Errors: ``ValueError`` for an offset of 0, shapes that do not fit, and as ``covariance_factor``.
    Worked value: Σ = 1 (d = 1), rest 0 and a small offset give nearly −4.
    """
    landscape = low_rank(covariance)
    centre = finite_vector(rest, "rest", landscape.parameters)
    away = finite_vector(offset, "offset", landscape.parameters)
    if not away.any():
        raise ValueError("offset must not be 0: what is at rest stays")
    span = 1 / float(np.trace(np.asarray(covariance, dtype=float))) ** 2
    paths = follow(landscape.gradient, (centre + away)[None], span)
    distance = float(np.linalg.norm(paths.points[-1, 0] - centre))
    shrunk = distance / float(np.linalg.norm(away))
    return Measured(-np.log(shrunk) / span, 2 * float(paths.errors[-1]) / distance / span)


def escape_time(covariance: ArrayLike, start: ArrayLike) -> Measured[float]:
    """Return the time at which E(μ·q)² = 1/2 first holds on the flow from a start, shape (d,).

    The error is the distance to the time at ten times the tolerance: estimated, not bounded. Errors:
    ``ValueError`` unless 0 < E(μ·q)² < 1/2 at the start, and as ``covariance_factor``.
    Worked value: Σ = 1 (d = 1), μ = e⁻¹⁰ takes 5/2, up to 1e-9.
    """
    factor = covariance_factor(covariance)
    point = finite_vector(start, "start", len(factor))

    def form(mu: Array) -> float:
        return float(((mu @ factor) ** 2).sum())

    if not 0 < form(point) < 0.5:
        raise ValueError("the start must be near 0 but not 0: 0 < E(μ·q)² < 1/2")
    gradient = low_rank(covariance).gradient

    def time(tolerance: float) -> float:
        # Tolerances are relative to the start: it may be far below rounding.
        integration = solver(gradient, point[None], tolerance, floor=float(np.linalg.norm(point)))
        while form(integration.y) < 0.5:
            step(integration)
        path = integration.dense_output()
        return float(brentq(lambda t: form(path(t)) - 0.5, path.t_min, path.t_max, xtol=4 * np.finfo(float).tiny))

    finest = time(TOLERANCE)
    return Measured(finest, abs(finest - time(10 * TOLERANCE)))


def comes_back(covariance: ArrayLike, rest: ArrayLike, offset: ArrayLike, step_size: float, steps: int) -> bool:
    """Tell whether gradient descent from rest + offset comes ten times nearer to rest within that many steps.

    ``rest``, ``offset``: (d,). Errors: ``RuntimeError`` if it ends less than ten times nearer but nearer than it began:
    undecided; ``ValueError`` for a step that is not positive, steps < 1, and as ``decay``.
    Worked value: Σ = 1 (d = 1), rest 1, the steps 1/5 and 1/3, on either side of 1/4: it does, and it does not.
    """
    gradient = low_rank(covariance).gradient
    centre = finite_vector(rest, "rest", len(np.asarray(covariance)))
    point = centre + finite_vector(offset, "offset", len(centre))
    begun = distance = float(np.linalg.norm(point - centre))
    if not (begun > 0 and step_size > 0):
        raise ValueError("offset and step size must not be 0, and the step size positive")
    for _ in range(positive_count(steps, "steps")):
        point = point - step_size * gradient(point[None])[0]
        distance = float(np.linalg.norm(point - centre))
        if distance <= begun / 10:
            return True
    if distance < begun:
        raise RuntimeError(f"undecided after {steps} steps: the distance is {distance / begun:.2g} of what it was")
    return False
