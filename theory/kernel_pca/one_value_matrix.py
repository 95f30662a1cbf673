"""Whether the values of kernel PCA are X W_V: for one sequence, for many, and for small keys."""

from collections.abc import Iterable, Sequence
from fractions import Fraction

from flint import arb, fmpq, fmpq_mat
from sympy import Expr, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import Number, count, enclosed, evaluate, rational, root
from ..words import DIMENSION, matrix, scalar, vector
from .short_sequences import Keys, sums

E = symbols("E", positive=True)

SHARED_SQUARE: Expr = (1 + E) ** 2 / ((E - 1) * (E + 3))
"""v(0)² of the key 0 in the sequence of the keys 0 and y, E = exp(‖y‖²/√D)."""


N = symbols("N", positive=True)
MEAN, VARIANCE, THIRD, FOURTH, SPAN = symbols("m v μ₃ μ₄ D", positive=True)
SMALL_SQUARE: Expr = (THIRD - 2 * MEAN * VARIANCE) ** 2 * (FOURTH * VARIANCE - VARIANCE**3 - THIRD**2)
SMALL_SQUARE /= 4 * VARIANCE**4 * SPAN
"""(Residual/s²)² as s → 0, for keys on a line of mean m, variance v and central moments μ₃, μ₄."""


def derivation() -> Derivation:
    """Derive when X W_V reaches all N − 1 components of one sequence, and how much of them it misses."""
    P, g = matrix("P", symmetric=True), vector("g")
    N, rank, gamma, part = symbols("N ρ γ p", positive=True)
    missed = scalar((1 - P) * (1 - g * adjoint(g) / gamma))
    named = {DIMENSION: N, scalar(P): rank, scalar(adjoint(g) * g): gamma, scalar(adjoint(g) * P * g): part}
    return Derivation(
        result="col(X W_V) ⊇ col(V) for N − 1 components iff rank X = N, or rank X = N − 1 and Xᵀg = 0; with a bias "
        "iff rank [X o] = N",
        steps=(
            definition(
                "V: the values of N − 1 components of distinct keys, so col(V) = g^⊥, g = (g(k_j))_j > 0; C = X (N × "
                "width), or [X o] with a bias, o = (1, …, 1); P the projection on col(C), of rank ρ."
            ),
            argument(
                "V = C W for some W iff g^⊥ lies in col(C), whose dimension is N − 1 or N then: it is all of R^N, or "
                "it is g^⊥, which is rank N − 1 and Cᵀg = 0."
            ),
            argument(
                "With a bias oᵀg = Σ g_j > 0 excludes the second: rank [X o] = N, so width ≥ N − 1, and conversely. "
                "This needs no genericity beyond that rank."
            ),
            argument(
                "Without: if all entries of a column of X are positive then (Xᵀg) there is positive, so Xᵀg, analytic "
                "in X for keys X W_K, is not identically 0 and vanishes on a set of measure 0 only, as rank X < "
                "min(N, width) does. Generic means outside those sets: then it is width ≥ N."
            ),
            exact(
                "tr[(I − P)(I − ggᵀ/γ)] = N − ρ − 1 + p/γ with p = gᵀPg, γ = gᵀg, ρ = tr P",
                missed.subs(named),
                N - rank - 1 + part / gamma,
            ),
            argument("Divided by N − 1 it is the mean squared sine by which g^⊥ misses col(C), the same for V and VR."),
        ),
    )


