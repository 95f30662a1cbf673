"""The constant-vector test of values: how small its statistic is for any values at all, and what has power."""

from flint import arb
from sympy import Expr, Rational, adjoint, symbols

from ..derivation import Derivation, argument, definition, exact
from ..exact import count, enclose
from ..isserlis import expectation
from ..words import matrix, scalar, vector
from .short_sequences import Keys, sums, traces

NAMES = definition(
    "a: coefficients that values stand for, a_j = g(k_j)v_j less their mean; γ_i = (K̃a)_i/(N a_i), constant (= λ) "
    "iff K̃a = λNa; w_i = a_i²/‖a‖²; T² = Σ_ij w_i w_j (γ_i − γ_j)²; ρ = aᵀK̃a/‖a‖²; Λ the largest eigenvalue of K̃."
)


RANK, SIZE = symbols("t²/s N", positive=True)
POOLED: Expr = 1 - (2 + RANK) / (SIZE + 1)
"""The relative residual of random values, pooled, by the effective rank (tr K̃)²/tr K̃²."""


def bound() -> Derivation:
    """Derive the bound of the absolute statistic that holds for every vector."""
    K, a = matrix("K", symmetric=True), vector("a")
    x, y, top, mean = symbols("x y Λ μ", positive=True)
    size, form = scalar(adjoint(a) * a), scalar(adjoint(a) * K * a)
    difference = K * a - symbols("ρ", real=True) * a
    return Derivation(
        result="T = √2‖K̃a − ρa‖/(N‖a‖) ≤ Λ/(√2 N) ≤ 1/(√2 N min g) for every a; ≤ 1/(√2 N²) for keys of mean 0",
        steps=(
            NAMES,
            exact("(x − y)² = x² + y² − 2xy", (x - y) ** 2, x**2 + y**2 - 2 * x * y),
            argument("Σ w = 1, so T² = 2(Σ wγ² − (Σ wγ)²) with Σ wγ = ρ/N and Σ wγ² = ‖K̃a‖²/(N²‖a‖²)."),
            exact(
                "‖K̃a − ρa‖² = aᵀK̃²a − (aᵀK̃a)²/aᵀa at ρ = aᵀK̃a/aᵀa",
                scalar(adjoint(difference) * difference).subs(symbols("ρ", real=True), form / size),
                scalar(adjoint(a) * K * K * a) - form**2 / size,
            ),
            argument(
                "So T²N²/2 = ‖K̃a − ρa‖²/‖a‖²: the variance of the eigenvalues of K̃ under the weights of a on its "
                "eigenvectors. They lie in [0, Λ], so their mean square is at most Λ times their mean μ."
            ),
            exact("Λμ − μ² = Λ²/4 − (Λ/2 − μ)²", top * mean - mean**2, top**2 / 4 - (top / 2 - mean) ** 2),
            argument("T ≤ √2 (Λ/2)/N = Λ/(√2 N)."),
            argument(
                "Λ ≤ λ_max(K_φ) by projection; K_φ = G^½ (G^½KG^½) G^½, and G^½KG^½ is similar to GK, which has "
                "positive entries and rows that sum to 1, so its eigenvalues are at most 1: λ_max(K_φ) ≤ 1/min g."
            ),
            argument(
                "By Jensen g(k_j) ≥ N exp(k_j·m/√D), m the mean of the keys: g ≥ N if m = 0. And g(k_j) ≥ "
                "exp(‖k_j‖²/√D), which is e^{√D} for keys standardised to ‖k_j‖² = D: T ≤ e^{−√D}/(√2 N)."
            ),
            argument(
                "No such bound holds for the mean of |γ_i − γ_j| over the pairs: as a_i → 0 with (K̃a)_i ≠ 0 it grows "
                "without limit. T gives such an entry the weight w_i, and the median ignores it."
            ),
        ),
    )


