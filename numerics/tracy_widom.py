r"""The Tracy–Widom laws in floats, by the transcendent of Hastings and McLeod: their definition, no determinant.

With $I = \int_s^\infty q$ and $J = \int_s^\infty (x - s)q^2$: $\log F_1 = -(I + J)/2$, $\log F_2 = -J$, and
$\log F_4 = \log\cosh(I/2) - J/2$ at $2^{2/3}s$, so that all are scaled as the edge of the β-ensembles. Logarithms have
small relative errors on both sides, as no two numbers cancel (for β = 4, s > 0, up to three digits do).
"""

from collections.abc import Callable
from functools import cache

import numpy as np
from numpy.typing import ArrayLike

from .measured import EPS, Measured
from .painleve import Table, hastings_mcleod
from .prompts import Array

REACH = 12.0
"""The laws are given for |s| ≤ 12: beyond is less than 2e-14 (β = 1)."""

BETAS = (1, 2, 4)


def cdf(s: ArrayLike, beta: int, table: Table | None = None) -> Array:
    """Return F_β at points of any shape, to 1e-15 or so (1e-14 relative to log F); ``table`` if not the usual one.

    Errors: ``ValueError`` unless |s| ≤ 12 and β is 1, 2 or 4. Source: Tracy, Widom, doi:10.1007/BF02100489 (β = 2),
    doi:10.1007/BF02099545 (β = 1, 4). Worked value: F_2(−2) = 0.41322414250512.
    """
    return np.exp(log_cdf(s, beta, table))


def survival(s: ArrayLike, beta: int, table: Table | None = None) -> Array:
    """Return 1 − F_β, with a small relative error also on the right; arguments and errors as ``cdf``.

    Worked value: 1 − F_2(5) = 5.31779329e-10.
    """
    points = _points(s, beta)
    if beta != 4:
        return -np.expm1(_logarithm(points, beta, table))
    single, double = (table or hastings_mcleod()).at(points, "single", "double")
    return -np.expm1(-double / 2) - 2 * np.exp(-double / 2) * np.sinh(single / 4) ** 2


def log_cdf(s: ArrayLike, beta: int, table: Table | None = None) -> Array:
    """Return log F_β; arguments and errors as ``cdf``. Worked value: log F_2(−12) = −144.44712613."""
    points = _points(s, beta)
    if beta != 4:
        return _logarithm(points, beta, table)
    single, double = (table or hastings_mcleod()).at(points, "single", "double")
    bulk = np.logaddexp(single / 2, -single / 2) - np.log(2) - double / 2
    return np.where(points < 0, bulk, np.log1p(-survival(np.maximum(s, 0.0), beta, table)))


def log_survival(s: ArrayLike, beta: int, table: Table | None = None) -> Array:
    """Return log(1 − F_β); arguments and errors as ``cdf``. Worked value: log(1 − F_1(12)) = −31.55482679."""
    return np.log(survival(s, beta, table))


def density(s: ArrayLike, beta: int, table: Table | None = None) -> Array:
    """Return F_β'; arguments and errors as ``cdf``. Worked value: F_1'(−2) = 0.28138843."""
    points = _points(s, beta)
    q, single, squares, double = (table or hastings_mcleod()).at(points, "q", "single", "squares", "double")
    if beta == 1:
        return np.exp(-(single + double) / 2) * (q + squares) / 2
    if beta == 2:
        return np.exp(-double) * squares
    slope = squares * np.cosh(single / 2) - q * np.sinh(single / 2)
    return 2 ** (2 / 3) * np.exp(-double / 2) * slope / 2


def transcendent(s: ArrayLike, beta: int = 2, table: Table | None = None) -> Array:
    """Return q at points |s| ≤ 12; arguments and errors as ``cdf``. Worked value: q(0) = 0.36706155154808."""
    return (table or hastings_mcleod()).at(_points(s, beta), "q")[0]