def shared() -> Derivation:
    """Derive that the value of a token depends on its context: no function of the token can give it."""
    k11, k12, k22 = Fraction(1, 4), 1 / (2 * (1 + E)), E / (1 + E) ** 2
    v, w = symbols("v w", real=True)
    return Derivation(
        result="v(0)² = (1 + E)²/((E − 1)(E + 3)): 9/5 at E = 2 and 4/3 at E = 3",
        steps=(
            definition(
                "Two keys 0 and y, E = exp(‖y‖²/√D) > 1: g(0) = 2, g(y) = 1 + E, and a = (α, −α) by centring, with "
                "α²(K_φ,11 − 2K_φ,12 + K_φ,22) = 1."
            ),
            exact(
                "1/4 − 1/(1 + E) + E/(1 + E)² = (E − 1)(E + 3)/(4(1 + E)²)",
                k11 - 2 * k12 + k22,
                (E - 1) * (E + 3) / (4 * (1 + E) ** 2),
            ),
            exact("(α/g(0))² = (1 + E)²/((E − 1)(E + 3))", 1 / (k11 - 2 * k12 + k22) / 4, SHARED_SQUARE),
            exact("at E = 2 it is 9/5", SHARED_SQUARE.subs(E, 2), Fraction(9, 5)),
            exact("at E = 3 it is 4/3", SHARED_SQUARE.subs(E, 3), Fraction(4, 3)),
            exact(
                "(v − m)² + (w − m)² = (v − w)²/2 at the best common value m = (v + w)/2",
                (v - (v + w) / 2) ** 2 + (w - (v + w) / 2) ** 2,
                (v - w) ** 2 / 2,
            ),
            argument(
                "9/5 ≠ 4/3, so no choice of signs makes the two values equal: no function of the token, linear or "
                "not, of any width, gives the values of both sequences, and its error is at least (√(9/5) − "
                "√(4/3))²/2."
            ),
            argument(
                "For B contexts a common value s_b m has the error Σ|v_b|² − (Σ s_b v_b)²/B, least if all s_b v_b "
                "have one sign: Σ|v_b|² − (Σ|v_b|)²/B. With r components and rotations R_b in place of signs it is at "
                "least Σ‖v_b‖² − (Σ‖v_b‖)²/B, as ‖m − R_b v_b‖ ≥ |‖m‖ − ‖v_b‖|."
            ),
        ),
    )


def pairs() -> Derivation:
    """Derive that three sequences of two tokens each have no common values, whatever their scales and signs."""
    a, b, c, d, e, h = symbols("a b c d e h", positive=True)
    return Derivation(
        result="the equations Σ_j g(k_j) f(k_j) = 0 of the sequences (1, 2), (2, 3), (1, 3) have only the solution f "
        "= 0",
        steps=(
            definition(
                "Tokens 1, 2, 3 with different keys; a, b: g(k_1), g(k_2) in the sequence (1, 2); c, d: g(k_2), "
                "g(k_3) in (2, 3); e, h: g(k_1), g(k_3) in (1, 3), all positive; f any function of the token, as X "
                "W_V + b is."
            ),
            exact(
                "the determinant of ((a, b, 0), (0, c, d), (e, 0, h)) is ach + bde",
                a * (c * h - d * 0) - b * (0 * h - d * e),
                a * c * h + b * d * e,
            ),
            argument(
                "It is positive, so f = 0 on all three, but exact values are (α/g, −α/g') with α ≠ 0: whatever the "
                "width, and whatever scale or sign every sequence's component may be given, no W_V has the column "
                "spaces."
            ),
        ),
    )


