"""Where gradient flows on an ensemble of prompts end, from random starts."""

import numpy as np

from numerics.flows import flow_to_rest
from numerics.measured import Measured
from numerics.prompt_ensembles import landscape, risk


def best_end(ensemble, rng, size, starts=2):
    """Return the lowest point at which flows from starts of the length 1/√size come to rest, its error and its risk."""
    d = ensemble.keys.shape[2]
    ends = flow_to_rest(landscape(ensemble).gradient, rng.standard_normal((starts, d)) / size**0.5)
    risks = [risk(ensemble, point) for point in ends.points]
    best = int(np.argmin([found.value for found in risks]))
    off = float(ends.errors[best])
    return ends.points[best], off, Measured(risks[best].value, risks[best].error + float(ends.risk_errors[best]))


def lowest(ensemble, rng, outside, size):
    """Return the lowest risk, ‖μ‖² there and the part of it along the orthonormal columns of ``outside``."""
    end, off, value = best_end(ensemble, rng, size)
    reach = float(3 * np.linalg.norm(end) * off)
    return {
        "lowest risk of the flows": value,
        "‖μ‖² there": Measured(float(end @ end), reach),
        "part of ‖μ‖² outside the top eigenspace": Measured(float(((outside.T @ end) ** 2).sum()), reach),
    }