def quantile(p: ArrayLike, beta: int, *, upper: bool = False) -> Array:
    """Return the points s with F_β(s) = p, or with 1 − F_β(s) = p if ``upper``: a small p keeps its digits.

    Errors: ``ValueError`` unless 0 < p < 1 is reached for |s| ≤ 12, and β is 1, 2 or 4. Worked value: the median for
    β = 1 is −1.26857461658.
    """
    levels = np.asarray(p, dtype=float)
    if not ((levels > 0) & (levels < 1)).all():
        raise ValueError(f"probabilities must be within (0, 1), not {levels}")
    grid = np.linspace(-REACH, REACH, 2401)
    known = _odds(grid, beta)
    goal = (np.log(levels) - np.log1p(-levels)) * (-1 if upper else 1)
    if not ((goal >= known[0]) & (goal <= known[-1])).all():
        raise ValueError(f"probabilities must be reached between {-REACH:g} and {REACH:g}, not {levels}")
    s = np.interp(goal, known, grid)
    for _ in range(3):  # Newton's steps for log(F/(1 − F)), from within 1/100
        rate = density(s, beta) * (1 / cdf(s, beta) + 1 / survival(s, beta))
        s = np.minimum(np.maximum(s - (_odds(s, beta) - goal) / rate, -REACH), REACH)
    return s


def moments(beta: int) -> dict[str, Measured[float]]:
    """Return mean and variance, integrals of the density over |s| ≤ 12; the errors are seen from another table.

    ``ValueError`` unless β is 1, 2 or 4. Worked value: β = 2 gives −1.7710868074 and 0.8131947928.
    """
    values, others = (_moments(beta, table) for table in (None, hastings_mcleod(3, 18)))
    outside = float(survival(REACH, beta) + cdf(-REACH, beta))
    beyond = (2 * REACH * outside, 2 * REACH**2 * outside)
    return {
        name: Measured(value, 2 * abs(value - other) + lost + 64 * EPS * abs(value))
        for name, value, other, lost in zip(("mean", "variance"), values, others, beyond, strict=True)
    }


def _moments(beta: int, table: Table | None) -> tuple[float, float]:
    t, weights = np.polynomial.legendre.leggauss(16)
    s = (np.arange(-REACH, REACH, 0.5)[:, None] + (1 + t) / 4).ravel()
    mass = np.tile(weights / 4, len(s) // len(t)) * density(s, beta, table)
    mean = float(mass @ s)
    return mean, float(mass @ (s - mean) ** 2)


def measured(function: Callable[[ArrayLike, int, Table | None], Array], s: float, beta: int) -> Measured[float]:
    """Return one of the functions above at a point; the error is seen from pieces of 1/3, of another order.

    It is twice the difference and 64 roundings of the value.
    """
    value, other = (float(function(s, beta, table)) for table in (hastings_mcleod(), hastings_mcleod(3, 18)))
    return Measured(value, 2 * abs(value - other) + 64 * EPS * abs(value))


def _odds(s: Array, beta: int) -> Array:
    return log_cdf(s, beta) - log_survival(s, beta)


def _logarithm(points: Array, beta: int, table: Table | None) -> Array:
    if table is None:
        return _logarithms(beta).at(points, "q")[0]
    single, double = table.at(points, "single", "double")
    return -double if beta == 2 else -(single + double) / 2


@cache
def _logarithms(beta: int) -> Table:
    """Return a table whose ``q`` is log F_β, β = 1 or 2."""
    table = hastings_mcleod()
    values = -table.double if beta == 2 else -(table.single + table.double) / 2
    return Table(table.width, values, table.single, table.squares, table.double)


def _points(s: ArrayLike, beta: int) -> Array:
    """Return where the transcendent is needed."""
    if beta not in BETAS:
        raise ValueError(f"β must be 1, 2 or 4, not {beta!r}")
    points = np.asarray(s, dtype=float)
    if not (np.abs(points) <= REACH).all():
        raise ValueError(f"s must be within [{-REACH:g}, {REACH:g}], not {points}")
    return 2 ** (2 / 3) * points if beta == 4 else points
