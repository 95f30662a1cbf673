"""One symmetric tridiagonal matrix: its top eigenpair with bounds of the error, what cutting off rows changes."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.linalg import eigvalsh_tridiagonal

from ..measured import EPS, Measured
from ..prompts import Array, finite_vector
from .top import top


@dataclass(frozen=True)
class TopPair:
    """The top eigenvalue and the squared first and last component of its unit eigenvector."""

    eigenvalue: Measured[float]
    first: Measured[float]
    last: Measured[float]


def top_pairs(diagonal: ArrayLike, couplings: ArrayLike) -> tuple[TopPair, TopPair]:
    """Return the top pair of T and of T with its rows in reverse, found as one batch by Laguerre's iteration.

    ``diagonal`` and ``couplings`` T[i, i+1], the last of which couples to nothing, (rows,). The error of eigenvalues is
    a few ulps of the size of T; that of components the same over the gap to the next eigenvalue, which LAPACK finds.
    Errors: ``ValueError`` if an entry is not finite or the lengths differ, and if the top eigenvalue is not simple.
    Source: doi:10.1137/1.9781611971163. Worked value: the diagonal (2, 2) with the coupling 1 has the eigenvalue 3 and
    the components 1/2.
    """
    entries, beside = _entries(diagonal, couplings)
    batch = np.stack([entries, entries[::-1]], axis=1), np.stack([beside, np.roll(beside[::-1], -1)], axis=1) ** 2
    found = top(*batch)
    values = eigvalsh_tridiagonal(entries, beside[:-1])
    error = 8 * EPS * _size(entries, beside, float(np.abs(found.eigenvalue).max()))
    gap = values[-1] - values[-2] - 2 * error if len(values) > 1 else np.inf
    if gap <= 0:
        raise ValueError(f"the top eigenvalue must be simple, but the next one is {values[-1] - values[-2]:.2g} away")
    of_components = 8 * EPS + 2 * len(entries) * error / gap
    one, reverse = (
        TopPair(Measured(value, error), Measured(first, of_components), Measured(last, of_components))
        for value, first, last in zip(found.eigenvalue, found.overlap, found.last, strict=True)
    )
    return one, reverse


def gain(diagonal: ArrayLike, couplings: ArrayLike, m: int) -> Measured[float]:
    """Return by how much the top eigenvalue of T exceeds that of its first ``m`` rows, by LAPACK.

    Shapes and errors as ``top_pairs``, and ``ValueError`` unless 1 ≤ m < rows. Worked value: the diagonal (3, 1) with
    the coupling 1, cut after one row, gives √2 − 1.
    """
    entries, beside = _entries(diagonal, couplings)
    if not 1 <= m < len(entries):
        raise ValueError(f"m must be from 1 to {len(entries) - 1}, so that rows are left on either side, not {m}")
    whole = eigvalsh_tridiagonal(entries, beside[:-1])[-1]
    part = eigvalsh_tridiagonal(entries[:m], beside[: m - 1])[-1]
    return Measured(float(whole - part), 16 * len(entries) * EPS * _size(entries, beside, abs(whole)))


def _entries(diagonal: ArrayLike, couplings: ArrayLike) -> tuple[Array, Array]:
    rows = len(np.atleast_1d(np.asarray(diagonal, dtype=float)))
    entries, beside = finite_vector(diagonal, "diagonal", rows), finite_vector(couplings, "couplings", rows)
    return entries, beside


def _size(diagonal: Array, couplings: Array, eigenvalue: float) -> float:
    return eigenvalue + float(np.abs(diagonal).max()) + float(np.abs(couplings[:-1]).max(initial=0.0))
