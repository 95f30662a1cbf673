"""Self queries, softmax head: P = 1 + G − 2W and Q = 1 − F, and the coupling at which P is least."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev
from scipy.optimize import brentq

from .measured import Measured
from .one_dimensional import score_weights
from .prompts import Array
from .softmax_parts import evaluate, sweep

_RANGE = (0.25, 2.8)  # of the couplings among which P is least
_DEGREE = 24  # of polynomials in the logarithm of the coupling
_POINTS = np.linspace(-1, 1, 20_001)


@dataclass(frozen=True)
class Least:
    """A coupling, and P and Q there."""

    coupling: Measured[float]
    P: Measured[float]
    Q: Measured[float]


def two_key_slope(coupling: float, step: float = 1 / 16) -> tuple[float, float, float]:
    """Return P = E‖e‖², Q = E(e·z)², e = (1, 0) − w, and dP/db for L = 2, by the trapezoidal rule over (z_1, z_2).

    ``coupling``: b in (0, 4]; ``ValueError`` otherwise. dw_k/db = w_k g (z_k − M), g = z_1.
    Worked value: at b = 2, dP/db = 0.
    """
    if not 0 < coupling <= 4:
        raise ValueError(f"coupling must be in (0, 4], where the grid is fine enough, not {coupling}")
    line = np.arange(-8.5, 8.5 + step / 2, step)
    z = np.stack(np.meshgrid(line, line, indexing="ij"), axis=-1).reshape(-1, 2)
    mass = step**2 * np.exp(-(z**2).sum(axis=1) / 2) / (2 * np.pi)
    w = score_weights("softmax", coupling * z[:, :1] * z)
    e = np.array([1.0, 0.0]) - w
    bend = w * z[:, :1] * (z - (w * z).sum(axis=1)[:, None])
    return (
        float(mass @ (e**2).sum(axis=1)),
        float(mass @ (e * z).sum(axis=1) ** 2),
        float(-2 * mass @ (e * bend).sum(axis=1)),
    )


@cache
def least_for_two_keys() -> Least:
    """Return where P is least for L = 2, a root of dP/db in [1/2, 4]; errors by a grid twice as coarse.

    Worked value: the coupling is 2.000….
    """
    root, other = (brentq(lambda b, h=h: two_key_slope(b, h)[2], 0.5, 4.0, xtol=1e-13) for h in (1 / 16, 1 / 8))
    fine, coarse = two_key_slope(root), two_key_slope(root, 1 / 8)
    slack = [abs(x - y) + 1e-12 for x, y in zip(fine, coarse, strict=True)]
    return Least(Measured(root, abs(root - other) + 1e-10), Measured(fine[0], slack[0]), Measured(fine[1], slack[1]))


@cache
def error_gap(length: int, coupling: float) -> Measured[float]:
    """Return P − Q of a self query at a coupling in (0, 4], from the integrals; L from 2 to 10⁶.

    ``ValueError`` otherwise. Worked value: L = 2 at the coupling 2 gives 0.18230913….
    """
    return _errors(evaluate(coupling, length, "self"))[1]


def _errors(found: dict[str, Measured[float]]) -> tuple[float, Measured[float]]:
    """Return P, and P − Q with its error, which is also one of P."""
    F, G, W = (found[name] for name in "FGW")
    P = 1 + G.value - 2 * W.value
    return P, Measured(P - (1 - F.value), float(F.error + G.error + 2 * W.error))


@cache
def least_error_gaps(lengths: tuple[int, ...]) -> tuple[Measured[float], ...]:
    """Return P − Q where P is least among the couplings in [0.25, 2.8], for each L from 2 to 10⁶ at the cost of one.

    P and P − Q are interpolated at Chebyshev nodes in the logarithm of the coupling; e is what half as many nodes
    change, and the error of the integrals. The error holds e, and how far P − Q moves where P is within 2e of its
    least. ``ValueError`` for other lengths; ``ArithmeticError`` if P is least at an end of the range.
    Worked value: L = 3 gives 0.31145….
    """
    nodes = np.cos(np.pi * np.arange(_DEGREE + 1) / _DEGREE)
    low, high = np.log(_RANGE)
    found = [sweep(float(np.exp((low + high + x * (high - low)) / 2)), list(lengths), "self") for x in nodes]
    return tuple(_least(nodes, [_errors(at_node[k]) for at_node in found]) for k in range(len(lengths)))


def _least(nodes: Array, errors: list[tuple[float, Measured[float]]]) -> Measured[float]:
    both = np.array([(P, gap.value) for P, gap in errors])
    fine, coarse = (
        chebyshev.chebval(_POINTS, chebyshev.chebfit(nodes[::skip], both[::skip], _DEGREE // skip)) for skip in (1, 2)
    )
    P, gap = fine
    # interpolation makes errors at the nodes larger by the Lebesgue constant, less than 4 up to the degree 100
    off_P, off_gap = np.abs(fine - coarse).max(axis=1) + 4 * max(error.error for _, error in errors)
    level = P.min() + 2 * off_P
    near = np.flatnonzero(level >= P)
    if near[0] == 0 or near[-1] == len(P) - 1:
        raise ArithmeticError(f"P may be least at an end of the range {_RANGE} of the couplings that were searched")
    at, around = int(np.argmin(P)), gap[near[0] - 1 : near[-1] + 2]
    return Measured(float(gap[at]), float(abs(around - gap[at]).max() + off_gap))
