"""Gradient flows, many starts at a time: one integration of them all.

A solver keeps the mean square of the errors of all components below its tolerance; that is divided by √n, so that no
trajectory of the n has a larger error than it would have alone.
"""

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import DOP853, LSODA, OdeSolver

from .curvature import hessians
from .landscapes import Gradient
from .measured import EPS, rounding
from .prompts import Array, finite_array

TOLERANCE = 1e-12
"""Of an integration, and of the slope, relative to the start's, at which a flow has come to rest."""

MANY = 2000
"""More components than these are integrated explicitly: factors of their banded Jacobian would cost more than steps."""

FLAT = 1e-9
"""Curvatures below this fraction of the largest are flat: directions along a manifold of minimisers."""


@dataclass(frozen=True)
class Ends:
    """Where flows came to rest, points of shape (n, p), and bounds of what point and risk are off the limits', (n,)."""

    points: Array
    errors: Array
    risk_errors: Array


@dataclass(frozen=True)
class Paths:
    """Flows at common times, shape (T,): points, shape (T, n, p), and estimates of their errors, shape (T,)."""

    times: Array
    points: Array
    errors: Array


def flow_to_rest(gradient: Gradient, starts: ArrayLike, *, tolerance: float = TOLERANCE) -> Ends:
    """Integrate μ' = −∇R(μ) from n starts, shape (n, p), until ‖∇R‖ has fallen to 1e-12 of what it was at each.

    ``gradient`` takes (n, p) to (n, p). The errors are 2‖g‖/m and 2‖g‖²/m, with g the last gradient and m the least
    curvature of R there that is not flat. Errors: ``ValueError`` for starts that are not finite or not of that shape;
    ``RuntimeError`` if a flow is not at rest in the time in which 1e-12 of the curvature at the start would have its
    effect. (1e-12 is the ``tolerance``.)
    Worked value: R = μ²/2 from μ = 1 comes to rest at 0.
    """
    points = finite_array(starts, "starts", 2)
    resting = tolerance * np.linalg.norm(gradient(points), axis=1)
    moving = resting > 0
    now = points
    if moving.any():
        steepest = max(float(np.linalg.norm(hessians(gradient, points[moving]), axis=(1, 2)).max()), resting.max())
        for time, now in _steps(gradient, points, tolerance, np.inf):
            slopes = np.linalg.norm(gradient(now), axis=1)
            if (slopes <= resting).all():
                break
            if time > 1 / (tolerance * steepest):
                raise RuntimeError(f"the flow from {points} is not at rest at time {time:.3g}")
    slopes, distances = _distances(gradient, now)
    return Ends(now, distances, slopes * distances)


def follow(gradient: Gradient, starts: ArrayLike, span: float = np.inf) -> Paths:
    """Integrate μ' = −∇R(μ) from n starts, shape (n, p), for the time ``span``; all steps are kept.

    Without a span until every slope has fallen to 1e-6 of its largest. The errors are estimated, not bounded: the
    largest distances to a second integration, at ten times the tolerance. Errors: ``ValueError`` for starts that are
    not finite or not of that shape, or a span that is not positive. Worked value: R = μ²/2 from μ = 1 has μ = e⁻ᵗ.
    """
    points = finite_array(starts, "starts", 2)
    if not span > 0:
        raise ValueError(f"span must be positive, not {span}")
    times, path, steepest = [0.0], [points], np.zeros(len(points))
    for time, now in _steps(gradient, points, TOLERANCE, span):
        times.append(time)
        path.append(now)
        slopes = np.linalg.norm(gradient(now), axis=1)
        steepest = np.maximum(steepest, slopes)
        if span == np.inf and (slopes <= 1e-6 * steepest).all():
            break
    found = np.array(path)
    off = np.linalg.norm(found - _at(gradient, points, times, 10 * TOLERANCE), axis=2).max(axis=1)
    return Paths(np.array(times), found, off)


def solver(
    gradient: Gradient, points: Array, tolerance: float, *, floor: float = 1.0, span: float = np.inf
) -> OdeSolver:
    """Return an integration of the flows from points, shape (n, p), stacked to one vector of n·p.

    The error of a step, in the mean square over a trajectory, is below ``tolerance`` × (|μ| + ``floor``) in each.
    """
    n, p = points.shape
    each = tolerance / np.sqrt(n)
    tolerances = {"rtol": max(each, 100 * EPS), "atol": each * floor}

    def velocity(_: float, stacked: Array) -> Array:
        return -gradient(stacked.reshape(n, p)).ravel()

    if points.size > MANY:
        return DOP853(velocity, 0.0, points.ravel(), span, **tolerances)
    return LSODA(velocity, 0.0, points.ravel(), span, **tolerances, lband=p - 1, uband=p - 1)


def step(integration: OdeSolver) -> None:
    """Take a step; ``RuntimeError`` if the integration cannot go on."""
    before = integration.t
    message = integration.step()
    if integration.status == "failed" or integration.t == before:
        raise RuntimeError(f"the flow cannot be integrated beyond time {integration.t:.3g}: {message}")


def _steps(gradient: Gradient, points: Array, tolerance: float, span: float) -> Iterator[tuple[float, Array]]:
    integration = solver(gradient, points, tolerance, span=span)
    while integration.status == "running":
        step(integration)
        yield float(integration.t), integration.y.reshape(points.shape).copy()


def _at(gradient: Gradient, points: Array, times: list[float], tolerance: float) -> Array:
    """Return the flows at the given times, shape (T, n, p)."""
    integration = solver(gradient, points, tolerance)
    found = [points]
    for time in times[1:]:
        while integration.t < time:
            step(integration)
        found.append(integration.dense_output()(time).reshape(points.shape))
    return np.array(found)


def _distances(gradient: Gradient, points: Array) -> tuple[Array, Array]:
    """Bound the slopes at points at rest, and their distances to the limits of their flows, shape (n,) each."""
    curvatures = hessians(gradient, points)
    # The gradient itself is off by rounding in proportion to what cancels in it.
    sizes = np.linalg.norm(curvatures, axis=(1, 2)) * np.linalg.norm(points, axis=1)
    slopes = np.linalg.norm(gradient(points), axis=1) + rounding(8 * points.shape[1], sizes)
    bends = np.abs(np.linalg.eigvalsh(curvatures))
    curved = np.where(bends > FLAT * bends.max(axis=1, keepdims=True), bends, np.inf)
    return slopes, 2 * slopes / curved.min(axis=1)
