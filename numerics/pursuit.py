"""Principal Component Pursuit: the split of a matrix into a low-rank and a sparse one, with what certifies it."""

from dataclasses import dataclass

import numpy as np

from .measured import Measured, rounding
from .prompts import Array, positive_count


@dataclass(frozen=True)
class Pursuit:
    """What was found, batch axes first: L and S, (…, n, m), the multiplier Y of K = L + S, and how good they are.

    ``value``: ‖L‖_* + λ‖S‖_1 of a pair that satisfies the constraint; ``gap``: it is above the minimum by no more;
    ``residual``: ‖K − L − S‖_F/‖K‖_F of the pair as found; ``steps``: sweeps made.
    """

    low_rank: Array
    sparse: Array
    dual: Array
    value: Array
    gap: Array
    residual: Array
    steps: int


def soft(entries: Array, threshold: float | Array) -> Array:
    """Return sign(x) max(|x| − τ, 0), entry by entry. Worked value: 3 at the threshold 1 becomes 2."""
    return np.sign(entries) * np.maximum(np.abs(entries) - threshold, 0.0)


def hard(entries: Array, threshold: float | Array) -> Array:
    """Return x where |x| > τ and 0 elsewhere. Worked value: 3 at the threshold 1 stays 3."""
    return np.where(np.abs(entries) > threshold, entries, 0.0)


def shrunk(matrix: Array, threshold: float | Array) -> Array:
    """Return UΣ'Vᵀ with singular values max(σ − τ, 0), shape (…, n, m). Worked value: diag(3, 1) at 2: diag(1, 0)."""
    left, values, right = np.linalg.svd(matrix, full_matrices=False)
    kept = np.maximum(values - np.reshape(threshold, (*np.shape(threshold)[: matrix.ndim - 2], 1)), 0.0)
    return (left * kept[..., None, :]) @ right


def known_matrix(matrix: Array, name: str = "matrix") -> Array:
    """Return (…, n, m) as floats; ``ValueError`` for fewer than two axes, no entry or one that is not finite."""
    found = np.asarray(matrix, dtype=float)
    if found.ndim < 2 or not found.size:
        raise ValueError(f"{name} must be an array (…, n, m) with entries, not of shape {found.shape}")
    if not np.isfinite(found).all():
        raise ValueError(f"{name} must be finite")
    return found


def known_penalty(penalty: float) -> float:
    """Return λ; ``ValueError`` unless it is finite and not negative."""
    if not np.isfinite(penalty) or penalty < 0:
        raise ValueError(f"the penalty λ must be finite and not negative, not {penalty}")
    return float(penalty)


def usual_step(matrix: Array) -> Array:
    """Return μ = nm/(4‖K‖_1), shape (…); 1 for K = 0. Worked value: a matrix of ones has μ = 1/4."""
    total = np.abs(matrix).sum(axis=(-2, -1))
    return np.where(total > 0, matrix.shape[-2] * matrix.shape[-1] / np.where(total > 0, 4 * total, 1.0), 1.0)


