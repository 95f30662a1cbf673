"""Hessians of a landscape, by differences of its gradient that are exact for risks of degree four."""

import numpy as np
from numpy.typing import ArrayLike

from .infinite_prompt import factor_gradient
from .landscapes import Gradient
from .measured import Measured
from .prompts import Array, finite_array


def hessians(gradient: Gradient, points: Array, *, reach: float = 1 / 1024) -> Array:
    """Return the Hessians at n points, shape (n, p), as an array of shape (n, p, p).

    The four-point difference of a cubic gradient has no truncation error, and for others one of the order of the fourth
    power of ``reach``, the step over the length of the point. Worked value: R = μ⁴/4 at μ = 1 has the Hessian 3.
    """
    n, p = points.shape
    lengths = np.linalg.norm(points, axis=1)
    steps = np.where(lengths > 0, lengths, 1.0)[:, None, None] * reach
    moves = steps * np.eye(p)

    def moved(shift: int) -> Array:
        return gradient((points[:, None, :] + shift * moves).reshape(n * p, p)).reshape(n, p, p)

    slopes = (8 * (moved(1) - moved(-1)) - (moved(2) - moved(-2))) / (12 * steps)
    return (slopes + np.swapaxes(slopes, 1, 2)) / 2


def layer_hessian(parameter: ArrayLike, covariance: ArrayLike) -> Measured[Array]:
    """Return the Hessian of the linear rank-one head's risk in an infinite prompt, shape (d, d).

    ``parameter``: μ, (d,). The gradient is the layer's, back-propagated. The error bounds that of the matrix in norm,
    hence of every eigenvalue and of every entry in any basis. Errors: as ``factor_gradient``.
    Worked value: Σ = 1, μ = 1 (d = 1) gives 8.
    """
    mu = finite_array(parameter, "parameter", 1)
    worst = 0.0

    def gradient(points: Array) -> Array:
        nonlocal worst
        found = [factor_gradient(point[:, None], covariance) for point in points]
        worst = max(worst, *(float(slope.error) for slope in found))
        return np.array([slope.value[:, 0] for slope in found])

    hessian = hessians(gradient, mu[None], reach=1 / 4)[0]
    step = float(np.linalg.norm(mu) or 1.0) / 4
    # The weights of a difference sum to 18/12 over the step; an error of every entry is one of d in norm.
    return Measured(hessian, 2 * len(mu) * worst / step)