def power() -> Derivation:
    """Derive that the relative residual separates, its mean for three keys, and what it does not tell."""
    p, q, x, rho, size, image = symbols("p q x ρ n y", positive=True)
    u = q**2 + (p**2 - q**2) * x
    form = q + (p - q) * x
    t, s = p + q, p**2 + q**2
    return Derivation(
        result="‖K̃a − ρa‖/‖K̃a‖ = sin∠(a, K̃a); three keys, a of any isotropic law: its mean square is tr K̃²/(tr "
        "K̃)² − 1/2",
        steps=(
            NAMES,
            exact(
                "1 − (ρ²n/y) = (y − ρ²n)/y with n = ‖a‖², y = ‖K̃a‖²",
                1 - rho**2 * size / image,
                (image - rho**2 * size) / image,
            ),
            argument(
                "‖K̃a − ρa‖² = y − ρ²n, and ρ²n/y is the squared cosine of a and K̃a: the residual is the sine, 0 iff "
                "a is an eigenvector, whichever; and T over its mean ρ/N is √2 times the tangent."
            ),
            definition(
                "Three keys: K̃ has eigenvalues p, q on the plane of the centred a, x = cos² of the angle from the "
                "first; u = ‖K̃a‖²/‖a‖², f = aᵀK̃a/‖a‖²."
            ),
            exact("f = (u + pq)/(p + q)", form, (u + p * q) / (p + q)),
            exact("f²/u = (u + 2pq + p²q²/u)/(p + q)²", form**2 / u, (u + 2 * p * q + p**2 * q**2 / u) / (p + q) ** 2),
            argument(
                "The angle is uniform: E x = 1/2, so E u = (p² + q²)/2, and E 1/u = 1/(pq) (∫dα/(p²cos²α + q²sin²α) = "
                "2π/(pq))."
            ),
            exact(
                "1 − ((p² + q²)/2 + 2pq + p²q²/(pq))/(p + q)² = (p² + q²)/(p + q)² − 1/2",
                1 - ((p**2 + q**2) / 2 + 2 * p * q + p**2 * q**2 / (p * q)) / (p + q) ** 2,
                s / t**2 - Rational(1, 2),
            ),
            exact("u + p²q²/u = 2pq + (u − pq)²/u", u + p**2 * q**2 / u, 2 * p * q + (u - p * q) ** 2 / u),
            exact(
                "1 − (2pq + 2pq)/(p + q)² = ((p − q)/(p + q))²",
                1 - 4 * p * q / (p + q) ** 2,
                ((p - q) / (p + q)) ** 2,
            ),
            argument(
                "So the residual never exceeds (p − q)/(p + q), attained at u = pq (Kantorovich's inequality; for N "
                "keys with the least positive eigenvalue for q): where K̃ is nearly a multiple of I − ooᵀ/N no "
                "residual can be large."
            ),
            exact("(p − q)² = 2s − t² with t = tr K̃ = p + q, s = tr K̃² = p² + q²", (p - q) ** 2, 2 * s - t**2),
            argument(
                "So p and q are the roots with sum t and difference √(2s − t²), and the second component has q/p of "
                "the variance of the first: the explained-variance ratio tells bottom from top."
            ),
        ),
    )


