"""Gradient flows, many starts at a time: stacked to one integration, by LSODA with a banded Jacobian.

LSODA keeps the mean square of the errors of all components below its tolerance; that is divided by √n, so that no
trajectory of the n has a larger error than it would have alone.
"""

from collections import deque
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import chain, count

import numpy as np
from numpy.typing import ArrayLike
from scipy.integrate import LSODA
from scipy.ndimage import maximum_filter1d

from .curvature import hessians
from .landscapes import Gradient
from .measured import EPS, rounding
from .prompts import Array, finite_array

TOLERANCE = 1e-13
"""Of an integration, relative and absolute."""

MANY = 4000
"""Components that are integrated together: of more, the Jacobian's factors no longer fit a processor's cache."""

FLAT = 1e-7
"""Curvatures below this fraction of the largest are flat: directions along a manifold of minimisers."""


@dataclass(frozen=True)
class Ends:
    """Where flows came to rest, points of shape (n, p), and estimates of how far they and their risks are off, (n,)."""

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
    """Integrate μ' = −∇R(μ) from n starts, shape (n, p), until all ‖∇R‖ are 10 × ``tolerance`` × ‖H‖‖μ‖ or rounding.

    ``gradient`` takes (n, p) to (n, p); H is the Hessian, and ‖μ‖ at least the start's. The errors are distances to a
    rest point: 2‖g‖/m, with g the last gradient and m the least curvature of R that is not flat. Errors: ``ValueError``
    for starts that are not finite or not of that shape; ``RuntimeError`` if a flow is not at rest in the time in which
    ``tolerance`` × the curvature at the start would have its effect.
    Worked value: R = μ²/2 from μ = 1 comes to rest at 0.
    """
    points = finite_array(starts, "starts", 2)
    together = max(1, MANY // points.shape[1])
    parts = (_ended(gradient, points[i : i + together], tolerance)[0] for i in range(0, len(points), together))
    found = ([part.points, part.errors, part.risk_errors] for part in parts)
    return Ends(*map(np.concatenate, zip(*found, strict=True)))


def flow_to_limit(gradient: Gradient, starts: ArrayLike) -> Ends:
    """Return what ``flow_to_rest`` does, but with errors that are distances to the limits of these very flows.

    Where R is flat in a direction, that to the end of an integration at ten times the tolerance is added: estimated.
    Errors as ``flow_to_rest``. Worked value: as there.
    """
    points = finite_array(starts, "starts", 2)
    ends, is_flat, time = _ended(gradient, points, TOLERANCE)
    if not (is_flat.any() and time):
        return ends
    along = np.linalg.norm(ends.points - _at(gradient, points, [0.0, time], 10 * TOLERANCE)[-1], axis=1)
    return replace(ends, errors=ends.errors + np.where(is_flat, along, 0.0))


def _ended(gradient: Gradient, points: Array, tolerance: float) -> tuple[Ends, Array, float]:
    """Return the ends of flows, whether R is flat there in a direction, shape (n,), and the time they took."""
    ((time, now),) = deque(chain([(0.0, points)], _to_rest(gradient, points, tolerance)), maxlen=1)
    errors, is_flat = _distances(gradient, now)
    return Ends(now, errors, np.linalg.norm(gradient(now), axis=1) * errors), is_flat, time


def follow(gradient: Gradient, starts: ArrayLike, span: float = np.inf) -> Paths:
    """Integrate μ' = −∇R(μ) from n starts, shape (n, p), for the time ``span``; all steps are kept.

    Without a span until rest, as ``flow_to_rest``. The errors are estimated, not bounded: the distances to a second
    integration, at ten times the tolerance, the largest within five steps. Errors: ``ValueError`` for starts that are
    not finite or not of that shape, or a span that is not positive.
    Worked value: R = μ²/2 from μ = 1 has μ = e⁻ᵗ.
    """
    points = finite_array(starts, "starts", 2)
    if not span > 0:
        raise ValueError(f"span must be positive, not {span}")
    steps = _to_rest(gradient, points, TOLERANCE) if span == np.inf else _steps(gradient, points, span)
    times, path = zip((0.0, points), *steps, strict=True)
    found = np.array(path)
    off = np.linalg.norm(found - _at(gradient, points, times, 10 * TOLERANCE), axis=2).max(axis=1)
    return Paths(np.array(times), found, maximum_filter1d(off, 11))  # where the two cross, both are off


def solver(gradient: Gradient, points: Array, tolerance: float, *, floor: float = 1.0, span: float = np.inf) -> LSODA:
    """Return an integration of the flows from points, shape (n, p), stacked to one vector of n·p.

    The error of a step, in the mean square over a trajectory, is below ``tolerance`` × (|μ| + ``floor``) in each.
    """
    n, p = points.shape
    each = tolerance / np.sqrt(n)

    def velocity(_: float, stacked: Array) -> Array:
        return -gradient(stacked.reshape(n, p)).ravel()

    relative = max(each, 100 * EPS)  # the least that scipy takes
    return LSODA(velocity, 0.0, points.ravel(), span, rtol=relative, atol=each * floor, lband=p - 1, uband=p - 1)


def step(integration: LSODA) -> None:
    """Take a step; ``RuntimeError`` if the integration cannot go on."""
    before = integration.t
    message = integration.step()
    if integration.status == "failed" or integration.t == before:
        raise RuntimeError(f"the flow cannot be integrated beyond time {integration.t:.3g}: {message}")


def _steps(gradient: Gradient, points: Array, span: float) -> Iterator[tuple[float, Array]]:
    integration = solver(gradient, points, TOLERANCE, span=span)
    while integration.status == "running":
        step(integration)
        yield float(integration.t), integration.y.reshape(points.shape).copy()


def _to_rest(gradient: Gradient, points: Array, tolerance: float) -> Iterator[tuple[float, Array]]:
    """Yield times and points of steps until all slopes are 10 × ``tolerance`` × ‖H‖‖μ‖, or rounding of such numbers."""
    integration, now, longest = solver(gradient, points, tolerance), points, 0.0
    reach, resting = np.linalg.norm(points, axis=1), np.full(len(points), np.inf)
    for steps in count():
        slopes = np.linalg.norm(gradient(now), axis=1)
        if (slopes <= resting).all() or steps % 100 == 0:  # the level changes with the curvature
            bends, lengths = _curvature(gradient, now), np.maximum(np.linalg.norm(now, axis=1), reach)
            resting = max(10 * tolerance, rounding(8 * points.shape[1], 1.0)) * bends * lengths
            if (slopes <= resting).all():
                return
            longest = longest or 1 / (tolerance * max(bends.max(), slopes.max()))
        if integration.t > longest:
            raise RuntimeError(f"the flow from {points}, now at {now}, is not at rest at time {integration.t:.3g}")
        step(integration)
        now = integration.y.reshape(points.shape).copy()
        yield float(integration.t), now


def _at(gradient: Gradient, points: Array, times: Sequence[float], tolerance: float) -> Array:
    """Return the flows at the given times, shape (T, n, p)."""
    integration = solver(gradient, points, tolerance)
    found = [points]
    for time in times[1:]:
        while integration.t < time:
            step(integration)
        found.append(integration.dense_output()(time).reshape(points.shape))
    return np.array(found)


def distances_to_rest(gradient: Gradient, points: Array) -> Array:
    """Return how far points nearly at rest, shape (n, p), are off across flat directions: 2‖g‖/m, shape (n,)."""
    return _distances(gradient, points)[0]


def _curvature(gradient: Gradient, points: Array) -> Array:
    """Return the norms of the Hessians at the points, shape (n,)."""
    return np.linalg.norm(hessians(gradient, points), axis=(1, 2))


def _distances(gradient: Gradient, points: Array) -> tuple[Array, Array]:
    """Return how far points at rest are off across flat directions, and whether there are any, shape (n,) each."""
    curvatures = hessians(gradient, points)
    # The gradient itself is off by rounding in proportion to what cancels in it.
    sizes = np.linalg.norm(curvatures, axis=(1, 2)) * np.linalg.norm(points, axis=1)
    slopes = np.linalg.norm(gradient(points), axis=1) + rounding(8 * points.shape[1], sizes)
    bends = np.abs(np.linalg.eigvalsh(curvatures))
    is_flat = bends <= FLAT * bends.max(axis=1, keepdims=True)
    return 2 * slopes / np.where(is_flat, np.inf, bends).min(axis=1), is_flat.any(axis=1)
