"""Flows from many starts, stacked, against a loop over ``solve_ivp``: ``python -m benchmarks.flows``.

All end as near to the leading eigenvector, in the worst case, or nearer; a loop runs over some of the starts only, and
its time is scaled up.
"""

import time
import tracemalloc

import numpy as np
from scipy.integrate import solve_ivp

from numerics.flows import flow_to_rest
from numerics.landscapes import low_rank
from numerics.prompts import covariance, cubature_prompt, rotation
from numerics.risk import linear_gradient

DIMENSION, STARTS, LOOPED, TOLERANCE = 50, 1000, 10, 1e-9
SPAN = 40.0  # the slowest exponent of this spectrum is 0.5: e⁻²⁰ is left of the start


def main() -> None:
    """Print the table."""
    rng = np.random.default_rng(0)
    spectrum = np.append(2.0, np.linspace(1.8, 0.45, DIMENSION - 1))
    basis = rotation(rng, DIMENSION)
    matrix = covariance(spectrum, basis)
    gradient = low_rank(matrix).gradient
    starts = rng.standard_normal((STARTS, DIMENSION)) / np.sqrt(spectrum.sum())
    limits = np.sign(starts @ basis[:, :1]) * basis[:, 0] / np.sqrt(spectrum[0])

    begun = time.perf_counter()
    ends = flow_to_rest(gradient, starts, tolerance=TOLERANCE / 100).points  # it stops at a slope, not at a time
    stacked = time.perf_counter() - begun
    tracemalloc.start()
    flow_to_rest(gradient, starts, tolerance=TOLERANCE / 100)
    memory = tracemalloc.get_traced_memory()[1] / 1e6
    tracemalloc.stop()

    prompt = cubature_prompt(matrix)

    def through_the_layer(points: np.ndarray) -> np.ndarray:
        slope = linear_gradient(np.outer(points[0], points[0]), prompt, prompt).value
        return ((slope + slope.T) @ points[0])[None]

    print(f"{f'{STARTS} flows at d = {DIMENSION}':52} {'seconds':>9} {'ratio':>7} {'worst distance':>15}")
    print(f"{'stacked, to rest':52} {stacked:9.2f} {1:7.1f} {worst(ends, limits):15.1e}, {memory:.0f} MB")
    for what, of in (("the same gradient", gradient), ("the layer's, token by token", through_the_layer)):
        for method in ("RK45", "DOP853", "LSODA"):
            begun = time.perf_counter()
            found = np.array([alone(of, start, method) for start in starts[:LOOPED]])
            seconds = (time.perf_counter() - begun) * STARTS / LOOPED
            distance = worst(found, limits[:LOOPED])
            name = f"loop over solve_ivp, {method}, {what}"
            print(f"{name:52} {seconds:9.2f} {seconds / stacked:7.1f} {distance:15.1e}")


def alone(gradient, start: np.ndarray, method: str) -> np.ndarray:
    """Return where one flow is after the span."""
    flow = solve_ivp(
        lambda _, mu: -gradient(mu[None])[0], (0, SPAN), start, method, t_eval=[SPAN], rtol=TOLERANCE, atol=TOLERANCE
    )
    return flow.y[:, -1]


def worst(points: np.ndarray, limits: np.ndarray) -> float:
    """Return the largest distance of a point to its limit."""
    return float(np.linalg.norm(points - limits, axis=1).max())


if __name__ == "__main__":
    main()