def small() -> Derivation:
    """Derive that for small keys the values are affine in the tokens up to the second order, and its coefficient."""
    x, y, t, size = symbols("x y t γ", positive=True)
    m, e, v, length = MEAN, symbols("e", positive=True), VARIANCE, SPAN
    c, w, b = vector("c"), vector("w"), vector("b")
    cross = scalar(adjoint(w) * c)
    beside = (w - c * cross / size) * cross / (2 * size)
    column = c + t * beside
    image = c * (adjoint(c) * column) + t * w * (adjoint(w) * column) / 2
    value = size + t * cross**2 / (2 * size)
    change = scalar((adjoint(b) * (image - value * column)).expand()).subs(scalar(adjoint(c) * c), size)
    return Derivation(
        result="keys s k_j: the relative residual of V = X W_V + 1b is O(s²) for r ≤ rank of the centred keys; on a "
        "line, r = 1, it is |μ₃/(2v) − m| √((μ₄ − v² − μ₃²/v)/v) s²/√D + O(s⁴); without a bias it tends to |m|/√e",
        steps=(
            definition(
                "Keys s k_j on a line, t = s²/√D, and s k_i·k_j s/√D = t xy for the places x, y; m, e the means of k "
                "and k², v = e − m², c = k − m, μ₃ and μ₄ the means of c³ and c⁴, w = c² − v."
            ),
            argument(
                "g_j = Σ_i exp(t k_ik_j) = N(1 + t m k_j + t² e k_j²/2 + O(t³)), so log(g_j/N) = t m k_j + "
                "t²(e − m²)k_j²/2 + O(t³), and log(N²K_φ,ij) = t(xy − xm − ym) − t² v(x² + y²)/2 + O(t³)."
            ),
            exact("xy − xm − ym = (x − m)(y − m) − m²", x * y - x * m - y * m, (x - m) * (y - m) - m**2),
            exact(
                "((x − m)(y − m) − m²)²/2 = (x − m)²(y − m)²/2 − m²(x − m)(y − m) + m⁴/2",
                ((x - m) * (y - m) - m**2) ** 2 / 2,
                (x - m) ** 2 * (y - m) ** 2 / 2 - m**2 * (x - m) * (y - m) + m**4 / 2,
            ),
            argument(
                "What depends on i or on j alone leaves with the centring: N²K̃/t = (1 − t m²)ccᵀ + (t/2)wwᵀ + O(t²). "
                "(In D dimensions K̃ = s²K_cK_cᵀ/(N²√D) + O(s⁴): the span of the r leading eigenvectors, whose singular "
                "values of K_c are positive and apart from the others, moves by O(s²), and 1/g_j = (1 + O(s²))/N: V is "
                "K_c p + O(s²), affine in k_j, and with a bias the residual is O(s²).)"
            ),
            exact(
                "(ccᵀ + (t/2)wwᵀ)a − (γ + t(wᵀc)²/(2γ))a has the derivative 0 by t at t = 0, for γ = cᵀc and a = c + "
                "t (wᵀc/(2γ)) (w − c wᵀc/γ), tested on any b",
                change.diff(t).subs(t, 0),
                0,
            ),
            argument("The eigenvalue is simple, so this is the first eigenvector to O(t²). (1 − t m²) changes only λ."),
            exact("k c = c² + m c at k = c + m", (x + m) * x, x**2 + m * x),
            argument(
                "V is a multiple of (1 − t m k)a = c − t m k c + t (wᵀc/(2cᵀc)) w + t(…)c. Modulo c and o, which are "
                "affine in k, it is t (wᵀc/(2cᵀc) − m) w. With cᵀc = Nv, wᵀc = Nμ₃ and wᵀw = N(μ₄ − v²):"
            ),
            exact(
                "‖w‖² less its part along c: (μ₄ − v²) − μ₃²/v, per key; times (μ₃/(2v) − m)²/(v D), √D² = D",
                (THIRD / (2 * v) - m) ** 2 * (FOURTH - v**2 - THIRD**2 / v) / v / length,
                SMALL_SQUARE,
            ),
            argument("Its root is the limit of the residual over s²; the next term of the quotient is O(s²)."),
            exact(
                "without a bias, ‖k − mo‖² less its part along k: N(e − m²) − N(e − m²)²/e = N m²(e − m²)/e",
                N * (e - m**2) - N * (e - m**2) ** 2 / e,
                N * m**2 * (e - m**2) / e,
            ),
            argument("Divided by N(e − m²), the square of the limit is m²/e."),
        ),
    )


def small_coefficient(places: Iterable[Number], dimension: int) -> arb:
    """Return the limit of s⁻² times the relative residual for keys s k_j on a line in D dimensions, one component.

    ``places``: the k_j along a unit vector. Errors: ``ValueError`` for fewer than two different ones, or D < 1. Source:
    derived here. Worked value: 0, 1, 3 in D = 4: 0.407.
    """
    found, d = [rational(place, "place") for place in places], count(dimension, "dimension D")
    if len(set(found)) < 2:
        raise ValueError("the limit needs keys that differ")
    m = sum(found, Fraction(0)) / len(found)
    v, third, fourth = (sum(((k - m) ** p for k in found), Fraction(0)) / len(found) for p in (2, 3, 4))
    square = evaluate(SMALL_SQUARE, {MEAN: m, VARIANCE: v, THIRD: third, FOURTH: fourth, SPAN: Fraction(d)})
    return root(square)


