"""What similarity scores give for values that are exact up to signs or a rotation, and for unrelated ones."""

from collections.abc import Sequence
from fractions import Fraction
from numbers import Integral

from flint import arb
from sympy import Rational, adjoint, symbols

from ..derivation import Derivation, argument, certified, definition, exact, heuristic
from ..exact import Number, count, enclosed, rational, vector
from ..words import matrix, scalar
from ..words import vector as letter


def controls() -> Derivation:
    """Derive the scores of orthonormal columns with flipped signs and of rotated ones."""
    c, s, x, y, z, w, h, k, m = symbols("c s x y z w h k m", positive=True)
    return Derivation(
        result="U with orthonormal columns: CKA(U, UQ) = 1 for every orthogonal Q; optimal cosine 1 − max(m, 2·[m = "
        "1])/r for m flipped signs, max(c, |s|/2) for rotations by cos = c, sin = s in r/2 ≥ 2 planes",
        steps=(
            definition("h = ‖XᵀHY‖_F², k = ‖XᵀHX‖_F², m = ‖YᵀHY‖_F²: CKA² = h²/(km). All depend on X by XXᵀ alone."),
            exact("(c²h)²/(c⁴k m) = h²/(km): X → cX", (c**2 * h) ** 2 / (c**4 * k * m), h**2 / (k * m)),
            exact(
                "(cx − sy)(cz − sw) + (sx + cy)(sz + cw) = (c² + s²)(xz + yw)",
                (c * x - s * y) * (c * z - s * w) + (s * x + c * y) * (s * z + c * w),
                (c**2 + s**2) * (x * z + y * w),
            ),
            argument(
                "Every orthogonal Q is a product of such rotations in planes and of signs: XQQᵀXᵀ = XXᵀ, CKA(X, XQ) = "
                "1."
            ),
            argument(
                "Signs: the cosines of U and US are the diagonal matrix S. A matching collects the signs of the "
                "columns it leaves in place and 0 for others. With m ≠ 1 flipped it permutes these among themselves: "
                "(r − m)/r. A single one can only be exchanged with another, or kept: (r − 2)/r either way (−1 for r "
                "= 1)."
            ),
            argument(
                "Rotations in planes: the cosines are blocks ((c, −s), (s, c)). From each block a matching collects c "
                "twice, c once, s or −s once, both of these (0), or nothing. The largest is max(2c, |s|) per two "
                "columns; one s from every block leaves a row and a column of each, matched cyclically across r/2 ≥ 2 "
                "blocks."
            ),
        ),
    )


def permutations() -> Derivation:
    """Derive the mean CKA over all permutations of the rows, the null of a permutation test."""
    N, T, S = symbols("N T S", positive=True)
    alpha, beta = T / (N - 1), -T / (N * (N - 1))
    a, b = symbols("α β", real=True)
    K, o = matrix("K", symmetric=True), letter("o")
    return Derivation(
        result="mean over permutations P of CKA(X, PY) = tr K̃ tr L̃/((N − 1)‖K̃‖_F‖L̃‖_F) ≤ √(pq)/(N − 1)",
        steps=(
            definition("K̃ = HXXᵀH, L̃ = HYYᵀH, H = I − ooᵀ/N; S = tr K̃, T = tr L̃. CKA(X, PY) = tr(K̃PL̃Pᵀ)/(‖K̃‖_F‖L̃‖_F)."),
            argument(
                "The mean M of PL̃Pᵀ over all P commutes with permutations: M = αI + βooᵀ, of trace T, with oᵀMo = 0."
            ),
            exact("N(α + β) = T at α = T/(N − 1), β = −T/(N(N − 1))", N * (alpha + beta), T),
            exact("Nα + N²β = 0", N * alpha + N**2 * beta, 0),
            exact(
                "tr K̃(αI + βooᵀ) = αS with S = tr K̃ and oᵀK̃o = 0",
                scalar((K * (a + b * o * adjoint(o))).expand()).subs({scalar(K): S, scalar(adjoint(o) * K * o): 0}),
                a * S,
            ),
            argument("So the mean of tr(K̃PL̃Pᵀ) is ST/(N − 1): K̃o = 0. Nothing was asked of K̃ and L̃ but centring."),
            argument(
                "By Cauchy and Schwarz S ≤ √p‖K̃‖_F and T ≤ √q‖L̃‖_F, p and q the numbers of columns: the null is far "
                "from 0 where √(pq) is not small against N − 1. For p = q = 1 it is 1/(N − 1), as a matrix of rank one "
                "has ‖K̃‖_F = tr K̃."
            ),
            exact(
                "√(64·64)/(197 − 1) = 16/49: the bound for 64 columns of 197 rows", Rational(64, 196), Rational(16, 49)
            ),
            argument(
                "With the effective ranks S²/‖K̃‖_F² and T²/‖L̃‖_F² the mean is the root of their product over N − 1, "
                "for a kernel CKA, too. So a score is the null's mean where that root is the score times N − 1."
            ),
            exact("0.11·196 = 21.56", Rational(11, 100) * 196, Rational(2156, 100)),
            exact("0.32·196 = 62.72", Rational(32, 100) * 196, Rational(6272, 100)),
        ),
    )


