"""Is a planted low-rank plus sparse pair the only minimiser of the pursuit? A dual certificate, and what it proves."""

from dataclasses import dataclass
from functools import partial

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import LinAlgError, cholesky
from scipy.sparse.linalg import LinearOperator, eigsh

from .measured import Measured, rounding
from .prompts import Array, positive_count
from .pursuit import Pursuit, known_penalty, pursuit

Places = NDArray[np.signedinteger]


@dataclass(frozen=True)
class Planted:
    """A pair of known rank and support: L, S, each (n, m)."""

    low_rank: Array
    sparse: Array
    rank: int


@dataclass(frozen=True)
class Certificate:
    """What Y shows, (n, m): m = min(1 − ‖P_T⊥Y‖, λ − max|Y| off Ω), c = ‖P_ΩP_T‖, e = ‖P_TY − UVᵀ‖_F; P_ΩY is exact.

    They are bounds, m from below, c and e from above: rounding is allowed for, also that of singular vectors, and c is
    proved by a Cholesky factor (1 where it was not).

    ``room`` = (1 − c)m − e: where it is positive the pair is the only minimiser, and a pair of matrices whose value is
    above the minimum by ε has an L within ε/room of it.
    """

    dual: Array
    margin: float
    cosine: float
    missing: float

    @property
    def room(self) -> float:
        """Return (1 − c)m − e."""
        return (1 - self.cosine) * self.margin - self.missing


def planted(rng: np.random.Generator, size: int, rank: int, share: float) -> Planted:
    """Return L = AB/n with A, B standard normal, n × r and r × n, and S of ±1 at round(share n²) places.

    Errors: ``ValueError`` for size or rank < 1, rank > n, a share outside [0, 1]. Source: the model of
    arXiv:0912.3599. Worked value: size 10, share 0.05 has 5 entries ±1.
    """
    n, r = positive_count(size, "size"), positive_count(rank, "rank")
    if r > n or not 0 <= share <= 1:
        raise ValueError(f"rank must be at most {n} and share in [0, 1], not {rank} and {share}")
    low_rank = rng.standard_normal((n, r)) @ rng.standard_normal((r, n)) / n
    places = rng.choice(n * n, round(share * n * n), replace=False)
    sparse = np.zeros(n * n)
    sparse[places] = rng.choice([-1.0, 1.0], len(places))
    return Planted(low_rank, sparse.reshape(n, n), r)


def certificate(pair: Planted, penalty: float, start: Array, *, within: float = 0.1, most: int = 300) -> Certificate:
    """Return the best certificate found from ``start``, (n, m), by projecting to and fro between two convex sets.

    They are {P_TY = UVᵀ, ‖P_T⊥Y‖ ≤ 1 − within} and {P_ΩY = λ sign S, |Y| ≤ (1 − within)λ elsewhere}, T the tangent
    space of rank-r matrices at L, Ω the support of S. Errors: ``ValueError`` for λ < 0. Source: arXiv:0912.3599 for
    the conditions; what is missing of them is allowed for here. Worked value: L of ones, S = 0, λ = 1: Y = UVᵀ.
    """
    penalty = known_penalty(penalty)
    vectors, strengths, rows = np.linalg.svd(pair.low_rank, full_matrices=False)
    left, right = vectors[:, : pair.rank], rows[: pair.rank].T
    support, signs = pair.sparse != 0, penalty * np.sign(pair.sparse)
    tangent = partial(_tangent, left, right)
    dual, missing = start, np.inf
    for _ in range(positive_count(most, "most")):
        outer, values, inner = np.linalg.svd(dual - tangent(dual), full_matrices=False)
        dual = left @ right.T + (outer * np.minimum(values, 1 - within)) @ inner
        bound = (1 - within) * penalty
        dual = np.where(support, signs, np.minimum(np.maximum(dual, -bound), bound))
        missing = float(np.linalg.norm(tangent(dual) - left @ right.T))
        if missing < 1e-9:
            break
    size, kept = float(np.linalg.norm(dual)), strengths[: pair.rank]
    slack = rounding(max(dual.shape), (1 + size) * float(kept[0] / kept[-1]) * len(kept) ** 0.5)  # of vectors, too
    across = float(np.linalg.norm(dual - tangent(dual), 2)) + slack
    margin = min(1 - across, penalty - float(np.abs(dual * ~support).max()))
    return Certificate(dual, margin, _cosine(left, right, support), missing + slack)


