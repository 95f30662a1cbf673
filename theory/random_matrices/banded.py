r"""The banded form of a Gaussian matrix with r spikes: why it has the same law, and moments that have to agree.

$X$ of the shape d × n has columns $N(0, I + \sum_{i<r} \theta_i u_iu_i^\top)$. $B$, of the same shape, is lower
triangular of the bandwidth r with independent entries: $B_{ii} \sim \chi_{n-i}$, $B_{i+r,i} \sim \chi_{d-r-i}$, what is
between them $N(0, 1)$, and the rows i < r times $\sqrt{1 + \theta_i}$ (all counted from 0).
"""

from collections.abc import Iterable
from math import prod
from typing import Any

from sympy import QQ, Expr, Integer, Symbol, adjoint, ring, symbols
from sympy.polys.domains.domain import Domain
from sympy.polys.rings import PolyElement

from ..derivation import Derivation, argument, exact
from ..isserlis import wishart
from ..words import DIMENSION, matrix, scalar, vector

n = Symbol("n", positive=True)
STRENGTHS = symbols("θ_0 θ_1", real=True)
BANDWIDTH = 2  # of the moments; the argument is for every r

Corner = tuple[int, int, int]  # i, j, k: the entry (i, j) of Sᵏ

_sample, _covariance = matrix("S", symmetric=True), matrix("Σ", symmetric=True)
_DIRECTIONS = (vector("u"), vector("v"))

WORDS: tuple[tuple[Corner, ...], ...] = (
    ((0, 0, 1),),
    ((0, 0, 2),),
    ((0, 1, 1), (0, 1, 1)),
    ((0, 0, 1), (1, 1, 1)),
    ((0, 0, 3),),
    ((1, 1, 3),),
    ((0, 1, 2), (0, 1, 1)),
    ((0, 1, 2), (0, 1, 2)),
    ((1, 1, 4),),
)
"""Products of entries of powers of S between spiked directions, of which the expectations are compared."""


def derivation() -> Derivation:
    """Derive that BBᵀ/n has the eigenvalues and overlaps of S in law, jointly."""
    return Derivation(
        result="eigenvalues and squared components along u_0, …, u_{r−1} of S = XXᵀ/n and of BBᵀ/n have the same law, "
        "jointly, for all d ≥ r and n",
        steps=(
            argument(
                "In coordinates whose first r axes are the u_i, X has independent rows, N(0, (1 + θ_i)I) for i < r "
                "and N(0, I) else. Let H be orthogonal of the size n, and O of the size d − r, acting on the rows r "
                "and following: X → OXH leaves eigenvalues of S and components of its eigenvectors along the u_i as "
                "they are."
            ),
            argument(
                "Row 0: a reflection H that depends on it alone turns it into √(1 + θ_0)χ_n along the axis 0; the "
                "other rows are independent of H, so their law stays. Row 1: a reflection of the columns from 1 on "
                "keeps its entry 0, N(0, 1 + θ_1), and turns the rest into √(1 + θ_1)χ_{n−1}; and so on for the rows "
                "i < r."
            ),
            argument(
                "Column 0 from the row r on: a reflection O of these rows turns it into χ_{d−r} in the row r. Other "
                "columns of these rows are independent of it and keep their law, N(0, 1). Row r: a reflection of the "
                "columns from r on leaves columns before r as they are, and turns its rest into χ_{n−r}. Column 1 "
                "from the row r + 1 on: χ_{d−r−1}; and so on, column i and row r + i in turn, until rows or columns "
                "end."
            ),
            argument(
                "Each reflection depends on entries that are finished with it, and acts on others, independent of "
                "them: all entries of the result are independent. Row i ends at the column i, column i at the row r + "
                "i."
            ),
            argument(
                "So a statistic of eigenvalues and overlaps of S and of m draws of BBᵀ/n, all independent, gives m + 1 "
                "exchangeable numbers: if its law has no atoms the rank of the first is uniform on 0, …, m."
            ),
            *(
                exact(
                    f"E of {_spelled(word)} for r = 2 and symbolic d, n: by the entries of B as by Wick's pairings",
                    banded_moment(word),
                    wishart_moment(word),
                )
                for word in WORDS
            ),
        ),
    )


def control() -> Derivation:
    """Derive that another number of degrees of freedom gives another law."""
    word = ((0, 0, 2),)
    return Derivation(
        result="with B_{i+r,i} ~ χ_{d−i} in place of χ_{d−r−i} eigenvalues and overlaps have another law",
        steps=(
            exact(
                "for r = 2 it adds 2(1 + θ_0)/n to E of (S²)_00, which is that of Σ_j λ_j²(u_0·v_j)²",
                banded_moment(word, extra=BANDWIDTH) - banded_moment(word),
                2 * (1 + STRENGTHS[0]) / n,
            ),
            argument("It is not 0, so the two laws differ."),
        ),
    )