def missed_share(tokens: Sequence[Sequence[Number]], keys: Sequence[Sequence[Number]], *, bias: bool) -> arb | int:
    """Return the mean squared sine by which the N − 1 components of the keys miss col(X), or col[X o] with a bias.

    ``tokens``: X, N × width; ``keys``: N × D, distinct. It is exactly 0 where X (or [X o]) has rank N. Errors:
    ``ValueError`` for other numbers of rows, not finite entries. Source: derived here.
    Worked value: tokens and keys 0 and 1: without a bias (1 + e)²/(4 + (1 + e)²) = 0.776, with one 0.
    """
    g = sums(keys)
    n = len(g)
    if len(tokens) != n:
        raise ValueError(f"there must be a token for every key, not {len(tokens)} for {n}")
    columns = [[rational(x, "token") for x in column] for column in zip(*tokens, strict=True)]
    basis = _independent(columns + ([[Fraction(1)] * n] if bias else []))
    if len(basis) == n:
        return 0
    size = sum((x * x for x in g), arb(0))
    return (n - len(basis) - 1 + _projected(basis, g) / size) / (n - 1)


def _independent(columns: list[list[Fraction]]) -> list[list[Fraction]]:
    found: list[list[Fraction]] = []
    for column in columns:
        if _rational_matrix([*found, column]).rank() > len(found):
            found.append(column)
    return found


def _rational_matrix(rows: list[list[Fraction]]) -> fmpq_mat:
    return fmpq_mat([[fmpq(x.numerator, x.denominator) for x in row] for row in rows])


def _projected(basis: list[list[Fraction]], g: list[arb]) -> arb:
    """Return gᵀPg, P the projection on the span of the basis."""
    if not basis:
        return arb(0)
    rows = _rational_matrix(basis)
    inverse = (rows * rows.transpose()).inv()
    along = [sum((enclosed(x) * y for x, y in zip(row, g, strict=True)), arb(0)) for row in basis]
    total = arb(0)
    for i in range(len(basis)):
        for j in range(len(basis)):
            total += along[i] * arb(inverse[i, j]) * along[j]
    return total


def context_error(partners: Iterable[Number]) -> arb:
    """Return 1 − (Σ|v_b|)²/(B Σ v_b²), the least relative error of one value of the key 0 beside each partner y_b.

    D = 1. Errors: ``ValueError`` if a partner is 0 or not finite, or there is none. Source: derived here.
    Worked value: one partner gives 0; y² = ln 2 and ln 3 give 1 − (√(9/5) + √(4/3))²/(2(9/5 + 4/3)) = 0.0056.
    """
    values = []
    for partner in partners:
        y = rational(partner, "partner")
        if not y:
            raise ValueError("a partner must differ from the key 0")
        exponential = enclosed(y * y).exp()
        values.append((1 + exponential) ** 2 / ((exponential - 1) * (exponential + 3)))
    if not values:
        raise ValueError("there must be at least one partner")
    total = sum((value.sqrt() for value in values), arb(0))
    return 1 - total**2 / (len(values) * sum(values, arb(0)))


def pairs_determinant(keys: Keys) -> arb:
    """Return ach + bde of three keys, taken in pairs, over the product of the rows' lengths.

    Errors: ``ValueError`` for another number of keys, and as ``sums``. Source: derived here.
    Worked value: keys of one norm at equal angles have a = b = …: 2/2^{3/2} = 0.707.
    """
    if len(keys) != 3:
        raise ValueError(f"three keys are taken in pairs, not {len(keys)}")
    (a, b), (c, d), (e, h) = (sums([keys[i], keys[j]]) for i, j in ((0, 1), (1, 2), (0, 2)))
    lengths = [(x * x + y * y).sqrt() for x, y in ((a, b), (c, d), (e, h))]
    return (a * c * h + b * d * e) / (lengths[0] * lengths[1] * lengths[2])


def unbiased_limit(keys: Iterable[Number]) -> arb:
    """Return |mean k|/√(mean k²) of keys in D = 1; ``ValueError`` for fewer than two different ones.

    Worked value: 0, 1, 3: (4/3)/√(10/3) = 0.730.
    """
    found = [rational(key, "key") for key in keys]
    if len(set(found)) < 2:
        raise ValueError("the limit needs keys that differ")
    zero, n = Fraction(0), len(found)
    mean, square = sum(found, zero) / n, sum((k * k for k in found), zero) / n
    return enclosed(abs(mean)) / enclosed(square).sqrt()