def pooled() -> Derivation:
    """Derive the relative residual of random values for any number of keys, pooled over the columns."""
    C, K, a = matrix("C", symmetric=True), matrix("K", symmetric=True), vector("a")
    n, t, s, N = symbols("n t s N", positive=True)
    traces_of = {scalar(K * C): t, scalar(K * C * K * C): s, scalar(K * K * C): s}
    form = adjoint(a) * K * a
    return Derivation(
        result="E‖K̃a − ρa‖²/E‖K̃a‖² = 1 − (2 + t²/s)/(N + 1), t = tr K̃, s = tr K̃², N keys, a standard normal",
        steps=(
            NAMES,
            definition(
                "a: the n = N − 1 coordinates of the centred coefficients, a ~ N(0, C), C = I; K the matrix K̃ in them, "
                "t = tr KC, s = tr KCKC = tr KKC."
            ),
            exact("E‖Ka‖² = s", expectation(adjoint(a) * K * K * a, C, a).subs(traces_of), s),
            exact("E(aᵀKa)² = t² + 2s", expectation(form * form, C, a).subs(traces_of), t**2 + 2 * s),
            argument(
                "‖a‖ is independent of the direction, E‖a‖² = n, E‖a‖⁴ = n(n + 2): E[(aᵀKa)²/‖a‖²] = (t² + 2s)/(n + 2)."
            ),
            exact(
                "(s − (t² + 2s)/(n + 2))/s = 1 − (2 + t²/s)/(N + 1) at n = N − 1",
                ((s - (t**2 + 2 * s) / (n + 2)) / s).subs(n, N - 1),
                POOLED.subs({RANK: t**2 / s, SIZE: N}),
            ),
            exact(
                "at N = 3 it is 1/2 − t²/(4s)",
                POOLED.subs({RANK: t**2 / s, SIZE: 3}),
                Rational(1, 2) - t**2 / (4 * s),
            ),
            argument(
                "‖K̃a‖² has the mean s for a of the length √n as well, uniform in direction. t²/s is at most N − 1, the "
                "number of equal eigenvalues: the residual is large unless K̃ is nearly a multiple of I − ooᵀ/N."
            ),
        ),
    )


def absolute_bound(keys: Keys) -> arb:
    """Return 1/(√2 N min g), above which no a has its T. Worked value: keys 0 and 1: min g = 2, so 0.177."""
    g = sums(keys)
    least = g[0]
    for value in g[1:]:
        least = least.min(value)
    return 1 / (arb(2).sqrt() * len(g) * least)


def centred_bound(tokens: int) -> arb:
    """Return 1/(√2 N²), the bound of T for N keys of mean 0. Worked value: N = 197 gives 1.82e-5."""
    return 1 / (arb(2).sqrt() * count(tokens, "tokens N") ** 2)


def standardised_bound(tokens: int, dimension: int) -> arb:
    """Return e^{−√D}/(√2 N), the bound for keys with ‖k‖² = D. Worked value: N = 197, D = 64 give 1.20e-6."""
    return (-arb(count(dimension, "dimension D")).sqrt()).exp() / (arb(2).sqrt() * count(tokens, "tokens N"))


def mean_squared_residual(keys: Keys) -> arb:
    """Return tr K̃²/(tr K̃)² − 1/2, for three keys; ``ValueError`` for another number.

    Worked value: equal eigenvalues give 0, a rank of one 1/2.
    """
    t, s = _of_three(keys)
    return s / t**2 - arb(1) / 2


def pooled_residual(keys: Keys) -> arb:
    """Return 1 − (2 + (tr K̃)²/tr K̃²)/(N + 1). Worked value: two keys give 0, as K̃ has one eigenvalue but 0."""
    t, s = traces(keys)
    found: arb = enclose(POOLED.subs(SIZE, len(keys)), {RANK: t**2 / s})
    return found


def second_over_first(keys: Keys) -> arb:
    """Return λ_2/λ_1 of three keys; ``ValueError`` for another number. Worked value: between 0 and 1."""
    t, s = _of_three(keys)
    gap = (2 * s - t * t).sqrt()
    return (t - gap) / (t + gap)


def largest_residual(keys: Keys) -> arb:
    """Return (λ_1 − λ_2)/(λ_1 + λ_2) of three keys, which no residual exceeds; ``ValueError`` for another number.

    Worked value: λ_2/λ_1 = 1/3 gives 1/2.
    """
    ratio = second_over_first(keys)
    return (1 - ratio) / (1 + ratio)


def _of_three(keys: Keys) -> tuple[arb, arb]:
    if len(keys) != 3:
        raise ValueError(f"the formula is for N = 3 keys, not {len(keys)}")
    return traces(keys)