def recovery_error(pair: Planted, penalty: float, found: Pursuit | None = None) -> Measured[float]:
    """Return ‖L − L_0‖_F/‖L_0‖_F of the pursuit of K = L_0 + S_0, with how far the minimiser's can be from it.

    The error is what the certificate and the duality gap prove, in floating point with rounding allowed for; where
    they prove nothing it is 1, or the number.
    Errors: as ``pursuit``. Worked value: below 1e-6 for n = 50, rank 2 and 5 % of spikes at λ = 1/√n.
    """
    matrix = pair.low_rank + pair.sparse
    found = pursuit(matrix, penalty, accuracy=1e-10) if found is None else found
    size = float(np.linalg.norm(pair.low_rank))
    distance = float(np.linalg.norm(found.low_rank - pair.low_rank)) / size
    room = certificate(pair, penalty, found.dual).room
    if room <= 0:
        return Measured(distance, max(1.0, distance))
    # the pair misses the constraint by the residual; the value is of a pair that was moved onto it
    moved = float(found.residual) * float(np.linalg.norm(matrix))
    return Measured(distance, (float(found.gap) / room + moved) / size + rounding(len(matrix), 1.0))


def _tangent(left: Array, right: Array, matrix: Array) -> Array:
    inside = left @ (left.T @ matrix)
    return inside + (matrix - inside) @ right @ right.T


def _cosine(left: Array, right: Array, support: Array) -> float:
    """Return an upper bound of ‖P_ΩP_T‖: guessed by Lanczos, enlarged, and proved by a Cholesky factor; else 1.

    The square of it is the norm of P_ΩP_TP_Ω. If θ times the identity of Ω minus that has a Cholesky factor, no
    eigenvalue is above θ by more than rounding.
    """
    if not support.any():
        return 0.0
    row, column = np.nonzero(support)
    matrix = _between(left @ left.T, right @ right.T, row, column)
    largest = _largest(matrix)
    bound = largest * (1 + 1e-5) + rounding(len(row), float(len(row)))
    if bound >= 1:
        return 1.0
    np.negative(matrix, out=matrix)
    matrix[np.diag_indices(len(row))] += bound
    try:
        cholesky(matrix, overwrite_a=True, check_finite=False)
    except LinAlgError:
        return 1.0
    return float(np.sqrt(min(bound + rounding(len(row), float(len(row))), 1.0)))


def _largest(matrix: Array) -> float:
    """Return an estimate of the largest eigenvalue of a symmetric matrix."""
    size = len(matrix)
    if size < 50:  # Lanczos asks for more
        return float(np.linalg.eigvalsh(matrix)[-1])
    start = 1.0 + 0.1 * np.cos(np.arange(size))  # orthogonal to no eigenvector by symmetry
    operator = LinearOperator(matrix.shape, matvec=matrix.__matmul__, dtype=float)
    return float(eigsh(operator, k=1, which="LA", v0=start, tol=1e-6, return_eigenvectors=False)[0])


def _between(left: Array, right: Array, row: Places, column: Places) -> Array:
    """Return ⟨e_a, P_T e_b⟩ for places a, b, with the projections on the columns and on the rows of L."""
    one, two = left[np.ix_(row, row)], right[np.ix_(column, column)]
    found = -one * two
    found += one * (column[:, None] == column)
    found += two * (row[:, None] == row)
    return found
