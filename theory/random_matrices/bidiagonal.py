r"""The bidiagonal form of a Gaussian matrix with one spike."""

from collections.abc import Mapping

from sympy import Expr, Integer, Matrix, Poly, adjoint, prod, summation, symbols

from ..derivation import Derivation, Step, argument, definition, exact
from ..isserlis import wishart
from ..words import DIMENSION, matrix, scalar, vector

d = DIMENSION
n, theta, j = symbols("n θ j", positive=True)
deviation, a_0, a_1, b_0, b_1 = symbols("√(1+θ) a₀ a₁ b₀ b₁", positive=True)

DEGREES: dict[Expr, Expr] = {a_0: n, a_1: n - 1, b_0: d - 1, b_1: d - 2}
"""Degrees of freedom of the first entries of B, a_i on the diagonal (a₀ before the factor √(1 + θ)) and b_i below."""


def derivation() -> Derivation:
    """Derive the law of B, for all d and n, and compare moments of the spectral measure at u with those of S."""
    return Derivation(
        result="S ~ BBᵀ/n jointly in eigenvalues and squared components along u",
        steps=(
            definition(
                "X = (x_1 … x_n), d × n, the x_k independent N(0, I + θuuᵀ); S = XXᵀ/n. Coordinates with u = e_1: the "
                "rows of X are independent, the first is √(1 + θ) times a standard normal one, the others are standard "
                "normal. Rows and columns are numbered from 0."
            ),
            argument(
                "Row 0: a reflection of ℝⁿ, a function of row 0 alone, brings that row to its norm times e_1ᵀ, and is "
                "applied to all rows from the right. The norm is √(1 + θ) χ_n. The rows below are independent of row "
                "0 and their law is invariant under every fixed orthogonal map from the right; so, given row 0, they "
                "are standard normal after the reflection as before it: still so, and independent of the norm."
            ),
            argument(
                "Column 0: a reflection that fixes e_1 and acts on the rows below row 0, a function of column 0 below "
                "row 0 alone, brings that part to its norm χ_{d−1} times a unit vector, and is applied from the left. "
                "The other columns below row 0 are independent of it, so they remain standard normal and independent "
                "of all that was found; row 0 is not changed, being a multiple of e_1ᵀ."
            ),
            argument(
                "What is left, rows and columns from 1 on, is a (d − 1) × (n − 1) standard normal matrix independent "
                "of both norms, the same problem with θ = 0: its norms are χ_{n−1} and χ_{d−2}, and by induction "
                "B[i, i] ~ χ_{n−i}, B[i+1, i] ~ χ_{d−1−i}, all independent. The i-th reflection from the right "
                "acts on the columns from i on, where the rows above row i are 0; that from the left on the rows from "
                "i + 1 on, where the columns before column i are 0: what was found stays."
            ),
            argument(
                "It ends when rows or columns do. If n ≥ d there are d rows. If n < d the column n − 1 is the last, "
                "and its entry B[n, n−1] stands in row n; all later rows are 0. So B has min(d, n + 1) rows that are "
                "not 0, for all d ≥ 1 and n ≥ 1."
            ),
            argument(
                "So X = L B R for this very X, with L and R orthogonal and Le_1 = e_1 = u. S = L(BBᵀ/n)Lᵀ has the "
                "eigenvalues of BBᵀ/n, and the eigenvector Lv for v, with u·Lv = e_1·v."
            ),
            definition(
                "For an eigenvector v of S with the eigenvalue λ > 0, w = Xᵀv/√(nλ) is the right singular vector; "
                "r = Xᵀu is the row along u, ‖r‖ = B[0, 0]. For θ ≥ 0, r = √θ ξ + ε with independent standard normal "
                "ξ, the latent score, and ε."
            ),
            *_row_and_score(),
            argument(
                "As words of S: the eigenvalues with squared components along u are the spectral measure at u, of "
                "bounded support given X, which its moments u·Sᵏu determine. Three of them are compared, in "
                "expectation, with those of BBᵀ; independent of the reflections."
            ),
            *_moments_at_u(),
            *_traces(),
            argument(
                "Ranks: one number from S and k from BBᵀ are k + 1 independent numbers of one continuous law, so the "
                "number of the k that are below the one is uniform on 0, …, k."
            ),
            argument(
                "Conversely, with the distribution function G of a number from BBᵀ, the rank's law tells the first k "
                "moments of G at the number from S: a difference of laws that all of them miss would not be seen."
            ),
        ),
    )


