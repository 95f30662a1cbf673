"""What changes along the gradient flow of the rank-one linear head in an infinite prompt, at a point and on a path."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from .flows import distances_to_rest, follow
from .infinite_prompt import factor_gradient, infinite_prompt_risk
from .landscapes import low_rank
from .measured import Measured, rounding
from .prompts import Array, cubature_prompt, finite_array, finite_vector


@dataclass(frozen=True)
class Velocities:
    """Time derivatives on the flow: of the risk, of log (v·μ)²/‖μ‖², of E(μ·q)² and of ‖μ‖²."""

    risk: Measured[float]
    alignment: Measured[float]
    form: Measured[float]
    squared_norm: Measured[float]


def velocities(parameter: ArrayLike, direction: ArrayLike, covariance: ArrayLike) -> Velocities:
    """Return how fast risk, alignment with the unit vector v, E(μ·q)² and ‖μ‖² change where the flow is at μ.

    ``parameter``: μ, (d,), with v·μ ≠ 0; ``direction``: v, (d,). The risk is differentiated by a four-point difference,
    exact for degree four, in the direction of the flow; the others by the chain rule. Errors: ``ValueError`` if
    v·μ = 0, and as ``covariance_factor``.
    Worked value: Σ = 1 (d = 1), μ = 1/2: μ' = 3/2, so they are −9/4, 0, 3/2 and 3/2.
    """
    prompt = cubature_prompt(covariance)
    mu = finite_vector(parameter, "parameter", prompt.tokens.shape[1])
    v = finite_vector(direction, "direction", len(mu))
    along = float(v @ mu)
    if along == 0:
        raise ValueError("parameter must not be orthogonal to the direction")
    gradient = factor_gradient(mu[:, None], covariance)
    velocity, off = -gradient.value[:, 0], float(gradient.error) * np.sqrt(len(mu))
    size, speed = float(np.linalg.norm(mu)), float(np.linalg.norm(velocity))
    scores, changes = prompt.tokens @ mu, prompt.tokens @ velocity
    load = float(prompt.weights @ (prompt.tokens**2).sum(axis=1))
    loose = off + rounding(4 * len(mu), speed)  # what the velocity and what is made of it are off by
    return Velocities(
        risk=_slope(mu, velocity, covariance),
        alignment=Measured(
            float(2 * v @ velocity / along - 2 * mu @ velocity / size**2),
            2 * (loose / abs(along) + rounding(len(mu), speed * size) / along**2 + loose / size),
        ),
        form=Measured(float(2 * prompt.weights @ (scores * changes)), 2 * load * size * loose),
        squared_norm=Measured(float(2 * mu @ velocity), 2 * size * loose),
    )


def _slope(mu: Array, velocity: Array, covariance: ArrayLike) -> Measured[float]:
    speed = float(np.linalg.norm(velocity))
    if speed == 0:
        return Measured(0.0, 0.0)
    step = float(np.linalg.norm(mu)) / speed / 4

    def at(shift: int) -> Measured[float]:
        point = mu + shift * step * velocity
        return infinite_prompt_risk("linear", np.outer(point, point), covariance)

    near, far = (at(1), at(-1)), (at(2), at(-2))
    value = (8 * (near[0].value - near[1].value) - (far[0].value - far[1].value)) / (12 * step)
    error = (8 * sum(float(r.error) for r in near) + sum(float(r.error) for r in far)) / (12 * step)
    return Measured(value, error)


@dataclass(frozen=True)
class Extremes:
    """On the flow from one start: the least step of alignment, its end; least margin, least and largest form."""

    alignment_step: Measured[float]
    alignment_end: Measured[float]
    margin: Measured[float]
    least_form: Measured[float]
    largest_form: Measured[float]


def extremes(start: ArrayLike, direction: ArrayLike, covariance: ArrayLike) -> Extremes:
    r"""Follow the flow from a start, shape (d,), until it is nearly at rest; ``direction``: the unit vector v, (d,).

    With b = E(μ·q)², a = ‖E x(μ·x)‖² and λ the largest eigenvalue of Σ: the least change of
    (v·μ)²/‖μ‖² from one step to the next, and its last value; the least 2 − b − a/λ, the least b and the largest.
    Errors are estimated with the flow's, and with its distance to rest at the end. Errors: ``ValueError`` for a start
    of 0 or of another shape, and as ``covariance_factor``.
    Worked value: Σ = 1, start 1/2 (d = 1): alignment is 1 all along, b grows from 1/4 to 1, the margin falls to 0.
    """
    prompt = cubature_prompt(covariance)
    point = finite_vector(start, "start", prompt.tokens.shape[1])
    if not point.any():
        raise ValueError("start must not be 0: alignment is that of a direction")
    v = finite_vector(direction, "direction", len(point))
    largest = float(np.linalg.eigvalsh(finite_array(covariance, "covariance", 2))[-1])
    gradient = low_rank(covariance).gradient
    paths = follow(gradient, point[None])
    path = paths.points[:, 0]
    lengths = np.linalg.norm(path, axis=1)
    scores = path @ prompt.tokens.T
    forms = scores**2 @ prompt.weights
    means = (scores * prompt.weights) @ prompt.tokens
    alignments = (path @ v) ** 2 / lengths**2
    margins = 2 - forms - (means**2).sum(axis=1) / largest
    # the points are off by the paths' errors, and by rounding of what is computed of them
    off = paths.errors + rounding(prompt.tokens.size, lengths)
    rest = float(distances_to_rest(gradient, path[-1:])[0])
    turned = 4 * off / lengths
    loads = 8 * largest * lengths * off
    load, later = float(loads.max()), 8 * largest * float(lengths[-1]) * rest  # what may still happen
    return Extremes(
        Measured(float(np.diff(alignments).min()), 2 * float(turned.max())),
        Measured(float(alignments[-1]), float(turned[-1]) + 4 * rest / float(lengths[-1])),
        Measured(float(margins.min()), load + later),
        Measured(float(forms.min()), load + later),
        Measured(float(forms.max()), load + later),
    )