def pursuit(matrix: Array, penalty: float | None = None, *, accuracy: float = 1e-9, most: int = 4000) -> Pursuit:
    """Minimise ‖L‖_* + λ‖S‖_1 over L + S = K by the alternating directions method, for K of shape (…, n, m).

    ``penalty``: λ, 1/√max(n, m) if absent. It ends when the duality gap is at most ``accuracy`` of the value for every
    matrix, or after ``most`` sweeps: read ``gap``. Any Y with ‖Y‖ ≤ 1 and |Y_ij| ≤ λ has ⟨Y, K⟩ ≤ minimum, and the
    multiplier, divided by what it needs to be such, is one. Errors: ``ValueError`` for λ < 0, what is not finite, an
    accuracy ≤ 0, most < 1. Source: arXiv:0912.3599.
    Worked value: K = 1 (n = m = 1) with λ = 1/2 gives L = 0, S = 1 and the value 1/2.
    """
    matrix = known_matrix(matrix)
    penalty = known_penalty(max(matrix.shape[-2:]) ** -0.5 if penalty is None else penalty)
    if not accuracy > 0:
        raise ValueError(f"accuracy must be positive, not {accuracy}")
    step = usual_step(matrix)[..., None, None]
    sparse, dual = np.zeros_like(matrix), np.zeros_like(matrix)
    for sweep in range(1, positive_count(most, "most") + 1):
        low_rank = shrunk(matrix - sparse + dual / step, 1 / step)
        sparse = soft(matrix - low_rank + dual / step, penalty / step)
        dual = dual + step * (matrix - low_rank - sparse)
        if sweep % 10 == 0 or sweep == most:
            value, gap = certified(matrix, low_rank, sparse, dual, penalty)
            if (gap <= accuracy * np.maximum(value, np.finfo(float).tiny)).all():
                break
    size = np.maximum(_norm(matrix), np.finfo(float).tiny)
    return Pursuit(low_rank, sparse, dual, value, gap, _norm(matrix - low_rank - sparse) / size, sweep)


def nuclear(matrix: Array) -> Array:
    """Return the sum of the singular values, shape (…). Worked value: diag(3, −1) has 4."""
    values = np.asarray(np.linalg.svd(matrix, compute_uv=False), dtype=float)
    return values.sum(axis=-1)


def certified(matrix: Array, low_rank: Array, sparse: Array, dual: Array, penalty: float) -> tuple[Array, Array]:
    """Return the value of the better of (L, K − L), (K − S, S), and how far the minimum can be below, shapes (…)."""

    def value(low: Array, rest: Array) -> Array:
        return nuclear(low) + penalty * np.abs(rest).sum(axis=(-2, -1))

    best = np.minimum(value(low_rank, matrix - low_rank), value(matrix - sparse, sparse))
    largest = np.abs(dual).max(axis=(-2, -1))
    if not penalty:
        return best, best  # Y = 0 alone is admitted
    excess = np.maximum(np.maximum(np.linalg.norm(dual, 2, axis=(-2, -1)), largest / penalty), 1.0)
    lower = (dual * matrix).sum(axis=(-2, -1)) / excess
    slack = rounding(sum(matrix.shape[-2:]), best)  # sums are pairwise
    return best, np.maximum(best - lower, 0.0) + slack


def block_matrix(size: int, block: int, strength: float, spike: float) -> Array:
    """Return s + t on size/block diagonal blocks and s elsewhere, shape (n, n).

    Errors: ``ValueError`` unless block divides size, and for what is not finite.
    Worked value: size 2, block 1, s = 1, t = 2 is ((3, 1), (1, 3)).
    """
    n, k = positive_count(size, "size"), positive_count(block, "block")
    if n % k or not np.isfinite([strength, spike]).all():
        raise ValueError(f"{k} must divide {n}, and {strength}, {spike} be finite")
    return strength + spike * np.kron(np.eye(n // k), np.ones((k, k))).astype(float)


def scrambled(rng: np.random.Generator, matrix: Array) -> Array:
    """Return a matrix, (n, m), with rows and columns permuted and given random signs: no norm changes."""
    n, m = matrix.shape
    mixed = matrix[rng.permutation(n)][:, rng.permutation(m)]
    return mixed * rng.choice([-1.0, 1.0], (n, 1)) * rng.choice([-1.0, 1.0], m)


def pursuit_value(matrix: Array, penalty: float) -> Measured[float]:
    """Return the least ‖L‖_* + λ‖S‖_1 over L + S = K, K of shape (n, m), with the duality gap as its error."""
    found = pursuit(matrix, penalty)
    return Measured(float(found.value), float(found.gap))


def _norm(matrix: Array) -> Array:
    return np.sqrt((matrix**2).sum(axis=(-2, -1)))
