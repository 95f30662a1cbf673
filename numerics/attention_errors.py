"""Self queries, softmax head: P = 1 + G − 2W and Q = 1 − F, and the coupling at which P is least."""

from dataclasses import dataclass
from functools import cache

import numpy as np
from scipy.optimize import brentq, minimize_scalar

from .measured import Measured
from .one_dimensional import score_weights
from .prompts import positive_count
from .softmax_parts import evaluate

_BRACKET = 1 / 64  # of the coupling where P is least


@dataclass(frozen=True)
class Least:
    """A coupling, and P and Q there."""

    coupling: Measured[float]
    P: Measured[float]
    Q: Measured[float]


def two_key_slope(coupling: float, step: float = 1 / 32) -> tuple[float, float, float]:
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
    root, other = (brentq(lambda b, h=h: two_key_slope(b, h)[2], 0.5, 4.0, xtol=1e-13) for h in (1 / 32, 1 / 16))
    fine, coarse = two_key_slope(root), two_key_slope(root, 1 / 16)
    slack = [abs(x - y) + 1e-12 for x, y in zip(fine, coarse, strict=True)]
    return Least(Measured(root, abs(root - other) + 1e-10), Measured(fine[0], slack[0]), Measured(fine[1], slack[1]))


def error_gap(length: int, coupling: float) -> Measured[float]:
    """Return P − Q of a self query at a coupling in (0, 4], from the integrals; L from 2 to 10⁶.

    ``ValueError`` otherwise. Worked value: L = 2 at the coupling 2 gives 0.18230913….
    """
    return _errors(length, coupling)[1]


def _errors(length: int, coupling: float) -> tuple[float, Measured[float]]:
    """Return P, and P − Q with its error."""
    found = evaluate(coupling, length, "self")
    F, G, W = (found[name] for name in "FGW")
    P = 1 + G.value - 2 * W.value
    return P, Measured(P - (1 - F.value), float(F.error + G.error + 2 * W.error))


@cache
def least_error_gap(length: int) -> Measured[float]:
    """Return P − Q at the coupling in [0.25, 2.8] where P is least, by ``error_gap``; L from 2 to 10⁶.

    A grid finds the valley, which a search refines. The error holds that of the integrals, and how far P − Q moves over
    four times the bracket of the coupling. ``ValueError`` for another length; ``ArithmeticError`` if P is least at an
    end of the grid. Worked value: L = 3 gives 0.31….
    """
    positive_count(length, "prompt length L")
    grid = np.geomspace(0.25, 2.8, 6)
    at = int(np.argmin([_errors(length, b)[0] for b in grid]))
    if at in (0, len(grid) - 1):
        raise ArithmeticError(f"P is least at the end {grid[at]} of the couplings that were searched")
    bracket = (grid[at - 1], grid[at + 1])
    best = minimize_scalar(
        lambda b: _errors(length, b)[0], bounds=bracket, method="bounded", options={"xatol": _BRACKET}
    ).x
    gap = error_gap(length, best)
    moved = max(abs(error_gap(length, best + shift).value - gap.value) for shift in (-4 * _BRACKET, 4 * _BRACKET))
    return Measured(gap.value, float(gap.error) + moved)
