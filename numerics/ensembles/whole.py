"""What the reduced sampler leaves out: its result against all rows of B, of the very same draw, by LAPACK."""

import numpy as np
from scipy.linalg import eigh_tridiagonal

from ..measured import EPS, Measured
from .bidiagonal import squared_entries, tridiagonal
from .reduced import outlier, planned_rows


def left_out(seed: int, count: int, d: int, n: int, strength: float, end: str) -> dict[str, Measured[float]]:
    """Return by how much eigenvalue (relative) and overlap of ``outlier`` differ from those of all rows, at most.

    Of ``count`` draws from the seed; the errors are those of LAPACK, for overlaps over the gap to the next eigenvalue.
    Errors: as ``outlier``, and ``ArithmeticError`` if rows had to be added, for which the draws would differ.
    Worked value: d = n = 1000, θ = 0: 100 rows of 1000, and differences of about 1e-15 and 1e-12.
    """
    found = outlier(np.random.default_rng(seed), count, d, n, strength, end=end)
    if found.rows.max() > planned_rows(d, n, strength, end=end):
        raise ArithmeticError("rows were added, so that all of them would be another draw; choose another case")
    squares, couplings = tridiagonal(*squared_entries(np.random.default_rng(seed), count, d, n, strength))
    first_of_two, extreme = (len(squares) - 2, 1) if end == "top" else (0, 0)
    differences: list[tuple[float, ...]] = []
    for k in range(count):
        values, vectors = eigh_tridiagonal(
            squares[:, k] / n, np.sqrt(couplings[:-1, k]) / n, select="i", select_range=(first_of_two, first_of_two + 1)
        )
        value, first = values[extreme], vectors[0, extreme] ** 2
        rounding = 32 * EPS * float((squares[:, k] / n).max())
        differences.append(
            (
                abs(found.eigenvalue[k] - value) / value,
                rounding / value,
                abs(found.overlap[k] - first),
                8 * rounding / (values[1] - values[0]),
            )
        )
    shift, error, turned, spread = np.max(differences, axis=0)
    return {"eigenvalue": Measured(float(shift), float(error)), "overlap": Measured(float(turned), float(spread))}