def banded_moment(word: Iterable[Corner], *, extra: int = 0) -> Expr:
    r"""Return E of a product of entries (i, j) of (BBᵀ/n)ᵏ for r = 2, from the moments of the entries of B.

    ``extra``: degrees of freedom that every $B_{i+r,i}$ is given too many.
    Errors: ``ValueError`` if an odd moment of χ or an odd power of √(1 + θ) would be needed, which no closed word does.
    Worked value: ((0, 0, 1),) gives 1 + θ_0.
    """
    corners = list(word)
    rows = 1 + max(max(i, j) + BANDWIDTH * (k // 2) for i, j, k in corners)  # further ones are not reached
    places = [(i, j) for i in range(rows) for j in range(max(0, i - BANDWIDTH), i + 1)]
    letters, *generators = ring([f"B_{i}_{j}" for i, j in places], QQ)
    entry = dict(zip(places, generators, strict=True))
    square = [
        [
            sum((entry[i, c] * entry[j, c] for c in range(rows) if {(i, c), (j, c)} <= entry.keys()), letters.zero)
            for j in range(rows)
        ]
        for i in range(rows)
    ]

    def power(i: int, j: int, k: int) -> PolyElement:
        return square[i][j] if k == 1 else sum((square[i][m] * power(m, j, k - 1) for m in range(rows)), letters.zero)

    product = prod((power(*corner) for corner in corners), start=letters.one)
    field = QQ[n, DIMENSION, *STRENGTHS]
    total = field.zero
    for powers, coefficient in product.terms():
        used = {place: power for place, power in zip(places, powers, strict=True) if power}
        total += field.convert(coefficient) * _expected(used, field, extra)
    return field.to_sympy(total) / n ** sum(k for _, _, k in corners)


def _expected(powers: dict[tuple[int, int], int], field: Domain, extra: int) -> Any:
    """Return E of a product of powers of entries of B, an element of the ``field`` of polynomials."""
    tokens, dimension, *strengths = field.gens
    normal = {place: power for place, power in powers.items() if 0 < place[0] - place[1] < BANDWIDTH}
    if any(power % 2 for power in normal.values()):
        return field.zero
    scales = [sum(power for (i, _), power in powers.items() if i == row) for row in range(BANDWIDTH)]
    if any(power % 2 for power in [*scales, *powers.values()]):
        raise ValueError(f"an odd moment is asked for: {powers}")
    result = prod(((1 + t) ** (power // 2) for t, power in zip(strengths, scales, strict=True)), start=field.one)
    for (i, j), power in powers.items():
        degrees = field.one if (i, j) in normal else tokens - i if i == j else dimension - i + extra
        result *= prod((degrees + 2 * m for m in range(power // 2)), start=field.one)
    return result


def wishart_moment(word: Iterable[Corner]) -> Expr:
    """Return E of a product of entries u_i·Sᵏu_j for r = 2, by Wick's pairings of the columns of X.

    Worked value: ((0, 0, 1),) gives 1 + θ_0.
    """
    corners = list(word)
    product = prod((_between(i, _sample, j, k) for i, j, k in corners), start=Integer(1))
    return wishart(product, _sample, _covariance, n).subs(_chains(sum(k for _, _, k in corners)))


def _between(i: int, matrix: Symbol, j: int, k: int) -> Expr:
    """Return u_i·(matrix)ᵏu_j as a scalar."""
    return scalar(adjoint(_DIRECTIONS[i]) * matrix**k * _DIRECTIONS[j])


def _chains(degree: int) -> dict[Expr, Expr | int]:
    """Return traces of powers of Σ and their entries along the directions, up to that power."""
    values: dict[Expr, Expr | int] = {}
    for k in range(1, degree + 1):
        spiked = [(1 + strength) ** k for strength in STRENGTHS]
        values[scalar(_covariance**k)] = DIMENSION - BANDWIDTH + sum(spiked)
        values[_between(0, _covariance, 1, k)] = 0
        values |= {_between(i, _covariance, i, k): value for i, value in enumerate(spiked)}
    return values


def _spelled(word: Iterable[Corner]) -> str:
    return " ".join(f"(S{'' if k == 1 else '⁰¹²³⁴'[k]})_{i}{j}" for i, j, k in word)
