"""The Tracy–Widom laws: the table in floats and the enclosures of the theory against the alternatives.

``python -m benchmarks.tracy_widom``; seconds per point and the largest error on [−7, 5], against enclosures to 25
digits, all measured in this run on one BLAS thread. TracyWidom, from PyPI, is asked where it is installed.
"""

import time
from collections.abc import Callable, Iterator
from importlib import import_module

import mpmath
import numpy as np
from scipy.integrate import solve_ivp
from scipy.special import airy

from numerics import tracy_widom as floats
from numerics.painleve import hastings_mcleod
from theory.random_matrices import tracy_widom as laws

Array = np.ndarray
Law = Callable[[Array], Array]
FEW, MANY = np.linspace(-6.9, 4.9, 13), np.linspace(-7, 5, 10**6)


def determinants(beta: int, nodes: int = 50, length: float = 16.0) -> Law:
    """Return Bornemann's method in floats, one determinant a point: ½Ai((x + y)/2) or Airy's kernel on (s, s + L)."""
    t, w = np.polynomial.legendre.leggauss(nodes)

    def at(s: float) -> float:
        reach = length + max(-s, 0) if beta == 2 else 2 * length + max(-s, 0)
        x, root = s + (1 + t) * reach / 2, np.sqrt(w * reach / 2)
        if beta == 1:
            kernel = airy((x[:, None] + x) / 2)[0] / 2
        else:
            a, da = airy(x)[:2]
            below = x[:, None] - x + np.eye(nodes)
            kernel = (np.outer(a, da) - np.outer(da, a)) / below + np.diag(da**2 - x * a**2)
        return float(np.linalg.det(np.eye(nodes) - root[:, None] * kernel * root))

    return lambda points: np.array([at(float(s)) for s in points])


def initial_value(beta: int) -> Law:
    """Return Painlevé's equation from the right by DOP853, all points in one run: lost in rounding on the left."""

    def right(s: float, y: Array) -> list[float]:
        q, slope, _, squares, _ = y
        return [slope, s * q + 2 * q**3, -q, -(q**2), -squares]

    def law(points: Array) -> Array:
        a, da = airy(6.0)[:2]
        # at 6, of Ai alone: ∫Ai by a line, the integrals of Ai² in closed form
        tail = float(mpmath.quad(mpmath.airyai, [6, 8, 12]))
        squares = da**2 - 6 * a**2
        start = [a, da, tail, squares, (72 * a**2 - 12 * da**2 - a * da) / 3]
        found = solve_ivp(right, (6, -7), start, method="DOP853", rtol=1e-13, atol=1e-16, dense_output=True)
        _, _, single, _, double = found.sol(points)
        return np.exp(-double if beta == 2 else -(single + double) / 2)

    return law


def alternatives(beta: int) -> Iterator[tuple[str, Law, Array]]:
    """Yield name, law and the points to time it at."""
    yield "numerics, table by Painlevé's equation", lambda s: floats.cdf(s, beta), MANY
    yield "theory, stored polynomials, enclosed", lambda s: np.array([float(laws.fast_cdf(x, beta)) for x in s]), FEW
    yield "theory, determinants, enclosed to 30 digits", lambda s: np.array([float(laws.cdf(x, beta)) for x in s]), FEW
    yield "determinants in floats, 50 nodes", determinants(beta), FEW
    yield "Painlevé from the right, DOP853", initial_value(beta), np.linspace(-7, 5, 10**4)
    try:
        theirs = import_module("TracyWidom").TracyWidom(beta=beta)
    except ImportError:
        return
    yield "TracyWidom (PyPI)", theirs.cdf, MANY


def main() -> None:
    """Print the tables."""
    begun = time.perf_counter()
    hastings_mcleod()
    print(f"the table in floats is made in {time.perf_counter() - begun:.3f} s")
    for beta in (1, 2):
        truth = np.array([float(laws.cdf(float(s), beta, 25)) for s in FEW])
        print(f"\n{f'F_{beta} on [−7, 5]':46} {'s/point':>9} {'ratio':>9} {'error':>9}")
        first = None
        for name, law, points in alternatives(beta):
            law(points[:2])
            begun = time.perf_counter()
            law(points + 1e-9)  # nothing that was cached
            seconds = (time.perf_counter() - begun) / len(points)
            first = first or seconds
            error = np.abs(law(FEW) - truth).max()
            print(f"{name:46} {seconds:9.1e} {seconds / first:9.0f} {error:9.1e}", flush=True)


if __name__ == "__main__":
    main()
