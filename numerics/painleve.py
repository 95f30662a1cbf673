r"""The solution of Hastings and McLeod of Painlevé's second equation, in floats, and its integrals.

$q'' = sq + 2q^3$ with $q \sim {\rm Ai}$ at ∞ is the one solution between those that blow up and those that oscillate at
−∞: integrated from the right it is lost, as a problem with values at both ends it is well conditioned.
"""

from dataclasses import dataclass
from functools import cache

import numpy as np
from numpy.polynomial import chebyshev, legendre
from scipy.linalg import solve_banded
from scipy.special import airy, airye

from .prompts import Array

LEFT, JOINT, RIGHT = -20.0, 8.0, 20.0
"""Where q is its series for s → −∞; where it is Ai up to Ai² = 2e-15 of it; where the table ends."""


@dataclass(frozen=True)
class Table:
    r"""Chebyshev coefficients on pieces of one width from LEFT to RIGHT, lowest order first, shape (order, pieces).

    ``q``; $I = \int_s^\infty q$, ``squares`` $K = \int_s^\infty q^2$ and ``double`` $J = \int_s^\infty (x - s) q^2$,
    each with small relative errors, also where it is small itself.
    """

    width: float
    q: Array
    single: Array
    squares: Array
    double: Array

    def at(self, s: Array, *names: str) -> tuple[Array, ...]:
        """Return some of the functions at points of the shape of s, which have to be within the table."""
        piece = np.minimum(((s - LEFT) / self.width).astype(np.intp), self.q.shape[1] - 1)
        twice = 4 * ((s - LEFT) / self.width - piece) - 2
        return tuple(_clenshaw(getattr(self, name), piece, twice) for name in names)


def _clenshaw(coefficients: Array, piece: Array, twice: Array) -> Array:
    last = np.zeros_like(twice)
    before = np.zeros_like(twice)
    for row in coefficients[:0:-1]:
        last, before = row[piece] + twice * last - before, last
    return coefficients[0][piece] + twice / 2 * last - before


@cache
def hastings_mcleod(pieces_a_unit: int = 2, order: int = 20) -> Table:
    """Return q and its integrals; 0.02 s, once.

    Errors: ``ValueError`` for less than 1 piece or less than 8 nodes. Source: Hastings, McLeod, doi:10.1007/BF00283254;
    the series at −∞: Deift, Zhou, doi:10.1002/cpa.3160480304. Worked value: q(0) = 0.3670615515480784.
    """
    if pieces_a_unit < 1 or order < 8:
        raise ValueError(f"needs at least 1 piece a unit and order 8, not {pieces_a_unit} and {order}")
    width = 1.0 / pieces_a_unit
    starts = LEFT + width * np.arange(round((RIGHT - LEFT) * pieces_a_unit))
    nodes, to_coefficients, integral, double = _rule(order)
    s = starts[:, None] + width * (1 + nodes) / 2
    inner = starts < JOINT
    q = airy(s)[0]
    q[inner] = _solve(s[inner], width, integral, double)
    ends = _tails(RIGHT)
    squares = _from_right(q**2, integral, width, ends[1])
    return Table(
        width=width,
        q=to_coefficients @ q.T,
        single=to_coefficients @ _from_right(q, integral, width, ends[0]).T,
        squares=to_coefficients @ squares.T,
        double=to_coefficients @ _from_right(squares, integral, width, ends[2]).T,
    )


def _rule(order: int) -> tuple[Array, Array, Array, Array]:
    """Return Chebyshev's nodes t on (−1, 1), and the matrices from values there to coefficients and to integrals.

    The integrals, ∫_{−1}^t f(r) dr and ∫_{−1}^t (t − r) f(r) dr, are at the nodes and, in the last row, at t = 1.
    """
    nodes: Array = np.cos(np.pi * (np.arange(order, 0, -1) - 0.5) / order)
    to_coefficients = np.asarray(2 / order * chebyshev.chebvander(nodes, order - 1).T, dtype=np.float64)
    to_coefficients[0] /= 2
    points = np.append(nodes, 1.0)

    def integrated(times: int) -> Array:
        coefficients = chebyshev.chebint(np.eye(order), m=times, lbnd=-1, axis=0)
        return chebyshev.chebvander(points, order - 1 + times) @ coefficients @ to_coefficients

    return nodes, to_coefficients, integrated(1), integrated(2)