def _row_and_score() -> tuple[Step, ...]:
    """Derive the squared overlaps of w with the row, and with the latent score given the row."""
    eigenvalue, overlap, length, s = symbols("λ c ‖r‖² s", positive=True)  # s = √θ
    return (
        exact(
            "(nλ)² c/(nλ ‖r‖²) = nλ c/‖r‖² with c = (u·v)², as r·w = u·XXᵀv/√(nλ) = √(nλ) u·v",
            (n * eigenvalue) ** 2 * overlap / (n * eigenvalue * length),
            n * eigenvalue * overlap / length,
        ),
        exact(
            "1 − Cov²/Var, of entries of ξ and r, is 1/(1 + θ), with Cov = s, Var = 1 + s² and θ = s²",
            1 - s**2 / (1 + s**2),
            1 / (1 + s**2),
        ),
        argument(
            "So (r̂·w)² = nλ(u·v)²/B[0, 0]², and given X, of which only r tells anything of ξ, ξ is "
            "√θ/(1 + θ) r + N(0, I/(1 + θ)). Its part along r̂, that along the rest of w and that across both are "
            "independent of X otherwise, of 1, 1 and n − 2 dimensions: (ξ̂·w)² is drawn with them."
        ),
    )


def _moments_at_u() -> tuple[Step, ...]:
    """Compare E u·(XXᵀ)ᵏu, by pairings, with E e_1·(BBᵀ)ᵏe_1, by moments of χ²."""
    return tuple(
        exact(f"E e_1·(BBᵀ){power}e_1 = E u·(XXᵀ){power}u, by pairings", reduced_moment(k), wishart_moment(k))
        for k, power in ((1, ""), (2, "²"), (3, "³"))
    )


def _traces() -> tuple[Step, ...]:
    """Compare the expected traces of BBᵀ and its square with those of XXᵀ, n ≥ d and n < d apart."""
    return tuple(
        exact(
            f"E tr (BBᵀ){power} = E tr (XXᵀ){power}, by pairings, {where}",
            _trace(k, wide),
            wishart_moment(k, trace=True),
        )
        for k, power in ((1, ""), (2, "²"))
        for wide, where in ((True, "n ≥ d"), (False, "n < d"))
    )


def reduced_moment(k: int, degrees: Mapping[Expr, Expr] = DEGREES) -> Expr:
    """Return E e_1·(BBᵀ)ᵏe_1 for 1 ≤ k ≤ 3, with those ``degrees`` of freedom of the entries.

    ``ValueError`` for another k. Source: doi:10.1063/1.1507823. Worked value: k = 1 gives n(1 + θ).
    """
    if k not in (1, 2, 3):
        raise ValueError(f"k must be 1, 2 or 3 (the rows of B that it takes are spelled out), not {k!r}")
    rows = Matrix([[deviation * a_0, 0], [b_0, a_1], [0, b_1]])
    word = Poly(((rows * rows.T) ** k)[0, 0], deviation, *degrees)
    return sum(
        factor * (1 + theta) ** (scale // 2) * prod(map(_chi_moment, degrees.values(), powers))
        for (scale, *powers), factor in word.terms()
    )


def _chi_moment(degrees: Expr, power: int) -> Expr:
    """Return E χ^power, ν(ν + 2) … for an even power."""
    return prod((degrees + 2 * i for i in range(power // 2)), start=Integer(1))


def wishart_moment(k: int, *, trace: bool = False) -> Expr:
    """Return E u·(XXᵀ)ᵏu, or the expected trace of (XXᵀ)ᵏ, by pairings, of X with a spike along u.

    Source: L. Isserlis, doi:10.1093/biomet/12.1-2.134. Worked value: k = 1 gives n(1 + θ), and n(d + θ) for the trace.
    """
    sample, covariance, u = matrix("S", symmetric=True), matrix("Γ", symmetric=True), vector("u")
    word = scalar(sample**k if trace else adjoint(u) * sample**k * u)
    powers = range(1, k + 1)
    along = {scalar(adjoint(u) * covariance**i * u): (1 + theta) ** i for i in powers}
    traces = {scalar(covariance**i): d - 1 + (1 + theta) ** i for i in powers}
    return n**k * wishart(word, sample, covariance, n).subs({**along, **traces})


def _trace(k: int, wide: bool) -> Expr:
    """Return E tr (BBᵀ)ᵏ for k = 1 or 2, summed over the rows; a χ of no degree of freedom is 0, as it has to be."""

    def row(diagonal: Expr, above: Expr, below: Expr, variance: Expr | int) -> Expr:
        """Return the row's part, given the degrees of freedom of B[j, j], B[j, j−1] and B[j+1, j]."""
        if k == 1:
            return variance * diagonal + above
        square = variance**2 * diagonal * (diagonal + 2) + 2 * variance * diagonal * above + above * (above + 2)
        return square + 2 * variance * diagonal * below

    last = d - 1 if wide else n
    rest = summation(row(n - j, d - j, d - 1 - j, 1).expand(), (j, 1, last))
    return row(n, Integer(0), d - 1, 1 + theta) + rest


def control() -> Derivation:
    """Derive that B with χ_{n−1} in its first place has another law."""
    return Derivation(
        result="with χ_{n−1} in place of χ_n in B[0, 0] the law is another, for all d, n and θ",
        steps=(
            exact(
                "E e_1·BBᵀe_1 with χ_{n−1} in the first place is E u·XXᵀu − (1 + θ)",
                reduced_moment(1, {**DEGREES, a_0: n - 1}),
                wishart_moment(1) - (1 + theta),
            ),
            argument("1 + θ > 0: the spectral measures at u differ in their first moment."),
        ),
    )
