"""Rest points of a landscape, of every kind: by Newton's method on the gradient from many starts."""

from dataclasses import dataclass

import numpy as np

from .curvature import hessians
from .landscapes import Gradient
from .measured import EPS
from .prompts import Array, finite_array


@dataclass(frozen=True)
class RestPoints:
    """Different rest points, shape (m, p), those nearest to 0 first, and estimates of their errors, shape (m,)."""

    points: Array
    errors: Array


def rest_points(gradient: Gradient, starts: Array) -> RestPoints:
    """Return the different points at which Newton's method from the starts, shape (n, p), comes to rest.

    A start whose iteration does not converge in 200 steps gives none; so does one that meets a singular Hessian. Points
    nearer to each other than a thousandth of the largest start count as one. The errors are ten times the last steps.
    Errors: ``ValueError`` for starts that are not finite or not of that shape.
    Worked value: R = μ⁴/4 − μ²/2 from starts all over [−2, 2] has the rest points 0, −1 and 1.
    """
    points = finite_array(starts, "starts", 2)
    size = float(np.abs(points).max())
    settled, last = [points[:0]], [np.zeros(0)]
    for _ in range(200):
        curvatures = hessians(gradient, points)
        regular = np.linalg.cond(curvatures) < 1 / EPS
        points, curvatures = points[regular], curvatures[regular]
        moves = np.linalg.solve(curvatures, gradient(points)[..., None])[..., 0]
        lengths = np.linalg.norm(moves, axis=1)
        points = points - moves * np.minimum(1, size / np.maximum(lengths, EPS))[:, None]
        at_rest = lengths <= 1e-9 * size
        settled.append(points[at_rest])
        last.append(lengths[at_rest])
        points = points[~at_rest]
        if not points.size:
            break
    found, offs = np.concatenate(settled), np.concatenate(last)
    different: list[int] = []
    for i in np.argsort(np.linalg.norm(found, axis=1)):
        if all(np.linalg.norm(found[i] - found[j]) > size / 1000 for j in different):
            different.append(int(i))
    return RestPoints(found[different], 10 * np.maximum(offs[different], EPS * size))