def random_features() -> Derivation:
    """Derive the mean CKA of fixed features with unrelated orthonormal ones."""
    p, N, T = symbols("p N T", positive=True)
    return Derivation(
        result="E CKA(Q, Y) = √p tr L̃/((N − 1)‖L̃‖_F), Q an orthonormal basis of p centred Gaussian columns",
        steps=(
            definition("Q: an orthonormal basis of HX, X of p ≤ N − 1 columns N(0, I); L̃ = HYYᵀH of trace T."),
            argument("‖QᵀQ‖_F = √p and ‖QᵀY‖_F² = tr(QQᵀL̃), so CKA(Q, Y) = tr(QQᵀL̃)/(√p‖L̃‖_F)."),
            argument("The law of QQᵀ is invariant under rotations of o^⊥: E QQᵀ = cH, and c(N − 1) = tr = p."),
            exact("(p/(N − 1)) T/√p = √p T/(N − 1), squared", (p / (N - 1) * T) ** 2 / p, p * T**2 / (N - 1) ** 2),
            argument(
                "For p = 1 it is the mean over permutations; Gaussian columns that are not made orthonormal score "
                "less: ‖XᵀHX‖_F ≥ tr(XᵀHX)/√p."
            ),
        ),
    )


def random_cosine() -> Derivation:
    """Derive a bound of the optimal cosine of unrelated vectors."""
    t, m, L = symbols("t m L", positive=True)
    return Derivation(
        result="the expected optimal cosine of n independent uniform directions in R^m with any n others is at most "
        "√(2 log n/m)",
        steps=(
            definition("z = x·y, y fixed and x uniform on the sphere of R^m; L = log n."),
            argument(
                "E e^{tz} = Σ_k t^{2k} E z^{2k}/(2k)! ≤ e^{t²/(2m)}, as E z^{2k} = (2k − 1)!!/(m(m + 2)…(m + 2k − 2)) "
                "≤ (2k − 1)!!/m^k."
            ),
            argument(
                "E max of n such cosines ≤ (L + t²/(2m))/t for every t > 0, and no matching gives a row more than its "
                "largest."
            ),
            exact(
                "(L + t²/(2m))/t = 2L/t at m = t²/(2L)", ((L + t**2 / (2 * m)) / t).subs(m, t**2 / (2 * L)), 2 * L / t
            ),
            argument("t = √(2mL) gives 2L/t = √(2L/m)."),
            certified(
                "64 columns of 197 entries, matched one to one, are expected to score less than 0.21",
                bool(random_bound(64, 197) < enclosed(Fraction(21, 100))),
            ),
            heuristic("The bound is not the value: that n = 197 and m = 64 give 0.31 to 0.32 is observed only."),
        ),
    )


