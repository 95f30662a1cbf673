"""The flow of a unit query that ascends J = ‖o(q)‖² on an infinite prompt: ends, rates, passages, equilibria.

Two cubature rules are compared; their difference is part of every error, which is estimated, not bounded.
"""

from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike
from scipy.optimize import brentq

from .curvature import hessians
from .flows import TOLERANCE, flow_to_rest, solver, step
from .landscapes import Gradient
from .measured import EPS, Measured, rounding
from .prompts import Array, finite_array
from .signal_prompt import Recovery, descent
from .signal_tokens import plane_of

COARSER = 4
"""Nodes an axis fewer, for the second of two rules."""

STEP = 2.0**-9
"""Of the differences that make a Hessian; a second one is half as long again."""

AT_REST = 1e-10
"""Of the integrations that are followed to rest: a sharper one costs steps, and their ends are stationary points."""

LONGEST = 10_000
"""Steps after which a flow is taken to rest."""


def _unit(values: ArrayLike, name: str, axes: int) -> Array:
    points = finite_array(values, name, axes)
    if points.shape[-1] < 2 or np.abs((points**2).sum(axis=-1) - 1).max() > rounding(points.shape[-1], 1.0):
        raise ValueError(f"{name} must be on the unit sphere, in at least two dimensions")
    return points


def _query(alignment: float, dimension: int = 2, seed: int = 0) -> Array:
    return plane_of(alignment, dimension, np.random.default_rng(seed))[0]


def _rules(model: Recovery, dimension: int) -> tuple[Gradient, Gradient]:
    return descent(model, dimension), descent(model, dimension, model.order - COARSER)


def _measured(values: ArrayLike, errors: ArrayLike) -> list[Measured[float]]:
    return [
        Measured(float(value), float(error)) for value, error in zip(*map(np.asarray, (values, errors)), strict=True)
    ]


def ends(model: Recovery, starts: ArrayLike) -> list[Measured[float]]:
    """Return the n alignments q·u at which flows from starts, shape (n, d), come to rest.

    Errors: ``ValueError`` for starts that are not unit vectors, and as ``numerics.flows.flow_to_rest``.
    Worked value: Rademacher sign, from q·u = −1/2: −1.
    """
    points = _unit(starts, "starts", 2)
    fine, coarse = _rules(model, points.shape[1])
    found = flow_to_rest(fine, points, tolerance=AT_REST)
    unit = found.points / np.linalg.norm(found.points, axis=1, keepdims=True)
    apart = np.linalg.norm(fine(unit) - coarse(unit), axis=1)
    least = np.sort(np.abs(np.linalg.eigvalsh(hessians(fine, unit))), axis=1)[:, 1]  # the 0 is along the radius
    return _measured(unit[:, 0], 2 * (found.errors + apart / least))


def slope(model: Recovery, alignments: ArrayLike, dimension: int = 2, seed: int = 0) -> list[Measured[float]]:
    """Return u·∇J along the sphere over 1 − m² = |∇m|², the derivative of J in m = q·u, at −1 < m < 1.

    Errors: ``ValueError`` for an alignment of ±1 or beyond. Worked value: Rademacher sign at m = 0: 0.
    """
    levels = finite_array(alignments, "alignments", 1)
    if not abs(levels).max() < 1:
        raise ValueError(f"alignments must be in (−1, 1), not {levels}")
    points = np.array([_query(level, dimension, seed) for level in levels])
    fine, coarse = (-rule(points)[:, 0] / (1 - levels**2) for rule in _rules(model, dimension))
    size = model.inverse_temperature * (model.inverse_temperature + model.strength + 1) ** 2
    return _measured(fine, abs(fine - coarse) + rounding(_nodes(model, dimension), size) / (1 - levels**2))


def _nodes(model: Recovery, dimension: int) -> int:
    return int(np.sqrt(model.order**dimension))  # sums are pairwise or blocked: rounding grows like the root


def rates(model: Recovery, point: ArrayLike) -> list[Measured[float]]:
    """Return the rates at which small displacements along the sphere grow at a unit query (d,): d − 1, ascending.

    They are those of the Hessian of J(q/‖q‖) across q. ``ValueError`` unless q is a unit vector.
    Worked value: at u all are −J'(1).
    """
    q = _unit(point, "point", 1)
    across = np.linalg.svd(q[None])[2][1:]
    rules = zip(_rules(model, len(q)), (STEP, STEP / 2), strict=True)
    fine, other = (
        np.linalg.eigvalsh(-across @ hessians(rule, q[None], reach=reach)[0] @ across.T) for rule, reach in rules
    )
    size = model.inverse_temperature * (model.inverse_temperature + model.strength + 1) ** 2
    return _measured(other, 2 * abs(fine - other) + rounding(_nodes(model, len(q)), size) / STEP)