def _series(s: float) -> float:
    """Return q far on the left: at −20 the first term left out is 1e-16 of it."""
    c = (1.0, 1 / 8, -73 / 128, 10657 / 1024, -13912277 / 32768)
    return float(np.sqrt(-s / 2) * sum(a / s ** (3 * k) for k, a in enumerate(c)))


def _solve(s: Array, width: float, integral: Array, double: Array) -> Array:
    """Return q at nodes, shape (pieces, order), by Newton's method on all pieces at once.

    On a piece q is a + b(s − s_0) + ∬ (sq + 2q³); a and b of all pieces make a banded system.
    """
    t = s - s[:, :1] + (s[0, 0] - LEFT)
    single, twice = integral * width / 2, double * width**2 / 4
    q = np.where(s < -1.5, np.sqrt(np.maximum(-s, 0.1) / 2), airy(np.maximum(s, -1.5))[0])
    for _ in range(30):
        force, stiffness = s * q + 2 * q**3, s + 6 * q**2
        constant = (force - stiffness * q) @ twice[:-1].T
        system = np.eye(s.shape[1]) - twice[:-1] * stiffness[:, None, :]
        parts = np.linalg.solve(system, np.stack([constant, np.ones_like(t), t], axis=2))
        new = _joined(parts, single[-1], twice[-1], width, stiffness, force - stiffness * q)
        change = np.abs(new - q).max()
        q = new
        if change < 1e-13:
            return q
    raise ArithmeticError("Newton's method for Painlevé's equation did not converge")


def _joined(parts: Array, single: Array, twice: Array, width: float, stiffness: Array, rest: Array) -> Array:
    """Return q at the nodes, parts · (1, a, b), with a and b such that the pieces join."""
    pieces = len(parts)
    slopes = (stiffness[:, None, :] * single) @ parts  # at the ends of the pieces, of 1, a, b: shape (pieces, 1, 3)
    values = (stiffness[:, None, :] * twice) @ parts
    slopes[:, 0] += np.stack([rest @ single, np.zeros(pieces), np.ones(pieces)], axis=1)
    values[:, 0] += np.stack([rest @ twice, np.ones(pieces), np.full(pieces, width)], axis=1)
    # unknown a_0, b_0, a_1, …; a band of 2 below and 2 above the diagonal: entry (i, j) at [2 + i − j, j]
    band, known = np.zeros((5, 2 * pieces)), np.zeros(2 * pieces)
    band[2, 0], known[0] = 1.0, _series(LEFT)
    band[3, ::2], band[2, 1::2], known[1::2] = values[:, 0, 1], values[:, 0, 2], -values[:, 0, 0]
    band[4, :-2:2], band[3, 1:-1:2], known[2::2] = slopes[:-1, 0, 1], slopes[:-1, 0, 2], -slopes[:-1, 0, 0]
    band[1, 2::2] = band[1, 3::2] = -1.0
    known[-1] += float(airy(JOINT)[0])
    found = solve_banded((2, 2), band, known)
    return (parts @ np.stack([np.ones(pieces), found[::2], found[1::2]], axis=1)[:, :, None])[:, :, 0]


def _tails(s: float) -> tuple[float, float, float]:
    """Return ∫Ai, ∫Ai² and ∫(x − s)Ai² over x > s, for large s."""
    nodes, weights = legendre.leggauss(60)
    x = (1 + nodes) * 40 / np.sqrt(s) / 2
    values = airye(s + x)[0] * np.exp(-2 / 3 * (s + x) ** 1.5)
    weights = weights * 20 / np.sqrt(s)
    return float(weights @ values), float(weights @ values**2), float(weights @ (x * values**2))


def _from_right(values: Array, integral: Array, width: float, beyond: float) -> Array:
    """Return ∫_s^∞ at all nodes, by sums of positive numbers."""
    whole = values @ integral[-1] * width / 2
    after = np.append(np.cumsum(whole[:0:-1])[::-1], 0.0) + beyond
    backwards = values[:, ::-1] @ integral[:-1].T * width / 2  # from the right end, by symmetry of the nodes
    return after[:, None] + backwards[:, ::-1]