def cosine_of_flipped(columns: int, flipped: int) -> Fraction:
    """Return the optimal cosine of r orthonormal columns with themselves, m of them flipped: 1 − max(m, 2·[m = 1])/r.

    Errors: ``ValueError`` unless 0 ≤ m ≤ r. Worked value: 2 of 4 flipped give 1/2, one of 4 too.
    """
    r = count(columns, "columns r")
    if not (isinstance(flipped, Integral) and 0 <= flipped <= r):
        raise ValueError(f"of r = {r} columns a whole number, 0 to {r} are flipped, not {flipped!r}")
    flipped = int(flipped)
    return Fraction(r - (flipped if flipped != 1 else 2), r)


def cosine_of_rotated(slope: Number) -> Fraction:
    """Return max(c, |s|/2) for c = (1 − u²)/(1 + u²), s = 2u/(1 + u²), u the ``slope`` = tan of half the angle.

    For r/2 ≥ 2 planes. Errors: ``ValueError`` if not finite. Worked value: u = 1, a quarter turn: 1/2.
    """
    u = rational(slope, "slope")
    return max(1 - u * u, abs(u)) / (1 + u * u)


def permutation_mean(first: Sequence[Sequence[Number]], second: Sequence[Sequence[Number]]) -> arb:
    """Return tr K̃ tr L̃/((N − 1)‖K̃‖_F‖L̃‖_F) of X (N × p) and Y (N × q).

    Errors: ``ValueError`` for other numbers of rows, N < 2, what is not finite and constant rows.
    Source: derived here. Worked value: one column each: 1/(N − 1).
    """
    n = len(first)
    if n != len(second) or n < 2:
        raise ValueError(f"X and Y must have the same N ≥ 2 rows, not {n} and {len(second)}")
    (s, k), (t, m) = (_traces(features) for features in (first, second))
    if not (s and t):
        raise ValueError("constant rows have no CKA")
    return enclosed(s * t / (n - 1)) / enclosed(k * m).sqrt()


def random_mean(columns: int, features: Sequence[Sequence[Number]]) -> arb:
    """Return √p tr L̃/((N − 1)‖L̃‖_F), the mean CKA of features Y (N × q) with p unrelated orthonormal columns.

    Errors: ``ValueError`` for p < 1 or p > N − 1, what is not finite, constant features. Source: derived here.
    Worked value: p = 1 and one feature give 1/(N − 1).
    """
    n, (trace, square) = len(features), _traces(features)
    if count(columns, "columns p") > n - 1 or not trace:
        raise ValueError(f"there are 1 to N − 1 = {n - 1} columns, not {columns}, and features that are not constant")
    return arb(columns).sqrt() * enclosed(trace / (n - 1)) / enclosed(square).sqrt()


def _traces(features: Sequence[Sequence[Number]]) -> tuple[Fraction, Fraction]:
    """Return tr K̃ and tr K̃² of features."""
    zero = Fraction(0)
    if len({len(row) for row in features}) != 1:
        raise ValueError("all rows of features must have the same number of entries")
    columns = [vector(column, "features") for column in zip(*features, strict=True)]
    centred = [[x - sum(column, zero) / len(column) for x in column] for column in columns]
    # the traces are those of XᵀHX, which has as few rows as X has columns
    gram = [[sum((x * y for x, y in zip(a, b, strict=True)), zero) for b in centred] for a in centred]
    trace = sum((gram[i][i] for i in range(len(gram))), zero)
    return trace, sum((x * x for row in gram for x in row), zero)


def random_bound(vectors: int, dimension: int) -> arb:
    """Return √(2 log n/m). Worked value: 197 vectors of 64 entries: 0.406."""
    return (2 * arb(count(vectors, "vectors n")).log() / count(dimension, "dimension m")).sqrt()
