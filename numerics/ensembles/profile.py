"""How the top eigenvector of BBᵀ falls from row to row, by LAPACK."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from ..prompts import Array
from .bidiagonal import all_rows, squared_entries, tridiagonal
from .reduced import planned_rows


def top_profile(rng: np.random.Generator, count: int, d: int, n: int, strength: float) -> Array:
    """Draw squared components of the unit eigenvector of BBᵀ/n with its top eigenvalue, by rows: (rows, count).

    As many leading rows as hold the eigenvector, those that follow being negligible. Errors: ``ValueError`` if count,
    d or n < 1 and for θ ≤ −1. Source of B: doi:10.1063/1.1507823.
    Worked value: d = n = 10⁸, θ = 2: near 1/2, 3/8, 3/32, 3/128, …
    """
    rows = min(all_rows(d, n), planned_rows(d, n, strength))
    diagonal, couplings = tridiagonal(*(part / n for part in squared_entries(rng, count, d, n, strength, rows=rows)))
    last = (rows - 1, rows - 1)
    vectors = [
        eigh_tridiagonal(entries, beside, select="i", select_range=last)[1][:, 0]
        for entries, beside in zip(diagonal.T, np.sqrt(couplings[:-1].T), strict=True)
    ]
    return np.array(vectors).T ** 2
