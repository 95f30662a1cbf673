"""The top eigenvalue of many symmetric tridiagonal matrices at once, by Laguerre's iteration on their pivots."""

from dataclasses import dataclass

import numpy as np

from ..measured import EPS
from ..prompts import Array

MOST_SWEEPS = 200
LARGEST = 1e150  # entry of T, so that squares do not overflow
SMALL = 64  # rows; more are looked at in the leading quarter first
LEAST_SIZE = 1e-130  # a smaller matrix is taken for one of this size, or 1/x² would overflow


@dataclass(frozen=True)
class Top:
    """Top eigenvalues, squared first and squared last components of their unit eigenvectors, all (count,)."""

    eigenvalue: Array
    overlap: Array
    last: Array


def top(diagonal: Array, squares: Array) -> Top:
    """Return the top eigenpair of T with that ``diagonal`` and those ``squares`` of T[i, i+1], both (rows, count).

    The last of the ``squares`` couples to nothing and is not read. With the pivots from below,
    q_i = x − T[i, i] − T[i, i+1]²/q_{i+1}, the first has 1/q_0 = Σ_j w_j/(x − λ_j) with w_j the squared first
    components, so that w = 1/q_0' at an eigenvalue; log det(x − T) = Σ log q_i has the derivatives that Laguerre's
    iteration needs, which falls from above to the largest root, with cubic convergence if that is simple.
    Eigenvalues are within a few units of the last place of the largest absolute value of T (√m times that for an m-fold
    one; of 1e-130 if T is smaller), components of a simple one within that over the gap.
    Errors: ``ValueError`` unless all is finite (entries of T up to 1e150) and of one shape, ``ArithmeticError`` if the
    iteration does not end.
    Source: B. N. Parlett, The Symmetric Eigenvalue Problem, doi:10.1137/1.9781611971163.
    Worked value: the diagonal (2, 2) with the square 1 has the eigenvalue 3 and both components squared 1/2.
    """
    if diagonal.shape != squares.shape or diagonal.ndim != 2 or not diagonal.size:
        raise ValueError(
            f"diagonal and squares must have one shape (rows, count), not {diagonal.shape}, {squares.shape}"
        )
    if not (np.abs(diagonal) <= LARGEST).all() or not (np.abs(squares) <= LARGEST**2).all():
        raise ValueError(f"diagonal and squares must be finite, and entries of T at most {LARGEST:g}")
    couplings = squares[:-1]
    if (couplings < 0).any():
        raise ValueError("squares must not be negative")
    return _polished(_largest_root(diagonal, couplings), diagonal, couplings)


def _largest_root(diagonal: Array, couplings: Array) -> Array:
    """Return the top eigenvalues from above, to 1e-9 of the largest absolute value, where they cluster to rounding."""
    rows = len(diagonal)
    x = _above(diagonal, couplings)
    size = np.maximum(np.abs(x) + np.abs(diagonal).max(axis=0), LEAST_SIZE)
    if rows > SMALL:  # most of the eigenvector is often in the leading rows; if not, the pivots show it
        near = _largest_root(diagonal[: rows // 4], couplings[: rows // 4 - 1])
        near += (x - near) / 10
        x = np.where(_sums(near, diagonal, couplings)[2] > 0, near, x)
    left = np.arange(len(x))  # of those not found yet
    for _ in range(MOST_SWEEPS):
        among = (diagonal, couplings) if len(left) == len(x) else (diagonal[:, left], couplings[:, left])
        first, second, _ = _sums(x[left], *among)
        spread = np.maximum((rows - 1) * (rows * second - first**2), 0)
        step = rows / (first + np.sqrt(spread))
        x[left] += 4 * EPS * size[left] - step  # rounding must not take it below the eigenvalue, where pivots vanish
        close = (step <= 1e-9 * size[left]) & (first**2 <= 1.01 * second)  # to one eigenvalue, far from the next
        left = left[~close & (step > 8 * EPS * size[left])]
        if not left.size:
            return x
    raise ArithmeticError(f"{len(left)} top eigenvalues were not found in {MOST_SWEEPS} sweeps")


def _above(diagonal: Array, couplings: Array) -> Array:
    """Return Gershgorin's bound, a little above the top eigenvalue."""
    beside = np.sqrt(couplings)
    reach = diagonal.copy()
    reach[:-1] += beside
    reach[1:] += beside
    bound = reach.max(axis=0)
    return bound + 8 * EPS * np.maximum(np.abs(reach).max(axis=0), LEAST_SIZE)


def _sums(x: Array, diagonal: Array, couplings: Array) -> tuple[Array, Array, Array]:
    """Return Σ_j 1/(x − λ_j), Σ_j 1/(x − λ_j)², and the least pivot, positive iff x is above all eigenvalues."""
    q = x - diagonal[-1]
    inverse = 1 / q
    log_slope = inverse.copy()  # q'/q
    curvature = inverse**2  # −(q'/q)'
    first, second, least = log_slope.copy(), curvature.copy(), q.copy()
    ratio, square = np.empty_like(x), np.empty_like(x)
    for i in range(len(diagonal) - 2, -1, -1):
        np.multiply(couplings[i], inverse, out=ratio)
        np.subtract(x, diagonal[i], out=q)
        q -= ratio
        np.minimum(least, q, out=least)
        np.divide(1, q, out=inverse)
        np.multiply(log_slope, log_slope, out=square)
        curvature += square
        curvature *= ratio
        curvature *= inverse
        log_slope *= ratio
        log_slope += 1
        log_slope *= inverse
        np.multiply(log_slope, log_slope, out=square)
        curvature += square
        first += log_slope
        second += curvature
    return first, second, least


def _polished(x: Array, diagonal: Array, couplings: Array) -> Top:
    """Return the eigenpairs near ``x`` after a last step of Newton's iteration, components by a twisted factorisation.

    With the pivots p from above and q from below, p_k + q_k − (x − T[k, k]) is least near the largest component k, and
    from there the others follow stably, upwards by p and downwards by q.
    """
    rows = len(diagonal)
    q, below, to_last = np.empty_like(diagonal), np.zeros_like(diagonal), np.ones_like(diagonal)
    q[-1] = x - diagonal[-1]
    trace = 1 / q[-1]
    for i in range(rows - 2, -1, -1):
        step = couplings[i] / q[i + 1]
        q[i] = x - diagonal[i] - step
        step /= q[i + 1]  # squared component i + 1 over that of i
        below[i] = step * (1 + below[i + 1])
        to_last[i] = step * to_last[i + 1]
        trace += (1 + below[i]) / q[i]
    above, to_first, before = np.zeros_like(x), np.ones_like(x), np.zeros_like(x)
    least, overlap, last = np.full_like(x, np.inf), np.empty_like(x), np.empty_like(x)
    with np.errstate(all="ignore"):  # past the largest component, where nothing is read, p may vanish
        for i in range(rows):
            twist = np.abs(q[i] - before)
            norm = 1 + above + below[i]
            better = twist < least
            np.copyto(least, twist, where=better)
            np.copyto(overlap, to_first / norm, where=better)
            np.copyto(last, to_last[i] / norm, where=better)
            if i < rows - 1:
                p = x - diagonal[i] - before
                before = couplings[i] / p
                step = before / p
                above = step * (1 + above)
                to_first = step * to_first
    return Top(x - 1 / trace, overlap, last)