def passages(model: Recovery, start: ArrayLike, levels: Iterable[float]) -> list[Measured[float]]:
    """Return the times at which the flow from a unit query, shape (d,), reaches each of the ascending alignments q·u.

    Errors: ``ValueError`` for a start that is not a unit vector, for levels that are not ascending, above the start's
    alignment and below 1; ``RuntimeError`` if one is not reached. Worked value: J' = 2 (π = β = θ = 1, constant sign),
    from 0 to 1/2: artanh(1/2)/2 = 0.2747.
    """
    begin = _unit(start, "start", 1)
    heights = np.array(list(levels))
    if not (len(heights) and (np.diff([begin[0], *heights, 1]) > 0).all()):
        raise ValueError(f"levels must ascend from the start's alignment {begin[0]:.3g} to below 1, not {heights}")
    tolerances = (TOLERANCE, 10 * TOLERANCE)
    found = [_crossed(*both, begin, heights) for both in zip(_rules(model, len(begin)), tolerances, strict=True)]
    return _measured(found[0], 2 * abs(found[0] - found[1]).max() + 64 * EPS * found[0] / abs(begin[0] or 1))


def _crossed(gradient: Gradient, tolerance: float, begin: Array, heights: Array) -> Array:
    floor = abs(begin[0]) or 1.0
    integration, times, taken = solver(gradient, begin[None], tolerance, floor=floor), [], 0
    for height in heights:
        while integration.y[0] < height:
            step(integration)
            taken += 1
            if integration.y[0] < begin[0] - 64 * EPS or taken > LONGEST:
                raise RuntimeError(f"the flow from {begin[0]:.3g} does not pass {height}")
        path = integration.dense_output()
        times.append(
            brentq(
                lambda time, path=path, height=height: path(time)[0] - height, path.t_old, path.t, xtol=4 * EPS * path.t
            )
        )
    return np.array(times)


def equilibrium(model: Recovery) -> tuple[Measured[float], Measured[float]]:
    """Return where the slope vanishes on (−1, 0), from − below to + above, and the rate at which m leaves it.

    ``ValueError`` if the slope has one sign. Worked value: constant sign, θ = 1, π = 1/2, β = 2: −0.716 and 0.847.
    """
    low, high = -1 + 2.0**-20, 0.0
    if not (slope(model, [low])[0].value < 0 < slope(model, [high])[0].value):
        raise ValueError("the slope does not change sign on (−1, 0)")
    rest = float(brentq(lambda level: slope(model, [level])[0].value, low, high, xtol=4 * EPS))
    (growth,), (beside,) = (rates(model, _query(level)) for level in (rest, rest + STEP))
    (vanishing,) = slope(model, [rest])
    off = 2 * (1 - rest**2) * float(vanishing.error) / growth.value + 8 * EPS
    bend = abs(growth.value - beside.value) / STEP
    return Measured(rest, off), Measured(growth.value, float(growth.error) + 2 * bend * off)


def boundary(strength: float, share: float, ratio: float, latent: str, below: float, above: float) -> Measured[float]:
    """Return the β at which small displacements from −u cease to grow, between one where they do and one where not.

    ``ValueError`` unless they grow at ``below`` and decay at ``above``. Worked value: constant sign, θ = 1, π = 1/2,
    δ = 0, between 1 and 2: 1.4317.
    """

    def growth(inverse_temperature: float) -> Measured[float]:
        return rates(Recovery(inverse_temperature, strength, share, ratio, latent), np.array([-1.0, 0.0]))[0]

    if not growth(below).value > 0 > growth(above).value:
        raise ValueError(f"displacements from −u must grow at β = {below} and decay at {above}")
    found = float(brentq(lambda b: growth(b).value, below, above, xtol=1e-13))
    steepness = abs(growth(found + STEP).value - growth(found - STEP).value) / (2 * STEP)
    return Measured(found, 2 * float(growth(found).error) / steepness + 2e-13)
